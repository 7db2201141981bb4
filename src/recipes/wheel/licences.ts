import { namedIn } from "../nearest.ts"
import { projectOf } from "../python.ts"
import type { Recipe } from "../recipe.ts"
import { isWheel, wheelOf } from "./wheel.ts"

/** What backends take for a licence where none is named (setuptools, `license_files`; hatchling and flit ask for a part of these). */
const named = /^(?:licen[cs]e|copying|notice|authors)[^/]*$/i

/** Licences stand in `licenses/` under the path that they have in the project (PEP 639), before that beside METADATA under their name. */
export const wheelLicences: Recipe = {
  name: "wheel/licenses",
  writes: /^[^/]+\.dist-info\/.+$/,
  of: isWheel,
  write: async ({ path }, { release, commit }) => {
    const wheel = wheelOf(release)
    const below = wheel !== undefined && path.startsWith(wheel.info) ? path.slice(wheel.info.length) : ""
    const place = below.replace(/^licenses\//, "")
    if (!named.test(below.startsWith("licenses/") ? place.replace(/^.*\//, "") : below)) return []
    const at = projectOf(commit)
    const text = await at.text(place)
    return text === undefined ? [] : [{ text, from: { commit: [namedIn(at, place)], release: [] } }]
  },
}
