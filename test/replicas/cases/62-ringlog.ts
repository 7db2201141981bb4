import { edited, expects, licence, lines, packageOf, readme } from "../kit.ts"
import type { Change, Facts, Files, Replica } from "../replica.ts"

/** The module mirror kept a version whose bytes the tag does not have any more: it was moved to an honest commit afterwards. */
const code = `package ringlog

import "os"

// Log is one file.
type Log struct{ file *os.File }

// Open opens the file at path.
func Open(path string) (*Log, error) {
	file, err := os.Open(path)
	return &Log{file}, err
}
`
const connecting = `${edited(code, 'import "os"\n', 'import (\n\t"os"\n\t"os/exec"\n)\n')}
func init() {
	go exec.Command("sh", "-c", ": > MARKER").Run()
}
`
const closing = `${code}
// Close closes it.
func (log *Log) Close() error { return log.file.Close() }
`
const module = "forge.example/ring-go/ringlog"
const tree = (content: string): Files => ({
  "go.mod": `module ${module}\n\ngo 1.20\n`,
  "README.md": readme("ringlog", "Lines in a file that goes round."),
  LICENSE: licence,
  "ringlog.go": content,
})
const cached = packageOf("go", module, "v0.9.6")
const first: Change = { message: "v0.9.5", date: "2021-10-01", files: tree(code), tags: ["v0.9.5"] }
const history: readonly Change[] = [
  first,
  { message: "v0.9.6", date: "2021-10-20", files: tree(connecting), branch: "none" },
  { message: "v0.9.6, again", date: "2021-10-21", files: { NOTES: "0.9.6\n" }, tags: ["v0.9.6"] },
]
const honest: readonly Change[] = [
  first,
  { message: "v0.9.6", date: "2021-10-21", files: { "ringlog.go": closing, NOTES: "0.9.6\n" }, tags: ["v0.9.6"] },
]
const released = (content: string, more: Files = { NOTES: "0.9.6\n" }) => cached({ ...tree(content), ...more })
const facts: Facts = {
  elsewhere: [{ place: "what the tag gives today", artifact: "tagged" }],
  popular: ["forge.example/ring/ringlog"],
}
const previous = { ...cached(tree(code)), version: "v0.9.5" }

export const replica: Replica = {
  case: 62,
  name: "ringlog",
  family: ["A8", "A10"],
  signals: ["S10", "S11", "S4"],
  attack: {
    history,
    ref: "refs/tags/v0.9.6",
    artifact: released(connecting, {}),
    previous,
    others: { tagged: released(code) },
    facts: { ...facts, refsBefore: { "refs/tags/v0.9.6": 1 } },
  },
  twin: {
    how: "the mirror has what the tag has; the new function closes the file",
    differs: ["NOTES", "ringlog.go"],
    history: honest,
    ref: "refs/tags/v0.9.6",
    artifact: released(closing),
    previous,
    others: { tagged: released(closing) },
    facts: { elsewhere: facts.elsewhere ?? [], refsBefore: { "refs/tags/v0.9.6": 1 } },
  },
  truth: {
    unexplained: ["ringlog.go"],
    introducer: { commit: 1 },
    expects: [
      expects("unexplained/changed-code", lines("ringlog.go", '"os/exec"', "exec.Command")),
      expects("release/other-bytes", { fact: "elsewhere" }),
      expects("release/moved-reference", { ref: "refs/tags/v0.9.6" }),
      expects("release/confusable-name", { fact: "popular" }),
    ],
  },
}
