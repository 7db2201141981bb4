import { directoryOf } from "../../core/path.ts"
import type { LockedPackage, NotReplayed, Procedure } from "../../model/replay.ts"
import type { GeneratorFacts } from "../generator.ts"
import { lockFiles } from "./lock-files.ts"
import { type Manifest, manifestOf, namedPaths } from "./manifest.ts"
import { npmScript } from "./script.ts"
import { stepsFor } from "./steps.ts"
import { nodeFor, npmPackage } from "./tools.ts"

/** What `npm publish` or `pnpm publish` would pack of the commit, by its package.json. */
export async function planned(facts: GeneratorFacts): Promise<readonly (Procedure | NotReplayed)[]> {
  const manifest = manifestOf(await facts.text("package.json"))
  if (manifest === undefined) return []
  const missing = namedPaths(manifest).filter((path) => !isThere(path, facts))
  const lock = lockFileAbove(facts)
  if (missing.length === 0) return []
  const procedure = await procedureFor(facts, { manifest, missing, lock })
  return [typeof procedure === "string" ? { generator: "npm", commands: "npm pack", why: procedure, writes: writesOf(missing) } : procedure]
}

type LockFile = keyof typeof lockFiles
const isLockFile = (name: string): name is LockFile => Object.hasOwn(lockFiles, name)
const lockFileNames = Object.keys(lockFiles).filter(isLockFile)

interface Lock {
  readonly name: LockFile
  /** "" or with its slash. */
  readonly folder: string
}

/** The nearest lock file, from the release's folder up to the repository's root. */
function lockFileAbove({ root }: GeneratorFacts): Lock | undefined {
  for (let folder = root.folder; ; folder = directoryOf(folder.slice(0, -1))) {
    const name = lockFileNames.find((one) => root.tree.has(`${folder}${one}`))
    if (name !== undefined) return { name, folder }
    if (folder === "") return undefined
  }
}

interface Package {
  readonly manifest: Manifest
  readonly missing: readonly string[]
  readonly lock: Lock | undefined
}

/** Or why there is none. */
async function procedureFor(facts: GeneratorFacts, { manifest, missing, lock }: Package): Promise<Procedure | string> {
  if (lock === undefined) return "the commit has no lock file, so that nothing says what it was built with"
  const { root, stated, architecture } = facts
  const reader = lockFiles[lock.name]
  if (typeof reader === "string") return reader
  const beside = (name: string): Promise<string | undefined> => root.text(`${lock.folder}${name}`)
  const text = await beside(lock.name)
  if (text === undefined) return `its ${lock.name} cannot be read`
  const top = lock.folder === root.folder ? manifest : manifestOf(await beside("package.json"))
  const {
    manager,
    locked,
    install,
    tools,
    stated: named,
  } = reader({
    text,
    project: root.folder.slice(lock.folder.length).replace(/\/$/, "") || ".",
    packageManager: top?.packageManager ?? manifest.packageManager,
    yarnrc: await beside(".yarnrc.yml"),
    architecture,
  })
  if ("why" in locked) return locked.why
  // What the release holds must not be an input of what it is held against.
  if (locked.packages.some(({ name, version }) => name === manifest.name && version === (stated.version ?? manifest.version)))
    return `its ${lock.name} names this very release as something that it is made with`
  const node = nodeFor([await beside(".nvmrc"), await beside(".node-version"), enginesOf(manifest), enginesOf(top)], architecture)
  const managers = tools.flatMap((one) => one ?? [])
  if (node === undefined || managers.length < tools.length)
    return `there is no Node or no ${manager} for ${architecture} in the table of tools`
  const steps = stepsFor({ manager, manifest, top: lock.folder === root.folder ? undefined : top, missing, version: stated.version })
  const packer = manager === "pnpm" ? "pnpm" : "npm"
  return {
    generator: "npm",
    revision: 1,
    commands: [install, ...steps.flatMap(({ command, unless }) => (unless.length === 0 ? [command] : [])), `${packer} pack`].join(" && "),
    script: npmScript({
      node,
      managers,
      workspace: lock.folder,
      lockFile: lock.name,
      folder: root.folder,
      install,
      steps,
      pack: `${packer} pack ${unscripted[packer]} --pack-destination /build/packed`,
      version: steps.some(({ command }) => command.includes("$VERSION")) ? (stated.version ?? "") : "",
    }),
    toolchain: "trixie",
    originals: [],
    collation: "C.UTF-8",
    tools: toolUses([node, ...managers], manager, named),
    packages: [node, ...managers, ...locked.packages],
    whole: true,
    memory: "managed",
    history: false,
    writes: writesOf(missing),
  }
}

const toolUses = (packages: readonly LockedPackage[], manager: string, stated: string | undefined): Procedure["tools"] =>
  packages.map(({ name }) => {
    if (name === npmPackage.name) return { tool: name, stated: undefined, package: name }
    return name.startsWith("node-") ? { tool: "node", stated: undefined, package: name } : { tool: manager, stated, package: name }
  })

/** The steps have run the scripts already. */
const unscripted = { npm: "--ignore-scripts", pnpm: "--config.ignore-scripts=true" } as const

function isThere(path: string, { tree }: GeneratorFacts): boolean {
  const folder = path.endsWith("/") ? path : `${path}/`
  return tree.has(path) || [...tree.keys()].some((one) => one.startsWith(folder))
}

const enginesOf = (manifest: Manifest | undefined): string | undefined => {
  const engines = manifest?.engines
  if (typeof engines !== "object" || engines === null || !("node" in engines)) return undefined
  return typeof engines.node === "string" ? engines.node : undefined
}

/** The paths that the manifest names and the commit lacks, and what lies in them. */
const writesOf = (missing: readonly string[]): RegExp =>
  new RegExp(`^(?:${missing.map((path) => path.replace(/\/$/, "").replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&")).join("|")})(?:/|$)`)
