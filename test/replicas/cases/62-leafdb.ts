import { edited, expects, licence, lines, packageOf, readme } from "../kit.ts"
import type { Change, Facts, Files, Replica } from "../replica.ts"

/** The module mirror kept a version whose bytes the tag does not have any more: it was moved to an honest commit afterwards. */
const code = `package leafdb

import "os"

// DB is one file.
type DB struct{ file *os.File }

// Open opens the file at path.
func Open(path string) (*DB, error) {
	file, err := os.Open(path)
	return &DB{file}, err
}
`
const connecting = `${edited(code, 'import "os"\n', 'import (\n\t"os"\n\t"os/exec"\n)\n')}
func init() {
	go exec.Command("sh", "-c", ": > MARKER").Run()
}
`
const closing = `${code}
// Close closes it.
func (db *DB) Close() error { return db.file.Close() }
`
const module = "forge.example/leaf-go/leafdb"
const tree = (content: string): Files => ({
  "go.mod": `module ${module}\n\ngo 1.20\n`,
  "README.md": readme("leafdb", "Keys and values in one file."),
  LICENSE: licence,
  "leafdb.go": content,
})
const cached = packageOf("go", module, "v1.3.1")
const first: Change = { message: "v1.3.0", date: "2021-10-01", files: tree(code), tags: ["v1.3.0"] }
const history: readonly Change[] = [
  first,
  { message: "v1.3.1", date: "2021-10-20", files: tree(connecting), branch: "none" },
  { message: "v1.3.1, again", date: "2021-10-21", files: { NOTES: "1.3.1\n" }, tags: ["v1.3.1"] },
]
const honest: readonly Change[] = [
  first,
  { message: "v1.3.1", date: "2021-10-21", files: { "leafdb.go": closing, NOTES: "1.3.1\n" }, tags: ["v1.3.1"] },
]
const released = (content: string, more: Files = { NOTES: "1.3.1\n" }) => cached({ ...tree(content), ...more })
const facts: Facts = {
  elsewhere: [{ place: "what the tag gives today", artifact: "tagged" }],
  popular: { "forge.example/leaf/leafdb": 60_000 },
}
const previous = { ...cached(tree(code)), version: "v1.3.0" }

export const replica: Replica = {
  case: 62,
  name: "leafdb",
  family: ["A8", "A10"],
  signals: ["S10", "S11", "S4"],
  attack: {
    history,
    ref: "refs/tags/v1.3.1",
    artifact: released(connecting, {}),
    previous,
    others: { tagged: released(code) },
    facts: { ...facts, refsBefore: { "refs/tags/v1.3.1": 1 } },
  },
  twin: {
    how: "the mirror has what the tag has; the new function closes the file",
    differs: ["NOTES", "leafdb.go"],
    history: honest,
    ref: "refs/tags/v1.3.1",
    artifact: released(closing),
    previous,
    others: { tagged: released(closing) },
    facts: { elsewhere: facts.elsewhere ?? [], refsBefore: { "refs/tags/v1.3.1": 1 } },
  },
  truth: {
    unexplained: ["leafdb.go"],
    introducer: { commit: 1 },
    expects: [
      expects("unexplained/changed-code", lines("leafdb.go", '"os/exec"', "exec.Command")),
      expects("release/other-bytes", { fact: "elsewhere" }),
      expects("release/moved-reference", { ref: "refs/tags/v1.3.1" }),
      expects("release/confusable-name", { fact: "popular" }),
    ],
  },
}
