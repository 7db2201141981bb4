import { directoryOf } from "../../core/path.ts"
import { entryPoints } from "../entry-points.ts"
import { asBytes, linesIn } from "../latin1.ts"
import { once } from "../once.ts"
import { normalName } from "../python.ts"
import type { Recipe, ReleaseFacts, Written } from "../recipe.ts"
import { isSdist, sdistOf } from "./sdist.ts"

/** The folder that setuptools describes the project in: of its name, and the only one that has that. Another project's says what this one's files do not show. */
const folderOf = once((release: ReleaseFacts): string | undefined => {
  const name = normalName(sdistOf(release)?.name ?? "")
  const folders = new Set([...release.files.keys()].map(directoryOf))
  const own = [...folders].filter((folder) => normalName(/(?:^|\/)([^/]+)\.egg-info\/$/.exec(folder)?.[1] ?? "") === name)
  return own.length === 1 ? own[0] : undefined
})

/** What stands beside the sources without saying anything new (setuptools, `egg_info`): PKG-INFO once more, marks that are empty lines, lists of files and names, entry points, and the settings of the next egg_info. */
export const eggInfo: Recipe = {
  name: "sdist/egg-info",
  writes:
    /^(?:(?:.*\/)?[^/]+\.egg-info\/(?:PKG-INFO|(?:SOURCES|dependency_links|top_level|entry_points)\.txt|(?:not-)?zip-safe)|setup\.cfg)$/,
  of: isSdist,
  write: async ({ path, text }, { release, commit }) => {
    if (commit.tree.has(path)) return []
    const none = { commit: [], release: [] }
    if (path === "setup.cfg") return [{ text: "[egg_info]\ntag_build = \ntag_date = 0\n\n", from: none }]
    const folder = directoryOf(path)
    if (folder !== folderOf(release)) return []
    const file = path.slice(folder.length)
    if (file === "SOURCES.txt") return [sources(text, release, commit.tree.has("setup.cfg"))]
    if (file === "top_level.txt") return topLevel(directoryOf(folder.slice(0, -1)), release)
    if (file === "entry_points.txt") return entryPoints(text, commit)
    if (file !== "PKG-INFO") return [{ text: "\n", from: none }]
    const original = await release.text(file)
    return original === undefined ? [] : [{ text: original, from: { commit: [], release: [file] } }]
  },
}

/** Every file but PKG-INFO and a setup.cfg of setuptools' own, one a line; no installer of today reads their order. */
function sources(text: string, { files }: ReleaseFacts, hasSettings: boolean): Written {
  const listed = [...files.keys()].filter((path) => path !== "PKG-INFO" && (hasSettings || path !== "setup.cfg"))
  const lines = new Set(listed.map((path) => `${asBytes(path)}\n`))
  const stated = linesIn(text)
  const inOrder = new Set(stated.map((line) => (line.endsWith("\n") ? line : `${line}\n`)).filter((line) => lines.has(line)))
  const written = [...inOrder, ...[...lines].filter((line) => !inOrder.has(line))].join("")
  const end = text.endsWith("\n") ? written : written.replace(/\n$/, "")
  return { text: end, from: { commit: [], release: ["*"] }, dropped: ["the order of its lines", "its last line end"] }
}

/** The packages beside it, or the one that has the project's name: a name to look for, which nothing is installed by. */
function topLevel(folder: string, release: ReleaseFacts): readonly Written[] {
  const names = new Set(
    [...release.files.keys()].flatMap((path) =>
      path.startsWith(folder) ? (/^([^/]+)\/__init__\.py$/.exec(path.slice(folder.length))?.[1] ?? []) : [],
    ),
  )
  const own = [...names].filter((name) => normalName(name) === normalName(sdistOf(release)?.name ?? ""))
  return [[...names], own].map((all) => ({
    text: all
      .map((name) => `${asBytes(name)}\n`)
      .sort()
      .join(""),
    from: { commit: [], release: ["*"] },
  }))
}
