import type { Anomaly } from "./core/anomaly.ts"
import { withoutLogin } from "./core/escape.ts"
import { explainFault, FaultError, failed, faultsOf, orThrow, type Result } from "./core/fault.ts"
import { anyApplies } from "./generators/index.ts"
import { type Inspections, inspected } from "./inspected.ts"
import type { Context } from "./io/context.ts"
import { exists, kindAt } from "./io/files.ts"
import { openOrigins } from "./io/origin-index.ts"
import type { Artifact } from "./model/artifact.ts"
import type { Exhibits } from "./model/exhibit.ts"
import type { RecordedHistory } from "./model/history.ts"
import type { Ledger } from "./model/ledger.ts"
import type { Needed } from "./model/needed.ts"
import type { OriginIndex } from "./model/origin.ts"
import type { RegistryFacts } from "./model/registry-facts.ts"
import type { ReplayMode, Replays } from "./model/replay.ts"
import type { Report } from "./model/report.ts"
import type { Snapshot } from "./model/repository.ts"
import type { Acceptance, RefusedReview } from "./model/review.ts"
import type { YaraFile } from "./model/yara.ts"
import { type Located, parseTarget } from "./registries/index.ts"
import { readingOrder } from "./reporters/index.ts"
import type { Reviews } from "./stages/audit/reviews.ts"
import { exhibit } from "./stages/exhibit/exhibit.ts"
import { byRecipe, explain, knownOrigins } from "./stages/explain/explain.ts"
import { leftOfReplayed, mayRegress, withRegressed } from "./stages/explain/previous.ts"
import { trusting } from "./stages/explain/trusting.ts"
import { open } from "./stages/open/open.ts"
import { type Begun, begin, type ReadOptions, read } from "./stages/read/read.ts"
import { Wanting } from "./stages/replay/wanting.ts"
import { report } from "./stages/report/report.ts"
import { toolOf } from "./version.ts"

export interface ExplainRequest {
  readonly target: string
  readonly repository: string | undefined
  /** A name or an id; left out, it is inferred. */
  readonly ref: string | undefined
  readonly subdirectory: string | undefined
  readonly submodules: ReadonlyMap<string, string>
  readonly previous: string | undefined
  readonly acceptPrevious: boolean
  /** Which earlier releases people accepted: one is compared with where none is named. */
  readonly reviews?: Reviews
  /** Whether generators are run again: left out, where the toolchain is on this machine. */
  readonly replay?: ReplayMode
  /** The only known origins and generators that may explain, by name; left out: each that may by itself. */
  readonly trusts?: { readonly origins?: readonly string[]; readonly generators?: readonly string[] }
  /** Gathers the texts of what is left to read, for a form that shows them (`Reporter.wantsExhibits`). */
  readonly wantsExhibits?: boolean
  /** Reads every text of the release as what it does, for the rules that ask about that. */
  readonly inspects?: boolean
  /** Opens all that it needs, to tell what that can do; left out: what is new against the release before it. */
  readonly dependencies?: "all"
  /** A release whose manifest alone it is compared with, to know what it newly needs. */
  readonly since?: string
  /** YARA rules of the user's choice, which are held against every content. */
  readonly yaraFiles?: readonly YaraFile[]
  /** What is known of the release beside what its registry says, which has the same form. */
  readonly facts?: RegistryFacts | undefined
}

/** The report, beside it the texts that were asked for, why an accepted release could not be compared with, and whether something was broken off that may end well next time. */
export type Explained = Result<Report> & { readonly exhibits?: Exhibits; readonly missed?: RefusedReview; readonly broken?: boolean }

/** What was found or is read already. */
export interface Known {
  /** The artifact's bytes. */
  readonly located?: Result<Located> | undefined
  /** Reads all that branches and tags of the repository reach. */
  readonly history?: (() => Promise<Result<RecordedHistory>>) | undefined
}

/** The main job: the stages in their order. Nothing else knows the order. */
export async function explainRelease(request: ExplainRequest, ctx: Context, { located, history }: Known = {}): Promise<Explained> {
  const result = await faultsOf(async () => {
    for (const path of ctx.keyrings)
      if (!(await exists(path)))
        throw new FaultError({
          kind: "unavailable",
          source: `--keyring ${path}`,
          why: "there is no such file",
          remedy: "name a file of OpenPGP keys",
        })
    const held: { close(): Promise<void> }[] = []
    const hold = <T extends { close(): Promise<void> }>(one: T): T => {
      held.push(one)
      return one
    }
    try {
      const yara = request.yaraFiles === undefined ? undefined : hold(await scanner(request.yaraFiles, ctx))
      const { begun } = hold(await beginning(request, ctx))
      const opening = openTarget(request.target, ctx, located)
      const { indexed } = hold(indexing(ctx))
      const artifact = hold(orThrow(await opening))
      const earlier = await earlierThan(artifact, request, ctx)
      const previous = earlier.release === undefined ? undefined : hold(earlier.release)
      const { snapshot, without } = await readRepository(artifact, request, ctx, begun)
      if (snapshot !== undefined) hold(snapshot)
      const origins = trusting(orThrow(await indexed), request.trusts?.origins)
      const { replay: mode = "auto", trusts } = request
      const replays = await replaysOf(artifact, snapshot, { mode, origins, generators: trusts?.generators }, ctx)
      if (replays !== undefined) hold(replays)
      const { accepted } = earlier
      const explained = await explain(artifact, snapshot, { limits: ctx.limits, without, origins, replays, previous, accepted })
      const ledger = await comparedByReplay(explained, { artifact, previous, origins, request }, ctx)
      const since = request.since === undefined ? undefined : hold(orThrow(await openTarget(request.since, ctx)))
      const { facts, dependencies } = request
      const inspections: Inspections =
        request.inspects === true
          ? await inspected(ledger, { artifact, snapshot, previous, history, stated: facts, dependencies, since }, ctx)
          : {}
      const scanning = await yara?.scan(ledger.entries.map(({ entry }) => entry))
      const made = await report({
        artifact,
        snapshot,
        ledger,
        ...inspections,
        yara: scanning?.scan,
        origins,
        replays,
        previous: previous === undefined ? undefined : { target: previous.target, sha256: previous.sha256 },
        tool: toolOf(ctx),
      })
      const { missed } = earlier
      const broken =
        replays?.broken === true ||
        snapshot?.history.complete === false ||
        made.anomalies.some(isOfTheMoment) ||
        scanning?.isWhole === false ||
        isOfToday(inspections.needed)
      if (request.wantsExhibits !== true) return { made, missed, broken }
      const order = readingOrder(made)
      return { made, missed, broken, exhibits: await exhibit(ledger, { artifact, snapshot, previous, replays, limits: ctx.limits, order }) }
    } finally {
      for (const one of held.reverse()) await one.close()
    }
  })
  if (!result.ok) return result
  const { made, missed, exhibits, broken } = result.value
  return { ok: true, value: made, broken, ...(missed === undefined ? {} : { missed }), ...(exhibits === undefined ? {} : { exhibits }) }
}

/** The engine is loaded only where it is asked for; rules that do not compile are told before anything is opened. */
const scanner = async (files: readonly YaraFile[], ctx: Context) => (await import("./stages/scan/scan.ts")).openScanner(files, ctx)

/** It may be of the machine: a full disk, a program that was ended. */
const isOfTheMoment = ({ kind, layer, severity }: Anomaly): boolean =>
  kind === "unopened-container" || (layer === "repository" && severity === "review")

/** Which versions an installer takes changes from day to day. */
const isOfToday = (needed: Needed | undefined): boolean => needed !== undefined && needed.looked.length + needed.not.length > 0

interface Earlier {
  readonly release?: Artifact
  readonly accepted?: Acceptance | undefined
  readonly missed?: RefusedReview
}

/** The release to compare with: the one that the user names, else the one that people accepted, as long as it still has the bytes that they saw. */
async function earlierThan(artifact: Artifact, { previous, acceptPrevious, reviews }: ExplainRequest, ctx: Context): Promise<Earlier> {
  if (previous !== undefined) {
    const release = orThrow(await openTarget(previous, ctx))
    return { release, accepted: acceptPrevious ? { read: new Set<string>(), except: new Set() } : reviews?.acceptanceOf(release.sha256) }
  }
  const base = reviews?.baselineFor(artifact)
  if (base === undefined) return {}
  const missed = (why: string): Earlier => ({ missed: { source: `${base.target}, which was accepted`, why } })
  const opened = await openTarget(base.target, ctx)
  if (!opened.ok) return missed(`it cannot be compared with: ${explainFault(opened.fault)}`)
  if (opened.value.sha256 === base.sha256) return { release: opened.value, accepted: reviews?.acceptanceOf(base.sha256) }
  await opened.value.close()
  return missed(`it has other bytes than those that were accepted (sha256 ${opened.value.sha256})`)
}

/** What used to be made again and is less so now: worth a replay of the earlier release where it has a file that is left to read now. */
async function comparedByReplay(ledger: Ledger, { artifact, previous, origins, request }: Compared, ctx: Context): Promise<Ledger> {
  const { repository, replay: mode = "auto" } = request
  if (previous === undefined || repository === undefined || mode === "never" || !mayRegress(ledger)) return ledger
  const before = await faultsOf(async () => {
    const snapshot = orThrow(await read(previous, readOptions({ ...request, ref: undefined }, repository), ctx))
    const replays = await replaysOf(previous, snapshot, { mode, origins, generators: request.trusts?.generators }, ctx)
    try {
      const [failure] = replays?.done.length === 0 ? replays.not : []
      if (failure !== undefined) return failure.why
      const made = await explain(previous, snapshot, { ...explainedAlone, limits: ctx.limits, origins, replays })
      return leftOfReplayed(made, previous)
    } finally {
      await replays?.close()
      await snapshot.close()
    }
  })
  const paths = before.ok ? before.value : explainFault(before.fault)
  return typeof paths === "string" ? { ...ledger, madeBefore: { why: paths } } : withRegressed(ledger, artifact, paths)
}

interface Compared {
  readonly artifact: Artifact
  readonly previous: Artifact | undefined
  readonly origins: OriginIndex
  readonly request: ExplainRequest
}

const explainedAlone = { without: "", previous: undefined } as const

/** git tells the history of a repository on this machine while the artifact is opened. Another one is not fetched before there is an artifact. */
async function beginning({ repository }: ExplainRequest, ctx: Context): Promise<Beginning> {
  if (repository === undefined || (await kindAt(repository)) !== "folder") return { begun: undefined, close: async () => undefined }
  const begun = begin(repository, ctx)
  const settled = begun.catch(() => undefined) // told to whoever reads
  const close = async (): Promise<void> => {
    const one = await settled
    if (one?.ok === true) await one.value.repository.close()
  }
  return { begun, close }
}

interface Beginning {
  readonly begun: Promise<Result<Begun>> | undefined
  close(): Promise<void>
}

/** The index of known origins is hashed while the artifact's programs start. */
function indexing(ctx: Context): { readonly indexed: Promise<Result<OriginIndex>>; close(): Promise<void> } {
  const indexed = openOrigins(ctx)
  const settled = indexed.catch(() => undefined) // told to whoever reads
  const close = async (): Promise<void> => {
    const one = await settled
    if (one?.ok === true) one.value.close()
  }
  return { indexed, close }
}

/** A repository that must not be followed where it leads leaves the entries undetermined; one that cannot be read ends the run. */
async function readRepository(
  artifact: Artifact,
  request: ExplainRequest,
  ctx: Context,
  begun: Promise<Result<Begun>> | undefined,
): Promise<{ snapshot: Snapshot | undefined; without: string }> {
  if (request.repository === undefined) return { snapshot: undefined, without: "no repository was given" }
  const snapshot = await read(artifact, readOptions(request, request.repository), ctx, begun)
  if (!snapshot.ok && snapshot.fault.kind === "refused") return { snapshot: undefined, without: explainFault(snapshot.fault) }
  const found = orThrow(snapshot)
  const known = new Set(found.submodules.flatMap(({ path }) => [path, `${found.subdirectory}${path}`]))
  const unknown = [...request.submodules.keys()].find((path) => !known.has(path))
  if (unknown === undefined) return { snapshot: found, without: "" }
  await found.close()
  const paths = found.submodules.map(({ path }) => path).join(", ")
  const remedy = paths === "" ? "the commit has no submodules" : `the commit has ${paths}`
  throw new FaultError({ kind: "unavailable", source: `--submodule ${unknown}`, why: "the commit has no such submodule", remedy })
}

/** Most releases have nothing that a generator made: for them the stage and the toolchains behind it are not even loaded. */
async function replaysOf(
  artifact: Artifact,
  snapshot: Snapshot | undefined,
  { mode, origins, generators }: ReplayAsked,
  ctx: Context,
): Promise<Replays | undefined> {
  if (
    snapshot === undefined ||
    mode === "never" ||
    !anyApplies({ tree: snapshot.tree, root: { folder: snapshot.subdirectory, tree: snapshot.whole } })
  )
    return undefined
  const wanting = new Wanting(artifact, snapshot)
  if (wanting.nothing) return undefined
  const known = await knownOrigins(origins, artifact, snapshot)
  await wanting.leave((entry) => known.exact(entry).explains !== undefined)
  // Who asks for replays gets those of what recipes explain too.
  if (mode === "auto") await wanting.leave(byRecipe(artifact, snapshot, ctx.limits))
  if (wanting.nothing) return undefined
  const { replay } = await import("./stages/replay/replay.ts")
  return replay(artifact, snapshot, { mode, wanting, generators }, ctx)
}

interface ReplayAsked {
  readonly mode: ReplayMode
  readonly origins: OriginIndex
  readonly generators: readonly string[] | undefined
}

async function openTarget(asked: string, ctx: Context, located?: Result<Located>): ReturnType<typeof open> {
  const target = await parseTarget(asked)
  return target.ok ? open(withoutLogin(asked), target.value, ctx, located) : failed(target.fault)
}

function readOptions({ ref, subdirectory, submodules }: ExplainRequest, repository: string): ReadOptions {
  return { repository, submodules, ...(ref === undefined ? {} : { ref }), ...(subdirectory === undefined ? {} : { subdirectory }) }
}
