import { Buffer } from "node:buffer"
import type { ByteSource } from "../../core/bytes.ts"
import type { Reader } from "../../core/reader.ts"

/*
 * A member (lzip manual, "File format"), little-endian:
 *   "LZIP" | version 1 | dictionary size 1 | LZMA stream with end marker | CRC-32 4 | size of the content 8 | size of the member 8
 */
export const headerBytes = 6
export const trailerBytes = 20
/** The shortest stream, of no content: 5 bytes to start and the end marker. */
const streamBytesMin = 5

export interface Member {
  readonly crc: number
  readonly size: number
}

/** The base 2 logarithm in 5 bits, of whose sixteenths as many as 3 bits say are taken away; 4 KiB to 512 MiB. */
export function readHeader(header: Buffer, reader: Reader): { readonly dictionary: number } {
  reader.demand(header.toString("latin1", 0, 4) === "LZIP", "the magic of an lzip member")
  reader.demand(header[4] === 1, "version 1 of lzip")
  const code = header[5] ?? 0
  const base = 2 ** (code & 31)
  const dictionary = base - (base / 16) * (code >>> 5)
  reader.demand(dictionary >= 2 ** 12 && dictionary <= 2 ** 29, "a dictionary of 4 KiB to 512 MiB in an lzip header")
  return { dictionary }
}

/**
 * Where the member ends that starts at `start`: behind the first 8 bytes that state as many as stand up to there. The true end states it too, so it is never missed;
 * a stream that was made to state it sooner is cut there, and no decoder takes it.
 */
export async function findMemberEnd(source: ByteSource, start: number): Promise<number | undefined> {
  let step = windowBytes.least
  // Windows overlap by 7 bytes, and grow, so that many small members cost no more than one large one.
  for (let at = start + headerBytes + streamBytesMin + trailerBytes - 8; at + 8 <= source.size; at += step - 7) {
    step = Math.min(step * 2, windowBytes.most)
    const found = sizeIn(await source.read(at, Math.min(source.size, at + step)), at - start)
    if (found !== undefined) return start + found
  }
  return undefined
}

const windowBytes = { least: 1 << 11, most: 1 << 20 }

/** The first number in the window that is its own end, counted from the begin of the member. Those of one 64 KiB differ in two bytes: the other six are searched for. */
function sizeIn(window: Uint8Array, at: number): number | undefined {
  const bytes = Buffer.from(window.buffer, window.byteOffset, window.byteLength)
  const high = Buffer.alloc(6)
  for (let index = 0; index + 8 <= bytes.byteLength; ) {
    const size = at + index + 8
    const run = Math.min(0x10000 - (size % 0x10000), bytes.byteLength - index - 7)
    high.writeUIntLE(Math.floor(size / 0x10000), 0, 6)
    const highs = bytes.subarray(index + 2, index + run + 7)
    for (let found = highs.indexOf(high); found >= 0; found = highs.indexOf(high, found + 1))
      if (bytes.readUInt16LE(index + found) === (size + found) % 0x10000) return size + found
    index += run
  }
  return undefined
}
