import { createHash } from "node:crypto"
import type { GitOid } from "../core/digest.ts"
import { decodeName } from "../core/name.ts"
import type { Commit, PathChange, Signature, Trailer } from "../model/history.ts"
import type { Context } from "./context.ts"
import type { LogReader } from "./git-log.ts"
import { cutEnd } from "./git-log-token.ts"
import type { HistoryPacker } from "./history-packer.ts"

/** git-log(1), "Pretty formats": %a and %c as the commit has them, then as `.mailmap` has them; %B's trailers as git-interpret-trailers(1) finds them. */
export const commitFields = ["%an", "%ae", "%aN", "%aE", "%cn", "%ce", "%cN", "%cE", "%at %ct", "%s", "%(trailers:only,unfold)"] as const

/** So many new commits are read beside stored ones each time; when there are more, all is read and stored anew. */
const newMax = (before: number): number => 64 + Math.floor(before / 64)

interface Beside {
  readonly packer?: HistoryPacker | undefined
  /** How much is stored. */
  readonly stored?: { readonly commits: number; readonly changes: number }
  /** Those that have their numbers already, as `keys` has them. */
  readonly signatures: readonly string[]
}

/** Makes commits of what git log tells: all of a history, or what is new beside a stored one. */
export class HistoryCollector implements LogReader {
  readonly commits: Commit[] = []
  readonly signatures: Signature[] = []
  isCut = false
  /** Signatures of which a name or address is too long. */
  shortened = 0
  changesLeft = 0
  readonly #ctx: Context
  readonly #packer: HistoryPacker | undefined
  readonly #commitsMax: number
  readonly #changesMax: number
  readonly #indexes = new Map<string, number>()
  #changes: PathChange[] = []
  #changeCount = 0

  constructor(ctx: Context, { packer, stored, signatures }: Beside) {
    this.#ctx = ctx
    this.#packer = packer
    const before = stored?.commits ?? 0
    this.#commitsMax = Math.min(ctx.limits.historyCommitsMax - before, stored === undefined ? Infinity : newMax(before))
    this.#changesMax = ctx.limits.historyChangesMax - (stored?.changes ?? 0)
    for (const key of signatures) this.#signatureOf(key)
  }

  /** Each signature as bytes, in their order: what another collector begins with. */
  get keys(): readonly string[] {
    return [...this.#indexes.keys()]
  }

  commit(oid: GitOid, parents: readonly GitOid[], texts: readonly string[]): boolean {
    this.end()
    this.isCut = this.commits.length === this.#commitsMax
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

  /** No change of the last commit is to come. */
  end(): void {
    const last = this.commits.at(-1)
    if (last !== undefined) this.#packer?.add(last)
  }

  change(change: PathChange): void {
    this.#changeCount += 1
    if (this.#changeCount > this.#changesMax) this.changesLeft += 1
    else this.#changes.push(change)
  }

  /** Its index. Names and addresses are told as bytes, a character each. */
  signature(whole: readonly [name: string, address: string, mappedName: string, mappedAddress: string]): number {
    const isLong = whole.some(({ length }) => length > personBytesMax)
    const before = this.signatures.length
    const index = this.#signatureOf((isLong ? whole.map(shortened) : whole).join("\0"))
    if (isLong && index === before) this.shortened += 1
    return index
  }

  #signatureOf(key: string): number {
    const known = this.#indexes.get(key)
    if (known !== undefined) return known
    const [name = "", address = "", mappedName = "", mappedAddress = ""] = isAscii(key) ? key.split("\0") : key.split("\0").map(text)
    this.#indexes.set(key, this.signatures.length)
    return this.signatures.push({ name, address, mapped: { name: mappedName, address: mappedAddress } }) - 1
  }
}

export const cutNote = "shown by the beginning and a digest"

/** Bytes of one name or address that are kept. */
export const personBytesMax = 1000

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
export const timeOf = (digits: string): number => Math.min(253_402_300_799, Math.max(-62_167_219_200, Number(digits) || 0))

const subjectLength = 500
const trailersLength = 1 << 16
const trailersMax = 100
const trailerLength = 500

const isAscii = (bytes: string): boolean => /^[\0-\x7f]*$/.test(bytes)
export const text = (bytes: string): string => (isAscii(bytes) ? bytes : decodeName(Buffer.from(bytes, "latin1")))

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
