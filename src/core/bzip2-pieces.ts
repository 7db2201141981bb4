import { Buffer } from "node:buffer"
import { demand } from "./bzip2-block.ts"
import { findMarks, markBits } from "./bzip2-marks.ts"

const endMagic = Buffer.from("177245385090", "hex")
const headerBytes = 4

/** How the CRC of a block enters that of its stream. */
export const combine = (combined: number, crc: number): number => (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0

/**
 * Cuts bzip2 streams into pieces of about `bytesMin` compressed bytes or more, for several decoders to work on: blocks stand on their own, and only at which bit they begin must be found.
 * A piece is a part of a stream, made a stream of its own, or several streams, which bzip2(1) reads one after another: a decoder for each of millions of tiny ones would take hours.
 * Together they decode to what the whole does, or one of them is broken: each holds the bits between two marks, whatever they are. What says how they belong together (the magic of
 * each stream, the combined CRC at its end) is looked at here. Throws a Bzip2Error.
 */
export async function* bzip2Pieces(chunks: AsyncIterable<Uint8Array>, bytesMin: number): AsyncGenerator<Uint8Array> {
  const held = new Held()
  /** The begin of a stream; undefined within one. */
  let begin: number | undefined = 0
  let level = ""
  let combined = 0
  let part: { readonly from: number; crc: number } | undefined
  /** What the next piece has so far. Nothing comes behind a part that its stream goes on after: the piece is large enough then. */
  let streams: Uint8Array[] = []
  let size = 0
  for await (const mark of findMarks(held.noting(chunks))) {
    if (begin !== undefined) {
      level = held.text(begin, headerBytes)
      demand(/^BZh[1-9]$/.test(level) && mark.bit === (begin + headerBytes) * 8, "the magic of bzip2, and a block or the end behind it")
      begin = undefined
      combined = 0
    }
    if (part !== undefined && (mark.kind === "end" || size + (mark.bit - part.from) / 8 >= bytesMin)) {
      const stream = streamOf(level, held.bits(part.from, mark.bit), part.crc)
      streams.push(stream)
      size += stream.byteLength
      part = undefined
    }
    if (size >= bytesMin) {
      yield Buffer.concat(streams)
      streams = []
      size = 0
    }
    if (mark.kind === "block") {
      if (part === undefined) held.drop(Math.floor(mark.bit / 8))
      part ??= { from: mark.bit, crc: 0 }
      part.crc = combine(part.crc, mark.crc)
      combined = combine(combined, mark.crc)
    } else {
      demand(mark.crc === combined, "the combined CRC of the blocks")
      begin = Math.ceil((mark.bit + markBits) / 8)
      held.drop(begin)
    }
  }
  demand(begin !== undefined && begin > 0 && begin === held.end, "a whole stream, and nothing behind it")
  if (size > 0) yield Buffer.concat(streams)
}

/** Bits, and how many of them. */
interface Bits {
  readonly bytes: Uint8Array
  readonly size: number
}

/** Behind the last bit of the blocks: the magic of the end, their CRC, and zeros up to a whole byte. */
function streamOf(level: string, { bytes, size }: Bits, crc: number): Uint8Array {
  const stream = Buffer.alloc(headerBytes + Math.ceil((size + markBits) / 8))
  stream.write(level, 0, "latin1")
  stream.set(bytes, headerBytes)
  const end = Buffer.alloc(markBits / 8)
  end.set(endMagic)
  end.writeUInt32BE(crc, endMagic.byteLength)
  const at = headerBytes + Math.floor(size / 8)
  const shift = size % 8
  for (const [index, byte] of end.entries()) {
    stream[at + index] = (stream[at + index] ?? 0) | (byte >>> shift)
    if (shift > 0) stream[at + index + 1] = (byte << (8 - shift)) & 0xff
  }
  return stream
}

/** The bytes that were read and are still wanted. */
class Held {
  #bytes: Uint8Array = Buffer.alloc(0)
  #parts: Uint8Array[] = []
  #start = 0
  end = 0

  async *noting(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#parts.push(chunk)
      this.end += chunk.byteLength
      yield chunk
    }
  }

  /** Fewer at the end. */
  text(start: number, size: number): string {
    return Buffer.from(this.#joined().subarray(start - this.#start, start - this.#start + size)).toString("latin1")
  }

  /** Bits [from, to), the first of them at the highest bit of a byte; those behind the last are zeros. */
  bits(from: number, to: number): Bits {
    const bytes = this.#joined().subarray(Math.floor(from / 8) - this.#start, Math.ceil(to / 8) - this.#start)
    const size = to - from
    const shifted = shiftedLeft(bytes, from % 8).subarray(0, Math.ceil(size / 8))
    const last = shifted.byteLength - 1
    if (size % 8 > 0) shifted[last] = (shifted[last] ?? 0) & (0xff00 >>> (size % 8))
    return { bytes: shifted, size }
  }

  /** Nothing before `start` is asked for any more. */
  drop(start: number): void {
    this.#bytes = this.#joined().subarray(start - this.#start)
    this.#start = start
  }

  #joined(): Uint8Array {
    if (this.#parts.length > 0) this.#bytes = Buffer.concat([this.#bytes, ...this.#parts.splice(0)])
    return this.#bytes
  }
}

function shiftedLeft(bytes: Uint8Array, shift: number): Uint8Array {
  const shifted = Uint8Array.from(bytes)
  if (shift === 0) return shifted
  for (let at = 0; at < shifted.byteLength; at += 1) shifted[at] = ((bytes[at] ?? 0) << shift) | ((bytes[at + 1] ?? 0) >>> (8 - shift))
  return shifted
}
