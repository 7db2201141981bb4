import type { Procedure } from "../../model/replay.ts"
import type { Generator, GeneratorFacts } from "../generator.ts"
import { replayScript } from "../script.ts"
import { buildSystemOf, requirementName } from "./build-system.ts"
import { listsByGit, packageFor, readsHistory } from "./packages.ts"

/** Core metadata, and what setuptools, hatch-vcs and their kind write beside it into a source distribution (packaging.python.org, "Source distribution format"). */
const writes = /^(?:PKG-INFO|setup\.cfg|AUTHORS|ChangeLog|(?:.+\/)?[^/]+\.egg-info\/[^/]+|(?:.+\/)?_?version\.py)$/

const build = "python3 -m build --sdist --no-isolation --skip-dependency-check --outdir /build/packed"

/** Source distributions of Python projects, made by the project's own backend (PEP 517). */
export const python: Generator = {
  name: "python",
  applies: (tree) => tree.has("pyproject.toml") || tree.has("setup.py"),
  plan: async (facts) => {
    const pyproject = await facts.text("pyproject.toml")
    const system = pyproject === undefined && facts.tree.has("setup.py") ? { requires: ["setuptools"] } : buildSystemOf(pyproject)
    if (system === undefined) return []
    const requires = system.requires.map((requirement) => ({ requirement, name: requirementName(requirement) }))
    // One with a marker (PEP 508) is for another Python as often as not; the backend says when it lacks it.
    const unknown = requires.find(({ name, requirement }) => packageFor(name) === undefined && !requirement.includes(";"))
    if (unknown === undefined) return [procedureFor(facts, [...new Set(requires.map(({ name }) => name))])]
    const why = `it is built with ${JSON.stringify(unknown.name.slice(0, 100))}, for which our table has no package of the distribution`
    return [{ generator: "python", commands: build, why, writes }]
  },
}

function procedureFor({ commit, stated }: GeneratorFacts, requires: readonly string[]): Procedure {
  const history = requires.some(readsHistory)
  const { version } = stated
  // What the tools would read from a tag, which may be younger than the release.
  const told = history && version !== undefined ? { SETUPTOOLS_SCM_PRETEND_VERSION: version, PBR_VERSION: version } : {}
  // It is in the toolchain for those that ask for it, and would list git's files for all others too, which an isolated build does not.
  const unasked = requires.some(listsByGit) ? {} : { SETUPTOOLS_SCM_IGNORE_VCS_ROOTS: "/build/src" }
  return {
    generator: "python",
    revision: 1,
    commands: build,
    script: replayScript({
      steps: [build, "cp /build/packed/*.tar.gz ."],
      commit: history ? commit : undefined,
      environment: { ...told, ...unasked, PYTHONDONTWRITEBYTECODE: "1" },
      links: [],
    }),
    toolchain: `${suiteFor(stated.versions.get("core metadata"), requires)}:python`,
    originals: [],
    collation: "C.UTF-8",
    tools: requires.flatMap((name) => {
      const known = packageFor(name)
      return known === undefined ? [] : [{ tool: name, stated: undefined, package: known }]
    }),
    history,
    writes,
  }
}

/**
 * No backend states its own version, but PKG-INFO has that of the core metadata, which goes up with theirs: Debian 12's write 2.1, Debian 13's 2.4, its poetry-core 2.3. What is later is
 * made with the suite after that.
 */
function suiteFor(metadata: string | undefined, requires: readonly string[]): string {
  const minor = metadata?.startsWith("2.") === true ? Number(metadata.slice(2)) : metadata === undefined ? undefined : 0
  if (minor === undefined) return "trixie"
  if (minor <= 1) return "bookworm"
  return minor > (requires.includes("poetry-core") ? 3 : 4) ? "forky" : "trixie"
}
