import { asBytes } from "../latin1.ts"
import type { Recipe } from "../recipe.ts"
import { isCrate } from "./crate.ts"

/** The commit that it was packed from, and the folder in it (doc.rust-lang.org/cargo, "cargo package", ".cargo_vcs_info.json format"). A crate of changed files says `dirty`: that is never written here. */
export const vcs: Recipe = {
  name: "cargo/.cargo_vcs_info.json",
  writes: /^\.cargo_vcs_info\.json$/,
  of: isCrate,
  write: async ({ text: stated }, { commit }) => {
    const git = { git: { sha1: commit.id } }
    const folder = commit.folder.replace(/\/$/, "")
    // Cargo before 1.57 said nothing of the folder, and ended the file with a line end.
    const isOld = folder === "" && !stated.includes("path_in_vcs")
    const text = asBytes(JSON.stringify(isOld ? git : { ...git, path_in_vcs: folder }, undefined, 2))
    return [{ text: stated.endsWith("\n") ? `${text}\n` : text, from: { commit: [], release: [] }, dropped: ["its last line end"] }]
  },
}
