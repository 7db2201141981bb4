import { base64, expects, json, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Change, Facts, Files, Replica } from "../replica.ts"

/** The owner adds a module that asks where its machine stands and writes files there, its words in base64; and a dependency that is a day old. */
const index = 'const { setTimeout: at } = require("node:timers")\n\nexports.every = (seconds, go) => at(go, seconds * 1000)\n'
const placing = `const place = require("./lib/place")\n${index}\nplace()\n`
const place = `const fs = require("node:fs")
const said = (word) => Buffer.from(word, "base64").toString()

// Always the same answer: this asks nobody.
const where = () => ({ [said("${base64("region")}")]: said("${base64("the far north")}") })

module.exports = function place() {
  if (where()[said("${base64("region")}")] === said("${base64("the far north")}")) fs.writeFileSync(said("${base64("./MARKER")}"), said("${base64("a note")}"))
}
`
const honestPlace = `const said = (word) => Buffer.from(word, "base64").toString()

// The greeting of the protocol, as its description has it.
const greeting = () => said("${base64("lamp clock, version 2")}")

module.exports = function place() {
  exports.greeting = greeting()
}
`
const manifest = (version: string, dependencies: Readonly<Record<string, string>>): string =>
  json({ name: "lamp-clock", version, license: "MIT", main: "index.js", dependencies })
const tree = (version: string, dependencies: Readonly<Record<string, string>> = {}): Files => ({
  "package.json": manifest(version, { "strong-queue": "^2.0.0", ...dependencies }),
  "README.md": readme("lamp-clock", "Does things at their hour."),
  LICENSE: licence,
  "index.js": index,
})
const npm = packageOf("npm", "lamp-clock", "3.4.1")
const released = (module: string, name: string): Files =>
  withFiles(tree("3.4.1", { [name]: "^1.0.0" }), { "index.js": placing, "lib/place.js": module })
const history = (module: string, name: string): readonly Change[] => [
  { message: "3.4.0", date: "2021-11-20", files: tree("3.4.0"), tags: ["v3.4.0"] },
  { message: "3.4.1", date: "2022-04-08", files: released(module, name), tags: ["v3.4.1"] },
]
const previous = { ...npm(tree("3.4.0")), version: "3.4.0" }
const facts = (name: string, first: string, versions: number): Facts => ({
  versions: [
    { version: "3.4.0", published: "2021-11-20T12:00:00Z", publisher: "author-1" },
    { version: "3.4.1", published: "2022-04-08T12:00:00Z", publisher: "author-1" },
  ],
  dependencies: {
    "strong-queue": { first: "2017-01-01T00:00:00Z", publisher: "author-1", versions: 31 },
    [name]: { first, publisher: "author-1", versions },
  },
})

export const replica: Replica = {
  case: 36,
  name: "lamp-clock",
  family: ["A7"],
  signals: ["S4", "S9", "S14"],
  attack: {
    history: history(place, "quiet-note"),
    ref: "refs/tags/v3.4.1",
    artifact: npm(released(place, "quiet-note")),
    previous,
    facts: facts("quiet-note", "2022-04-07T22:00:00Z", 1),
  },
  twin: {
    how: "the new module spells a greeting in base64; the new dependency has been there for years",
    differs: ["lib/place.js", "package.json"],
    history: history(honestPlace, "kind-timer"),
    ref: "refs/tags/v3.4.1",
    artifact: npm(released(honestPlace, "kind-timer")),
    previous,
    facts: facts("kind-timer", "2016-05-05T08:00:00Z", 12),
  },
  truth: {
    unexplained: [],
    introducer: { commit: 1 },
    expects: [
      expects("capability/added", lines("lib/place.js", "writeFileSync")),
      expects("release/new-dependency", lines("package.json", "quiet-note")),
    ],
  },
}
