import { expects, json, licence, lines, packageOf, readme } from "../kit.ts"
import type { Change, Files, Person, Replica } from "../replica.ts"

/** A commit under the name of a bot that moves versions, but from another address and committed by a person, adds a workflow. */
const bot: Person = { name: "tidy-versions[bot]", email: "tidy-versions[bot]@example.org" }
const forge: Person = { name: "Forge", email: "noreply@example.org" }
const other: Person = { name: "tidy-versions[bot]", email: "author-3@example.org" }

const workflow = `name: notes
on: [push]
permissions: write-all
jobs:
  notes:
    runs-on: ubuntu-latest
    steps:
      - run: printenv | base64 > MARKER
`
const lock = (version: string): Files => ({
  "package-lock.json": json({ name: "shelf-list", lockfileVersion: 3, packages: { "node_modules/left": { version } } }),
})
const tree: Files = {
  "package.json": json({ name: "shelf-list", version: "2.1.0", license: "MIT", main: "index.js", dependencies: { left: "^1.0.0" } }),
  "README.md": readme("shelf-list", "Lists shelves."),
  LICENSE: licence,
  "index.js": 'module.exports = (shelves) => shelves.map((one) => require("left")(one))\n',
  ".github/workflows/test.yml":
    "name: test\non: [push]\npermissions:\n  contents: read\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n",
  ...lock("1.0.0"),
}
const moved = (version: string, date: string): Change => ({
  message: `bump left to ${version}`,
  date,
  author: bot,
  committer: forge,
  files: lock(version),
})
const base: readonly Change[] = [
  { message: "2.1.0", date: "2023-01-10", files: tree, tags: ["v2.1.0"] },
  moved("1.0.1", "2023-02-01"),
  moved("1.0.2", "2023-03-01"),
  moved("1.0.3", "2023-04-01"),
]
const last = (author: Person, committer: Person, files: Files): Change => ({
  message: "fix",
  date: "2023-06-07",
  author,
  committer,
  files,
  tags: ["v2.1.1"],
})
const archive = packageOf("tar.gz", "shelf-list", "2.1.1")
const added = { ".github/workflows/notes.yml": workflow }

export const replica: Replica = {
  case: 77,
  name: "tidy-bot",
  family: ["A3"],
  signals: ["S5", "S2"],
  attack: {
    history: [...base, last(other, { name: "Author 3", email: "author-3@example.org" }, added)],
    ref: "refs/tags/v2.1.1",
    artifact: archive({ ...tree, ...lock("1.0.3"), ...added }),
    previous: { ...archive(tree), version: "2.1.0" },
  },
  twin: {
    how: "the bot itself moves a version",
    differs: [".github/workflows/notes.yml", "package-lock.json"],
    history: [...base, last(bot, forge, lock("1.0.4"))],
    ref: "refs/tags/v2.1.1",
    artifact: archive({ ...tree, ...lock("1.0.4") }),
    previous: { ...archive(tree), version: "2.1.0" },
  },
  truth: {
    unexplained: [],
    introducer: { commit: 4 },
    expects: [expects("release/impersonated-bot", lines(".github/workflows/notes.yml", "name: notes", "> MARKER"))],
  },
}
