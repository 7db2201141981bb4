import { expects, json, licence, lines, packageOf, readme } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** Only the manifest differs from the commit: one dependency more, a day old, which no file imports and whose hook runs at installation. */
const manifest = (version: string, dependencies: Readonly<Record<string, string>>): string =>
  json({ name: "ask-http", version, license: "MIT", main: "index.js", dependencies })
const redirects = { "follow-once": "^2.3.0" }
const tree = (version: string, dependencies: Readonly<Record<string, string>> = redirects): Files => ({
  "package.json": manifest(version, dependencies),
  "README.md": readme("ask-http", "Asks a server and hands back its answer."),
  LICENSE: licence,
  "index.js": 'const follow = require("follow-once")\n\nexports.ask = (address, done) => follow(address, done)\n',
})
const npm = packageOf("npm", "ask-http", "1.12.1")
const dependency = (files: Files) => ({ format: "npm", name: "tidy-digest", version: "2.0.4", files }) as const
const settling = dependency({
  "package.json": json({
    name: "tidy-digest",
    version: "2.0.4",
    license: "MIT",
    main: "index.js",
    scripts: { postinstall: "node settle.js" },
  }),
  "index.js": 'exports.digest = (text) => require("node:crypto").createHash("sha256").update(text).digest("hex")\n',
  "settle.js":
    'const fs = require("node:fs")\n\nfs.writeFileSync("MARKER", "")\nfs.writeFileSync("package.json", fs.readFileSync("package.json", "utf8").replace(/,\\s*"scripts": \\{[^}]*\\}/, ""))\n',
})
const digesting = dependency({
  "package.json": json({ name: "tidy-digest", version: "2.0.4", license: "MIT", main: "index.js", scripts: { test: "node test.js" } }),
  "index.js": 'exports.digest = (text) => require("node:crypto").createHash("sha256").update(text).digest("hex")\n',
})
const more = { ...redirects, "tidy-digest": "^2.0.4" }
const before = { message: "1.12.0", date: "2025-12-10", files: tree("1.12.0"), tags: ["v1.12.0"] }
const previous = { ...npm(tree("1.12.0")), version: "1.12.0" }
const importing = {
  ...tree("1.12.1", more),
  "index.js":
    'const follow = require("follow-once")\nconst { digest } = require("tidy-digest")\n\nexports.ask = (address, done) => follow(address, (answer) => done(answer, digest(answer)))\n',
}
const facts = (attested: boolean, first: string, versions: number): Facts => ({
  versions: [
    { version: "1.12.0", published: "2025-12-10T12:00:00Z", publisher: "release.yml", attested: true },
    { version: "1.12.1", published: "2026-02-20T00:30:00Z", publisher: attested ? "release.yml" : "author-1", attested },
  ],
  dependencies: {
    "follow-once": { first: "2014-01-01T00:00:00Z", publisher: "author-5", versions: 60 },
    "tidy-digest": { first, publisher: "author-6", versions },
  },
})

export const replica: Replica = {
  case: 48,
  name: "ask-http",
  family: ["A5"],
  signals: ["S9", "S1", "S6", "S2"],
  attack: {
    history: [before],
    ref: "refs/tags/v1.12.0",
    artifact: npm(tree("1.12.1", more)),
    previous,
    others: { dependency: settling },
    facts: facts(false, "2026-02-19T06:00:00Z", 2),
  },
  twin: {
    how: "the dependency is years old, has no hook, and is imported; the workflow published it from a tag",
    differs: ["index.js", "package.json"],
    history: [before, { message: "1.12.1", date: "2026-02-20", files: importing, tags: ["v1.12.1"] }],
    ref: "refs/tags/v1.12.1",
    artifact: npm(importing),
    previous,
    others: { dependency: digesting },
    facts: facts(true, "2015-03-01T06:00:00Z", 40),
  },
  truth: {
    unexplained: ["package.json"],
    introducer: { account: "author-1" },
    expects: [
      expects("release/new-dependency", lines("package.json", "tidy-digest")),
      expects("release/weaker-provenance", { fact: "versions" }),
      expects("unexplained/install-hook", lines("package.json", '"postinstall"', undefined, "dependency")),
    ],
  },
}
