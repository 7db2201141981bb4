import { resolveLink } from "../../core/path.ts"
import type { CommitFacts, Recipe } from "../recipe.ts"
import { isCrate } from "./crate.ts"

/** Links of links; path_resolution(7) gives up at 40. */
const hopsMax = 16

/** Where the commit has a link, to a file or to a folder on the way, a crate has the file that it leads to (doc.rust-lang.org/cargo, "cargo package": symbolic links are flattened). */
export const links: Recipe = {
  name: "cargo/links",
  writes: /^[^!]+$/,
  of: isCrate,
  write: async ({ path }, { commit }) => {
    const whole = commit.at("")
    const start = `${commit.folder}${path}`
    const end = await followed(start, whole)
    const text = end === undefined || end === start ? undefined : await whole.text(end)
    if (end === undefined || text === undefined) return []
    return [{ text, from: { commit: [`/${end}`], release: [] }, executable: whole.tree.get(end)?.mode === "100755" }]
  },
}

/** The path without links, inside the repository; undefined where one leads out of it, or round in a circle. */
async function followed(path: string, whole: CommitFacts): Promise<string | undefined> {
  let now = path
  for (let hops = 0; hops < hopsMax; hops += 1) {
    const parts = now.split("/")
    const at = parts.findIndex((_, index) => whole.tree.get(parts.slice(0, index + 1).join("/"))?.mode === "120000")
    if (at < 0) return now
    const link = parts.slice(0, at + 1).join("/")
    const target = await whole.link(link)
    const led = target === undefined ? undefined : resolveLink(link, target)
    if (led === undefined) return undefined
    now = [...(led === "" ? [] : [led]), ...parts.slice(at + 1)].join("/")
  }
  return undefined
}
