import { edited, expects, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Change, Files, Replica } from "../replica.ts"

/** All tags of an action are moved to one commit that no branch has and whose author is somebody else's name. */
const action = `name: lint
description: Looks through a folder
runs:
  using: composite
  steps:
    - shell: bash
      run: bash "$GITHUB_ACTION_PATH/lint.sh" "$PWD"
`
const entry = '#!/bin/bash\nset -eu\nfolder=$1\necho "looks through $folder"\nfind "$folder" -name "*.lock" -size +0\n'
const marking = edited(entry, 'echo "looks through', 'printenv | base64 > MARKER\necho "looks through')
const tree = (content: string): Files => ({
  "action.yml": action,
  "lint.sh": content,
  "README.md": readme("lint-folder", "Looks through a folder of a workflow."),
  LICENSE: licence,
})
const noted = (version: string) => ({ NOTES: `${version}\n` })
const line = (version: string, date: string, tags: readonly string[]): Change => ({ message: version, date, files: noted(version), tags })
const outside: Change = {
  message: "lint: quote the folder",
  date: "2025-07-02",
  author: 1,
  committer: { name: "Author 9", email: "author-9@example.org" },
  branch: "none",
  files: { ...tree(marking), ...noted("2.3.0") },
  tags: ["v2.1.0", "v2.2.0", "v2.3.0", "v2"],
}
const first: Change = { message: "a linter", date: "2025-01-02", files: tree(entry) }
/** The tags stood on the commits of the branch. */
const history: readonly Change[] = [
  first,
  line("2.1.0", "2025-02-01", []),
  line("2.2.0", "2025-05-01", []),
  line("2.3.0", "2025-12-01", []),
  { ...outside, date: "2026-02-10" },
]
const refsBefore = { "refs/tags/v2.1.0": 1, "refs/tags/v2.2.0": 2, "refs/tags/v2.3.0": 3, "refs/tags/v2": 3 }
/** An honest action moves the tag of its line, and that alone, forward on its branch. */
const honest: readonly Change[] = [
  first,
  line("2.1.0", "2025-02-01", ["v2.1.0"]),
  line("2.2.0", "2025-05-01", ["v2.2.0"]),
  line("2.3.0", "2025-12-01", ["v2.3.0", "v2"]),
]
const archive = packageOf("tar.gz", "lint-folder", "2.3.0")
const previous = { ...archive(withFiles(tree(entry), noted("2.2.0"))), version: "2.2.0" }

export const replica: Replica = {
  case: 71,
  name: "lint-folder",
  family: ["A10", "A9"],
  signals: ["S11", "S5", "S15"],
  attack: {
    history,
    ref: "refs/tags/v2.3.0",
    artifact: archive(withFiles(tree(marking), noted("2.3.0"))),
    previous,
    facts: { refsBefore },
  },
  twin: {
    how: "the tags of versions are where they were; the tag of the line went on with its branch, as such tags do",
    differs: ["lint.sh"],
    history: honest,
    ref: "refs/tags/v2.3.0",
    artifact: archive(withFiles(tree(entry), noted("2.3.0"))),
    previous,
    facts: { refsBefore: { ...refsBefore, "refs/tags/v2": 2 } },
  },
  truth: {
    unexplained: [],
    introducer: { commit: 4 },
    expects: [
      expects("release/moved-reference", { ref: "refs/tags/v2.1.0" }),
      expects("release/moved-reference", { ref: "refs/tags/v2.2.0" }),
      expects("release/moved-reference", { ref: "refs/tags/v2.3.0" }),
      expects("capability/added", lines("lint.sh", "printenv")),
    ],
  },
}
