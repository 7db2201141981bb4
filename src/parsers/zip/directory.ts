import { latin1 } from "../../core/bytes.ts"
import type { Cursor } from "../../core/cursor.ts"
import { decodeName } from "../../core/name.ts"
import type { Odd } from "../scribe.ts"
import { areAttributesOdd } from "./attributes.ts"
import type { End } from "./end.ts"
import { readExtras } from "./extra.ts"
import { bytesOf, type Fields, fieldsAt, fieldsOdd, modifiedAt, signature, versionOdd } from "./layout.ts"
import type { Scribe } from "./scribe.ts"

/** A member as the directory has it. */
export interface Listed {
  /** Where its local header is, in the layer. */
  readonly offset: number
  readonly fields: Fields
  readonly compressed: number
  readonly size: number
  /** One character a byte. */
  readonly name: string
  /** As it is told, without the slash that makes it a folder. */
  readonly path: string
  /** The name in UTF-8, where an extra field has one. */
  readonly unicode: string | undefined
  /** The system that it was made on. */
  readonly system: number
  readonly attributes: number
  readonly modified: number | undefined
}

interface Record {
  readonly start: number
  readonly end: number
  readonly listed: Listed
  readonly odd: readonly Odd[]
}

/** The members, in the order of their places. */
export async function readDirectory(input: Cursor, end: End, scribe: Scribe): Promise<readonly Listed[]> {
  const members: Listed[] = []
  for await (const { listed } of records(input, end, scribe)) {
    members.push(listed)
    if (members.length > scribe.options.limits.entriesMax) throw scribe.overLimit("entriesMax")
  }
  return members.sort((a, b) => a.offset - b.offset)
}

/** The same bytes once more, when their turn to be claimed has come. */
export async function claimDirectory(input: Cursor, end: End, scribe: Scribe): Promise<void> {
  let [count, at] = [0, end.start]
  for await (const record of records(input, end, scribe)) {
    scribe.block(record.start, record.end, "index", record.odd)
    count += 1
    at = record.end
  }
  if (count % 0x1_0000 !== end.count % 0x1_0000)
    scribe.review(
      "entry-count",
      `the end record counts ${end.count} members, the directory has ${count}: Go refuses the archive`,
      end.start,
    )
  const ends = end.start + end.size
  const why = "bytes of the directory that are no record of a member"
  if (at < ends) scribe.unread({ start: at, end: ends, kind: "directory-bytes", why })
}

/** Leaves the cursor behind the directory, of which the last bytes need not be a record. */
async function* records(input: Cursor, { start, size, base }: End, scribe: Scribe): AsyncGenerator<Record> {
  const take = async (bytes: number): Promise<Buffer> => {
    const taken = await input.take(Math.min(bytes, start + size - at()))
    return Buffer.from(taken.buffer, taken.byteOffset, taken.byteLength)
  }
  const from = input.position
  const at = (): number => start + input.position - from
  for (;;) {
    const place = at()
    const head = await take(bytesOf.record)
    if (head.byteLength < bytesOf.record || !head.subarray(0, 4).equals(signature.record)) break
    const { nameBytes, extraBytes } = fieldsAt(head, 6)
    const texts = await take(nameBytes + extraBytes + head.readUInt16LE(32))
    const end = place + bytesOf.record + nameBytes + extraBytes + head.readUInt16LE(32)
    if (at() < end) throw scribe.malformed(at(), "a whole record of the directory")
    if (nameBytes > scribe.options.limits.nameBytesMax) throw scribe.overLimit("nameBytesMax")
    yield { start: place, end, ...recordOf(head, texts, place, base, scribe) }
  }
  while (at() < start + size) await take(1 << 20)
}

/** `texts`: name, extra fields and comment, as they stand behind the head. */
function recordOf(head: Buffer, texts: Buffer, at: number, base: number, scribe: Scribe): Pick<Record, "listed" | "odd"> {
  const fields = fieldsAt(head, 6)
  const [disk, internal, attributes, offset] = [head.readUInt16LE(34), head.readUInt16LE(36), head.readUInt32LE(38), head.readUInt32LE(42)]
  if (disk !== 0 && disk !== 0xffff) throw scribe.malformed(at + 34, "an archive on one disk")
  const name = texts.subarray(0, fields.nameBytes)
  const extraAt = at + bytesOf.record + fields.nameBytes
  const commentAt = extraAt + fields.extraBytes
  const header = { where: "directory", fields, name, offset, disk } as const
  const extras = readExtras(texts.subarray(fields.nameBytes, fields.nameBytes + fields.extraBytes), extraAt, header, scribe)
  const odd = [
    ...versionOdd(head.readUInt16LE(4), at + 4, { hasSystem: true }),
    ...fieldsOdd(fields, at + 6),
    ...unreadAt(internal > 1, at + 36, "internal attributes that mean nothing"),
    ...unreadAt(areAttributesOdd(head[5] ?? 0, attributes), at + 38, "external attributes that no system has"),
    ...extras.odd,
  ]
  const comment = at + bytesOf.record + texts.byteLength
  if (comment > commentAt)
    odd.push({ start: commentAt, end: comment, kind: "zip-comment", why: "a comment on a member, which no reader looks at" })
  const { compressed, size, modified } = extras
  const listed = {
    offset: base + extras.offset,
    fields,
    compressed,
    size,
    name: latin1(name),
    path: decodeName(name).replace(/\/+$/, ""),
    unicode: extras.path?.toString("latin1"),
    system: head[5] ?? 0,
    attributes,
    modified: modified ?? modifiedAt(fields.time),
  }
  return { listed, odd }
}

const unreadAt = (isOdd: boolean, start: number, why: string): readonly Odd[] =>
  isOdd ? [{ start, end: start + 2, kind: "zip-attributes", why }] : []
