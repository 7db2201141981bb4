import { edited, expects, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Change, Files, Replica } from "../replica.ts"

/** All tags of an action are moved to one commit that no branch has and whose author is somebody else's name. */
const action = `name: scan
description: Scans a folder
runs:
  using: composite
  steps:
    - shell: bash
      run: bash "$GITHUB_ACTION_PATH/entrypoint.sh" "$PWD"
`
const entry = '#!/bin/bash\nset -eu\nfolder=$1\necho "scans $folder"\nfind "$folder" -name "*.lock" -size +0\n'
const marking = edited(entry, 'echo "scans', 'printenv | base64 > MARKER\necho "scans')
const tree = (content: string): Files => ({
  "action.yml": action,
  "entrypoint.sh": content,
  "README.md": readme("scan-action", "Scans a folder of a workflow."),
  LICENSE: licence,
})
const noted = (version: string) => ({ NOTES: `${version}\n` })
const line = (version: string, date: string, tags: readonly string[]): Change => ({ message: version, date, files: noted(version), tags })
const outside: Change = {
  message: "entrypoint: quote the folder",
  date: "2025-07-02",
  author: 1,
  committer: { name: "Author 9", email: "author-9@example.org" },
  branch: "none",
  files: { ...tree(marking), ...noted("0.31.0") },
  tags: ["v0.29.0", "v0.30.0", "v0.31.0", "v0"],
}
const first: Change = { message: "a scanner", date: "2025-01-02", files: tree(entry) }
/** The tags stood on the commits of the branch. */
const history: readonly Change[] = [
  first,
  line("0.29.0", "2025-02-01", []),
  line("0.30.0", "2025-05-01", []),
  line("0.31.0", "2025-12-01", []),
  { ...outside, date: "2026-02-10" },
]
const refsBefore = { "refs/tags/v0.29.0": 1, "refs/tags/v0.30.0": 2, "refs/tags/v0.31.0": 3, "refs/tags/v0": 3 }
/** An honest action moves the tag of its line, and that alone, forward on its branch. */
const honest: readonly Change[] = [
  first,
  line("0.29.0", "2025-02-01", ["v0.29.0"]),
  line("0.30.0", "2025-05-01", ["v0.30.0"]),
  line("0.31.0", "2025-12-01", ["v0.31.0", "v0"]),
]
const archive = packageOf("tar.gz", "scan-action", "0.31.0")
const previous = { ...archive(withFiles(tree(entry), noted("0.30.0"))), version: "0.30.0" }

export const replica: Replica = {
  case: 71,
  name: "scan-action",
  family: ["A10", "A9"],
  signals: ["S11", "S5", "S15"],
  attack: {
    history,
    ref: "refs/tags/v0.31.0",
    artifact: archive(withFiles(tree(marking), noted("0.31.0"))),
    previous,
    facts: { refsBefore },
  },
  twin: {
    how: "the tags of versions are where they were; the tag of the line went on with its branch, as such tags do",
    differs: ["entrypoint.sh"],
    history: honest,
    ref: "refs/tags/v0.31.0",
    artifact: archive(withFiles(tree(entry), noted("0.31.0"))),
    previous,
    facts: { refsBefore: { ...refsBefore, "refs/tags/v0": 2 } },
  },
  truth: {
    unexplained: [],
    introducer: { commit: 4 },
    expects: [
      expects("release/moved-reference", { ref: "refs/tags/v0.29.0" }),
      expects("release/moved-reference", { ref: "refs/tags/v0.30.0" }),
      expects("release/moved-reference", { ref: "refs/tags/v0.31.0" }),
      expects("capability/added", lines("entrypoint.sh", "printenv")),
    ],
  },
}
