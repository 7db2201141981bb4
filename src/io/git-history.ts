import type { Anomaly } from "../core/anomaly.ts"
import { number, plural } from "../core/count.ts"
import { type GitOid, isGitOid } from "../core/digest.ts"
import { type Fault, FaultError, orThrow } from "../core/fault.ts"
import { inTime } from "../core/order.ts"
import type { Commit, RecordedHistory, Tag } from "../model/history.ts"
import type { Context } from "./context.ts"
import type { Repository } from "./git.ts"
import { type LogForm, readLog, startLog, streamLog } from "./git-log.ts"
import { tokenBytesMax } from "./git-log-token.ts"
import type { Ref } from "./git-refs.ts"
import { mapTaggers, readTaggings, type Tagging } from "./git-tags.ts"
import { commitOf, type NamedObject, objectsNamed, parentsReader } from "./git-walk.ts"
import { commitFields, cutNote, HistoryCollector, personBytesMax, text, timeOf } from "./history-collector.ts"
import { HistoryPacker } from "./history-packer.ts"
import { type HistoryPlace, historyPlace, keepHistory, type StoredHistory, storedHistory } from "./history-store.ts"

/**
 * Reads what all branches and tags reach, in one pass of git log; of what an earlier run kept, only what is new. Throws a FaultError without git or when no ref leads to a commit
 * that can be read.
 */
export async function recordHistory(repository: Repository, ctx: Context): Promise<RecordedHistory> {
  const before = repository.anomalies()
  const said = before.map(({ message }) => message)
  const { location, refs } = repository
  const [named, { place, stored }] = await Promise.all([namedIn(repository), storedOf(repository, ctx)])
  const mailmap = await mailmapOf(repository, named.mailmap, { stored, said })
  const asked = { ...named, settings: mailmap === "" ? [] : ["-c", `mailmap.blob=${mailmap}`] }
  const known = stored?.mailmap === mailmap ? await newIn(repository, asked, { stored, ctx }) : undefined
  const packer = place === undefined ? undefined : new HistoryPacker(place.format, ctx.limits.keptHistoryBytesMax)
  const { collector, commits, taggings, ...read } = known ?? (await allIn(repository, asked, { packer, ctx }))
  const { shortened, signatures } = collector
  if (refs.length > 0 && commits.length === 0 && !collector.isCut) throw new FaultError(nothingIn(location, refs.length))
  const oddities = repository.anomalies().slice(before.length)
  said.push(...read.said, ...lostRefs(refs, named.commits), ...oddSentence(oddities))
  if (shortened > 0)
    said.push(
      `${plural(shortened, "person has a name or address", "persons have a name or address")} over ${number(personBytesMax)} bytes, ${cutNote}`,
    )
  const isWhole = known === undefined && read.said.length === 0 && oddities.length === 0 && shortened === 0
  const columns = isWhole ? packer?.columns() : undefined
  if (place !== undefined && packer !== undefined && columns !== undefined) {
    const { paths, heads } = packer
    await keepHistory(place, { mailmap, tips: named.tips, heads, signatures: collector.keys, paths, tags: taggings, columns }, ctx)
  }
  const branches = refs.flatMap((ref) => {
    const tip = isTag(ref) ? undefined : named.commits.get(ref.oid)
    return tip === undefined ? [] : [{ name: ref.name, tip }]
  })
  return { location, signatures, commits, tags: tagsOf(refs, named.commits, taggings), branches, limits: said }
}

async function storedOf(
  repository: Repository,
  ctx: Context,
): Promise<{ readonly place: HistoryPlace | undefined; readonly stored: StoredHistory | undefined }> {
  const place = await historyPlace(repository, ctx)
  return { place, stored: place === undefined ? undefined : await storedHistory(place, ctx) }
}

const oddSentence = ([oddity, ...more]: readonly Anomaly[]): readonly string[] =>
  oddity === undefined ? [] : [`${oddity.message}${more.length === 0 ? "" : `; and ${number(more.length)} more like it`}`]

const isTag = ({ name }: Ref): boolean => name.startsWith("refs/tags/")

const nothingIn = (source: string, refs: number): Fault => ({
  kind: "unavailable",
  source,
  why: `it has ${plural(refs, "branch or tag", "branches and tags")}, and no commit of them can be read`,
  remedy: "look at it with `git fsck`, or give a complete clone of it",
})

interface Named {
  /** The commit of each ref's id that leads to one, and of all of them each once. */
  readonly commits: ReadonlyMap<GitOid, GitOid>
  readonly tips: readonly GitOid[]
  /** The tag objects that lead to one. */
  readonly tagObjects: readonly GitOid[]
  readonly mailmap: NamedObject | undefined
}

async function namedIn(repository: Repository): Promise<Named> {
  const { refs } = repository
  const mailmap = `${headOf(repository)}:.mailmap`
  const objects = await objectsNamed(repository, [...refs.map(({ oid }) => commitOf(oid)), mailmap])
  const commits = new Map(
    refs.flatMap(({ oid }) => {
      const commit = objects.get(commitOf(oid))
      return commit?.type === "commit" ? [[oid, commit.oid] as const] : []
    }),
  )
  const tagObjects = refs.flatMap((ref) => (isTag(ref) && commits.has(ref.oid) && commits.get(ref.oid) !== ref.oid ? [ref.oid] : []))
  return { commits, tips: [...new Set(commits.values())], tagObjects: [...new Set(tagObjects)], mailmap: objects.get(mailmap) }
}

function lostRefs(refs: readonly Ref[], commits: Named["commits"]): readonly string[] {
  const lost = refs.filter(({ oid }) => !commits.has(oid))
  const tags = lost.filter(isTag)
  const branches = lost.filter((ref) => !isTag(ref))
  const told = (count: string, [first]: readonly Ref[]): string => `${count} of no commit, or could not be read, first ${first?.name}`
  return [
    ...(tags.length === 0 ? [] : [told(plural(tags.length, "tag is", "tags are"), tags)]),
    ...(branches.length === 0 ? [] : [told(plural(branches.length, "branch is", "branches are"), branches)]),
  ]
}

/** What HEAD names, else the tip of the first branch. */
export function headOf({ head, refs }: Pick<Repository, "head" | "refs">): GitOid | undefined {
  if (head !== undefined && isGitOid(head)) return head
  return (refs.find(({ name }) => name === head) ?? refs.find(({ name }) => name.startsWith("refs/heads/")) ?? refs[0])?.oid
}

const mailmapBytesMax = 1 << 20

/** The `.mailmap` of HEAD by its id, as ours has no HEAD: git reads it as gitmailmap(5) says. Empty: there is none that is used. */
async function mailmapOf(
  repository: Repository,
  found: NamedObject | undefined,
  { stored, said }: { readonly stored: StoredHistory | undefined; readonly said: string[] },
): Promise<string> {
  if (found === undefined) return ""
  if (found.oid === stored?.mailmap) return found.oid
  const isFit = found.type === "blob" && found.size <= mailmapBytesMax
  if (isFit && (await repository.object(found.oid)) !== undefined) return found.oid
  said.push(".mailmap is absent, too large or no file, and was not used")
  return ""
}

interface Asked extends Named {
  readonly settings: readonly string[]
}

interface Read {
  /** Oldest first. */
  readonly commits: readonly Commit[]
  readonly collector: HistoryCollector
  readonly taggings: ReadonlyMap<GitOid, Tag["annotated"]>
  /** What is not there. */
  readonly said: readonly string[]
}

const formOf = (settings: readonly string[]): LogForm => ({ settings, order: [], args: ["--diff-merges=off"], fields: commitFields })

async function allIn(
  repository: Repository,
  { tips, tagObjects, settings }: Asked,
  { packer, ctx }: { readonly packer: HistoryPacker | undefined; readonly ctx: Context },
): Promise<Read> {
  const collector = new HistoryCollector(ctx, { packer })
  const [said, taggers] = await Promise.all([
    logAll(repository, { tips, settings, collector }),
    taggersOf(repository, { tagObjects, settings }),
  ])
  return { commits: collector.commits.sort(inTime), collector, taggings: taggingsOf(taggers, collector), said }
}

async function logAll(
  repository: Repository,
  { tips, settings, collector }: Pick<Asked, "tips" | "settings"> & { readonly collector: HistoryCollector },
): Promise<readonly string[]> {
  const said = repository.refs.length === 0 ? ["it has no commits"] : []
  if (tips.length === 0) return said
  const parentsOf = parentsReader(repository, repository.limits.historyCommitsMax)
  const end = orThrow(await streamLog(repository.place, tips, collector, { form: formOf(settings), parentsOf }))
  collector.end()
  if (collector.isCut) said.push(`only ${collector.commits.length} commits were read: --limit historyCommitsMax=NUMBER allows more`)
  else if (!end.complete) said.push(`parts of the history are absent${end.holes.length === 0 ? "" : `, first at commit ${end.holes[0]}`}`)
  if (collector.changesLeft > 0) said.push(`${collector.changesLeft} changes of files were counted and not kept (historyChangesMax)`)
  if (end.cut > 0) said.push(`${plural(end.cut, "field or path", "fields or paths")} over ${number(tokenBytesMax)} bytes, ${cutNote}`)
  return said
}

/** What is stored and what is new. Undefined where all has to be read: something stored is reached no more, much is new, or something new could not be read whole. */
async function newIn(
  repository: Repository,
  { tips, tagObjects, settings }: Asked,
  { stored, ctx }: { readonly stored: StoredHistory; readonly ctx: Context },
): Promise<Read | undefined> {
  const tagged = new Set(tagObjects)
  if ([...stored.tags.keys()].some((tag) => !tagged.has(tag))) return undefined
  const collector = new HistoryCollector(ctx, { stored })
  const newTips = tips.filter((tip) => !stored.tips.has(tip))
  const beyond = stored.heads
  const log = newTips.length === 0 ? undefined : startLog(repository.place, newTips, { ...formOf(settings), beyond })
  const [end, taggers] = await Promise.all([
    log === undefined ? undefined : readLog(log, collector),
    taggersOf(repository, { tagObjects: tagObjects.filter((tag) => !stored.tags.has(tag)), settings }),
  ])
  if (end !== undefined && (!orThrow(end).whole || orThrow(end).cut > 0)) return undefined
  const taggings = new Map([...stored.tags, ...taggingsOf(taggers, collector)])
  if (collector.isCut || collector.changesLeft > 0 || collector.shortened > 0) return undefined
  // Of a stored commit that no stored one has as a parent, whatever reaches it is a tip or new.
  const reached = new Set([...tips, ...collector.commits.flatMap(({ parents }) => parents)])
  if (stored.heads.some((head) => !reached.has(head))) return undefined
  const added = new Map(collector.commits.map((commit) => [commit.oid, commit]))
  for (const { oid } of stored.commits) added.delete(oid)
  const commits = [...stored.commits, ...added.values()]
  return { commits: commits.sort(inTime), collector, taggings, said: [] }
}

type Taggers = ReadonlyMap<GitOid, { readonly tagging: Tagging; readonly mapped: readonly [name: string, address: string] } | undefined>

/** Who made each tag object; undefined of one that says nothing of it. */
async function taggersOf(
  repository: Repository,
  { tagObjects, settings }: { readonly tagObjects: readonly GitOid[]; readonly settings: readonly string[] },
): Promise<Taggers> {
  const taggings = await readTaggings(repository, tagObjects)
  const whole = ({ name, address }: Tagging): string => `${name} <${address}>`
  const mapped = await mapTaggers(repository, { settings, taggers: [...taggings.values()].map(whole) })
  return new Map(
    tagObjects.map((oid) => {
      const tagging = taggings.get(oid)
      if (tagging === undefined) return [oid, undefined]
      const [name = tagging.name, address = tagging.address] = mapped.get(whole(tagging)) ?? []
      return [oid, { tagging, mapped: [name, address] }]
    }),
  )
}

function taggingsOf(taggers: Taggers, collector: HistoryCollector): ReadonlyMap<GitOid, Tag["annotated"]> {
  return new Map(
    [...taggers].map(([oid, found]) => {
      if (found === undefined) return [oid, undefined]
      const { tagging, mapped } = found
      const tagger = collector.signature([tagging.name, tagging.address, ...mapped])
      return [oid, { oid, tagger, tagged: timeOf(tagging.tagged), isSigned: tagging.isSigned }]
    }),
  )
}

/** The tags, in the order of their refs. One that leads to no commit is left out; one without a tagger is told as a light one. */
function tagsOf(refs: readonly Ref[], commits: Named["commits"], taggings: Read["taggings"]): readonly Tag[] {
  return refs.filter(isTag).flatMap(({ name: full, oid }) => {
    const commit = commits.get(oid)
    const [name, annotated] = [text(full.slice("refs/tags/".length)), taggings.get(oid)]
    if (commit === undefined) return []
    return [annotated === undefined ? { name, commit } : { name, commit, annotated }]
  })
}
