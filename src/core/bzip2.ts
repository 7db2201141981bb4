import { BitReader, Bzip2Error, blockBytesMax, demand, Room, readBlock, type Transformed } from "./bzip2-block.ts"
import type { Cursor } from "./cursor.ts"

const magic = { block: [0x314159, 0x265359], end: [0x177245, 0x385090] } as const
const outputBytes = 1 << 18
/** Four bytes and the count behind them are up to 259. */
const runRatioMax = 52
const firstBytes = 1 << 10

/** The CRC-32 of bzip2, highest bit first: zlib's is the mirrored one. */
const crcOf = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0)
  return crc
})

/** Decodes one stream from `input` and leaves it exactly behind its last byte. For machines without bzip2(1), which is several times faster. */
export async function* decodeBzip2(input: Cursor): AsyncGenerator<Uint8Array> {
  const header = Buffer.from(await input.take(4)).toString("latin1")
  demand(/^BZh[1-9]$/.test(header), "the magic of bzip2")
  const room = new Room(Number(header[3]) * 100_000)
  let combined = 0
  for (let offset = 0, wanted = firstBytes; ; ) {
    const bytes = await input.take(wanted)
    const bits = new BitReader(bytes, offset)
    const part = partOf(bits, room)
    if (bits.isBeyond && bytes.byteLength === wanted && wanted < blockBytesMax) {
      input.putBack(bytes)
      wanted *= 4
      continue
    }
    if (part instanceof Bzip2Error) throw part
    demand(bits.position <= bytes.byteLength * 8, "a whole block or stream")
    const { block, crc } = part
    if (block === undefined) {
      demand(crc === combined, "the combined CRC of the blocks")
      input.putBack(bytes.subarray(Math.ceil(bits.position / 8)))
      return
    }
    offset = bits.position % 8
    input.putBack(bytes.subarray(Math.floor(bits.position / 8)))
    // The next block is likely to be as long.
    wanted = Math.min(blockBytesMax, Math.max(firstBytes, Math.ceil(bits.position / 4)))
    combined = ((combined << 1) | (combined >>> 31)) ^ crc
    yield* restored(block, crc)
  }
}

interface Part {
  /** Undefined: it is the end of the stream. */
  readonly block: Transformed | undefined
  readonly crc: number
}

/** An error may mean no more than that too few bytes were taken. */
function partOf(bits: BitReader, room: Room): Part | Bzip2Error {
  try {
    const kind = [bits.read(24), bits.read(24)]
    const crc = (bits.read(16) << 16) | bits.read(16)
    if (kind[0] === magic.end[0] && kind[1] === magic.end[1]) return { block: undefined, crc }
    demand(kind[0] === magic.block[0] && kind[1] === magic.block[1], "a block or the end of the stream")
    return { block: readBlock(bits, room), crc }
  } catch (error) {
    if (error instanceof Bzip2Error) return error
    throw error
  }
}

/** Undoes the Burrows-Wheeler transform and the runs before it: four equal bytes, and how many more. */
function* restored({ bytes, size, begin }: Transformed, expected: number): Generator<Uint8Array> {
  chain(bytes, size)
  const capacity = Math.min(outputBytes, size * runRatioMax + 256)
  let output = new Uint8Array(capacity)
  let filled = 0
  let crc = -1
  let at = (bytes[begin] ?? 0) >>> 8
  let previous = -1
  let run = 0
  for (let done = 0; done < size; done += 1) {
    const link = bytes[at] ?? 0
    at = link >>> 8
    const byte = link & 0xff
    const isCount = run === 4
    const value = isCount ? previous : byte
    for (let left = isCount ? byte : 1; left > 0; left -= 1) {
      output[filled] = value
      filled += 1
      crc = (crc << 8) ^ (crcOf[(crc >>> 24) ^ value] ?? 0)
    }
    run = isCount ? 0 : byte === previous ? run + 1 : 1
    previous = isCount ? -1 : byte
    if (filled < capacity - 256) continue
    yield output.subarray(0, filled)
    output = new Uint8Array(capacity)
    filled = 0
  }
  demand(~crc === expected, "the CRC of a block")
  if (filled > 0) yield output.subarray(0, filled)
}

/** Puts beside each byte the place of the one that follows it in the text: the places of the sorted bytes, in order. */
function chain(bytes: Uint32Array, size: number): void {
  const places = new Uint32Array(257)
  for (let at = 0; at < size; at += 1) places[(bytes[at] ?? 0) + 1] = (places[(bytes[at] ?? 0) + 1] ?? 0) + 1
  for (let byte = 0; byte < 256; byte += 1) places[byte + 1] = (places[byte + 1] ?? 0) + (places[byte] ?? 0)
  for (let at = 0; at < size; at += 1) {
    const byte = (bytes[at] ?? 0) & 0xff
    const place = places[byte] ?? 0
    bytes[place] = (bytes[place] ?? 0) | (at << 8)
    places[byte] = place + 1
  }
}
