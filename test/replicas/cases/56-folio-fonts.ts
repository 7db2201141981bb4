import { edited, expects, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** A workflow runs the name of a branch that anybody may choose; then a wheel has another module than its tag. */

// An expression of a workflow.
const branch = "$" + "{{ github.head_ref }}"
const workflow = (unsafe: boolean): string => `name: labels
on:
  pull_request_target:
    types: [opened, synchronize]
permissions:
  contents: ${unsafe ? "write" : "read"}
jobs:
  labels:
    runs-on: ubuntu-latest
    steps:
      - name: says what it looks at
${unsafe ? "" : `        env:\n          BRANCH: ${branch}\n`}        run: echo "looks at ${unsafe ? branch : "$BRANCH"}"
`
const fetchModule = `"""Fonts come from a folder of this machine."""

from pathlib import Path


def glyphs(folder: str, name: str) -> bytes:
    return (Path(folder) / f"{name}.ttf").read_bytes()
`
const starting = edited(
  edited(fetchModule, "from pathlib import Path\n", "import subprocess\nimport sys\nfrom pathlib import Path\n"),
  "    return (Path",
  "    subprocess.Popen([sys.executable, \"-c\", \"open('MARKER', 'w')\"])\n    return (Path",
)
const cached = edited(fetchModule, "def glyphs", 'SUFFIX = ".ttf"\n\n\ndef glyphs')
const tree = (version: string, unsafe: boolean): Files => ({
  "pyproject.toml": `[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n[project]\nname = "folio-fonts"\nversion = "${version}"\n`,
  "README.md": readme("folio-fonts", "Fonts for pages."),
  LICENSE: licence,
  ".github/workflows/labels.yml": workflow(unsafe),
  "folio_fonts/__init__.py": "from .glyphs import glyphs\n",
  "folio_fonts/glyphs.py": fetchModule,
})
const wheel = packageOf("wheel", "folio_fonts", "3.2.0")
const packed = (content: string): Files => ({
  "folio_fonts/__init__.py": "from .glyphs import glyphs\n",
  "folio_fonts/glyphs.py": content,
})
const history = (unsafe: boolean, content: string) => [
  { message: "3.1.9", date: "2024-10-30", files: tree("3.1.9", unsafe), tags: ["v3.1.9"] },
  {
    message: "3.2.0",
    date: "2024-11-04",
    files: withFiles(tree("3.2.0", unsafe), { "folio_fonts/glyphs.py": content }),
    tags: ["v3.2.0"],
  },
]
const previous = { ...wheel(packed(fetchModule)), version: "3.1.9" }
const facts: Facts = {
  versions: [
    { version: "3.1.9", published: "2024-10-30T12:00:00Z", publisher: "publish.yml", attested: true },
    { version: "3.2.0", published: "2024-11-04T20:50:00Z", publisher: "publish.yml", attested: true },
  ],
}

export const replica: Replica = {
  case: 56,
  name: "folio-fonts",
  family: ["A9", "A5"],
  signals: ["S15", "S1", "S4", "S6"],
  attack: { history: history(true, fetchModule), ref: "refs/tags/v3.2.0", artifact: wheel(packed(starting)), previous, facts },
  twin: {
    how: "the workflow hands the name over as a variable and may write nothing; the wheel has what the tag has",
    differs: [".github/workflows/labels.yml", "folio_fonts/glyphs.py"],
    history: history(false, cached),
    ref: "refs/tags/v3.2.0",
    artifact: wheel(packed(cached)),
    previous,
    facts,
  },
  truth: {
    unexplained: ["folio_fonts/glyphs.py"],
    introducer: { account: "publish.yml" },
    expects: [
      expects("unexplained/changed-code", lines("folio_fonts/glyphs.py", "import subprocess", "subprocess.Popen")),
      expects("capability/added", lines("folio_fonts/glyphs.py", "subprocess.Popen")),
      expects("release/untrusted-workflow", lines(".github/workflows/labels.yml", "run: echo", undefined, "commit")),
    ],
  },
}
