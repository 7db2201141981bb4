import { latin1 } from "../core/bytes.ts"
import { type GitOid, isGitOid } from "../core/digest.ts"
import { orThrow } from "../core/fault.ts"
import { decodeName } from "../core/name.ts"
import type { Commit, PathChange, RecordedHistory, Signature, Tag, Trailer } from "../model/history.ts"
import type { Context } from "./context.ts"
import type { Repository } from "./git.ts"
import { type LogForm, type LogReader, streamLog } from "./git-log.ts"
import { runGit } from "./git-process.ts"

/** git-log(1), "Pretty formats": %a and %c as the commit has them, then as `.mailmap` has them; %B's trailers as git-interpret-trailers(1) finds them. */
const fields = ["%an", "%ae", "%aN", "%aE", "%cn", "%ce", "%cN", "%cE", "%at %ct", "%s", "%(trailers:only,unfold)"] as const

/** Reads what all branches and tags reach, in one pass of git log. Throws a FaultError without git or beyond `historyCommitsMax`. */
export async function recordHistory(repository: Repository, ctx: Context): Promise<RecordedHistory> {
  const said: string[] = repository.anomalies().map(({ message }) => message)
  const mailmap = await mailmapOf(repository, said)
  const collector = new Collector(ctx)
  const tips = [...new Set(repository.refs.map(({ oid }) => oid))]
  const form: LogForm = { settings: mailmap.settings, order: [], args: ["--diff-merges=off"], fields }
  const end = orThrow(await streamLog(repository.place, tips, collector, { form }))
  if (collector.isCut) said.push(`only ${collector.commits.length} commits were read: --limit historyCommitsMax=NUMBER allows more`)
  else if (!end.complete) said.push(`parts of the history are absent${end.holes.length === 0 ? "" : `, first at commit ${end.holes[0]}`}`)
  if (collector.changesLeft > 0) said.push(`${collector.changesLeft} changes of files were counted and not kept (historyChangesMax)`)
  const tags = await tagsOf(repository, { collector, settings: mailmap.settings, said })
  const heads = repository.refs.filter(({ name }) => !name.startsWith("refs/tags/"))
  return {
    location: repository.location,
    signatures: collector.signatures,
    commits: collector.commits,
    tags,
    branches: heads.map(({ name, oid }) => ({ name, tip: oid })),
    limits: said,
  }
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
    const [authored = 0, committed = 0] = times.split(" ").map(Number)
    this.#changes = []
    this.commits.push({
      oid,
      parents,
      author: this.signature([an, ae, aN, aE]),
      authored,
      committer: this.signature([cn, ce, cN, cE]),
      committed,
      subject: text(subject.slice(0, subjectLength)),
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
  signature(bytes: readonly [name: string, address: string, mappedName: string, mappedAddress: string]): number {
    const key = bytes.join("\0")
    const known = this.#indexes.get(key)
    if (known !== undefined) return known
    const [name = "", address = "", mappedName = "", mappedAddress = ""] = bytes.map(text)
    this.#indexes.set(key, this.signatures.length)
    return this.signatures.push({ name, address, mapped: { name: mappedName, address: mappedAddress } }) - 1
  }
}

const subjectLength = 500
const trailersMax = 100
const trailerLength = 500

const text = (bytes: string): string => (/^[\0-\x7f]*$/.test(bytes) ? bytes : decodeName(Buffer.from(bytes, "latin1")))

function trailersOf(bytes: string): readonly Trailer[] {
  if (bytes === "") return none
  return bytes.split("\n", trailersMax).flatMap((line) => {
    const cut = line.indexOf(":")
    return cut < 1 ? [] : [{ token: text(line.slice(0, cut).trim()), value: text(line.slice(cut + 1, cut + trailerLength).trim()) }]
  })
}
const none: readonly Trailer[] = []

const tagFields = [
  "%(refname)",
  "%(objecttype)",
  "%(objectname)",
  "%(*objecttype)",
  "%(*objectname)",
  "%(taggername)",
  "%(taggeremail:trim)",
  "%(taggerdate:unix)",
  "%(if)%(contents:signature)%(then)signed%(end)",
]

interface Naming {
  readonly collector: Collector
  readonly settings: readonly string[]
  readonly said: string[]
}

/** git-for-each-ref(1), of the tags as our own bare repository lists them. */
async function tagsOf(repository: Repository, { collector, settings, said }: Naming): Promise<readonly Tag[]> {
  const args = ["for-each-ref", `--format=${tagFields.join("%00")}`, "refs/tags"]
  const answer = orThrow(await runGit(repository.place, { args, outputMax: 2 ** 28 }))
  const rows = latin1(answer.stdout)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\0"))
  const mapped = await mapTaggers(repository, {
    settings,
    taggers: rows.map(([, , , , , name = "", address = ""]) => `${name} <${address}>`),
  })
  let odd = answer.code === 0 ? 0 : 1
  const tags = rows.flatMap(
    ([ref = "", type, oid = "", peeledType, peeled = "", name = "", address = "", tagged, signed]): readonly Tag[] => {
      const commit = type === "commit" ? oid : peeled
      if (!isGitOid(oid) || !isGitOid(commit) || (type !== "commit" && peeledType !== "commit")) {
        odd += 1
        return []
      }
      const own = { name: text(ref.slice("refs/tags/".length)), commit }
      if (type === "commit") return [own]
      const [mappedName = name, mappedAddress = address] = mapped.get(`${name} <${address}>`) ?? []
      const tagger = collector.signature([name, address, mappedName, mappedAddress])
      return [{ ...own, annotated: { oid, tagger, tagged: Number(tagged), isSigned: signed === "signed" } }]
    },
  )
  if (odd > 0) said.push(`${odd} tags are of no commit, or could not be read`)
  return tags
}

/** git-check-mailmap(1) of what taggers are called. */
async function mapTaggers(
  repository: Repository,
  { settings, taggers }: { readonly settings: readonly string[]; readonly taggers: readonly string[] },
): Promise<ReadonlyMap<string, readonly [name: string, address: string]>> {
  const asked = settings.length === 0 ? [] : [...new Set(taggers)]
  const mapped = new Map<string, readonly [string, string]>()
  if (asked.length === 0) return mapped
  const stdin = Buffer.from(`${asked.join("\n")}\n`, "latin1")
  const answer = await runGit(repository.place, { args: [...settings, "check-mailmap", "--stdin"], stdin })
  const lines = answer.ok && answer.value.code === 0 ? latin1(answer.value.stdout).split("\n") : []
  for (const [index, tagger] of asked.entries()) {
    const [, name, address] = /^(.*?) ?<(.*)>$/.exec(lines[index] ?? "") ?? []
    if (name !== undefined && address !== undefined) mapped.set(tagger, [name, address])
  }
  return mapped
}
