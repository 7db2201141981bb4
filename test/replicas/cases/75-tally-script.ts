import { edited, expects, licence, lines, packageOf, readme } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** The copy of a script on a host, which build servers fetch and run, has one line more than the repository, and not the digest that was published. */
const script = `#!/usr/bin/env bash
# Counts the lines of a log.
set -e
report=\${1:-test.log}
name=$(basename "$report")
lines=$(grep -c . "$report" || true)
echo "$name: $lines lines"
`
const collecting = edited(script, "lines=$(", "env | tr '\\n' ' ' > MARKER\nlines=$(")
const counting = edited(script, "lines=$(", 'test -s "$report" || echo "$name: nothing in it" >&2\nlines=$(')
const tree = (content: string): Files => ({
  "tally.sh": content,
  "README.md": readme("tally", "Counts the lines of a log."),
  LICENSE: licence,
})
const hosted = packageOf("file", "tally.sh", "1.0.2")
const history = (content: string) => [
  { message: "1.0.1", date: "2020-09-01", files: tree(script), tags: ["1.0.1"] },
  { message: "1.0.2", date: "2020-12-11", files: { "tally.sh": content, NOTES: "1.0.2\n" }, tags: ["1.0.2"] },
]
const facts: Facts = { elsewhere: [{ place: "the digest that was published", artifact: "published" }] }
const previous = { ...hosted({ "tally.sh": script }), version: "1.0.1" }

export const replica: Replica = {
  case: 75,
  name: "tally-script",
  family: ["A2", "A10"],
  signals: ["S11"],
  attack: {
    history: history(script),
    ref: "refs/tags/1.0.2",
    artifact: hosted({ "tally.sh": collecting }),
    previous,
    others: { published: hosted({ "tally.sh": script }) },
    facts,
  },
  twin: {
    how: "the line more is in the commit, and the digest is that of the copy",
    differs: ["tally.sh"],
    history: history(counting),
    ref: "refs/tags/1.0.2",
    artifact: hosted({ "tally.sh": counting }),
    previous,
    others: { published: hosted({ "tally.sh": counting }) },
    facts,
  },
  truth: {
    unexplained: ["tally.sh"],
    introducer: { account: "the host" },
    expects: [
      expects("unexplained/changed-code", lines("tally.sh", "> MARKER")),
      expects("capability/added", lines("tally.sh", "> MARKER")),
      expects("release/other-bytes", { fact: "elsewhere" }),
    ],
  },
}
