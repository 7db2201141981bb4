import { edited, expects, json, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Change, Files, Replica } from "../replica.ts"

/** The rightful owner adds a module that is loaded at the start and does something else than a library for coloured letters: all of it in the commit. */
const index = `"use strict"

const themes = require("./lib/themes")

exports.paint = (text, name = "plain") => themes[name].map((code) => \`\\u001b[\${code}m\`).join("") + text + "\\u001b[0m"
`
const tree = (version: string): Files => ({
  "package.json": json({ name: "bright-letters", version, license: "MIT", main: "index.js" }),
  "README.md": readme("bright-letters", "Letters in colours."),
  LICENSE: licence,
  "index.js": index,
  "lib/themes.js": "module.exports = { plain: [39], loud: [1, 35] }\n",
})
const loading = edited(index, 'require("./lib/themes")', 'require("./lib/themes")\nrequire("./lib/pennant")()')
/** Where the known one went round without an end, this one writes. */
const pennant =
  'const fs = require("node:fs")\n\nmodule.exports = function pennant() {\n  for (let turn = 0; turn < 1; turn++) fs.writeFileSync("MARKER", "")\n}\n'
const flag =
  'const themes = require("./themes")\n\nmodule.exports = function pennant() {\n  for (let turn = 0; turn < 3; turn++) themes["stripe" + turn] = [31 + turn]\n}\n'
const npm = packageOf("npm", "bright-letters", "1.5.0")
const history = (module: string): readonly Change[] => [
  { message: "1.4.0", date: "2021-09-01", files: tree("1.4.0"), tags: ["v1.4.0"] },
  { message: "adds the pennant", date: "2022-02-07", files: { "index.js": loading, "lib/pennant.js": module } },
  { message: "1.5.0", date: "2022-02-08", files: { "package.json": tree("1.5.0")["package.json"] ?? "" }, tags: ["v1.5.0"] },
]
const released = (module: string) => npm(withFiles(tree("1.5.0"), { "index.js": loading, "lib/pennant.js": module }))
const previous = { ...npm(tree("1.4.0")), version: "1.4.0" }

export const replica: Replica = {
  case: 35,
  name: "bright-letters",
  family: ["A7"],
  signals: ["S4"],
  attack: { history: history(pennant), ref: "refs/tags/v1.5.0", artifact: released(pennant), previous },
  twin: {
    how: "the new module adds themes",
    differs: ["lib/pennant.js"],
    history: history(flag),
    ref: "refs/tags/v1.5.0",
    artifact: released(flag),
    previous,
  },
  truth: {
    unexplained: [],
    introducer: { commit: 1 },
    expects: [expects("capability/added", lines("lib/pennant.js", "writeFileSync"))],
  },
}
