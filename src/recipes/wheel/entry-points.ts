import { entryPoints } from "../entry-points.ts"
import type { Recipe } from "../recipe.ts"
import { isWheel, wheelOf } from "./wheel.ts"

/** Programs that the installer writes, and code that others load by name. */
export const wheelEntryPoints: Recipe = {
  name: "wheel/entry_points.txt",
  writes: /^[^/]+\.dist-info\/entry_points\.txt$/,
  of: isWheel,
  write: async ({ path, text }, { release, commit }) =>
    path === `${wheelOf(release)?.info}entry_points.txt` ? entryPoints(text, commit) : [],
}
