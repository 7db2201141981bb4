import { type ByteSource, isAllZero } from "../../core/bytes.ts"
import type { Claim } from "../../core/claim.ts"
import { tailBytes } from "../parser.ts"
import type { Odd } from "../scribe.ts"
import { bytesOf, maxed, number64, signature, versionOdd } from "./layout.ts"
import type { Scribe } from "./scribe.ts"

/** Where the directory is, as the end record says, and what stands behind it. */
export interface End {
  readonly start: number
  readonly size: number
  readonly count: number
  /** What offsets count from: a prefix that they leave out. */
  readonly base: number
  /** The records behind the directory, in order. */
  readonly records: readonly { readonly start: number; readonly end: number; readonly odd: readonly Odd[] }[]
  readonly comment: Pick<Claim, "start" | "end">
}

/** What the records behind the directory say of it. */
interface Stated extends Pick<End, "count" | "size" | "records"> {
  readonly offset: number
  /** Where the zip64 end record is said to be. */
  readonly located: number | undefined
}

/** Where the last end record of a tail stands: whole, or it is none. */
export function endRecordIn(tail: Buffer): number | undefined {
  const at = tail.byteLength < bytesOf.end ? -1 : tail.lastIndexOf(signature.end, tail.byteLength - bytesOf.end)
  return at === -1 ? undefined : at
}

/**
 * Readers look for the end record from the back, as far as a comment can be long. Another signature there is another archive for one that rejects the first, and so
 * is a directory where another reading of the record puts it.
 */
export async function findEnd(source: ByteSource, scribe: Scribe): Promise<End> {
  const from = Math.max(0, source.size - tailBytes)
  const tail = await bufferAt(source, from, source.size - from)
  const inTail = endRecordIn(tail)
  if (inTail === undefined) throw scribe.malformed(source.size, "an end of central directory record")
  const at = from + inTail
  const stated = await statedAt(source, tail.subarray(inTail, inTail + bytesOf.end), at, scribe)
  const { start, base } = await placeOf(source, stated, scribe)
  for (let other = tail.indexOf(signature.end); other !== -1; other = tail.indexOf(signature.end, other + 1))
    if (other !== inTail && from + other >= start)
      scribe.review("two-end-records", "another signature of an end record: readers disagree which one counts", from + other)
  const [{ start: wideAt = 0 } = {}] = stated.records
  if (stated.located !== undefined && stated.located + base !== wideAt)
    scribe.review(
      "two-directories",
      "the zip64 locator points elsewhere: Python takes the record before it, others what it points at",
      wideAt,
    )
  const { count, size, records } = stated
  const commentAt = at + bytesOf.end
  const commentEnd = commentAt + tail.readUInt16LE(inTail + 20)
  if (commentEnd > source.size)
    scribe.review("cut-comment", "a comment that is longer than what is left: Go and Java refuse the archive, others read it", at + 20)
  return { start, base, count, size, records, comment: { start: commentAt, end: Math.min(commentEnd, source.size) } }
}

/** By the end record, and by its zip64 form where there is a locator. */
async function statedAt(source: ByteSource, record: Buffer, at: number, scribe: Scribe): Promise<Stated> {
  const own = { count: record.readUInt16LE(10), size: record.readUInt32LE(12), offset: record.readUInt32LE(16) }
  if (record.readUInt32LE(4) !== 0 || record.readUInt16LE(8) !== own.count) throw scribe.malformed(at + 4, "an archive on one disk")
  const end = { start: at, end: at + bytesOf.end, odd: [] }
  const locatorAt = at - bytesOf.locator
  const locator = await bufferAt(source, locatorAt, bytesOf.locator)
  if (!locator.subarray(0, 4).equals(signature.locator)) return { ...own, records: [end], located: undefined }
  if (locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) > 1) throw scribe.malformed(locatorAt + 4, "an archive on one disk")
  const wideAt = locatorAt - bytesOf.zip64End
  const wide = await bufferAt(source, wideAt, bytesOf.zip64End)
  if (!wide.subarray(0, 4).equals(signature.zip64End) || number64(wide, 4) !== bytesOf.zip64End - 12)
    throw scribe.malformed(Math.max(0, wideAt), "a zip64 end record of 56 bytes before its locator")
  if (!isAllZero(wide.subarray(16, 24)) || number64(wide, 24) !== number64(wide, 32))
    throw scribe.malformed(wideAt + 16, "an archive on one disk")
  const answer = (what: keyof typeof own, max: number, wider: number): number => {
    if (own[what] !== max && own[what] !== wider)
      scribe.review(
        "two-directories",
        `the end record and its zip64 form state another ${what}: Python takes the latter, others the former`,
        at,
      )
    return own[what] === max ? wider : own[what]
  }
  return {
    count: answer("count", 0xffff, number64(wide, 32)),
    size: answer("size", maxed, number64(wide, 40)),
    offset: answer("offset", maxed, number64(wide, 48)),
    records: [
      {
        start: wideAt,
        end: locatorAt,
        odd: [
          ...versionOdd(wide.readUInt16LE(12), wideAt + 12, { hasSystem: true }),
          ...versionOdd(wide.readUInt16LE(14), wideAt + 14, { hasSystem: false }),
        ],
      },
      { start: locatorAt, end: at, odd: [] },
      end,
    ],
    located: number64(locator, 8),
  }
}

/** Counted back from the end by its size, as most readers do, or at its offset. */
async function placeOf(source: ByteSource, { size, offset, records }: Stated, scribe: Scribe): Promise<Pick<End, "start" | "base">> {
  const ends = records[0]?.start ?? 0
  const bySize = ends - size
  if (size === 0) return { start: ends, base: 0 }
  const isThere = await hasRecord(source, bySize)
  const isAtOffset = bySize !== offset && offset + size <= ends && (await hasRecord(source, offset))
  if (isThere && bySize >= offset) {
    if (isAtOffset)
      scribe.review(
        "two-directories",
        "a directory at the stated offset and another of the stated size at the end: Go takes the former, others the latter",
        offset,
      )
    return { start: bySize, base: bySize - offset }
  }
  if (!isAtOffset) throw scribe.malformed(Math.max(0, Math.min(bySize, ends)), "the directory that the end record speaks of")
  scribe.review(
    "two-directories",
    "the directory is where the end record says, and does not reach up to it: Python and Java refuse the archive",
    offset,
  )
  return { start: offset, base: 0 }
}

const hasRecord = async (source: ByteSource, at: number): Promise<boolean> =>
  (await bufferAt(source, at, bytesOf.record)).subarray(0, 4).equals(signature.record)

/** So many bytes; none where they are not all there. */
async function bufferAt(source: ByteSource, at: number, size: number): Promise<Buffer> {
  if (at < 0 || at + size > source.size) return Buffer.alloc(0)
  const bytes = await source.read(at, at + size)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
