import { latin1 } from "../../core/bytes.ts"
import { escapeForeign } from "../../core/escape.ts"
import { explainFault, FaultError, faultsOf, orThrow } from "../../core/fault.ts"
import { type GeneratorFacts, proceduresFor, scriptFailures } from "../../generators/index.ts"
import type { Context } from "../../io/context.ts"
import { temporaryFolder } from "../../io/files.ts"
import { machineArchitecture } from "../../io/machine.ts"
import { keepReplay, keptReplay, replayKey } from "../../io/replay-store.ts"
import { findSandbox, type Sandbox, type SandboxEnd, sandboxLimits } from "../../io/sandbox.ts"
import { sandboxClock } from "../../io/sandbox-clock.ts"
import type { Artifact } from "../../model/artifact.ts"
import type { NotReplayed, Procedure, Replay, ReplayedFile, ReplayMode, Replays } from "../../model/replay.ts"
import type { Snapshot, Tree } from "../../model/repository.ts"
import type { Toolchain } from "../../model/toolchain.ts"
import { buildToolchain, cachedToolchain, planToolchain } from "../../toolchains/index.ts"
import { mayDiffer, mountsFor, originalsIn } from "./originals.ts"
import { type Outputs, readOutputs } from "./outputs.ts"
import { type Packages, packagesOf } from "./packages.ts"
import { unstableIn } from "./stability.ts"
import { statedBy } from "./stated.ts"
import type { Wanting } from "./wanting.ts"

export interface ReplayOptions {
  readonly mode: ReplayMode
  /** What a procedure must be able to write, to be worth a run. */
  readonly wanting: Wanting
  /** The only ones that are run, by name; undefined: each. */
  readonly generators?: readonly string[] | undefined
}

/**
 * Makes the generated files of a release again, from the commit's tree and a toolchain alone. The artifact is asked for nothing but the versions of tools that it
 * states and the names of files that nothing else explains: without such a file a procedure is not run. `auto` runs what can be run with the toolchains of this
 * machine; `always` builds those that are missing.
 */
export async function replay(artifact: Artifact, snapshot: Snapshot, options: ReplayOptions, ctx: Context): Promise<Replays> {
  const { mode, wanting, generators } = options
  const held: { close(): Promise<void> }[] = []
  const close = async (): Promise<void> => {
    for (const one of held.splice(0)) await one.close()
  }
  if (mode === "never") return { done: [], not: [], close }
  const done: Replay[] = []
  let broken = false
  const not: NotReplayed[] = []
  const run = async ({ otherwise, ...procedure }: Procedure): Promise<void> => {
    const { generator, commands, writes } = procedure
    if (mode === "auto" && (await cachedToolchain(procedure.toolchain, ctx)) === undefined) {
      not.push({ generator, commands, writes, why: explainFault(missing(procedure.toolchain)) })
      return
    }
    const result = await faultsOf(async () => {
      const toolchain = await toolchainFor(procedure, ctx)
      return { toolchain, made: await replayed(procedure, { toolchain, snapshot, mode, held }, ctx) }
    })
    if (!result.ok) {
      broken = true
      not.push({ generator, commands, writes, why: explainFault(result.fault) })
      return
    }
    const { toolchain, made } = result.value
    done.push(made)
    wanting.take(made)
    if (otherwise !== undefined && wanting.has(otherwise, made.files) && mayDiffer(made, otherwise.originals, toolchain))
      await run({ ...procedure, ...otherwise })
  }
  for (const procedure of await proceduresFor(await factsOf(artifact, snapshot, ctx))) {
    if (generators?.includes(procedure.generator) === false || !wanting.has(procedure)) continue
    if ("why" in procedure) {
      not.push(procedure)
      continue
    }
    await run(procedure)
  }
  return { done, not, broken, close }
}

/** What generators may decide by. */
export async function factsOf(artifact: Artifact, snapshot: Snapshot, { limits }: Pick<Context, "limits">): Promise<GeneratorFacts> {
  const textIn =
    (tree: Tree) =>
    async (path: string): Promise<string | undefined> => {
      const entry = tree.get(path)
      const blob = entry === undefined ? undefined : await snapshot.blob(entry.oid)
      return blob === undefined || blob.byteLength > limits.documentBytesMax ? undefined : latin1(blob)
    }
  const { tree, whole, subdirectory: folder, commit } = snapshot
  const root = { folder, tree: whole, text: textIn(whole) }
  const committed = await madeAt(snapshot)
  return {
    tree,
    text: textIn(tree),
    root,
    commit,
    committed,
    stated: await statedBy(artifact, snapshot),
    architecture: machineArchitecture(),
  }
}

/** Goes up when the same runs would be read otherwise than before. */
const readRevision = 1

interface Given {
  readonly toolchain: Toolchain
  readonly snapshot: Snapshot
  readonly mode: ReplayMode
  readonly held: { close(): Promise<void> }[]
}

async function replayed(procedure: Procedure, { toolchain, snapshot, mode, held }: Given, ctx: Context): Promise<Replay> {
  const submodules = snapshot.submodules.flatMap(({ path, commit, tree }) => (tree === undefined ? [] : [{ path, commit }]))
  const { script, revision, originals } = procedure
  const packages = await packagesOf(procedure, mode, ctx)
  const needs = packages.list.length === 0 ? {} : { packages: packages.digest }
  const tags = procedure.history ? { tags: orThrow(await snapshot.mergedTags()) } : {}
  const inputs = { commit: snapshot.commit, subdirectory: snapshot.subdirectory, submodules, ...tags, ...needs }
  const worlds = worldsOf(procedure, await madeAt(snapshot))
  const { textBytesMax, diffStepsMax } = ctx.limits
  const read = { revision: readRevision, textBytesMax, diffStepsMax }
  const key = replayKey({ inputs, script, revision, originals, worlds, toolchain: toolchain.digest, read })
  const kept = await keptReplay(key, ctx)
  if (kept !== undefined) {
    held.push(kept)
    return { ...kept.replay, tools: toolsUsed(procedure, packages, toolchain) } // another release may have stated others
  }
  const sandbox = orThrow(await findSandbox(ctx))
  const folder = await temporaryFolder(ctx)
  const runs: Run[] = []
  try {
    const left = orThrow(await snapshot.exportTo(folder.path, { history: procedure.history, whole: procedure.whole === true }))
    const without = [...left, ...(await packages.bring(folder.path))]
    runs.push(...(await inEach(worlds, procedure, { toolchain, sandbox, folder: folder.path }, ctx)))
    const files = await filesOf(
      runs.map(({ outputs }) => outputs),
      snapshot,
      ctx,
    )
    const lacks = without.length === 0 ? {} : { without }
    const made = { ...describe(procedure, packages, toolchain, sandbox), ...lacks, steps: runs[0]?.outputs.steps ?? [], files }
    const stored = await keepReplay(key, made, ctx)
    held.push(stored)
    return stored.replay
  } finally {
    for (const { close } of runs) await close()
    await folder.remove()
  }
}

/** The toolchain of this name, built where it is missing: that takes hundreds of megabytes, and is not done unless it was asked for. */
async function toolchainFor({ toolchain: name }: Procedure, ctx: Context): Promise<Toolchain> {
  const cached = await cachedToolchain(name, ctx)
  if (cached !== undefined) return cached
  orThrow(await findSandbox(ctx)) // before hundreds of megabytes are fetched that nothing could enter
  const aside = { ...ctx, toolsUsed: new Map<string, string>() } // the toolchain's digest stands for them, built now or before
  return orThrow(await buildToolchain(orThrow(await planToolchain(name, aside)), aside))
}

const missing = (name: string) =>
  ({
    kind: "unavailable",
    source: `toolchain ${name}`,
    why: "it is not on this machine",
    remedy: `\`everybyte toolchain build ${name}\` makes it (hundreds of megabytes, some minutes; --dry-run says how much), or use --replay always`,
  }) as const

/** When the commit was made, in seconds since 1970. */
async function madeAt(snapshot: Snapshot): Promise<number> {
  const [seconds] = (await snapshot.expandFormat("%ct")) ?? []
  return seconds !== undefined && /^\d{1,11}$/.test(seconds) ? Number(seconds) : 1_000_000_000
}

interface Run {
  readonly outputs: Outputs
  close(): Promise<void>
}

interface Place {
  readonly toolchain: Toolchain
  readonly sandbox: Sandbox
  readonly folder: string
}

/** What a run believes of the world around it. */
interface World {
  /** What time it is when it starts, in seconds since 1970. */
  readonly clock: number
  readonly environment: Readonly<Record<string, string>>
}

/** So long that year, month, day, hour, minute and second are all others. */
const yearAndMore = 500 * 86_400 + 7 * 3600 + 13 * 60 + 29

/**
 * Two clocks, zones (spelt out, so that no file has to know them) and languages. The character set, the order of letters and the names of the months are the procedure's: manuals are formatted
 * for the first, lists of files sorted by the second, and normalisations know the third.
 */
function worldsOf({ collation }: Procedure, made: number): readonly World[] {
  const spoken = { LC_ALL: "", LC_CTYPE: "C.UTF-8", LC_COLLATE: collation, LC_TIME: "C.UTF-8", LOCPATH: "/build/locale" }
  return [
    { clock: made, environment: { ...spoken, LANG: "C.UTF-8", TZ: "UTC" } },
    { clock: made + yearAndMore, environment: { ...spoken, LANG: "de_DE.UTF-8", TZ: "<+11>-11" } },
  ]
}

/** One run in each world, from an empty tree, at the same time. */
async function inEach(worlds: readonly World[], procedure: Procedure, place: Place, ctx: Context): Promise<readonly Run[]> {
  ctx.progress(`replaying ${procedure.generator}: ${procedure.commands}`, 0, undefined)
  const ended = await Promise.allSettled(worlds.map((world) => once(procedure, { ...place, ...world }, ctx)))
  const runs = ended.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []))
  const broken = ended.find((one) => one.status === "rejected")
  if (broken === undefined) return runs
  for (const { close } of runs) await close()
  throw broken.reason
}

async function once(procedure: Procedure, { toolchain, sandbox, folder, clock, environment }: Place & World, ctx: Context): Promise<Run> {
  const { end, output, said } = orThrow(
    await sandbox.run(
      {
        root: toolchain.root,
        mounts: new Map([["/input", folder], ...(await mountsFor(procedure.originals, toolchain))]),
        argv: ["/bin/sh", "-c", procedure.script],
        environment: { ...environment, ...sandboxClock(clock) },
        input: (async function* () {})(),
        limits: sandboxLimits(ctx.limits, procedure.memory),
      },
      { ...ctx, toolsUsed: new Map() }, // the replay says which sandbox it ran in, now or when it was kept
    ),
  )
  try {
    if (end.kind !== "exit" || end.code !== 0) throw new FaultError(notDone(procedure, end, said))
    return { outputs: await readOutputs(output, ctx.limits), close: () => output.close() }
  } catch (error) {
    await output.close()
    throw error
  }
}

/** Foreign words at the end of a message: the last of them tell the most. */
const saidMax = 300

function howEnded(end: SandboxEnd): string {
  if (end.kind === "stopped") return `it was stopped for its ${end.why}`
  return scriptFailures.get(end.code) ?? `it ended with ${end.code}`
}

const notDone = ({ commands }: Procedure, end: SandboxEnd, said: string) =>
  ({
    kind: "unavailable",
    source: `replay of ${commands}`,
    why: `${howEnded(end)}, and last said: ${escapeForeign(said.trim().slice(-saidMax))}`,
    remedy: "nothing of it was used; raise a limit with --limit sandbox...=NUMBER if that was it",
  }) as const

/** Of the two runs the first, with what the second one made otherwise; what the commit itself has is nobody's output. */
async function filesOf([one, other]: readonly Outputs[], snapshot: Snapshot, ctx: Context): Promise<readonly ReplayedFile[]> {
  const files: ReplayedFile[] = []
  for (const file of one?.files.values() ?? []) {
    if (snapshot.tree.get(file.path)?.oid === file.gitOid) continue
    files.push({ ...file, unstable: await unstableIn(file, other?.files.get(file.path), ctx.limits.diffStepsMax) })
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function describe(procedure: Procedure, packages: Packages, toolchain: Toolchain, sandbox: Sandbox): Omit<Replay, "steps" | "files"> {
  const { generator, revision, commands, collation } = procedure
  const { list, undigested, digest } = packages
  return {
    ...(list.length === 0 ? {} : { packages: { count: list.length, undigested, digest } }),
    generator,
    revision,
    commands,
    originals: originalsIn(procedure.originals, toolchain),
    collation,
    toolchain: { name: toolchain.name, digest: toolchain.digest, date: toolchain.date },
    sandbox: `${sandbox.name}${sandbox.seccomp ? " with seccomp" : ""}`,
    tools: toolsUsed(procedure, packages, toolchain),
    sources: [
      ...new Set([...toolchain.packages.map(({ source }) => source), ...list.map(({ type = "npm", name }) => `${type}:${name}`)]),
    ].sort(),
  }
}

function toolsUsed({ tools }: Procedure, { list }: Packages, toolchain: Toolchain): Replay["tools"] {
  const versions = new Map([...toolchain.packages, ...[...list].reverse()].map(({ name, version }) => [name, version]))
  // A wheel comes before the toolchain's package of the tool, which has another name.
  const wheels = new Map(list.flatMap(({ type, name, version }) => (type === "pypi" ? [[name, version]] : [])))
  return tools.map(({ tool, stated, package: name }) => ({ tool, stated, used: wheels.get(tool) ?? versions.get(name) }))
}
