import { ownerKeywords } from "./account.ts"
import { Unread } from "./field.ts"
import { blockBytes, type TarHeader } from "./header.ts"
import { type Owners, ownerRuns } from "./owners.ts"
import { commitOf, isAttribute, type PaxRecord, PaxValues, recordOddity, replacedRecords, splitRecords } from "./pax.ts"
import type { Scribe, Subject } from "./scribe.ts"
import { isExtendedLinkKnown, isExtendedNameKnown, isSparsePath, linkStart, nameRuns } from "./stand-in.ts"

const extendedTypes: ReadonlySet<string> = new Set(["x", "g", "L", "K"])
export const isExtended = (header: TarHeader): boolean => extendedTypes.has(header.typeflag)

/** Room for the labels and access lists of one member. */
const attributesBytesMax = 4096

/** What stands before a member and speaks about it: pax headers (x, g) and GNU long names (L, K). */
export class Extended {
  readonly pax = new PaxValues()
  longPath: Uint8Array | undefined
  longLink: Uint8Array | undefined
  /** Offset of the first one since the last member. */
  pendingAt: number | undefined
  readonly #scribe: Scribe
  readonly #seen = new Set<string>()
  /** Bytes of all extended headers since the last member: repeating them is no way around the limit. */
  #bytes = 0
  /** Of attribute records that were taken: since the last member, and in all global headers. */
  readonly #attributeBytes = { local: 0, global: 0 }

  readonly #owners: Owners
  #globals = 0

  constructor(scribe: Scribe, owners: Owners) {
    this.#scribe = scribe
    this.#owners = owners
  }

  /**
   * The size of an extended header is the one in its own block, whatever a pax `size` before it says: that one is for the member
   * (POSIX pax, "size"). Readers that apply it here lose step with the others and see other members.
   */
  async read(header: TarHeader, at: number): Promise<void> {
    const { limits } = this.#scribe.options
    this.#bytes = header.typeflag === "g" ? this.#bytes : this.#bytes + header.size
    if (Math.max(this.#bytes, header.size) > limits.extendedHeaderBytesMax) throw this.#scribe.overLimit("extendedHeaderBytesMax")
    this.#order(header.typeflag, at)
    this.#claimHeader(header, at)
    const start = this.#scribe.input.position
    const bytes = await this.#scribe.take(header.size, "an extended header")
    if (header.typeflag === "x") this.#records(bytes, start, "local")
    else if (header.typeflag === "g") this.#records(bytes, start, "global")
    else this.#longName(header.typeflag, bytes, start)
    await this.#scribe.padding(header.size)
  }

  #claimHeader(header: TarHeader, at: number): void {
    const unread = [...header.unread, ...(this.#owners.isKnown(header, undefined, at) ? [] : ownerRuns)]
    const write = (subject: Subject | undefined): void => {
      const runs = isExtendedLinkKnown(header, subject) ? unread.filter(({ start }) => start !== linkStart) : unread
      this.#scribe.block(at, at + blockBytes, "header", isExtendedNameKnown(header, subject) ? runs : [...runs, ...nameRuns(header)])
    }
    if (header.typeflag === "g") write(undefined)
    else this.#scribe.later(write)
  }

  endMember(): void {
    this.pax.endMember()
    this.longPath = undefined
    this.longLink = undefined
    this.pendingAt = undefined
    this.#bytes = 0
    this.#attributeBytes.local = 0
    this.#seen.clear()
  }

  /** Extended headers with no member behind them. */
  endArchive(): void {
    if (this.pendingAt !== undefined)
      this.#scribe.anomaly("orphan-extended-header", "review", "an extended header is followed by no member", this.pendingAt)
    this.#scribe.settle(undefined)
    this.endMember()
  }

  #order(typeflag: string, at: number): void {
    if (typeflag === "g") {
      this.#globals += 1
      if (this.#globals > 1) this.#scribe.anomaly("repeated-global-header", "review", "a second global header in one archive", at)
      if (this.pendingAt !== undefined)
        this.#scribe.anomaly("extended-header-order", "review", "a global header between a member and its own headers", at)
      return
    }
    this.pendingAt ??= at
    if (this.#seen.has(typeflag))
      this.#scribe.anomaly("repeated-extended-header", "review", `two extended headers of type ${typeflag} for one member`, at)
    this.#seen.add(typeflag)
  }

  #longName(typeflag: string, bytes: Uint8Array, start: number): void {
    const nul = bytes.indexOf(0)
    const name = nul === -1 ? bytes : bytes.subarray(0, nul)
    if (typeflag === "L") this.longPath = name
    else this.longLink = name
    const unread = new Unread(bytes)
    unread.string(0, bytes.byteLength)
    const write = (): void => this.#scribe.block(start, start + bytes.byteLength, "extended-header", unread.runs)
    if (typeflag === "K") this.#scribe.later((subject) => this.#linkOnly(subject, { start, end: start + bytes.byteLength, write }))
    else write()
  }

  #records(bytes: Uint8Array, start: number, scope: "local" | "global"): void {
    const { records, end } = splitRecords(bytes)
    const replaced = replacedRecords(records)
    for (const record of records) this.#record(record, start, { scope, replaced: replaced.has(record) })
    if (end === bytes.byteLength) return
    this.#scribe.anomaly("malformed-extended-header", "review", "bytes of a pax header that are no record", start + end)
    this.#scribe.unexplained(start + end, start + bytes.byteLength, "bytes of a pax header that are no record")
  }

  #record(record: PaxRecord, start: number, { scope, replaced }: { scope: "local" | "global"; replaced: boolean }): void {
    const oddity = recordOddity(record, scope)
    const from = start + record.start
    const to = start + record.end
    if (oddity !== undefined) this.#scribe.anomaly(oddity.kind, oddity.severity, oddity.message, from)
    if (record.key === "size" && oddity?.unread === true) throw this.#scribe.malformed(from, "a decimal number as pax size")
    if (oddity?.unread === true) {
      this.#scribe.unexplained(from, to, oddity.message)
      return
    }
    if (replaced) {
      this.#unread("repeated-pax-keyword", "a pax record that a later one of the same header replaces", record, start)
      return
    }
    if (isAttribute(record) && !this.#attributeFits(record, scope)) {
      this.#unread("extended-attributes", `more than ${attributesBytesMax} bytes of attributes`, record, start)
      return
    }
    this.pax.set(record, scope)
    if (scope === "local") this.#scribe.later((subject) => this.#claimRecord(record, start, subject))
    else if (this.#globals === 1) this.#scribe.claim(from, to, "extended-header")
    else this.#scribe.unexplained(from, to, "a second global header")
    const commit = scope === "global" ? commitOf(record) : undefined
    if (commit !== undefined) this.#scribe.sink.embeddedCommit?.(commit)
  }

  /** A record that is read, if the member it stands before is one that it has a meaning for. */
  #claimRecord(record: PaxRecord, start: number, subject: Subject | undefined): void {
    const { key, value } = record
    const claim = (): void => this.#scribe.claim(start + record.start, start + record.end, "extended-header")
    if (key === "linkpath") this.#linkOnly(subject, { start: start + record.start, end: start + record.end, write: claim })
    else if (key.startsWith("GNU.sparse.") && subject?.sparseKeys.has(key) !== true)
      this.#unread("sparse-keyword", `${key}, which this version of a sparse map does not have`, record, start)
    else if (ownerKeywords.has(key) && subject?.ownerKnown === false)
      this.#unread("many-owners", "one more owner than are looked at", record, start)
    else if (key === "path" && subject?.sparseName !== undefined && !isSparsePath(value, subject.sparseName))
      this.#unread("two-names", "a pax path that GNU.sparse.name takes the place of", record, start)
    else claim()
  }

  #linkOnly(subject: Subject | undefined, { start, end, write }: { start: number; end: number; write: () => void }): void {
    if (subject?.isLink === true) {
      write()
      return
    }
    const why = "the target of a link, before a member that is none"
    this.#scribe.anomaly("link-target-of-no-link", "review", why, start)
    this.#scribe.unexplained(start, end, why)
  }

  #unread(kind: string, why: string, record: PaxRecord, start: number): void {
    this.#scribe.anomaly(kind, "review", why, start + record.start)
    this.#scribe.unexplained(start + record.start, start + record.end, why)
  }

  #attributeFits({ start, end }: PaxRecord, scope: "local" | "global"): boolean {
    const sum = this.#attributeBytes[scope] + end - start
    if (sum > attributesBytesMax) return false
    this.#attributeBytes[scope] = sum
    return true
  }
}
