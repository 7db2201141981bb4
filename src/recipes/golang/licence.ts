import type { Recipe } from "../recipe.ts"
import { isModule } from "./module.ts"

/** go.dev/ref/mod, "Module zip files": a module in a folder of the repository that has no LICENSE of its own gets that of the repository's root. */
export const goLicence: Recipe = {
  name: "golang/LICENSE",
  writes: /^LICENSE$/,
  of: isModule,
  write: async (_, { commit }) => {
    const text = commit.folder !== "" && !commit.tree.has("LICENSE") ? await commit.at("").text("LICENSE") : undefined
    return text === undefined ? [] : [{ text, from: { commit: ["/LICENSE"], release: [] } }]
  },
}
