import type { Anomaly } from "../core/anomaly.ts"
import { number, plural } from "../core/count.ts"
import { type Fault, FaultError, orThrow } from "../core/fault.ts"
import { inTime } from "../core/order.ts"
import type { Commit, CommitRows, HistoryRows, RecordedHistory } from "../model/history.ts"
import { rowsOf, withAdded } from "./commit-rows.ts"
import type { Context } from "./context.ts"
import type { Repository } from "./git.ts"
import { type LogForm, readLog, type StartedLog, startLog, streamLog } from "./git-log.ts"
import { tokenBytesMax } from "./git-log-token.ts"
import { headOf, isTag, lostRefs, mailmapOf, type Named, namedIn } from "./git-named.ts"
import { type Taggings, taggersOf, taggingsOf, tagsOf } from "./git-taggers.ts"
import { parentsReader } from "./git-walk.ts"
import { commitFields, cutNote, HistoryCollector, personBytesMax } from "./history-collector.ts"
import { HistoryPacker, headsOf } from "./history-packer.ts"
import { type HistoryPlace, historyPlace, keepHistory, type StoredHistory, type StoredRows, storedHistory } from "./history-store.ts"

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
  const place = await historyPlace(repository, ctx)
  const stored = place === undefined ? undefined : await storedHistory(place, ctx)
  // Both while git works: what is new most often has the .mailmap of what is stored.
  const log = stored === undefined ? undefined : startNew(repository, stored)
  const [named, kept] = await Promise.all([namedIn(repository, stored), stored?.rows()])
  const mailmap = await mailmapOf(repository, named.mailmap, { stored, said })
  const asked = { ...named, mailmap, place }
  const known = stored?.mailmap === mailmap && kept !== undefined ? await newIn(repository, asked, { stored, kept, log, ctx }) : undefined
  if (known === undefined) log?.stop()
  const { rows, commits, taggings, ...read } = known ?? (await allIn(repository, asked, { signatures: [], ctx }))
  said.push(...read.said, ...lostRefs(refs, named.commits), ...oddSentence(repository.anomalies().slice(before.length)), ...read.shortened)
  const branches = refs.flatMap((ref) => {
    const tip = isTag(ref) ? undefined : named.commits.get(ref.oid)
    return tip === undefined ? [] : [{ name: ref.name, tip }]
  })
  const told = { location, signatures: read.signatures, tags: tagsOf(refs, named.commits, taggings), branches, limits: said }
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

interface Asked extends Omit<Named, "mailmap"> {
  readonly mailmap: string
  readonly place: HistoryPlace | undefined
}

interface Read extends Pick<HistoryRows, "rows" | "signatures"> {
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

/** All of it, which is then kept. */
async function allIn(
  repository: Repository,
  { place, ...asked }: Asked,
  { signatures, ctx }: { readonly signatures: readonly string[]; readonly ctx: Context },
): Promise<Read> {
  const { commits: refs, tips, tagObjects, mailmap } = asked
  const packer = place === undefined ? undefined : new HistoryPacker(place.format, ctx.limits.keptHistoryBytesMax)
  const collector = new HistoryCollector(ctx, { packer, signatures })
  const oddities = repository.anomalies().length
  const [said, taggers] = await Promise.all([
    logAll(repository, { tips, mailmap, collector }),
    taggersOf(repository, { tagObjects, settings: settingsFor(mailmap) }),
  ])
  const commits = collector.commits.sort(inTime)
  if (repository.refs.length > 0 && commits.length === 0 && !collector.isCut)
    throw new FaultError(nothingIn(repository.location, repository.refs.length))
  const [rows, tags] = [rowsOf(commits), taggingsOf(taggers, collector)]
  const isWhole = said.length === 0 && repository.anomalies().length === oddities && collector.shortened === 0
  const columns = isWhole ? packer?.columns(rows) : undefined
  const head = headOf(repository) ?? ""
  if (place !== undefined && columns !== undefined)
    await keepHistory(place, { mailmap, head, refs, heads: headsOf(rows), signatures: collector.keys, tags, ...columns }, ctx)
  return { rows, commits: async () => commits, signatures: collector.signatures, taggings: tags, said, shortened: shortSentence(collector) }
}

const shortSentence = ({ shortened }: HistoryCollector): readonly string[] =>
  shortened === 0
    ? []
    : [
        `${plural(shortened, "person has a name or address", "persons have a name or address")} over ${number(personBytesMax)} bytes, ${cutNote}`,
      ]

async function logAll(
  repository: Repository,
  { tips, mailmap, collector }: Pick<Asked, "tips" | "mailmap"> & { readonly collector: HistoryCollector },
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

interface Known {
  readonly stored: StoredHistory
  readonly kept: StoredRows
  readonly log: StartedLog | undefined
  readonly ctx: Context
}

/** What is stored and what is new. Undefined where all has to be read: something stored is reached no more, much is new, or something new could not be read whole. */
async function newIn(repository: Repository, asked: Asked, { stored, kept, log, ctx }: Known): Promise<Read | undefined> {
  const { tips, mailmap } = asked
  const tagObjects = new Set(asked.tagObjects)
  if ([...stored.tags.keys()].some((tag) => !tagObjects.has(tag))) return undefined
  const collector = new HistoryCollector(ctx, {
    stored: { commits: kept.rows.length, changes: stored.changes },
    signatures: kept.signatures,
  })
  const [end, taggers] = await Promise.all([
    log === undefined ? undefined : readLog(log, collector),
    taggersOf(repository, { tagObjects: asked.tagObjects.filter((tag) => !stored.tags.has(tag)), settings: settingsFor(mailmap) }),
  ])
  if (end !== undefined && (!orThrow(end).whole || orThrow(end).cut > 0)) return undefined
  const taggings = new Map([...stored.tags, ...taggingsOf(taggers, collector)])
  if (collector.isCut || collector.changesLeft > 0 || collector.shortened > 0) return undefined
  // Of a stored commit that no stored one has as a parent, whatever reaches it is a tip or new.
  const reached = new Set([...tips, ...collector.commits.flatMap(({ parents }) => parents)])
  if (stored.heads.some((head) => !reached.has(head))) return undefined
  const added = [...new Map(collector.commits.map((commit) => [commit.oid, commit])).values()].filter(
    ({ oid }) => kept.rows.rowOf(oid) === undefined,
  )
  const rows = withAdded(kept.rows, added)
  const commits = async (): Promise<readonly Commit[]> => {
    const old = kept.commits()
    return old === undefined ? again(rows) : [...old, ...added].sort(inTime)
  }
  /** What was kept of them is damaged; signatures have their places already. */
  const again = async ({ length }: CommitRows): Promise<readonly Commit[]> => {
    const read = await allIn(repository, asked, { signatures: collector.keys, ctx })
    if (read.rows.length === length) return read.commits()
    throw new FaultError({ kind: "unavailable", source: repository.location, why: "it changed while it was read", remedy: "run it again" })
  }
  return { rows, commits, signatures: collector.signatures, taggings, said: [], shortened: [] }
}
