import type { Anomaly } from "../core/anomaly.ts"
import { number, plural } from "../core/count.ts"
import type { GitOid } from "../core/digest.ts"
import { type Fault, FaultError, orThrow } from "../core/fault.ts"
import { inTime } from "../core/order.ts"
import type { Commit, CommitRows, HistoryRows, RecordedHistory } from "../model/history.ts"
import { rowsOf, withAdded } from "./commit-rows.ts"
import type { Context } from "./context.ts"
import type { Repository } from "./git.ts"
import { type LogForm, readLog, type StartedLog, startLog, streamLog } from "./git-log.ts"
import { tokenBytesMax } from "./git-log-token.ts"
import { headOf, isTag, knownMailmap, lostRefs, mailmapOf, type Named, namedIn } from "./git-named.ts"
import { noteToldVersion } from "./git-process.ts"
import { type Taggings, taggersOf, taggingsOf, tagsOf } from "./git-taggers.ts"
import { parentsReader } from "./git-walk.ts"
import { commitFields, cutNote, HistoryCollector, personBytesMax } from "./history-collector.ts"
import { HistoryPacker, headsOf } from "./history-packer.ts"
import { type HistoryPlace, historyPlace, keepHistory, type StoredHistory, storedHistory } from "./history-store.ts"

/** What all branches and tags reach, as rows. */
export interface Recorded {
  readonly history: HistoryRows
  /** The same with its commits. */
  whole(): Promise<RecordedHistory>
}

/** A history with its commits. */
export const recordHistory = async (repository: Repository, ctx: Context): Promise<RecordedHistory> =>
  (await recordRows(repository, ctx)).whole()

/**
 * Reads what all branches and tags reach, in one pass of git log; of what an earlier run kept, only what is new. Throws a FaultError without git or when no ref leads to a commit
 * that can be read.
 */
export async function recordRows(repository: Repository, ctx: Context): Promise<Recorded> {
  const { location, refs } = repository
  const before = repository.anomalies()
  const said = before.map(({ message }) => message)
  const place = historyPlace(repository, ctx)
  const stored = place === undefined ? undefined : storedHistory(place, ctx)
  const read =
    (stored === undefined ? undefined : await newIn(repository, stored, { place, ctx })) ?? (await allIn(repository, { place, ctx }))
  const { named, rows, commits, taggings } = read
  said.push(...read.said, ...lostRefs(refs, named), ...oddSentence(repository.anomalies().slice(before.length)), ...read.shortened)
  const branches = refs.flatMap((ref) => {
    const tip = isTag(ref) ? undefined : named.get(ref.oid)
    return tip === undefined ? [] : [{ name: ref.name, tip }]
  })
  const told = { location, signatures: read.signatures, tags: tagsOf(refs, named, taggings), branches, limits: said }
  return { history: { ...told, rows }, whole: async () => ({ ...told, commits: await commits() }) }
}

const oddSentence = ([oddity, ...more]: readonly Anomaly[]): readonly string[] =>
  oddity === undefined ? [] : [`${oddity.message}${more.length === 0 ? "" : `; and ${number(more.length)} more like it`}`]

const nothingIn = (source: string, refs: number): Fault => ({
  kind: "unavailable",
  source,
  why: `it has ${plural(refs, "branch or tag", "branches and tags")}, and no commit of them can be read`,
  remedy: "look at it with `git fsck`, or give a complete clone of it",
})

interface Read extends Pick<HistoryRows, "rows" | "signatures"> {
  /** The commit of each ref's id that leads to one. */
  readonly named: Named["commits"]
  /** Oldest first. */
  readonly commits: () => Promise<readonly Commit[]>
  readonly taggings: Taggings
  /** What is not there. */
  readonly said: readonly string[]
  readonly shortened: readonly string[]
}

const settingsFor = (mailmap: string): readonly string[] => (mailmap === "" ? [] : ["-c", `mailmap.blob=${mailmap}`])

const formFor = (mailmap: string): LogForm => ({
  ...{ settings: settingsFor(mailmap), order: [], args: ["--diff-merges=off"], fields: commitFields },
})

interface All {
  /** Where it is kept. */
  readonly place?: HistoryPlace | undefined
  /** Those that have their places already. */
  readonly signatures?: readonly string[]
  readonly ctx: Context
}

/** All of it, which is then kept. */
async function allIn(repository: Repository, { place, signatures = [], ctx }: All): Promise<Read> {
  const { commits: named, tips, tagObjects, ...found } = await namedIn(repository)
  const mailmap = await mailmapOf(repository, found.mailmap)
  const packer = place === undefined ? undefined : new HistoryPacker(place.format, ctx.limits.keptHistoryBytesMax)
  const collector = new HistoryCollector(ctx, { packer, signatures })
  const oddities = repository.anomalies().length
  const [lost, taggers] = await Promise.all([
    logAll(repository, { tips, mailmap: mailmap.oid, collector }),
    taggersOf(repository, { tagObjects, settings: settingsFor(mailmap.oid) }),
  ])
  await noteToldVersion(repository.place, ctx)
  const commits = collector.commits.sort(inTime)
  if (repository.refs.length > 0 && commits.length === 0 && !collector.isCut)
    throw new FaultError(nothingIn(repository.location, repository.refs.length))
  const [rows, taggings, said] = [rowsOf(commits), taggingsOf(taggers, collector), [...mailmap.said, ...lost]]
  const isWhole = said.length === 0 && repository.anomalies().length === oddities && collector.shortened === 0
  const columns = isWhole ? packer?.columns(rows) : undefined
  const read = { mailmap: mailmap.oid, head: headOf(repository) ?? "", refs: named, heads: headsOf(rows), tags: taggings }
  if (place !== undefined && columns !== undefined)
    await keepHistory(place, { git: ctx.toolsUsed.get("git") ?? "", ...read, signatures: collector.keys, ...columns }, ctx)
  const { signatures: people } = collector
  return { named, rows, commits: async () => commits, signatures: people, taggings, said, shortened: shortSentence(collector) }
}

const shortSentence = ({ shortened }: HistoryCollector): readonly string[] =>
  shortened === 0
    ? []
    : [
        `${plural(shortened, "person has a name or address", "persons have a name or address")} over ${number(personBytesMax)} bytes, ${cutNote}`,
      ]

async function logAll(
  repository: Repository,
  { tips, mailmap, collector }: Pick<Named, "tips"> & { readonly mailmap: string; readonly collector: HistoryCollector },
): Promise<readonly string[]> {
  const said = repository.refs.length === 0 ? ["it has no commits"] : []
  if (tips.length === 0) return said
  const parentsOf = parentsReader(repository, repository.limits.historyCommitsMax)
  const end = orThrow(await streamLog(repository.place, tips, collector, { form: formFor(mailmap), parentsOf }))
  collector.end()
  if (collector.isCut) said.push(`only ${collector.commits.length} commits were read: --limit historyCommitsMax=NUMBER allows more`)
  else if (!end.complete) said.push(`parts of the history are absent${end.holes.length === 0 ? "" : `, first at commit ${end.holes[0]}`}`)
  if (collector.changesLeft > 0) said.push(`${collector.changesLeft} changes of files were counted and not kept (historyChangesMax)`)
  if (end.cut > 0) said.push(`${plural(end.cut, "field or path", "fields or paths")} over ${number(tokenBytesMax)} bytes, ${cutNote}`)
  return said
}

/** The log of what is named now and was not when a history was stored; undefined where nothing is. */
function startNew({ refs, place }: Repository, { refs: known, heads, mailmap }: StoredHistory): StartedLog | undefined {
  const tips = [...new Set(refs.map(({ oid }) => oid).filter((oid) => !known.has(oid)))]
  return tips.length === 0 ? undefined : startLog(place, tips, { ...formFor(mailmap), beyond: heads })
}

/** What is stored and what is new. Undefined where all has to be read: something stored is reached no more, much is new, or something new could not be read whole. */
async function newIn(repository: Repository, stored: StoredHistory, { place, ctx }: All): Promise<Read | undefined> {
  const log = startNew(repository, stored)
  // While git works.
  const kept = stored.rows()
  if (kept === undefined) {
    log?.stop()
    return undefined
  }
  const collector = new HistoryCollector(ctx, {
    stored: { commits: kept.rows.length, changes: stored.changes },
    signatures: kept.signatures,
  })
  const end = log === undefined ? undefined : orThrow(await readLog(log, collector))
  await noteToldVersion(repository.place, ctx)
  if (ctx.toolsUsed.get("git") !== stored.git || end?.whole === false || (end?.cut ?? 0) > 0) return undefined
  if (collector.isCut || collector.changesLeft > 0) return undefined
  const logged = new Map(collector.commits.map((commit) => [commit.oid, commit]))
  const isCommit = (oid: GitOid): boolean => logged.has(oid) || kept.rows.rowOf(oid) !== undefined
  const told = knownMailmap(repository, stored, logged)
  const {
    commits: named,
    tips,
    ...found
  } = await namedIn(repository, {
    commitOf: (oid) => stored.refs.get(oid) ?? (isCommit(oid) ? oid : undefined),
    mailmap: told,
  })
  const tagObjects = new Set(found.tagObjects)
  if ((told ?? found.mailmap?.oid ?? "") !== stored.mailmap || [...stored.tags.keys()].some((tag) => !tagObjects.has(tag))) return undefined
  // Of a stored commit that no stored one has as a parent, whatever reaches it is a tip or new.
  const reached = new Set([...tips, ...collector.commits.flatMap(({ parents }) => parents)])
  if (stored.heads.some((head) => !reached.has(head))) return undefined
  const newTags = found.tagObjects.filter((tag) => !stored.tags.has(tag))
  const taggers = await taggersOf(repository, { tagObjects: newTags, settings: settingsFor(stored.mailmap) })
  const taggings = new Map([...stored.tags, ...taggingsOf(taggers, collector)])
  if (collector.shortened > 0) return undefined
  const added = [...logged.values()].filter(({ oid }) => kept.rows.rowOf(oid) === undefined)
  const rows = withAdded(kept.rows, added)
  const commits = async (): Promise<readonly Commit[]> => {
    const old = kept.commits()
    return old === undefined ? again(rows) : [...old, ...added].sort(inTime)
  }
  /** What was kept of them is damaged; signatures have their places already. */
  const again = async ({ length }: CommitRows): Promise<readonly Commit[]> => {
    const read = await allIn(repository, { place, signatures: collector.keys, ctx })
    if (read.rows.length === length) return read.commits()
    throw new FaultError({ kind: "unavailable", source: repository.location, why: "it changed while it was read", remedy: "run it again" })
  }
  return { named, rows, commits, signatures: collector.signatures, taggings, said: [], shortened: [] }
}
