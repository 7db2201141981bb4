import { asBytes } from "../latin1.ts"
import { backendOf, projectOf, pyprojectOf } from "../python.ts"
import type { Recipe } from "../recipe.ts"
import { isWheel, wheelOf } from "./wheel.ts"

const module = /^(?:([^/]+)\/.*\.(?:pyi?|so|pyd)|([^/.]+)(?:\.[^/]*)?\.(?:py|so|pyd))$/

/** The names that the wheel brings to import, sorted, one a line (setuptools, `write_toplevel_names`). */
export const topLevel: Recipe = {
  name: "wheel/top_level.txt",
  writes: /^[^/]+\.dist-info\/top_level\.txt$/,
  of: isWheel,
  write: async ({ path }, { release, commit }) => {
    const wheel = wheelOf(release)
    const pyproject = wheel === undefined ? undefined : await pyprojectOf(projectOf(commit))
    if (wheel === undefined || pyproject === undefined || path !== `${wheel.info}top_level.txt` || backendOf(pyproject) !== "setuptools")
      return []
    const names = new Set(
      [...release.files.keys()]
        .filter((at) => !/^[^/]+\.(?:dist-info|data)\//.test(at))
        .flatMap(
          (at) =>
            module
              .exec(at)
              ?.slice(1)
              .find((name) => name !== undefined) ?? [],
        ),
    )
    const text = [...names].map((name) => `${asBytes(name)}\n`)
    return [{ text: text.sort().join(""), from: { commit: [], release: ["*"] } }]
  },
}
