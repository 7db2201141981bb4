import { asBytes } from "../latin1.ts"
import type { Recipe, ReleaseFacts, Written } from "../recipe.ts"
import { isSdist } from "./sdist.ts"

/** What stands beside the sources without saying anything new (setuptools, `egg_info`): PKG-INFO once more, marks that are empty lines, the list of files, and the settings of the next egg_info. */
export const eggInfo: Recipe = {
  name: "sdist/egg-info",
  writes: /^(?:(?:.*\/)?[^/]+\.egg-info\/(?:PKG-INFO|SOURCES\.txt|dependency_links\.txt|(?:not-)?zip-safe)|setup\.cfg)$/,
  of: isSdist,
  write: async ({ path, text }, { release, commit }) => {
    if (commit.tree.has(path)) return []
    const file = path.replace(/^.*\//, "")
    const none = { commit: [], release: [] }
    if (file === "setup.cfg") return [{ text: "[egg_info]\ntag_build = \ntag_date = 0\n\n", from: none }]
    if (file === "SOURCES.txt") return [sources(text, release, commit.tree.has("setup.cfg"))]
    if (file !== "PKG-INFO") return [{ text: "\n", from: none }]
    const original = await release.text(file)
    return original === undefined ? [] : [{ text: original, from: { commit: [], release: [file] } }]
  },
}

/** Every file but PKG-INFO and a setup.cfg of setuptools' own, one a line; no installer of today reads their order. */
function sources(text: string, { files }: ReleaseFacts, hasSettings: boolean): Written {
  const lines = new Set(
    [...files.keys()].filter((path) => path !== "PKG-INFO" && (hasSettings || path !== "setup.cfg")).map((path) => `${asBytes(path)}\n`),
  )
  const inOrder = new Set(
    (text.match(/[^\n]*(?:\n|$)/g) ?? []).map((line) => (line.endsWith("\n") ? line : `${line}\n`)).filter((line) => lines.has(line)),
  )
  const written = [...inOrder, ...[...lines].filter((line) => !inOrder.has(line))].join("")
  const end = text.endsWith("\n") ? written : written.replace(/\n$/, "")
  return { text: end, from: { commit: [], release: ["*"] }, dropped: ["the order of its lines", "its last line end"] }
}
