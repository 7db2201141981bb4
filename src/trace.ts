import type { Anomaly } from "./core/anomaly.ts"
import { plural } from "./core/count.ts"
import { isGitOid } from "./core/digest.ts"
import { FaultError, faultsOf, orThrow, type Result } from "./core/fault.ts"
import { belowRoot } from "./core/path.ts"
import { readAliases } from "./io/alias-file.ts"
import { inRows } from "./io/commit-rows.ts"
import type { Context } from "./io/context.ts"
import { readForgeExports } from "./io/forge-export.ts"
import { openForHistory, type Repository } from "./io/git.ts"
import { headOf } from "./io/git-named.ts"
import { TreeReader } from "./io/git-trees.ts"
import type { HistoryRows, RecordedHistory } from "./model/history.ts"
import type { ForgeExports } from "./model/pull.ts"
import type { Hands, Person, Span, Trace, TracedRelease, Window } from "./model/trace.ts"
import { assess, pastOf } from "./past.ts"
import { explainRelease } from "./pipeline.ts"
import { cutSentence } from "./stages/trace/cut-commits.ts"
import { dayOf } from "./stages/trace/days.ts"
import { baseRatesOf, eventsOf, eventsWithin } from "./stages/trace/events.ts"
import { type HandsRequest, handsOf } from "./stages/trace/hands.ts"
import { homepagesOf } from "./stages/trace/homepages.ts"
import type { Alias, Identities } from "./stages/trace/identities.ts"
import { ignoredFiles } from "./stages/trace/ignored.ts"
import { type OpaqueFiles, opaqueFilesOf } from "./stages/trace/opaque.ts"
import { ordinaryRates } from "./stages/trace/ordinary-rates-generated.ts"
import { ownCommitsOf } from "./stages/trace/own-commits.ts"
import { type Range, rangeOf } from "./stages/trace/range.ts"
import { monthlyEnds, surveyOf, untimely, windowsOf } from "./stages/trace/windows.ts"
import { toolOf } from "./version.ts"

export interface TraceRequest {
  /** A path to any git repository, or an address. */
  readonly repository: string
  /** `A..B` or `B`: what is shown. */
  readonly range?: string | undefined
  /** A release: what of it the repository has is looked at, in place of a whole tree. */
  readonly release?: string | undefined
  /** Who last changed each line of the last commit that is shown: git blames each file, which takes minutes for a large tree. */
  readonly wantsHands: boolean
  /** A file of aliases. */
  readonly aliases?: string | undefined
  /** Files of SSH keys and whose they are (ssh-keygen(1), "ALLOWED SIGNERS"). */
  readonly allowedSigners?: readonly string[] | undefined
  /** Exports of forges: files of merged pulls with their reviews. */
  readonly reviews?: readonly string[] | undefined
}

/** Who put it there, who else looked, how rights changed hands: from the history of a repository alone. */
export function traceRepository(request: TraceRequest, ctx: Context): Promise<Result<Trace>> {
  return faultsOf(async () => {
    const release = request.release === undefined ? undefined : await releaseOf(request.release, request.repository, ctx)
    const aliases = request.aliases === undefined ? [] : await readAliases(request.aliases, ctx.limits)
    const reviews = request.reviews === undefined ? undefined : await readForgeExports(request.reviews, ctx.limits)
    const repository = orThrow(await openForHistory(request.repository, ctx))
    try {
      return await traced(repository, { ...request, aliases, reviews, release }, ctx)
    } finally {
      await repository.close()
    }
  })
}

interface Release {
  readonly told: Omit<TracedRelease, "ignored">
  readonly paths: ReadonlySet<string>
  /** The paths of all others, as the repository would have them. */
  readonly others: readonly string[]
}

/** Which files of a release are a commit's own, as `explain` finds them; nothing is made again for that. */
async function releaseOf(target: string, repository: string, ctx: Context): Promise<Release> {
  const nothing = { ref: undefined, subdirectory: undefined, submodules: new Map(), previous: undefined, acceptPrevious: false }
  const { artifact, ledger, ...report } = orThrow(await explainRelease({ target, repository, ...nothing, replay: "never" }, ctx))
  const inside = report.repository?.subdirectory ?? ""
  const own = ledger.entries.flatMap(({ explanation }) =>
    explanation.kind === "source" && explanation.submodule === undefined ? [inside + explanation.path] : [],
  )
  const commit = report.repository?.commit
  if (commit === undefined || !isGitOid(commit))
    throw new FaultError({
      kind: "unavailable",
      source: target,
      why: "no commit of the repository was found for it",
      remedy: "see `explain` of it",
    })
  const told = { target: artifact.target, sha256: artifact.sha256, commit, entries: ledger.entries.length, fromCommit: own.length }
  const places = new Set(ledger.entries.map(({ path }) => path))
  const isInside = (path: string): boolean => path.includes("!") && places.has(path.slice(0, path.indexOf("!")))
  const others = ledger.entries.flatMap(({ path, type, explanation: { kind } }) =>
    kind === "source" || type === "special" || isInside(path)
      ? []
      : [`${report.repository?.subdirectory ?? ""}${belowRoot(path, artifact.root)}`],
  )
  return { told, paths: new Set(own), others }
}

interface Traceable {
  readonly range?: string | undefined
  readonly wantsHands: boolean
  readonly aliases: readonly Alias[]
  readonly reviews: ForgeExports | undefined
  readonly allowedSigners?: readonly string[] | undefined
  readonly release: Release | undefined
}

async function traced(repository: Repository, { range: given, wantsHands, release, ...from }: Traceable, ctx: Context): Promise<Trace> {
  const asked = given ?? release?.told.commit
  const past = await pastOf(repository, from.aliases, ctx)
  const { history, inRows: all, cut, identities } = past
  const range = asked === undefined ? everything(repository) : rangeOf(history, asked, headOf(repository))
  const shown = { ...history, commits: history.commits.filter(({ oid }) => range.has(oid)) }
  const survey = surveyOf(all, identities, monthlyEnds(all.rows))
  const windows = asked === undefined ? survey.windows : windowsOfRange(all, inRows(shown), identities)
  // Events are of the whole history, whatever is shown: a first patch on another branch is a first patch.
  const homepages = await homepagesOf(repository, history, ctx)
  const events = eventsOf(all, identities, { leads: survey.leads, homepages })
  const forges =
    from.reviews === undefined ? undefined : { exports: from.reviews, aliases: from.aliases, stepsMax: ctx.limits.forgeStepsMax }
  const {
    evidence,
    levelOf,
    handsOf: counts,
  } = await assess(repository, past, { isShown: range.has, forges, allowedSigners: from.allowedSigners }, ctx)
  const at = await treeOf(
    repository,
    {
      ...{ range, wantsHands, release, history, cut, personOf: identities.personOf },
      levelOf: (oid) => levelOf.get(oid),
      countOf: (oid) => counts.get(oid),
    },
    ctx,
  )
  return {
    schema: "everybyte.trace/1",
    tool: toolOf(ctx),
    repository: {
      location: repository.location,
      branches: history.branches.length,
      tags: history.tags.length,
      commits: history.commits.length,
      merges: history.commits.filter(({ parents }) => parents.length > 1).length,
      ...spanOf(history),
    },
    ...(release === undefined ? {} : { release: { ...release.told, ignored: at?.ignored.ignored ?? [] } }),
    ...(asked === undefined ? {} : { range: asked }),
    people: identities.people,
    windows,
    events: eventsWithin(events, history, { range, windows }),
    baseRates: baseRatesOf(events),
    elsewhere: ordinaryRates,
    evidence,
    ownCommits: ownCommitsOf(shown, identities, windows),
    ...(at === undefined ? {} : { opaque: at.opaque.files, ...(at.hands === undefined ? {} : { hands: at.hands }) }),
    limits: [
      ...history.limits,
      ...homepages.limits,
      ...cutSentence(cut.size),
      ...untimely(all.rows),
      ...programSentence(identities.people),
      ...(at === undefined && history.commits.length > 0 ? [noTree] : []),
      ...(at?.limits ?? []),
      ...(at?.opaque.limits ?? []),
      ...(at?.ignored.limits ?? []),
    ],
  }
}

/** Commits are counted of what is shown; whose the releases are is told by all tags before a day. */
function windowsOfRange(all: HistoryRows, shown: HistoryRows, identities: Identities): readonly Window[] {
  const ends = monthlyEnds(shown.rows)
  const whole = windowsOf(all, identities, ends)
  return windowsOf(shown, identities, ends).map(({ releaseHolder: _, ...window }, index) => {
    const releaseHolder = whole[index]?.releaseHolder
    return releaseHolder === undefined ? window : { ...window, releaseHolder }
  })
}

const noTree = "the commit that HEAD names, which cannot be read: its .mailmap, opaque files and hands"

/** Whoever types a program's address is taken for it. */
function programSentence(people: readonly Person[]): readonly string[] {
  const programs = people.filter(({ kind }) => kind !== "person")
  const commits = programs.reduce((sum, { authored }) => sum + authored, 0)
  if (programs.length === 0) return []
  return [
    `${plural(programs.length, "bot or forge", "bots and forges")} by their own addresses, with ${plural(commits, "commit")}: in no window and no event`,
  ]
}

function spanOf({ commits }: RecordedHistory): { readonly span?: Span } {
  const times = commits.map(({ committed }) => committed)
  const [first, last] = times.reduce(([least, most], time) => [Math.min(least, time), Math.max(most, time)] as const, [
    Infinity,
    -Infinity,
  ] as const)
  return times.length === 0 ? {} : { span: { first: dayOf(first), last: dayOf(last) } }
}

interface Asked extends Pick<HandsRequest, "history" | "cut" | "personOf" | "levelOf" | "countOf"> {
  readonly range: Range
  readonly wantsHands: boolean
  readonly release: Release | undefined
}

interface AtTree {
  readonly ignored: Awaited<ReturnType<typeof ignoredFiles>>
  readonly opaque: OpaqueFiles
  readonly hands: Hands | undefined
  readonly limits: readonly string[]
}

/** What stands in the last commit that is shown: its opaque files, and whose its lines are. */
async function treeOf(repository: Repository, { range, wantsHands, release, ...asked }: Asked, ctx: Context): Promise<AtTree | undefined> {
  const trees = new TreeReader(repository)
  const tip = release?.told.commit ?? range.tip
  const commit = tip === undefined ? undefined : await trees.commit(tip)
  if (commit === undefined) return undefined
  const { tree, anomalies } = await trees.flatten(commit.tree)
  const of = { ...asked, commit: commit.oid, tree, ...(release === undefined ? {} : { paths: release.paths }) }
  const submodules = [...tree.values()].flatMap(({ mode, path }) => (mode === "160000" ? [`${path}/`] : []))
  const shipped = (release?.others ?? []).filter((path) => !tree.has(path) && !submodules.some((folder) => path.startsWith(folder)))
  return {
    ignored: await ignoredFiles(repository, { ...of, shipped }, ctx),
    opaque: await opaqueFilesOf(repository, of, ctx),
    limits: treeSentences(anomalies),
    hands: wantsHands ? await handsOf(repository, { ...of, ...(range.since === undefined ? {} : { since: range.since }) }, ctx) : undefined,
  }
}

/** What of a tree is in no list: whoever hides something names it so. */
function treeSentences(anomalies: readonly Anomaly[]): readonly string[] {
  const [absent, double] = ["missing-tree", "duplicate-name"].map((kind) => anomalies.filter((one) => one.kind === kind).length)
  return [
    ...(absent
      ? [`${plural(absent, "folder or file", "folders or files")} of the tree that cannot be read or have a longer path than nameBytesMax`]
      : []),
    ...(double
      ? [
          `${plural(double, "file")} of the tree with the name of another, as names are told here (bytes that are no UTF-8 as \\xNN): one of each name was looked at`,
        ]
      : []),
  ]
}

const everything = (repository: Repository): Range => ({ tip: headOf(repository), has: () => true })
