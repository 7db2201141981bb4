import type { Recipe } from "../recipe.ts"
import { isCrate } from "./crate.ts"

/** The manifest as the commit has it, beside the rewritten one (doc.rust-lang.org/cargo, "cargo package"). */
export const original: Recipe = {
  name: "cargo/Cargo.toml.orig",
  writes: /^Cargo\.toml\.orig$/,
  of: isCrate,
  write: async (_, { commit }) => {
    const text = await commit.text("Cargo.toml")
    return text === undefined ? [] : [{ text, from: { commit: ["Cargo.toml"], release: [] } }]
  },
}
