import { base64, expects, licence, lines, packageOf, readme, withFiles } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** A wheel has a path file more, a line of which the interpreter runs at every start; then a module too decodes a literal and runs it. */
const project = (version: string): string => `[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "light-prompts"
version = "${version}"

[tool.hatch.build.targets.wheel]
packages = ["light_prompts"]
`
const code = `"""Templates of questions."""

TEMPLATES = {"plain": "{question}", "polite": "Please: {question}"}


def ask(question: str, kind: str = "plain") -> str:
    return TEMPLATES[kind].format(question=question)
`
const literal = base64('open("MARKER", "w").close()\n')
const decoding = `${code}

import base64 as _b
exec(_b.b64decode("${literal}"))
`
const starting = 'import os; os.close(os.open("MARKER", os.O_CREAT | os.O_WRONLY))\n'
const tree = (version: string): Files => ({
  "pyproject.toml": project(version),
  "README.md": readme("light-prompts", "Templates of questions."),
  LICENSE: licence,
  "light_prompts/__init__.py": code,
})
const packed = (more: Files): Files => ({ "light_prompts/__init__.py": code, ...more })
const wheel = packageOf("wheel", "light_prompts", "1.4.0")
const before = { message: "1.3.9", date: "2025-12-01", files: tree("1.3.9"), tags: ["v1.3.9"] }
const released = (more: Files) => ({ message: "1.4.0", date: "2026-01-20", files: withFiles(tree("1.4.0"), more), tags: ["v1.4.0"] })
const previous = { ...wheel(packed({})), version: "1.3.9" }
/** A path file that adds a folder, as namespaces of the time before PEP 420 did. */
const paths = { "light_prompts_extras.pth": "light_prompts/extras\n" }
const facts = (attested: boolean): Facts => ({
  versions: [
    { version: "1.3.9", published: "2025-12-01T12:30:00Z", publisher: "publish.yml", attested: true },
    { version: "1.4.0", published: "2026-01-20T18:00:00Z", publisher: attested ? "publish.yml" : "author-1", attested },
  ],
})

export const replica: Replica = {
  case: 58,
  name: "light-prompts",
  family: ["A5"],
  signals: ["S1", "S2", "S4", "S14"],
  attack: {
    history: [before, released({})],
    ref: "refs/tags/v1.4.0",
    artifact: wheel(packed({ "light_prompts/__init__.py": decoding, "light_prompts_settle.pth": starting })),
    previous,
    facts: facts(false),
  },
  twin: {
    how: "the path file names a folder, and the commit has it",
    differs: ["light_prompts/__init__.py", "light_prompts_extras.pth", "light_prompts_settle.pth"],
    history: [before, released(paths)],
    ref: "refs/tags/v1.4.0",
    artifact: wheel(packed(paths)),
    previous,
    facts: facts(true),
  },
  truth: {
    unexplained: ["light_prompts/__init__.py", "light_prompts_settle.pth"],
    introducer: { account: "author-1" },
    expects: [
      expects("unexplained/install-hook", lines("light_prompts_settle.pth", "import os")),
      expects("unexplained/changed-code", lines("light_prompts/__init__.py", "import base64", "exec(")),
      expects("flow/literal-runs", lines("light_prompts/__init__.py", "exec(")),
      expects("release/weaker-provenance", { fact: "versions" }),
    ],
  },
}
