import { directoryOf } from "../../core/path.ts"
import { shellWord } from "../../core/shell.ts"
import type { NotReplayed, Procedure } from "../../model/replay.ts"
import type { GeneratorFacts } from "../generator.ts"
import type { Locked } from "./locked.ts"
import { type Manifest, manifestOf, namedPaths } from "./manifest.ts"
import { lockedByNpm } from "./package-lock.ts"
import { lockedByPnpm } from "./pnpm-lock.ts"
import { npmScript } from "./script.ts"
import { stepsFor } from "./steps.ts"
import { nodeFor, npmPackage, pnpmFor } from "./tools.ts"

/** Lock files, the one that counts most first. */
const lockFiles = ["pnpm-lock.yaml", "npm-shrinkwrap.json", "package-lock.json", "yarn.lock", "bun.lock", "bun.lockb"] as const

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

interface Lock {
  readonly name: (typeof lockFiles)[number]
  /** "" or with its slash. */
  readonly folder: string
}

/** The nearest lock file, from the release's folder up to the repository's root. */
function lockFileAbove({ root }: GeneratorFacts): Lock | undefined {
  for (let folder = root.folder; ; folder = directoryOf(folder.slice(0, -1))) {
    const name = lockFiles.find((one) => root.tree.has(`${folder}${one}`))
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
  const text = await root.text(`${lock.folder}${lock.name}`)
  if (text === undefined) return `its ${lock.name} cannot be read`
  const top = lock.folder === root.folder ? manifest : manifestOf(await root.text(`${lock.folder}package.json`))
  const managed = managedBy(lock, text, facts)
  if (managed === undefined) return `it is locked by ${lock.name}, which is not read yet`
  const { manager, locked, install } = managed
  if ("why" in locked) return locked.why
  // What the release holds must not be an input of what it is held against.
  if (locked.packages.some(({ name, version }) => name === manifest.name && version === (stated.version ?? manifest.version)))
    return `its ${lock.name} names this very release as something that it is made with`
  const wanted = [
    await root.text(`${lock.folder}.nvmrc`),
    await root.text(`${lock.folder}.node-version`),
    enginesOf(manifest),
    enginesOf(top),
  ]
  const node = nodeFor(wanted, architecture)
  if (node === undefined) return `there is no Node for ${architecture} in the table of tools`
  const managers = manager === "pnpm" ? [npmPackage, pnpmFor(top?.packageManager ?? manifest.packageManager)] : [npmPackage]
  const steps = stepsFor({ manager, manifest, top: lock.folder === root.folder ? undefined : top, missing, version: stated.version })
  const pack =
    manager === "pnpm"
      ? "pnpm pack --config.ignore-scripts=true --pack-destination /build/packed"
      : "npm pack --ignore-scripts --pack-destination /build/packed"
  return {
    generator: "npm",
    revision: 1,
    commands: [install, ...steps.flatMap(({ command, unless }) => (unless.length === 0 ? [command] : [])), `${manager} pack`].join(" && "),
    script: npmScript({
      node,
      managers,
      workspace: lock.folder,
      lockFile: lock.name,
      folder: root.folder,
      install,
      steps,
      pack,
      version: steps.some(({ command }) => command.includes("$VERSION")) ? (stated.version ?? "") : "",
    }),
    toolchain: "trixie",
    originals: [],
    collation: "C.UTF-8",
    tools: [
      { tool: "node", stated: undefined, package: node.name },
      ...managers.map(({ name }) => ({ tool: name, stated: undefined, package: name })),
    ],
    packages: [node, ...managers, ...locked.packages],
    whole: true,
    memory: "managed",
    history: false,
    writes: writesOf(missing),
  }
}

interface Managed {
  readonly manager: "npm" | "pnpm"
  readonly locked: Locked
  readonly install: string
}

function managedBy({ name, folder }: Lock, text: string, { root, architecture }: GeneratorFacts): Managed | undefined {
  if (name === "package-lock.json" || name === "npm-shrinkwrap.json")
    return { manager: "npm", locked: lockedByNpm(text, architecture), install: "npm ci" }
  if (name !== "pnpm-lock.yaml") return undefined
  const own = root.folder.slice(folder.length).replace(/\/$/, "")
  const locked = lockedByPnpm(text, own === "" ? ["."] : [".", own], architecture)
  const filters = (locked.projects ?? []).map((project) => `--filter ${shellWord(`{${project === "." ? "." : `./${project}`}}`)}`)
  return { manager: "pnpm", locked, install: `pnpm install --frozen-lockfile ${filters.join(" ")}`.trim() }
}

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
