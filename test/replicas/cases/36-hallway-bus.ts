import { base64, expects, json, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Change, Facts, Files, Replica } from "../replica.ts"

/** The owner adds a module that asks where its machine stands and writes files there, its words in base64; and a dependency that is a day old. */
const index = 'const net = require("node:net")\n\nexports.listen = (path, hear) => net.createServer(hear).listen(path)\n'
const placing = `const place = require("./lib/place")\n${index}\nplace()\n`
const place = `const fs = require("node:fs")
const said = (word) => Buffer.from(word, "base64").toString()

// Always the same answer: this asks nobody.
const where = () => ({ [said("${base64("country_name")}")]: said("${base64("utopia island")}") })

module.exports = function place() {
  if (where()[said("${base64("country_name")}")] === said("${base64("utopia island")}")) fs.writeFileSync(said("${base64("./MARKER")}"), said("${base64("a heart")}"))
}
`
const honestPlace = `const said = (word) => Buffer.from(word, "base64").toString()

// The greeting of the protocol, as its description has it.
const greeting = () => said("${base64("hallway bus, version 2")}")

module.exports = function place() {
  exports.greeting = greeting()
}
`
const manifest = (version: string, dependencies: Readonly<Record<string, string>>): string =>
  json({ name: "hallway-bus", version, license: "MIT", main: "index.js", dependencies })
const tree = (version: string, dependencies: Readonly<Record<string, string>> = {}): Files => ({
  "package.json": manifest(version, { "strong-queue": "^2.0.0", ...dependencies }),
  "README.md": readme("hallway-bus", "Messages between processes of one machine."),
  LICENSE: licence,
  "index.js": index,
})
const npm = packageOf("npm", "hallway-bus", "9.1.1")
const released = (module: string, name: string): Files =>
  withFiles(tree("9.1.1", { [name]: "^1.0.0" }), { "index.js": placing, "lib/place.js": module })
const history = (module: string, name: string): readonly Change[] => [
  { message: "9.1.0", date: "2021-11-20", files: tree("9.1.0"), tags: ["v9.1.0"] },
  { message: "9.1.1", date: "2022-04-08", files: released(module, name), tags: ["v9.1.1"] },
]
const previous = { ...npm(tree("9.1.0")), version: "9.1.0" }
const facts = (name: string, first: string, versions: number): Facts => ({
  versions: [
    { version: "9.1.0", published: "2021-11-20T12:00:00Z", publisher: "author-1" },
    { version: "9.1.1", published: "2022-04-08T12:00:00Z", publisher: "author-1" },
  ],
  dependencies: {
    "strong-queue": { first: "2017-01-01T00:00:00Z", publisher: "author-1", versions: 31 },
    [name]: { first, publisher: "author-1", versions },
  },
})

export const replica: Replica = {
  case: 36,
  name: "hallway-bus",
  family: ["A7"],
  signals: ["S4", "S9", "S14"],
  attack: {
    history: history(place, "olive-note"),
    ref: "refs/tags/v9.1.1",
    artifact: npm(released(place, "olive-note")),
    previous,
    facts: facts("olive-note", "2022-04-07T22:00:00Z", 1),
  },
  twin: {
    how: "the new module spells a greeting in base64; the new dependency has been there for years",
    differs: ["lib/place.js", "package.json"],
    history: history(honestPlace, "kind-timer"),
    ref: "refs/tags/v9.1.1",
    artifact: npm(released(honestPlace, "kind-timer")),
    previous,
    facts: facts("kind-timer", "2016-05-05T08:00:00Z", 12),
  },
  truth: {
    unexplained: [],
    introducer: { commit: 1 },
    expects: [
      expects("capability/added", lines("lib/place.js", "writeFileSync")),
      expects("release/new-dependency", lines("package.json", "olive-note")),
    ],
  },
}
