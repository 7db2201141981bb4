import { directoryOf } from "../../core/path.ts"
import type { NotReplayed, Procedure } from "../../model/replay.ts"
import type { Generator, GeneratorFacts, Place } from "../generator.ts"
import { replayScript } from "../script.ts"
import { backendOf } from "./backend.ts"
import { buildSystemOf, requirementName } from "./build-system.ts"
import { listsByGit, packageFor, readsHistory } from "./packages.ts"
import { environment, prepare } from "./prepare.ts"
import { wheelScript } from "./wheel.ts"

/** What is built of a project. */
interface Form {
  readonly commands: string
  readonly writes: RegExp
}

/** Core metadata, and what setuptools, hatch-vcs and their kind write beside it into a source distribution (packaging.python.org, "Source distribution format"). */
const sdist: Form = {
  commands: "python3 -m build --sdist --no-isolation --skip-dependency-check --outdir /build/packed",
  writes: /^(?:PKG-INFO|setup\.cfg|AUTHORS|ChangeLog|(?:.+\/)?[^/]+\.egg-info\/[^/]+|(?:.+\/)?_?version\.py)$/,
}

/** By way of the source distribution, as `python -m build` does it when it is not told otherwise. Metadata and RECORD (PEP 427, "File contents") are in no commit. */
const wheel: Form = {
  commands: "python3 -m build --no-isolation --skip-dependency-check --outdir /build/packed",
  writes: /^[^/]+\.(?:dist-info|data)\/.+|(?:^|\/)_?version\.py$/,
}

/** Source distributions and wheels of Python projects, made by the project's own backend (PEP 517). */
export const python: Generator = {
  name: "python",
  applies: ({ root }) => projectAt(root) !== undefined,
  plan: async (facts) => {
    const { root, stated } = facts
    const form = stated.wheel === undefined ? sdist : wheel
    const folder = projectAt(root)
    if (folder === undefined || (folder !== root.folder && stated.wheel === undefined)) return []
    const pyproject = await root.text(`${folder}pyproject.toml`)
    const system = pyproject === undefined && root.tree.has(`${folder}setup.py`) ? { requires: ["setuptools"] } : buildSystemOf(pyproject)
    if (system === undefined) return []
    const requires = system.requires.map((requirement) => ({ requirement, name: requirementName(requirement) }))
    // One with a marker (PEP 508) is for another Python as often as not; the backend says when it lacks it.
    const unknown = requires.find(({ name, requirement }) => packageFor(name) === undefined && !requirement.includes(";"))
    if (unknown === undefined) return [procedureFor(facts, { form, folder, requires: [...new Set(requires.map(({ name }) => name))] })]
    const why = `it is built with ${JSON.stringify(unknown.name.slice(0, 100))}, for which our table has no package of the distribution`
    return [{ generator: "python", ...form, why } satisfies NotReplayed]
  },
}

/** The nearest folder with a project, from the release's up: a wheel has the modules of `src/` at its root, and the project stands above. */
function projectAt({ folder, tree }: Place["root"]): string | undefined {
  if (tree.has(`${folder}pyproject.toml`) || tree.has(`${folder}setup.py`)) return folder
  return folder === "" ? undefined : projectAt({ folder: directoryOf(folder.slice(0, -1)), tree })
}

interface Project {
  readonly form: Form
  readonly folder: string
  readonly requires: readonly string[]
}

function procedureFor({ commit, stated }: GeneratorFacts, { form, folder, requires }: Project): Procedure {
  const history = requires.some(readsHistory)
  const { version } = stated
  // What the tools would read from a tag, which may be younger than the release.
  const told = history && version !== undefined ? { SETUPTOOLS_SCM_PRETEND_VERSION: version, PBR_VERSION: version } : {}
  // It is in the toolchain for those that ask for it, and would list git's files for all others too, which an isolated build does not.
  const unasked = requires.some(listsByGit) ? {} : { SETUPTOOLS_SCM_IGNORE_VCS_ROOTS: "/build/src" }
  const start = { commit: history ? commit : undefined, environment: { ...environment, ...told, ...unasked }, prepare: prepare(requires) }
  const named = stated.wheel === undefined ? undefined : backendOf(stated.versions.get("wheel's backend"), requires)
  // What the release holds must not be an input of what it is held against.
  const backend = named?.name === requirementName(stated.wheel ?? "") ? undefined : named
  // One that is fetched needs no younger suite for its edition's sake.
  const suite = suiteFor(stated.versions.get("core metadata"), requires)
  const script =
    stated.wheel === undefined
      ? replayScript({ ...start, steps: [form.commands, "cp /build/packed/*.tar.gz ."], links: [] })
      : wheelScript({ ...start, folder, build: form.commands })
  return {
    generator: "python",
    revision: 2,
    ...form,
    script,
    toolchain: `${backend !== undefined && suite === "forky" ? "trixie" : suite}:python`,
    originals: [],
    collation: "C.UTF-8",
    tools: [...new Set([...requires, ...(backend === undefined ? [] : [backend.name])])].flatMap((name) => {
      const known = packageFor(name)
      const own = name === backend?.name ? backend.version : undefined
      return known === undefined ? [] : [{ tool: name, stated: own, package: known }]
    }),
    ...(backend === undefined ? {} : { packages: [backend] }),
    ...(stated.wheel === undefined ? {} : { whole: true }),
    history,
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
