import { coreMetadata } from "../core-metadata.ts"
import type { Recipe } from "../recipe.ts"
import { isWheel, wheelOf } from "./wheel.ts"

/** What the wheel says of its project. */
export const metadata: Recipe = {
  name: "wheel/METADATA",
  writes: /^[^/]+\.dist-info\/METADATA$/,
  of: isWheel,
  write: async ({ path, text }, { release, commit }) => {
    const wheel = wheelOf(release)
    if (wheel === undefined || path !== `${wheel.info}METADATA`) return []
    const hasLicence = (at: string): boolean => release.files.has(`${wheel.info}licenses/${at}`) || release.files.has(`${wheel.info}${at}`)
    return coreMetadata(text, { name: wheel.name, version: wheel.version, hasLicence }, { commit })
  },
}
