import { expects, json, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** A version that no tag has, with a hook that npm runs at installation. */
const manifest = (version: string, scripts?: Readonly<Record<string, string>>): string =>
  json({
    name: "fence-globs",
    version,
    license: "MIT",
    main: "index.js",
    repository: { type: "git", url: "git+https://forge.example/fence/fence-globs.git" },
    ...(scripts === undefined ? {} : { scripts }),
  })
const tree = (version: string, scripts?: Readonly<Record<string, string>>): Files => ({
  "package.json": manifest(version, scripts),
  "README.md": readme("fence-globs", "Which of these paths lie inside the fence?"),
  LICENSE: licence,
  "index.js": 'const path = require("node:path")\n\nexports.inside = (fence, name) => !path.relative(fence, name).startsWith("..")\n',
})
const marks = 'require("fs").writeFileSync("MARKER", "")\n'
const checks =
  'const [major] = process.versions.node.split(".")\n\nif (Number(major) < 18) {\n  console.error("fence-globs wants Node.js 18 or newer")\n  process.exit(1)\n}\n'
const hook = { postinstall: "node ./lib/settle.js" }

const npm = packageOf("npm", "fence-globs", "3.1.4")
const facts: Facts = {
  versions: [
    { version: "3.1.2", published: "2021-02-02T10:00:00Z", publisher: "author-1", attested: false },
    { version: "3.1.3", published: "2021-05-02T10:00:00Z", publisher: "author-1", attested: false },
    { version: "3.1.4", published: "2021-05-20T03:00:00Z", publisher: "author-1", attested: false },
  ],
}
const before = { message: "3.1.3", date: "2021-05-02", files: tree("3.1.3"), tags: ["v3.1.3"] }
const honest = { ...tree("3.1.4", hook), "lib/settle.js": checks }
const previous = { ...npm(tree("3.1.3")), version: "3.1.3" }

export const replica: Replica = {
  case: 29,
  name: "fence-globs",
  family: ["A4"],
  signals: ["S1", "S2", "S4", "S6"],
  attack: {
    history: [before],
    ref: "refs/tags/v3.1.3",
    artifact: npm(withFiles(tree("3.1.4", hook), { "lib/settle.js": marks })),
    previous,
    facts,
  },
  twin: {
    how: "the hook looks at the version of Node.js; commit and tag are there",
    differs: ["lib/settle.js", "package.json"],
    history: [before, { message: "3.1.4", date: "2021-05-20", files: honest, tags: ["v3.1.4"] }],
    ref: "refs/tags/v3.1.4",
    artifact: npm(honest),
    previous,
    facts,
  },
  truth: {
    unexplained: ["lib/settle.js", "package.json"],
    introducer: { account: "author-1" },
    expects: [
      expects("unexplained/install-hook", lines("package.json", '"postinstall"')),
      expects("unexplained/added-code", lines("lib/settle.js", "writeFileSync")),
      expects("capability/added", lines("package.json", '"postinstall"')),
    ],
  },
}
