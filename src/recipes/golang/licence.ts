import type { Recipe } from "../recipe.ts"

/** go.dev/ref/mod, "Module zip files": a module in a folder of the repository that has no LICENSE of its own gets that of the repository's root. */
export const goLicence: Recipe = {
  name: "golang/LICENSE",
  writes: /^LICENSE$/,
  write: async (_, { release, commit }) => {
    const isModule = release.format === "zip" && /@v\d[^/]*\/$/.test(release.root)
    const text = isModule && commit.folder !== "" && !commit.tree.has("LICENSE") ? await commit.wholeText("LICENSE") : undefined
    return text === undefined ? [] : [{ text, from: { commit: ["/LICENSE"], release: [] } }]
  },
}
