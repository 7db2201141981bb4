import { Buffer } from "node:buffer"
import { emptyBytes } from "../../core/bytes.ts"

/** Where a block begins or a stream ends: 48 bits that may stand at any bit, and the CRC behind them. */
export interface Mark {
  readonly kind: "block" | "end"
  /** From the begin of the file. */
  readonly bit: number
  /** Of the block, or of all blocks of the stream. */
  readonly crc: number
  /** The bit behind the CRC of a block: bzip2 before 0.9.5 set it for repetitive input. */
  readonly randomised: boolean
}

const magics = [
  { kind: "block", value: 0x314159265359n },
  { kind: "end", value: 0x177245385090n },
] as const

/** Bits of a magic and its CRC, and the bytes that hold them and the bit behind wherever they begin. */
export const markBits = 48 + 32
const markBytes = 12

/** For each two bytes, whether they may be bytes 1 and 2 of a magic that begins somewhere in byte 0. */
const hints = new Uint8Array(1 << 16)
for (const { value } of magics) for (let shift = 0n; shift < 8n; shift += 1n) hints[Number((value >> (24n + shift)) & 0xffffn)] = 1

/** Every mark in the chunks, in order; one that the end cuts is none. */
export async function* findMarks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Mark> {
  let held: Uint8Array = emptyBytes
  let start = 0
  for await (const chunk of chunks) {
    const bytes = held.byteLength === 0 ? chunk : Buffer.concat([held, chunk])
    const last = bytes.byteLength - markBytes
    yield* marksIn(bytes, start, last)
    const done = Math.max(0, last + 1)
    held = bytes.subarray(done)
    start += done
  }
  yield* marksIn(Buffer.concat([held, new Uint8Array(markBytes)]), start, held.byteLength - 1, held.byteLength * 8)
}

/** Those that begin in a byte up to `last` and whose CRC ends within `bits`. */
function* marksIn(bytes: Uint8Array, start: number, last: number, bits = Number.POSITIVE_INFINITY): Generator<Mark> {
  for (let at = 0; at <= last; at += 1) {
    if (hints[((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)] === 0) continue
    const word = BigInt(`0x${Buffer.from(bytes.subarray(at, at + markBytes)).toString("hex")}`)
    for (let shift = 0; shift < 8; shift += 1) {
      /** Bits of the mark, counted from its begin. */
      const field = (from: number, size: number): bigint => BigInt.asUintN(size, word >> BigInt(8 * markBytes - shift - from - size))
      const kind = magics.find(({ value }) => value === field(0, 48))?.kind
      if (kind === undefined || at * 8 + shift + markBits > bits) continue
      yield { kind, bit: (start + at) * 8 + shift, crc: Number(field(48, 32)), randomised: field(80, 1) === 1n }
    }
  }
}
