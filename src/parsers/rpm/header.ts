import { type ByteSource, isAllZero, latin1 } from "../../core/bytes.ts"
import type { Odd, Scribe } from "../scribe.ts"

/*
 * A header structure, numbers big endian (rpm, docs/manual/format_header.md):
 *
 *   0 8e ad e8 01[4]  4 zeros[4]  8 entries[4]  12 bytes of the store[4]   index entries[16 each]   store
 *   index entry: 0 tag[4]  4 type[4]  8 offset into the store[4]  12 count[4]
 *
 * The first entry is the region: its data, at the end of the store, is an index entry again, that says how many bytes of the index it stands for.
 */
const introBytes = 16
const entryBytes = 16
const magic = Buffer.from([0x8e, 0xad, 0xe8, 0x01, 0, 0, 0, 0])

export interface Tag {
  readonly tag: number
  readonly type: number
  readonly count: number
  /** Its data in the layer. */
  readonly start: number
  readonly end: number
  readonly data: Buffer
}

export interface Header {
  /** In the layer: the intro, the store, the end. */
  readonly start: number
  readonly storeAt: number
  readonly end: number
  readonly bytes: Buffer
  readonly tags: ReadonlyMap<number, Tag>
  /** Bytes of the store that no tag has, and what else nothing reads. */
  readonly odds: readonly Odd[]
}

/** Bytes of one value by type: CHAR, INT8, INT16, INT32, INT64, and BIN; strings end with NUL. */
const widths: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 4],
  [5, 8],
  [7, 1],
])
const [stringType, binaryType, arrayType, i18nType] = [6, 7, 8, 9]

/** The header at `at`. `region` is the tag that stands for the whole of it. */
export async function readHeader(source: ByteSource, at: number, region: number, scribe: Scribe): Promise<Header> {
  if (source.size < at + introBytes) throw scribe.malformed(source.size, "a header structure, but the package ends")
  const intro = buffer(await source.read(at, at + introBytes))
  if (!magic.equals(intro.subarray(0, 8))) throw scribe.malformed(at, "the magic of a header structure")
  const [count, store] = [intro.readUInt32BE(8), intro.readUInt32BE(12)]
  const size = introBytes + count * entryBytes + store
  if (count > scribe.options.limits.rpmTagsMax) throw scribe.overLimit("rpmTagsMax")
  if (size > scribe.options.limits.rpmHeaderBytesMax) throw scribe.overLimit("rpmHeaderBytesMax")
  if (at + size > source.size) throw scribe.malformed(source.size, `${size} bytes of a header structure, but the package ends`)
  if (count === 0) throw scribe.malformed(at + 8, "an entry of the index")
  const bytes = buffer(await source.read(at, at + size))
  const storeAt = at + size - store
  const { tags, odds } = readTags({ bytes, at, storeAt }, { count, region }, scribe)
  return { start: at, storeAt, end: at + size, bytes, tags, odds }
}

/** Data of tags stand in the order of the index, as rpm demands; the region's last. Between them are zeros that align a number. */
function readTags(
  held: Held,
  { count, region }: { readonly count: number; readonly region: number },
  scribe: Scribe,
): Pick<Header, "tags" | "odds"> {
  const { bytes, at, storeAt } = held
  const tags = new Map<number, Tag>()
  const odds: Odd[] = []
  let done = storeAt
  const next = ({ tag, start, end }: Tag): void => {
    if (start < done) throw scribe.malformed(start, `data of tag ${tag} behind those before it`)
    if (start - done >= 8 || !isAllZero(bytes.subarray(done - at, start - at)))
      odds.push({ start: done, end: start, kind: "between-data", why: "bytes of a header's store that no tag has" })
    done = end
  }
  const first = tagAt(held, 0, scribe)
  checkRegion({ first, count, region }, at, scribe)
  const isRegion = first.tag === region
  for (let index = 0; index < count; index += 1) {
    const one = index === 0 ? first : tagAt(held, index, scribe)
    if (tags.has(one.tag)) throw scribe.malformed(one.start, `one entry of tag ${one.tag}`)
    tags.set(one.tag, one)
    if (index > 0 || !isRegion) next(one)
  }
  if (isRegion) next(first)
  const end = at + bytes.byteLength
  if (done < end) odds.push({ start: done, end, kind: "between-data", why: "bytes behind a header's data" })
  return { tags, odds }
}

interface Held {
  readonly bytes: Buffer
  readonly at: number
  readonly storeAt: number
}

function tagAt({ bytes, at, storeAt }: Held, index: number, scribe: Scribe): Tag {
  const from = introBytes + index * entryBytes
  const [tag, type, offset, count] = [
    bytes.readUInt32BE(from),
    bytes.readUInt32BE(from + 4),
    bytes.readUInt32BE(from + 8),
    bytes.readUInt32BE(from + 12),
  ]
  const begin = storeAt - at + offset
  const size = begin > bytes.byteLength ? undefined : dataSize(bytes.subarray(begin), type, count)
  if (size === undefined) throw scribe.malformed(at + from, `data of tag ${tag} inside the store`)
  return { tag, type, count, start: at + begin, end: at + begin + size, data: bytes.subarray(begin, begin + size) }
}

function dataSize(data: Buffer, type: number, count: number): number | undefined {
  if (count === 0) return undefined
  const width = widths.get(type)
  if (width !== undefined) return width * count <= data.byteLength ? width * count : undefined
  if (type !== stringType && type !== arrayType && type !== i18nType) return undefined
  if (type === stringType && count !== 1) return undefined
  let end = 0
  for (let left = count; left > 0; left -= 1) {
    const nul = data.indexOf(0, end)
    if (nul < 0) return undefined
    end = nul + 1
  }
  return end
}

/** Headers of today are one region; entries outside of it are in no signature (rpm, `hdrblobVerifyRegion`). */
function checkRegion(found: { first: Tag; count: number; region: number }, at: number, scribe: Scribe): void {
  const { first, count, region } = found
  const expected = Buffer.alloc(entryBytes)
  expected.writeUInt32BE(region, 0)
  expected.writeUInt32BE(binaryType, 4)
  expected.writeInt32BE(-count * entryBytes, 8)
  expected.writeUInt32BE(entryBytes, 12)
  if (first.tag === region && first.data.equals(expected)) return
  scribe.review(
    "header-region",
    "the region does not stand for the whole header: rpm refuses it, older ones and libarchive do not look",
    at,
  )
}

/** Strings of a tag, at most `max` of them; none where it is of another type. */
export function strings(header: Header, tag: number, max: number): readonly string[] {
  const found = header.tags.get(tag)
  if (found === undefined || ![stringType, arrayType, i18nType].includes(found.type)) return []
  return latin1(found.data).split("\0", Math.min(max, found.count))
}

/** The first of them, when there is one. */
export const string = (header: Header, tag: number): string | undefined => strings(header, tag, 1)[0]

/** The first number of a tag of 32 or 64 bits. */
export function number(header: Header, tag: number): number | undefined {
  const found = header.tags.get(tag)
  if (found?.type === 4) return found.data.readUInt32BE(0)
  return found?.type === 5 ? Number(found.data.readBigUInt64BE(0)) : undefined
}

/** All numbers of a tag of 16, 32 or 64 bits; undefined where it is missing or of another type. */
export function numbers(header: Header, tag: number): readonly number[] | undefined {
  const { type, count, data } = header.tags.get(tag) ?? {}
  if (data === undefined) return undefined
  if (type === 3) return Array.from({ length: count ?? 0 }, (_, index) => data.readUInt16BE(2 * index))
  if (type === 4) return Array.from({ length: count ?? 0 }, (_, index) => data.readUInt32BE(4 * index))
  return type === 5 ? Array.from({ length: count ?? 0 }, (_, index) => Number(data.readBigUInt64BE(8 * index))) : undefined
}

export const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
