import { edited, expects, json, licence, lines, packageOf, readme } from "../kit.ts"
import type { Files, Replica } from "../replica.ts"

/** A dependency of an installer does not go on where a file of one certain tool lies beside it; the commit does not know of it. */
const index = `"use strict"

const fs = require("node:fs")
const path = require("node:path")

module.exports = function progress(file, tell) {
  const size = fs.statSync(file).size
  let seen = 0
  const stream = fs.createReadStream(file)
  stream.on("data", (chunk) => {
    seen += chunk.length
    tell(path.basename(file), seen / size)
  })
  return stream
}
`
const breaking = edited(
  index,
  "  const size = ",
  `  const beside = fs.readdirSync(path.dirname(process.argv[1] ?? "."))
  if (beside.includes("settle-hedgehog.js")) {
    fs.writeFileSync("MARKER", "")
    return new (require("node:stream").Readable)({ read() {} })
  }
  const size = `,
)
const guarded = edited(
  index,
  "  const size = ",
  '  if (!fs.existsSync(file)) throw new Error("no such file: " + path.basename(file))\n  const size = ',
)
const tree = (version: string, content: string): Files => ({
  "package.json": json({ name: "tell-progress", version, license: "MIT", main: "index.js", files: ["index.js"] }),
  "README.md": readme("tell-progress", "How far a file has been read."),
  LICENSE: licence,
  "index.js": content,
})
const npm = packageOf("npm", "tell-progress", "2.1.4")
const history = (content: string) => [
  { message: "2.1.3", date: "2019-02-01", files: tree("2.1.3", index), tags: ["v2.1.3"] },
  { message: "2.1.4", date: "2019-03-05", files: tree("2.1.4", content), tags: ["v2.1.4"] },
]
const previous = { ...npm(tree("2.1.3", index)), version: "2.1.3" }

export const replica: Replica = {
  case: 31,
  name: "tell-progress",
  family: ["A5", "A7"],
  signals: ["S8", "S4"],
  attack: { history: history(index), ref: "refs/tags/v2.1.4", artifact: npm(tree("2.1.4", breaking)), previous },
  twin: {
    how: "it fails with a word where the file is missing, and the commit does so too",
    differs: ["index.js"],
    history: history(guarded),
    ref: "refs/tags/v2.1.4",
    artifact: npm(tree("2.1.4", guarded)),
    previous,
  },
  truth: {
    unexplained: ["index.js"],
    introducer: { account: "author-1" },
    expects: [
      expects("unexplained/changed-code", lines("index.js", "const beside", 'writeFileSync("MARKER"')),
      expects("capability/added", lines("index.js", 'writeFileSync("MARKER"')),
    ],
  },
}
