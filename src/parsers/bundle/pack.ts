import type { Cursor } from "../../core/cursor.ts"
import { DeflateError, inflateHeld, inflateMember } from "../../core/inflate.ts"
import type { Scribe } from "../scribe.ts"

/*
 * "PACK"  version[4]  objects[4]   then for each object (gitformat-pack(5)):
 *   type and size     first byte: more[1 bit] type[3] size[4], then more[1] size[7] ..., low bits first
 *   offset delta      how far back its base begins, in 7 bits a byte, high bits first, 1 added for each further byte
 *   ref delta         the object id of its base, which need not be here
 *   content or delta  as one stream of zlib
 */
const packHeaderBytes = 12
/** Type and size of 64 bits, and a way back of 64 bits or an object id. */
const objectHeaderMax = 10 + 32
/** Content of no more bytes is inflated at once. */
const heldMax = 256 * 1024

export const kinds = ["commit", "tree", "blob", "tag", "offset delta", "ref delta"] as const
export type Kind = (typeof kinds)[number]
const kindOf: ReadonlyMap<number, Kind> = new Map([
  [1, "commit"],
  [2, "tree"],
  [3, "blob"],
  [4, "tag"],
  [6, "offset delta"],
  [7, "ref delta"],
])

/** Walks the objects of a pack: each is inflated, and is as long as it says. Ids are not made, as that needs the bases of deltas. */
export class PackWalk {
  readonly counts = new Map<Kind, number>()
  readonly #input: Cursor
  readonly #scribe: Scribe
  readonly #oidBytes: number
  /** Where the pack and its objects begin, in the layer; the latter in their order. */
  readonly #base: number
  readonly #starts: number[] = []
  #inflated = 0

  constructor(input: Cursor, base: number, oidBytes: number, scribe: Scribe) {
    this.#input = input
    this.#base = base
    this.#oidBytes = oidBytes
    this.#scribe = scribe
  }

  /** Up to its trailer. */
  async walk(): Promise<void> {
    const header = await this.#scribe.take(this.#input, packHeaderBytes, "the header of a pack")
    if (header.toString("latin1", 0, 4) !== "PACK") throw this.#malformed(0, "the magic of a pack")
    const version = header.readUInt32BE(4)
    if (version !== 2 && version !== 3) throw this.#malformed(4, "a pack of version 2 or 3")
    const count = header.readUInt32BE(8)
    if (count > this.#scribe.options.limits.packObjectsMax) throw this.#scribe.overLimit("packObjectsMax")
    for (let left = count; left > 0; left -= 1) await this.#object()
  }

  async #object(): Promise<void> {
    const at = this.#input.position
    const head = await this.#input.take(objectHeaderMax)
    const reader = new HeaderReader(head)
    const { type, size } = reader.typeAndSize()
    const kind = kindOf.get(type)
    if (kind === undefined || !Number.isSafeInteger(size)) throw this.#malformed(at, "an object of a known type and size")
    if (kind === "offset delta") this.#checkBase(at, at - reader.distance())
    if (kind === "ref delta") reader.at += this.#oidBytes
    if (reader.at > head.byteLength) throw this.#malformed(at, "a whole header of an object")
    this.#input.putBack(head.subarray(reader.at))
    await this.#content(size, at)
    this.#starts.push(at)
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
  }

  #checkBase(at: number, base: number): void {
    let [low, high] = [0, this.#starts.length - 1]
    while (low <= high) {
      const middle = (low + high) >>> 1
      const found = this.#starts[middle] ?? 0
      if (found === base) return
      if (found < base) low = middle + 1
      else high = middle - 1
    }
    throw this.#malformed(at, "a delta whose base is an object before it")
  }

  async #content(size: number, at: number): Promise<void> {
    const { limits } = this.#scribe.options
    this.#inflated += size
    if (this.#inflated > limits.layerBytesMax) throw this.#scribe.overLimit("layerBytesMax")
    try {
      if (size > heldMax || !(await this.#held(size))) await this.#streamed(size, at)
    } catch (error) {
      if (error instanceof DeflateError) throw this.#malformed(at, `whole zlib data of an object (${error.message})`)
      throw error
    }
    if (this.#inflated > limits.ratioFreeBytes && this.#inflated > limits.ratioMax * this.#input.position)
      throw this.#scribe.overLimit("ratioMax")
  }

  /** Most objects are small, and their data is hardly ever longer than they. False: it is, or is broken; nothing was read. */
  async #held(size: number): Promise<boolean> {
    const data = await this.#input.take(size + (size >>> 8) + 64)
    try {
      const { content, used } = inflateHeld(data, size, "zlib")
      this.#input.putBack(data.subarray(content.byteLength === size ? used : 0))
      return content.byteLength === size
    } catch (error) {
      this.#input.putBack(data)
      if (error instanceof DeflateError) return false
      throw error
    }
  }

  async #streamed(size: number, at: number): Promise<void> {
    let left = size
    for await (const part of inflateMember(this.#input, Number.POSITIVE_INFINITY, "zlib")) {
      left -= part.byteLength
      if (left < 0) break
    }
    if (left !== 0) throw this.#malformed(at, `an object of ${size} bytes, as it says`)
  }

  #malformed(at: number, expected: string): Error {
    return this.#scribe.malformed(this.#base + at, expected)
  }
}

/** The numbers before an object's data. Past its end it reads zeros, and `at` tells. */
class HeaderReader {
  at = 0
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  typeAndSize(): { readonly type: number; readonly size: number } {
    let byte = this.#next()
    const type = (byte >> 4) & 7
    let size = byte & 15
    for (let scale = 16; byte >= 0x80; scale *= 0x80) {
      byte = this.#next()
      size += (byte & 0x7f) * scale
    }
    return { type, size }
  }

  distance(): number {
    let byte = this.#next()
    let distance = byte & 0x7f
    while (byte >= 0x80) {
      byte = this.#next()
      distance = (distance + 1) * 0x80 + (byte & 0x7f)
    }
    return distance
  }

  #next(): number {
    const byte = this.#bytes[this.at] ?? 0
    this.at += 1
    return byte
  }
}
