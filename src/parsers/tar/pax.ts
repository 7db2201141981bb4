import { latin1 } from "../../core/bytes.ts"
import { decodeName } from "../../core/name.ts"
import { isAccount, ownerKeywords } from "./account.ts"
import { decimalOf, pairs, type Segment } from "./sparse.ts"

/*
 * Records of an extended header (POSIX.1-2024 pax, "pax Extended Header"):   "%d %s=%s\n", <length of all of it>, <keyword>, <value>
 */
export interface PaxRecord {
  readonly key: string
  readonly value: Uint8Array
  readonly start: number
  readonly end: number
}

/** The records in order, and where the first byte stands that is in none. */
export function splitRecords(bytes: Uint8Array): { readonly records: readonly PaxRecord[]; readonly end: number } {
  const records: PaxRecord[] = []
  let at = 0
  for (;;) {
    const record = recordAt(bytes, at)
    if (record === undefined) return { records, end: at }
    records.push(record)
    at = record.end
  }
}

function recordAt(bytes: Uint8Array, start: number): PaxRecord | undefined {
  const blank = bytes.subarray(start, start + 9).indexOf(0x20)
  const length = blank < 1 ? undefined : decimalOf(latin1(bytes.subarray(start, start + blank)))
  if (length === undefined || length > bytes.byteLength - start || bytes[start + length - 1] !== 0x0a) return undefined
  const end = start + length
  const from = start + blank + 1
  const equals = bytes.subarray(from, end).indexOf(0x3d)
  if (equals < 1) return undefined
  return { key: decodeName(bytes.subarray(from, from + equals)), value: bytes.subarray(from + equals + 1, end - 1), start, end }
}

/** What is odd about a record. `unread` means that its bytes have no meaning to us. */
export interface RecordOddity {
  readonly kind: string
  readonly severity: "note" | "review"
  readonly message: string
  readonly unread: boolean
}

const number = /^[0-9]{1,20}$/
const signed = /^-?[0-9]{1,20}$/
/** 32 bits, or -2. */
const id = /^-?[0-9]{1,10}$/
/** No file system counts finer than nanoseconds. */
const time = /^-?[0-9]{1,12}(?:\.[0-9]{0,9})?$/
const any = /^/

/** Every keyword that is read, with the form its value must have (POSIX pax; GNU tar xheader.c; star and libarchive for SCHILY and LIBARCHIVE). */
const keywords: ReadonlyMap<string, RegExp> = new Map([
  ["path", any],
  ["linkpath", any],
  ["size", number],
  ["uid", id],
  ["gid", id],
  ["mtime", time],
  ["atime", time],
  ["ctime", time],
  ["LIBARCHIVE.creationtime", time],
  ["uname", any],
  ["gname", any],
  ["charset", /^(?:ISO-IR 10646 2000 UTF-8|BINARY)$/],
  ["hdrcharset", /^(?:ISO-IR 10646 2000 UTF-8|BINARY)$/],
  ["SCHILY.dev", signed],
  ["SCHILY.ino", number],
  ["SCHILY.nlink", number],
  ["GNU.sparse.name", any],
  ["GNU.sparse.map", /^[0-9,]*$/],
  ["GNU.sparse.major", number],
  ["GNU.sparse.minor", number],
  ["GNU.sparse.size", number],
  ["GNU.sparse.realsize", number],
  ["GNU.sparse.numblocks", number],
  ["GNU.sparse.offset", number],
  ["GNU.sparse.numbytes", number],
])

const isName = (key: string): boolean => key === "uname" || key === "gname"

/** What moves bytes or names; in a global header readers disagree about it (Go ignores it, POSIX applies it). */
const steering = new Set(["path", "linkpath", "size"])
const attribute = /^(?:SCHILY|LIBARCHIVE)\.(?:xattr|acl)\./
/** Room for a label or an access list; more is a place to hide bytes in. */
const attributeBytesMax = 256

export const isAttribute = ({ key }: PaxRecord): boolean => attribute.test(key)

/** GNU sparse format 0.0 repeats these two, against POSIX. */
const repeatable = new Set(["GNU.sparse.offset", "GNU.sparse.numbytes"])

/** Records that a later one of the same keyword takes the place of (POSIX pax: the last one counts): nothing reads them. */
export function replacedRecords(records: readonly PaxRecord[]): ReadonlySet<PaxRecord> {
  const last = new Map(records.map((record) => [record.key, record]))
  return new Set(records.filter((record) => !repeatable.has(record.key) && last.get(record.key) !== record))
}

/** git archive's global comment (archive-tar.c, write_global_extended_header). */
export function commitOf(record: PaxRecord): string | undefined {
  const text = record.key === "comment" ? latin1(record.value) : ""
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : undefined
}

export function recordOddity(record: PaxRecord, scope: "local" | "global"): RecordOddity | undefined {
  const { key, value } = record
  const shown = key.length > 80 ? `${key.slice(0, 80)}...` : key
  if (isAttribute(record)) return attributeOddity(shown, record)
  if (key === "comment") {
    if (scope === "global" && commitOf(record) !== undefined) return undefined
    return unread("pax-comment", "a pax comment, which no reader looks at")
  }
  const form = keywords.get(key)
  if (form === undefined) return unread("unknown-pax-keyword", `pax keyword ${shown} is not known`)
  if (scope === "global" && key.startsWith("GNU.sparse.")) return unread("global-override", `${shown} in a global header`)
  if (!form.test(latin1(value)) && value.byteLength > 0) return unread("pax-value", `the value of pax keyword ${shown} has another form`)
  if (isName(key) && !isAccount(value)) return unread("pax-value", `the value of pax keyword ${shown} is no name of an account`)
  if (scope === "global" && steering.has(key)) return review("global-override", `${shown} in a global header: readers disagree about it`)
  if (value.includes(0)) return review("nul-in-name", `a NUL in pax keyword ${shown}: readers written in C see a shorter name`)
  return undefined
}

function attributeOddity(shown: string, { key, value }: PaxRecord): RecordOddity {
  const keyBytes = Buffer.byteLength(key)
  if (keyBytes > attributeBytesMax) return unread("extended-attribute", `an attribute with a name of ${keyBytes} bytes`)
  if (value.byteLength > attributeBytesMax) return unread("extended-attribute", `${shown} of ${value.byteLength} bytes`)
  return { kind: "extended-attribute", severity: "note", message: shown, unread: false }
}

const review = (kind: string, message: string): RecordOddity => ({ kind, severity: "review", message, unread: false })
const unread = (kind: string, message: string): RecordOddity => ({ kind, severity: "review", message, unread: true })

/** What extended headers say of the next member. An empty value takes a record back (POSIX: "shall delete"). */
export class PaxValues {
  readonly #globals = new Map<string, Uint8Array>()
  readonly #locals = new Map<string, Uint8Array>()
  /** Values of GNU.sparse.offset and .numbytes in order: format 0.0 repeats keywords, against POSIX. */
  readonly #repeated: { readonly key: string; readonly value: Uint8Array }[] = []

  set(record: PaxRecord, scope: "local" | "global"): void {
    if (!steering.has(record.key) && !ownerKeywords.has(record.key) && !record.key.startsWith("GNU.sparse.")) return
    if (scope === "global") this.#globals.set(record.key, record.value)
    else this.#locals.set(record.key, record.value)
    if (repeatable.has(record.key)) this.#repeated.push(record)
  }

  bytes(key: string): Uint8Array | undefined {
    const value = this.#locals.get(key) ?? this.#globals.get(key)
    return value === undefined || value.byteLength === 0 ? undefined : value
  }

  /** A decimal number; `NaN` when the value is not one that can be counted with. */
  number(key: string): number | undefined {
    const value = this.bytes(key)
    return value === undefined ? undefined : (decimalOf(latin1(value).replace(/^0+(?=[0-9])/, "")) ?? Number.NaN)
  }

  /** The GNU.sparse keywords that the version of the map reads. */
  sparseKeys(mapInHeader: boolean): ReadonlySet<string> {
    if (mapInHeader) return new Set(["GNU.sparse.name"])
    const size = this.#locals.has("GNU.sparse.realsize") ? "realsize" : "size"
    const map = this.#locals.has("GNU.sparse.map") ? ["map"] : ["offset", "numbytes"]
    const version = this.number("GNU.sparse.major") === 1 ? [] : ["numblocks", ...map]
    return new Set(["name", "major", "minor", size, ...version].map((key) => `GNU.sparse.${key}`))
  }

  endMember(): void {
    this.#locals.clear()
    this.#repeated.length = 0
  }

  /** How GNU tar stored a sparse file (GNU tar manual, "Sparse Formats"): undefined when it did not, a text when it cannot be understood. */
  sparse(): PaxSparse | string | undefined {
    if (![...this.#locals.keys()].some((key) => key.startsWith("GNU.sparse."))) return undefined
    const realSize = this.number("GNU.sparse.realsize") ?? this.number("GNU.sparse.size")
    if (realSize === undefined || Number.isNaN(realSize)) return "the real size of a sparse file"
    const major = this.number("GNU.sparse.major") ?? 0
    if (major === 1 && (this.number("GNU.sparse.minor") ?? 0) === 0) return { realSize, segments: undefined }
    if (major !== 0) return "a sparse format of version 0.0, 0.1 or 1.0"
    const segments = this.#map()
    if (segments === undefined) return "a sparse map of pairs of numbers"
    const count = this.number("GNU.sparse.numblocks")
    return count === undefined || count === segments.length
      ? { realSize, segments }
      : "as many sparse segments as GNU.sparse.numblocks says"
  }

  #map(): readonly Segment[] | undefined {
    const map = this.bytes("GNU.sparse.map")
    if (map !== undefined) return this.#repeated.length > 0 ? undefined : pairs(latin1(map).split(",").map(decimalOf))
    const inOrder = this.#repeated.every(({ key }, at) => key === (at % 2 === 0 ? "GNU.sparse.offset" : "GNU.sparse.numbytes"))
    return inOrder ? pairs(this.#repeated.map(({ value }) => decimalOf(latin1(value)))) : undefined
  }
}

export interface PaxSparse {
  readonly realSize: number
  /** Undefined: the map stands before the content (format 1.0). */
  readonly segments: readonly Segment[] | undefined
}
