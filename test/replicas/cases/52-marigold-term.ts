import { expects, licence, lines, packageOf, readme } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** A name one letter away from one that many use, with its files; and a setup.py, which the repository that it names does not have. */
const project = (name: string): string => `[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "${name}"
version = "0.3.9"
description = "Colours for terminals"

[project.urls]
Repository = "https://forge.example/marigold/marigold-term"
`
const code = 'CODES = {"red": 31, "gold": 33}\n\n\ndef paint(text, name):\n    return f"\\033[{CODES[name]}m{text}\\033[0m"\n'
const setup = `from setuptools import setup
from setuptools.command.install import install


class Settle(install):
    def run(self):
        install.run(self)
        with open("MARKER", "w"):
            pass


setup(cmdclass={"install": Settle})
`
const honestSetup = "from setuptools import setup\n\nsetup()\n"
const tree = (name: string): Files => ({
  "pyproject.toml": project(name),
  "README.md": readme("marigold-term", "Colours for terminals."),
  LICENSE: licence,
  "marigold_term/__init__.py": code,
})
const history = (more: Files) => [{ message: "0.3.9", date: "2017-05-01", files: { ...tree("marigold-term"), ...more }, tags: ["0.3.9"] }]
const facts = (name: string, downloadsInWeek: number): Facts => ({
  versions: [
    {
      version: "0.3.9",
      published: name === "marigold-term" ? "2017-05-01T12:00:00Z" : "2017-11-20T12:00:00Z",
      publisher: name === "marigold-term" ? "author-1" : "author-7",
    },
  ],
  popular: { "marigold-term": 900_000 },
  downloadsInWeek,
})
const honest = { ...tree("marigold-term"), "setup.py": honestSetup }

export const replica: Replica = {
  case: 52,
  name: "marigold-term",
  family: ["A8"],
  signals: ["S10", "S2"],
  attack: {
    history: history({}),
    ref: "refs/tags/0.3.9",
    artifact: packageOf("sdist", "marigold_tern", "0.3.9")({ ...tree("marigold-tern"), "setup.py": setup }),
    facts: facts("marigold-tern", 40),
  },
  twin: {
    how: "it is the one that many use, with a setup.py that the commit has",
    differs: ["pyproject.toml", "setup.py"],
    history: history({ "setup.py": honestSetup }),
    ref: "refs/tags/0.3.9",
    artifact: packageOf("sdist", "marigold_term", "0.3.9")(honest),
    facts: facts("marigold-term", 900_000),
  },
  truth: {
    unexplained: ["pyproject.toml", "setup.py"],
    introducer: { account: "author-7" },
    expects: [
      expects("release/confusable-name", lines("pyproject.toml", 'name = "marigold-tern"')),
      expects("unexplained/install-hook", lines("setup.py", "class Settle", "cmdclass")),
    ],
  },
}
