import { coreMetadata } from "../core-metadata.ts"
import type { Recipe } from "../recipe.ts"
import { isSdist, sdistOf } from "./sdist.ts"

/** What the source distribution says of its project. */
export const pkgInfo: Recipe = {
  name: "sdist/PKG-INFO",
  writes: /^PKG-INFO$/,
  of: isSdist,
  write: async ({ text }, { release, commit }) => {
    const sdist = sdistOf(release)
    return sdist === undefined ? [] : coreMetadata(text, { ...sdist, hasLicence: (path) => release.files.has(path) }, { commit })
  },
}
