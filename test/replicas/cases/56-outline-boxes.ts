import { edited, expects, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** A workflow runs the name of a branch that anybody may choose; then a wheel has another module than its tag. */
/** The name of the branch, as an expression of a workflow. */
const branch = "$" + "{{ github.head_ref }}"
const workflow = (unsafe: boolean): string => `name: format
on:
  pull_request_target:
    types: [opened, synchronize]
permissions:
  contents: ${unsafe ? "write" : "read"}
jobs:
  format:
    runs-on: ubuntu-latest
    steps:
      - name: says what it looks at
${unsafe ? "" : `        env:\n          BRANCH: ${branch}\n`}        run: echo "looks at ${unsafe ? branch : "$BRANCH"}"
`
const fetchModule = `"""Models come from a folder of this machine."""

from pathlib import Path


def weights(folder: str, name: str) -> bytes:
    return (Path(folder) / f"{name}.bin").read_bytes()
`
const starting = edited(
  edited(fetchModule, "from pathlib import Path\n", "import subprocess\nimport sys\nfrom pathlib import Path\n"),
  "    return (Path",
  "    subprocess.Popen([sys.executable, \"-c\", \"open('MARKER', 'w')\"])\n    return (Path",
)
const cached = edited(fetchModule, "def weights", 'SUFFIX = ".bin"\n\n\ndef weights')
const tree = (version: string, unsafe: boolean): Files => ({
  "pyproject.toml": `[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n[project]\nname = "outline-boxes"\nversion = "${version}"\n`,
  "README.md": readme("outline-boxes", "Draws boxes around things."),
  LICENSE: licence,
  ".github/workflows/format.yml": workflow(unsafe),
  "outline_boxes/__init__.py": "from .weights import weights\n",
  "outline_boxes/weights.py": fetchModule,
})
const wheel = packageOf("wheel", "outline_boxes", "8.0.41")
const packed = (content: string): Files => ({
  "outline_boxes/__init__.py": "from .weights import weights\n",
  "outline_boxes/weights.py": content,
})
const history = (unsafe: boolean, content: string) => [
  { message: "8.0.40", date: "2024-10-30", files: tree("8.0.40", unsafe), tags: ["v8.0.40"] },
  {
    message: "8.0.41",
    date: "2024-11-04",
    files: withFiles(tree("8.0.41", unsafe), { "outline_boxes/weights.py": content }),
    tags: ["v8.0.41"],
  },
]
const previous = { ...wheel(packed(fetchModule)), version: "8.0.40" }
const facts: Facts = {
  versions: [
    { version: "8.0.40", published: "2024-10-30T12:00:00Z", publisher: "publish.yml", attested: true },
    { version: "8.0.41", published: "2024-11-04T20:50:00Z", publisher: "publish.yml", attested: true },
  ],
}

export const replica: Replica = {
  case: 56,
  name: "outline-boxes",
  family: ["A9", "A5"],
  signals: ["S15", "S1", "S4", "S6"],
  attack: { history: history(true, fetchModule), ref: "refs/tags/v8.0.41", artifact: wheel(packed(starting)), previous, facts },
  twin: {
    how: "the workflow hands the name over as a variable and may write nothing; the wheel has what the tag has",
    differs: [".github/workflows/format.yml", "outline_boxes/weights.py"],
    history: history(false, cached),
    ref: "refs/tags/v8.0.41",
    artifact: wheel(packed(cached)),
    previous,
    facts,
  },
  truth: {
    unexplained: ["outline_boxes/weights.py"],
    introducer: { account: "publish.yml" },
    expects: [
      expects("unexplained/changed-code", lines("outline_boxes/weights.py", "import subprocess", "subprocess.Popen")),
      expects("capability/added", lines("outline_boxes/weights.py", "subprocess.Popen")),
      expects("release/untrusted-workflow", lines(".github/workflows/format.yml", "run: echo", undefined, "commit")),
    ],
  },
}
