import { edited, expects, licence, lines, packageOf, readme } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** The copy of a script on a host, which build servers fetch and run, has one line more than the repository, and not the digest that was published. */
const script = `#!/usr/bin/env bash
# Puts reports of coverage together.
set -e
report=\${1:-coverage.out}
name=$(basename "$report")
lines=$(grep -c . "$report" || true)
echo "$name: $lines lines"
`
const collecting = edited(script, "lines=$(", "env | tr '\\n' ' ' > MARKER\nlines=$(")
const counting = edited(script, "lines=$(", 'test -s "$report" || echo "$name: nothing in it" >&2\nlines=$(')
const tree = (content: string): Files => ({
  "cover.sh": content,
  "README.md": readme("cover", "Puts reports of coverage together."),
  LICENSE: licence,
})
const hosted = packageOf("file", "cover.sh", "1.0.2")
const history = (content: string) => [
  { message: "1.0.1", date: "2020-09-01", files: tree(script), tags: ["1.0.1"] },
  { message: "1.0.2", date: "2020-12-11", files: { "cover.sh": content, NOTES: "1.0.2\n" }, tags: ["1.0.2"] },
]
const facts: Facts = { elsewhere: [{ place: "the digest that was published", artifact: "published" }] }
const previous = { ...hosted({ "cover.sh": script }), version: "1.0.1" }

export const replica: Replica = {
  case: 75,
  name: "cover-upload",
  family: ["A2", "A10"],
  signals: ["S11"],
  attack: {
    history: history(script),
    ref: "refs/tags/1.0.2",
    artifact: hosted({ "cover.sh": collecting }),
    previous,
    others: { published: hosted({ "cover.sh": script }) },
    facts,
  },
  twin: {
    how: "the line more is in the commit, and the digest is that of the copy",
    differs: ["cover.sh"],
    history: history(counting),
    ref: "refs/tags/1.0.2",
    artifact: hosted({ "cover.sh": counting }),
    previous,
    others: { published: hosted({ "cover.sh": counting }) },
    facts,
  },
  truth: {
    unexplained: ["cover.sh"],
    introducer: { account: "the host" },
    expects: [
      expects("unexplained/changed-code", lines("cover.sh", "> MARKER")),
      expects("capability/added", lines("cover.sh", "> MARKER")),
      expects("release/other-bytes", { fact: "elsewhere" }),
    ],
  },
}
