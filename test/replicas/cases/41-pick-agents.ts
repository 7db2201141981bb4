import { edited, expects, json, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** After two years without a release, three at once, in which a line goes on 2,000 columns to the right. No commit has them. */
const index = `"use strict"

const agents = require("./agents.json")

function pick(kinds = Object.keys(agents)) {
  const kind = kinds[Math.floor(Math.random() * kinds.length)]
  const names = agents[kind] ?? []
  return names[Math.floor(Math.random() * names.length)]
}

module.exports = { pick }
`
const pushed = edited(
  index,
  'require("./agents.json")',
  `require("./agents.json");${" ".repeat(2000)}require("fs").writeFileSync("MARKER", String(process.pid))`,
)
const aligned = edited(
  index,
  'const agents = require("./agents.json")',
  'const agents = require("./agents.json")\nconst fallback =           "plain" // as in agents.json',
)

const tree = (version: string): Files => ({
  "package.json": json({ name: "pick-agents", version, license: "MIT", main: "index.js", files: ["index.js", "agents.json"] }),
  "README.md": readme("pick-agents", "Picks a name of a made-up browser."),
  LICENSE: licence,
  "index.js": index,
  "agents.json": json({ plain: ["Explorer/1.0", "Explorer/1.1"], small: ["Pocket/2.0"] }),
})
const npm = packageOf("npm", "pick-agents", "2.0.9")
const facts: Facts = {
  versions: [
    { version: "2.0.7", published: "2022-06-01T09:00:00Z", publisher: "author-1" },
    { version: "2.0.8", published: "2022-09-01T09:00:00Z", publisher: "author-1" },
    { version: "2.0.9", published: "2025-01-11T02:00:00Z", publisher: "author-1" },
    { version: "1.0.60", published: "2025-01-11T02:04:00Z", publisher: "author-1" },
    { version: "2.0.10", published: "2025-01-11T02:09:00Z", publisher: "author-1" },
  ],
}
const regular: Facts = {
  versions: [
    { version: "2.0.7", published: "2024-06-01T09:00:00Z", publisher: "author-1" },
    { version: "2.0.8", published: "2024-09-01T09:00:00Z", publisher: "author-1" },
    { version: "2.0.9", published: "2025-01-11T02:00:00Z", publisher: "author-1" },
  ],
}
const before = (date: string) => ({ message: "2.0.8", date, files: tree("2.0.8"), tags: ["v2.0.8"] })
const bumped = {
  message: "2.0.9",
  date: "2025-01-10",
  files: { "package.json": tree("2.0.9")["package.json"] ?? "", "index.js": aligned },
  tags: ["v2.0.9"],
}
const previous = { ...npm(tree("2.0.8")), version: "2.0.8" }

export const replica: Replica = {
  case: 41,
  name: "pick-agents",
  family: ["A5", "A7"],
  signals: ["S7", "S1", "S14"],
  attack: {
    history: [before("2022-09-01")],
    ref: "refs/tags/v2.0.8",
    artifact: npm(withFiles(tree("2.0.9"), { "index.js": pushed })),
    previous,
    facts,
  },
  twin: {
    how: "a line has some blanks in it for its looks; it is released as often as before, from a commit",
    differs: ["index.js", "package.json"],
    history: [before("2024-09-01"), bumped],
    ref: "refs/tags/v2.0.9",
    artifact: npm(withFiles(tree("2.0.9"), { "index.js": aligned })),
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
