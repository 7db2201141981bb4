import { createHash } from "node:crypto"
import { number, plural } from "../core/count.ts"
import { type GitOid, isGitOid } from "../core/digest.ts"
import { type Fault, FaultError, orThrow } from "../core/fault.ts"
import { decodeName } from "../core/name.ts"
import type { Commit, PathChange, RecordedHistory, Signature, Tag, Trailer } from "../model/history.ts"
import type { Context } from "./context.ts"
import type { Repository } from "./git.ts"
import { type LogForm, type LogReader, streamLog } from "./git-log.ts"
import { cutEnd, tokenBytesMax } from "./git-log-token.ts"
import { runGit } from "./git-process.ts"
import type { Ref } from "./git-refs.ts"
import { mapTaggers, readTaggings, type Tagging } from "./git-tags.ts"
import { parentsReader, peel } from "./git-walk.ts"

/** git-log(1), "Pretty formats": %a and %c as the commit has them, then as `.mailmap` has them; %B's trailers as git-interpret-trailers(1) finds them. */
const fields = ["%an", "%ae", "%aN", "%aE", "%cn", "%ce", "%cN", "%cE", "%at %ct", "%s", "%(trailers:only,unfold)"] as const

/** Reads what all branches and tags reach, in one pass of git log. Throws a FaultError without git or when no ref leads to a commit that can be read. */
export async function recordHistory(repository: Repository, ctx: Context): Promise<RecordedHistory> {
  const before = repository.anomalies()
  const said = before.map(({ message }) => message)
  const { location, refs } = repository
  const commits = await peel(
    repository,
    refs.map(({ oid }) => oid),
  )
  const { settings } = await mailmapOf(repository, said)
  const collector = new Collector(ctx)
  await readCommits(repository, { tips: [...new Set(commits.values())], settings, collector, said })
  if (refs.length > 0 && collector.commits.length === 0 && !collector.isCut) throw new FaultError(nothingIn(location, refs.length))
  const tags = await tagsOf(repository, { commits, collector, settings })
  const heads = refs.filter((ref) => !isTag(ref))
  const lost = [
    ["tag is", "tags are", refs.filter(isTag)],
    ["branch is", "branches are", heads],
  ] as const
  for (const [one, many, of] of lost) {
    const left = of.filter(({ oid }) => !commits.has(oid))
    if (left.length > 0) said.push(`${plural(left.length, one, many)} of no commit, or could not be read, first ${left[0]?.name}`)
  }
  const [oddity, ...more] = repository.anomalies().slice(before.length)
  if (oddity !== undefined) said.push(`${oddity.message}${more.length === 0 ? "" : `; and ${number(more.length)} more like it`}`)
  const { shortened, signatures } = collector
  if (shortened > 0)
    said.push(
      `${plural(shortened, "person has a name or address", "persons have a name or address")} over ${number(personBytesMax)} bytes, ${cutNote}`,
    )
  const branches = heads.flatMap(({ name, oid }) => {
    const tip = commits.get(oid)
    return tip === undefined ? [] : [{ name, tip }]
  })
  return { location, signatures, commits: collector.commits, tags, branches, limits: said }
}

const cutNote = "shown by the beginning and a digest"
const isTag = ({ name }: Ref): boolean => name.startsWith("refs/tags/")

const nothingIn = (source: string, refs: number): Fault => ({
  kind: "unavailable",
  source,
  why: `it has ${plural(refs, "branch or tag", "branches and tags")}, and no commit of them can be read`,
  remedy: "look at it with `git fsck`, or give a complete clone of it",
})

interface Reading {
  readonly tips: readonly GitOid[]
  readonly settings: readonly string[]
  readonly collector: Collector
  readonly said: string[]
}

async function readCommits(repository: Repository, { tips, settings, collector, said }: Reading): Promise<void> {
  if (repository.refs.length === 0) said.push("it has no commits")
  if (tips.length === 0) return
  const form: LogForm = { settings, order: [], args: ["--diff-merges=off"], fields }
  const parentsOf = parentsReader(repository, repository.limits.historyCommitsMax)
  const end = orThrow(await streamLog(repository.place, tips, collector, { form, parentsOf }))
  if (collector.isCut) said.push(`only ${collector.commits.length} commits were read: --limit historyCommitsMax=NUMBER allows more`)
  else if (!end.complete) said.push(`parts of the history are absent${end.holes.length === 0 ? "" : `, first at commit ${end.holes[0]}`}`)
  if (collector.changesLeft > 0) said.push(`${collector.changesLeft} changes of files were counted and not kept (historyChangesMax)`)
  if (end.cut > 0) said.push(`${plural(end.cut, "field or path", "fields or paths")} over ${number(tokenBytesMax)} bytes, ${cutNote}`)
}

/** What HEAD names, else the tip of the first branch. */
export function headOf({ head, refs }: Pick<Repository, "head" | "refs">): GitOid | undefined {
  if (head !== undefined && isGitOid(head)) return head
  return (refs.find(({ name }) => name === head) ?? refs.find(({ name }) => name.startsWith("refs/heads/")) ?? refs[0])?.oid
}

const mailmapBytesMax = 1 << 20

/** The `.mailmap` of HEAD, for git to read as gitmailmap(5) says: it is named by its id, as ours has no HEAD. */
async function mailmapOf(repository: Repository, said: string[]): Promise<{ readonly settings: readonly string[] }> {
  const head = headOf(repository)
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${head}:.mailmap`]
  const answer = head === undefined ? undefined : orThrow(await runGit(repository.place, { args }))
  const oid = answer?.code === 0 ? answer.stdout.toString("latin1").trim() : ""
  if (!isGitOid(oid)) return { settings: [] }
  const object = await repository.object(oid)
  if (object?.type === "blob" && object.bytes.byteLength <= mailmapBytesMax) return { settings: ["-c", `mailmap.blob=${oid}`] }
  said.push(".mailmap is absent, too large or no file, and was not used")
  return { settings: [] }
}

class Collector implements LogReader {
  readonly commits: Commit[] = []
  readonly signatures: Signature[] = []
  isCut = false
  /** Signatures of which a name or address is too long. */
  shortened = 0
  changesLeft = 0
  readonly #ctx: Context
  readonly #indexes = new Map<string, number>()
  #changes: PathChange[] = []
  #changeCount = 0

  constructor(ctx: Context) {
    this.#ctx = ctx
  }

  commit(oid: GitOid, parents: readonly GitOid[], texts: readonly string[]): boolean {
    this.isCut = this.commits.length === this.#ctx.limits.historyCommitsMax
    if (this.isCut) return false
    const [an = "", ae = "", aN = "", aE = "", cn = "", ce = "", cN = "", cE = "", times = "", subject = "", trailers = ""] = texts
    const [authored = 0, committed = 0] = times.split(" ").map(timeOf)
    this.#changes = []
    this.commits.push({
      oid,
      parents,
      author: this.signature([an, ae, orNone(an, aN, "%aN"), orNone(ae, aE, "%aE")]),
      authored,
      committer: this.signature([cn, ce, orNone(cn, cN, "%cN"), orNone(ce, cE, "%cE")]),
      committed,
      subject: text(beginning(subject, subjectLength)),
      trailers: trailersOf(trailers),
      changes: this.#changes,
    })
    if (this.commits.length % 1000 === 0) this.#ctx.progress("reading the history", this.commits.length, undefined)
    return true
  }

  change(change: PathChange): void {
    this.#changeCount += 1
    if (this.#changeCount > this.#ctx.limits.historyChangesMax) this.changesLeft += 1
    else this.#changes.push(change)
  }

  /** Its index. Names and addresses are told as bytes, a character each. */
  signature(whole: readonly [name: string, address: string, mappedName: string, mappedAddress: string]): number {
    const isLong = whole.some(({ length }) => length > personBytesMax)
    const bytes = isLong ? whole.map(shortened) : whole
    const key = bytes.join("\0")
    const known = this.#indexes.get(key)
    if (known !== undefined) return known
    const [name = "", address = "", mappedName = "", mappedAddress = ""] = bytes.map(text)
    this.#indexes.set(key, this.signatures.length)
    if (isLong) this.shortened += 1
    return this.signatures.push({ name, address, mapped: { name: mappedName, address: mappedAddress } }) - 1
  }
}

/** Bytes of one name or address that are kept. */
const personBytesMax = 1000

/** Never the same for two. */
const shortened = (bytes: string): string =>
  bytes.length <= personBytesMax
    ? bytes
    : beginning(bytes, personBytesMax) + cutEnd(bytes.length, createHash("sha256").update(bytes, "latin1"))

/** Copied where it is cut, so that the whole is let go. */
const beginning = (bytes: string, length: number): string =>
  bytes.length <= length ? bytes : Buffer.from(bytes.slice(0, length), "latin1").toString("latin1")

/** A commit without an author or committer line: git leaves the placeholders of mapped ones as they are. */
const orNone = (own: string, mapped: string, placeholder: string): string => (own === "" && mapped === placeholder ? "" : mapped)

/** Of seconds since 1970: the years 0000 to 9999, which every date can hold. */
const timeOf = (digits: string): number => Math.min(253_402_300_799, Math.max(-62_167_219_200, Number(digits) || 0))

const subjectLength = 500
const trailersLength = 1 << 16
const trailersMax = 100
const trailerLength = 500

const text = (bytes: string): string => (/^[\0-\x7f]*$/.test(bytes) ? bytes : decodeName(Buffer.from(bytes, "latin1")))

function trailersOf(bytes: string): readonly Trailer[] {
  if (bytes === "") return none
  return beginning(bytes, trailersLength)
    .split("\n", trailersMax)
    .flatMap((line) => {
      const cut = line.indexOf(":")
      return cut < 1 ? [] : [{ token: text(line.slice(0, cut).trim()), value: text(line.slice(cut + 1, cut + trailerLength).trim()) }]
    })
}
const none: readonly Trailer[] = []

/** The tags, in the order of their refs. One that cannot be peeled is left out; one without a tagger is told as a light one. */
async function tagsOf(
  repository: Repository,
  {
    commits,
    collector,
    settings,
  }: { readonly commits: ReadonlyMap<GitOid, GitOid>; readonly collector: Collector; readonly settings: readonly string[] },
): Promise<readonly Tag[]> {
  const named = repository.refs.filter(isTag).flatMap(({ name, oid }) => {
    const commit = commits.get(oid)
    return commit === undefined ? [] : [{ name: text(name.slice("refs/tags/".length)), oid, commit }]
  })
  const taggings = await readTaggings(repository, [...new Set(named.filter(({ oid, commit }) => oid !== commit).map(({ oid }) => oid))])
  const whole = ({ name, address }: Tagging): string => `${name} <${address}>`
  const mapped = await mapTaggers(repository, { settings, taggers: [...taggings.values()].map(whole) })
  return named.map(({ name, oid, commit }) => {
    const tagging = taggings.get(oid)
    if (tagging === undefined) return { name, commit }
    const [mappedName = tagging.name, mappedAddress = tagging.address] = mapped.get(whole(tagging)) ?? []
    const tagger = collector.signature([tagging.name, tagging.address, mappedName, mappedAddress])
    return { name, commit, annotated: { oid, tagger, tagged: timeOf(tagging.tagged), isSigned: tagging.isSigned } }
  })
}
