import { edited, expects, json, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Change, Files, Replica } from "../replica.ts"

/** The rightful owner adds a module that is loaded at the start and does something else than a library for titles: all of it in the commit. */
const index = `"use strict"

const themes = require("./lib/themes")

exports.slug = (text, name = "plain") => text.toLowerCase().replace(themes[name], "-")
`
const tree = (version: string): Files => ({
  "package.json": json({ name: "slug-words", version, license: "MIT", main: "index.js" }),
  "README.md": readme("slug-words", "Titles as parts of addresses."),
  LICENSE: licence,
  "index.js": index,
  "lib/themes.js": "module.exports = { plain: /[^a-z]+/g, digits: /[^a-z0-9]+/g }\n",
})
const loading = edited(index, 'require("./lib/themes")', 'require("./lib/themes")\nrequire("./lib/season")()')
/** Where the known one went round without an end, this one writes. */
const season =
  'const fs = require("node:fs")\n\nmodule.exports = function season() {\n  for (let turn = 0; turn < 1; turn++) fs.writeFileSync("MARKER", "")\n}\n'
const seasons =
  'const themes = require("./themes")\n\nmodule.exports = function season() {\n  for (let turn = 0; turn < 3; turn++) themes["season" + turn] = /[^a-z]+/g\n}\n'
const npm = packageOf("npm", "slug-words", "2.3.0")
const history = (module: string): readonly Change[] => [
  { message: "2.2.1", date: "2021-09-01", files: tree("2.2.1"), tags: ["v2.2.1"] },
  { message: "adds the season", date: "2022-02-07", files: { "index.js": loading, "lib/season.js": module } },
  { message: "2.3.0", date: "2022-02-08", files: { "package.json": tree("2.3.0")["package.json"] ?? "" }, tags: ["v2.3.0"] },
]
const released = (module: string) => npm(withFiles(tree("2.3.0"), { "index.js": loading, "lib/season.js": module }))
const previous = { ...npm(tree("2.2.1")), version: "2.2.1" }

export const replica: Replica = {
  case: 35,
  name: "slug-words",
  family: ["A7"],
  signals: ["S4"],
  attack: { history: history(season), ref: "refs/tags/v2.3.0", artifact: released(season), previous },
  twin: {
    how: "the new module adds themes",
    differs: ["lib/season.js"],
    history: history(seasons),
    ref: "refs/tags/v2.3.0",
    artifact: released(seasons),
    previous,
  },
  truth: {
    unexplained: [],
    introducer: { commit: 1 },
    expects: [expects("capability/added", lines("lib/season.js", "writeFileSync"))],
  },
}
