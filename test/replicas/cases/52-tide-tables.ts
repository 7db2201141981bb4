import { expects, licence, lines, packageOf, readme } from "../kit.ts"
import type { Facts, Files, Replica } from "../replica.ts"

/** A name with two letters of one that many use the other way round, with its files; and a setup.py, which the repository that it names does not have. */
const project = (name: string): string => `[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "${name}"
version = "1.6.2"
description = "Hours of high water"

[project.urls]
Repository = "https://forge.example/tide/tide-tables"
`
const code = 'HIGH = {"north": 4, "south": 10}\n\n\ndef hours(shore):\n    return [HIGH[shore], HIGH[shore] + 12]\n'
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
  "README.md": readme("tide-tables", "Hours of high water."),
  LICENSE: licence,
  "tide_tables/__init__.py": code,
})
const history = (more: Files) => [{ message: "1.6.2", date: "2017-05-01", files: { ...tree("tide-tables"), ...more }, tags: ["1.6.2"] }]
const facts = (name: string): Facts => ({
  versions: [
    {
      version: "1.6.2",
      published: name === "tide-tables" ? "2017-05-01T12:00:00Z" : "2017-11-20T12:00:00Z",
      publisher: name === "tide-tables" ? "author-1" : "author-7",
    },
  ],
  popular: ["tide-tables"],
})
const honest = { ...tree("tide-tables"), "setup.py": honestSetup }

export const replica: Replica = {
  case: 52,
  name: "tide-tables",
  family: ["A8"],
  signals: ["S10", "S2"],
  attack: {
    history: history({}),
    ref: "refs/tags/1.6.2",
    artifact: packageOf("sdist", "tide_tabels", "1.6.2")({ ...tree("tide-tabels"), "setup.py": setup }),
    facts: facts("tide-tabels"),
  },
  twin: {
    how: "it is the one that many use, with a setup.py that the commit has",
    differs: ["pyproject.toml", "setup.py"],
    history: history({ "setup.py": honestSetup }),
    ref: "refs/tags/1.6.2",
    artifact: packageOf("sdist", "tide_tables", "1.6.2")(honest),
    facts: facts("tide-tables"),
  },
  truth: {
    unexplained: ["pyproject.toml", "setup.py"],
    introducer: { account: "author-7" },
    expects: [
      expects("release/confusable-name", lines("pyproject.toml", 'name = "tide-tabels"')),
      expects("unexplained/install-hook", lines("setup.py", "class Settle", "cmdclass")),
    ],
  },
}
