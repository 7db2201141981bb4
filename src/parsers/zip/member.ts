import { crc32 } from "node:zlib"
import { assert } from "../../core/assert.ts"
import { collect, emptyBytes } from "../../core/bytes.ts"
import type { Cursor } from "../../core/cursor.ts"
import { DeflateError, inflateHeld, inflateMember } from "../../core/inflate.ts"
import { decodeName } from "../../core/name.ts"
import type { EntryHeader } from "../parser.ts"
import type { Odd } from "../scribe.ts"
import type { Listed } from "./directory.ts"
import { type Extras, readExtras } from "./extra.ts"
import { bytesOf, type Fields, fieldsAt, fieldsOdd, flag, signature } from "./layout.ts"
import { kindOf, nameRemarks } from "./name.ts"
import type { Scribe } from "./scribe.ts"

const stored = 0
const deflated = 8
/** A member of no more bytes, compressed and not, is held whole. */
const heldMax = 256 * 1024
/** Section 4.4.5. */
const methods: ReadonlyMap<number, string> = new Map([
  [1, "shrunk"],
  [6, "imploded"],
  [9, "deflate64"],
  [12, "bzip2"],
  [14, "LZMA"],
  [93, "zstd"],
  [95, "xz"],
  [98, "PPMd"],
  [99, "AES"],
])

/** Walks one member, from its local header to the end of its data descriptor. */
export class MemberWalk {
  readonly #input: Cursor
  readonly #scribe: Scribe
  #restored = 0
  #isWhole = false

  constructor(input: Cursor, scribe: Scribe) {
    this.#input = input
    this.#scribe = scribe
  }

  /** `next`: where something else begins, at the latest. */
  async walk(listed: Listed, next: number): Promise<void> {
    const local = await this.#localHeader(listed, next)
    const start = this.#input.position
    const end = start + listed.compressed
    if (end > next)
      throw this.#scribe.malformed(start, `${listed.compressed} bytes of ${JSON.stringify(listed.path)} before what follows it`)
    this.#count(listed)
    const hasDescriptor = ((local.flags | listed.fields.flags) & flag.descriptor) !== 0
    await this.#entry(listed, { end, hasDescriptor })
    this.#scribe.claim(start, this.#input.position, "content")
    await this.#behind(end)
    if (hasDescriptor) await this.#descriptor(listed, next)
  }

  async #localHeader(listed: Listed, next: number): Promise<Fields> {
    const { path } = listed
    const at = this.#input.position
    const head = await this.#take(bytesOf.local)
    if (!head.subarray(0, 4).equals(signature.local)) throw this.#scribe.malformed(at, `the local header of ${JSON.stringify(path)}`)
    const fields = fieldsAt(head, 4)
    const nameAt = at + bytesOf.local
    const extraAt = nameAt + fields.nameBytes
    const end = extraAt + fields.extraBytes
    if (end > next) throw this.#scribe.malformed(at + 26, `a local header of ${JSON.stringify(path)} that ends before what follows it`)
    const name = await this.#take(fields.nameBytes)
    const area = await this.#take(fields.extraBytes)
    const extras = readExtras(area, extraAt, { where: "local", fields, name, offset: 0, disk: 0 }, this.#scribe)
    const odd = [...fieldsOdd(fields, at + 4), ...differences(listed, { fields, extras, name, at: at + 4 })]
    this.#scribe.block(
      at,
      extraAt,
      "header",
      odd.sort((a, b) => a.start - b.start),
    )
    this.#scribe.block(extraAt, end, "extended-header", extras.odd)
    const unicode = extras.path?.toString("latin1")
    if (unicode !== listed.unicode && unicode !== undefined && unicode !== listed.name)
      this.#scribe.review(
        "two-names",
        `an extra field of the local header names it ${JSON.stringify(decodeName(extras.path ?? name))}: bsdtar heeds it, others do not`,
        extraAt,
        path,
      )
    return fields
  }

  async #entry(listed: Listed, { end, hasDescriptor }: { readonly end: number; readonly hasDescriptor: boolean }): Promise<void> {
    const { path, size, fields } = listed
    const { type, mode, remark } = kindOf(listed)
    for (const one of [...nameRemarks(listed), ...(remark === undefined ? [] : [remark])]) this.#scribe.say(one, listed.offset, path)
    if (listed.modified !== undefined) this.#scribe.sink.modified?.(listed.modified)
    const raw = this.#raw(end)
    const unread = whyUnread(listed)
    if (unread !== undefined) {
      this.#scribe.review("unread-member", unread, listed.offset, path)
      await this.#hand({ path, type: "file", mode, size: listed.compressed, extents: this.#extents(listed.compressed), unread }, raw)
      return
    }
    if (fields.method === stored && listed.compressed !== size)
      throw this.#scribe.malformed(listed.offset, `one size of ${JSON.stringify(path)}, which is stored`)
    const body = this.#checked(listed, fields.method === deflated ? this.#inflated(listed) : hasDescriptor ? this.#searched(raw) : raw)
    if (type === "link") {
      if (size > this.#scribe.options.limits.nameBytesMax) throw this.#scribe.overLimit("nameBytesMax")
      const target = decodeName(await collect(body))
      await this.#scribe.sink.entry({ path, type, mode, size: 0, target, extents: [] }, nothing())
      return
    }
    await this.#hand({ path, type, mode, size, extents: fields.method === stored ? this.#extents(size) : undefined }, body)
  }

  /** Hands a body over, which must be read to its end: only then is it known to be whole. */
  async #hand(header: EntryHeader, body: AsyncIterable<Uint8Array>): Promise<void> {
    this.#isWhole = false
    await this.#scribe.sink.entry(header, body)
    for await (const _ of body); // one of no bytes need not be asked for
    assert(this.#isWhole, "the body of an entry was not read to its end")
  }

  /** What all members come to is known before the first byte of one is restored. */
  #count({ compressed, size, fields }: Listed): void {
    const { limits } = this.#scribe.options
    this.#restored += fields.method === deflated ? size : 0
    if (this.#restored > limits.layerBytesMax) throw this.#scribe.overLimit("layerBytesMax")
    const read = this.#input.position + compressed
    if (this.#restored > limits.ratioFreeBytes && this.#restored > limits.ratioMax * read) throw this.#scribe.overLimit("ratioMax")
  }

  #extents(size: number): EntryHeader["extents"] {
    return size === 0 ? [] : [{ at: this.#input.position, start: 0, size }]
  }

  /** The bytes up to `end` as they stand here. */
  async *#raw(end: number): AsyncGenerator<Uint8Array> {
    while (this.#input.position < end) {
      const part = await this.#input.some(end - this.#input.position)
      if (part === undefined) throw this.#scribe.malformed(this.#input.position, "more bytes of content, but the archive ends")
      yield part
    }
    this.#isWhole = true
  }

  /** A stored member whose size follows it ends, for readers that stream, where a descriptor seems to be. */
  async *#searched(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let before: Uint8Array = emptyBytes
    let isThere = false
    for await (const part of body) {
      const bytes = Buffer.concat([before, part])
      isThere ||= bytes.includes(signature.descriptor)
      before = bytes.subarray(1 - signature.descriptor.byteLength)
      yield part
    }
    const why = "the signature of a data descriptor inside a stored member that has one: readers that stream may end it there"
    if (isThere) this.#scribe.review("stored-descriptor", why, this.#input.position)
  }

  async *#inflated({ compressed, size, path }: Listed): AsyncGenerator<Uint8Array> {
    const start = this.#input.position
    try {
      if (Math.max(compressed, size) > heldMax) yield* inflateMember(this.#input, start + compressed)
      else {
        const data = await this.#input.take(compressed)
        const { content, used } = inflateHeld(data, size)
        this.#input.putBack(data.subarray(used))
        if (size > 0) yield content
      }
    } catch (error) {
      if (error instanceof DeflateError)
        throw this.#scribe.malformed(start, `whole deflate data of ${JSON.stringify(path)} (${error.message})`)
      throw error
    }
    this.#isWhole = true
  }

  async *#checked({ offset, size, fields, path }: Listed, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let [left, crc] = [size, 0]
    for await (const chunk of body) {
      left -= chunk.byteLength
      crc = crc32(chunk, crc)
      if (left < 0) break
      yield chunk
    }
    if (left !== 0) throw this.#scribe.malformed(offset, `${size} bytes of ${JSON.stringify(path)}, as the directory says`)
    if (crc !== fields.crc) throw this.#scribe.malformed(offset, `the CRC-32 of ${JSON.stringify(path)}`)
  }

  /** What is counted as compressed and is no part of the deflate data. */
  async #behind(end: number): Promise<void> {
    const start = this.#input.position
    for await (const _ of this.#raw(end));
    const why = "bytes behind the deflate data of a member: bsdtar and Java refuse it, Python, Go and unzip do not look"
    if (end > start) this.#scribe.unread({ start, end, kind: "behind-content", why })
  }

  /** Of the forms that have the right numbers the one that reaches up to what follows. One that has none is not claimed: it is a gap. */
  async #descriptor(listed: Listed, next: number): Promise<void> {
    const at = this.#input.position
    const bytes = await this.#take(Math.min(24, next - at))
    const sizes = descriptorSizes(bytes, listed)
    const size = sizes.find((one) => at + one === next) ?? sizes[0] ?? 0
    this.#input.putBack(bytes.subarray(size))
    this.#scribe.claim(at, at + size, "trailer")
    if (size === 0)
      this.#scribe.review(
        "two-headers",
        "no data descriptor with the numbers of the directory: Go and readers that stream refuse the member",
        at,
      )
  }

  async #take(size: number): Promise<Buffer> {
    const bytes = await this.#input.take(size)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** How long a descriptor with the member's numbers is: with and without signature, of 4 and of 8 bytes (section 4.3.9). */
function descriptorSizes(bytes: Buffer, { fields, compressed, size }: Listed): readonly number[] {
  const numbers = (of: readonly [number, number], wide: boolean): Buffer => {
    const made = Buffer.alloc(wide ? 20 : 12)
    made.writeUInt32LE(fields.crc, 0)
    for (const [index, value] of of.entries()) {
      if (wide) made.writeBigUInt64LE(BigInt(value), 4 + 8 * index)
      else made.writeUInt32LE(value % 2 ** 32, 4 + 4 * index)
    }
    return made
  }
  return [false, true]
    .flatMap((wide) => [Buffer.concat([signature.descriptor, numbers([compressed, size], wide)]), numbers([compressed, size], wide)])
    .filter((form) => form.equals(bytes.subarray(0, form.byteLength)))
    .map(({ byteLength }) => byteLength)
}

/** Why the content of a member cannot be had. */
function whyUnread({ fields: { flags, method } }: Listed): string | undefined {
  if ((flags & (flag.encrypted | flag.strong | flag.masked)) !== 0)
    return "it is encrypted: what stands here is not what a reader with the password gets"
  if (method === stored || method === deflated) return undefined
  return `it is stored by method ${method}${methods.has(method) ? ` (${methods.get(method)})` : ""}, which is not read: what stands here is not what a reader gets`
}

/** Flags that a reader heeds. */
const heeded = flag.encrypted | flag.descriptor | flag.strong | flag.utf8 | flag.masked

/** What the local header says otherwise than the directory. With a descriptor, checksum and sizes may be left to that. */
function differences(
  listed: Listed,
  { fields, extras, name, at }: { readonly fields: Fields; readonly extras: Extras; readonly name: Buffer; readonly at: number },
): readonly Odd[] {
  const own = listed.fields
  const differs = (here: number, there: number): boolean => here !== there && !(here === 0 && (fields.flags & flag.descriptor) !== 0)
  const rows = [
    { what: "flags", from: 2, to: 4, isOdd: ((fields.flags ^ own.flags) & heeded) !== 0 },
    { what: "method", from: 4, to: 6, isOdd: fields.method !== own.method },
    { what: "time", from: 6, to: 10, isOdd: fields.time !== own.time },
    { what: "checksum", from: 10, to: 14, isOdd: differs(fields.crc, own.crc) },
    { what: "compressed size", from: 14, to: 18, isOdd: differs(extras.compressed, listed.compressed) },
    { what: "size", from: 18, to: 22, isOdd: differs(extras.size, listed.size) },
  ]
  const odd = rows
    .filter(({ isOdd }) => isOdd)
    .map(({ what, from, to }) => ({
      start: at + from,
      end: at + to,
      kind: "two-headers",
      why: `the local header of a member states another ${what} than the directory: bsdtar, and readers that stream, heed it`,
    }))
  if (name.toString("latin1") === listed.name) return odd
  const why = `the local header names it ${JSON.stringify(decodeName(name))}: bsdtar, and readers that stream, write it under that name, unzip, Go and Java under the other, Python refuses it`
  return [...odd, { start: at + 26, end: at + 26 + name.byteLength, kind: "two-names", why }]
}
