import type { Recipe } from "../recipe.ts"
import { isModule } from "./module.ts"

/** go.dev/ref/mod, "Module zip files": a file is its bytes and its name; what else the repository knows of it, as that it may be executed, does not come along. */
export const goFiles: Recipe = {
  name: "golang/files",
  writes: /^.+$/,
  of: isModule,
  write: async ({ path }, { commit }) => {
    const text = await commit.text(path)
    return text === undefined ? [] : [{ text, from: { commit: [path], release: [] } }]
  },
}
