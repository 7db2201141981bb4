import { edited, expects, json, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** After two years without a release, three at once, in which a line goes on 2,000 columns to the right. No commit has them. */
const index = `"use strict"

const words = require("./words.json")

function pick(kinds = Object.keys(words)) {
  const kind = kinds[Math.floor(Math.random() * kinds.length)]
  const names = words[kind] ?? []
  return names[Math.floor(Math.random() * names.length)]
}

module.exports = { pick }
`
const pushed = edited(
  index,
  'require("./words.json")',
  `require("./words.json");${" ".repeat(2000)}require("fs").writeFileSync("MARKER", String(process.pid))`,
)
const aligned = edited(
  index,
  'const words = require("./words.json")',
  'const words = require("./words.json")\nconst fallback =           "plain" // as in words.json',
)

const tree = (version: string): Files => ({
  "package.json": json({ name: "pick-words", version, license: "MIT", main: "index.js", files: ["index.js", "words.json"] }),
  "README.md": readme("pick-words", "Picks a word of a kind."),
  LICENSE: licence,
  "index.js": index,
  "words.json": json({ plain: ["oak", "elm"], small: ["ivy"] }),
})
const npm = packageOf("npm", "pick-words", "4.1.6")
const facts: Facts = {
  versions: [
    { version: "4.1.4", published: "2022-06-01T09:00:00Z", publisher: "author-1" },
    { version: "4.1.5", published: "2022-09-01T09:00:00Z", publisher: "author-1" },
    { version: "4.1.6", published: "2025-01-11T02:00:00Z", publisher: "author-1" },
    { version: "3.9.2", published: "2025-01-11T02:04:00Z", publisher: "author-1" },
    { version: "4.1.7", published: "2025-01-11T02:09:00Z", publisher: "author-1" },
  ],
}
const regular: Facts = {
  versions: [
    { version: "4.1.4", published: "2024-06-01T09:00:00Z", publisher: "author-1" },
    { version: "4.1.5", published: "2024-09-01T09:00:00Z", publisher: "author-1" },
    { version: "4.1.6", published: "2025-01-11T02:00:00Z", publisher: "author-1" },
  ],
}
const before = (date: string) => ({ message: "4.1.5", date, files: tree("4.1.5"), tags: ["v4.1.5"] })
const bumped = {
  message: "4.1.6",
  date: "2025-01-10",
  files: { "package.json": tree("4.1.6")["package.json"] ?? "", "index.js": aligned },
  tags: ["v4.1.6"],
}
const previous = { ...npm(tree("4.1.5")), version: "4.1.5" }

export const replica: Replica = {
  case: 41,
  name: "pick-words",
  family: ["A5", "A7"],
  signals: ["S7", "S1", "S14"],
  attack: {
    history: [before("2022-09-01")],
    ref: "refs/tags/v4.1.5",
    artifact: npm(withFiles(tree("4.1.6"), { "index.js": pushed })),
    previous,
    facts,
  },
  twin: {
    how: "a line has some blanks in it for its looks; it is released as often as before, from a commit",
    differs: ["index.js", "package.json"],
    history: [before("2024-09-01"), bumped],
    ref: "refs/tags/v4.1.6",
    artifact: npm(withFiles(tree("4.1.6"), { "index.js": aligned })),
    previous,
    facts: regular,
  },
  truth: {
    unexplained: ["index.js"],
    ordinary: ["package.json"],
    introducer: { account: "author-1" },
    expects: [
      expects("text/pushed-right", lines("index.js", "writeFileSync")),
      expects("unexplained/changed-code", lines("index.js", "writeFileSync")),
      expects("release/dormant", { fact: "versions" }),
    ],
  },
}
