import { crc32 } from "node:zlib"
import type { ByteSource } from "../../core/bytes.ts"
import type { Cursor } from "../../core/cursor.ts"
import { type Lzma2Run, lzma2Runs } from "../../core/lzma2.ts"

/*
 * A stream of LZMA2 as the file that xz(1) takes (The .xz File Format, sections 2 and 3), numbers of several bytes little-endian:
 *   fd "7zXZ" 0 | flags 0 0: no check | CRC-32[4]
 *   block...: size of the header / 4 - 1 | flags | packed size | size | filter 21 1 dictionary | zeros | CRC-32[4] | chunks, 0 | zeros
 *   index: 0 | number of blocks | header and packed size, size... | zeros | CRC-32[4]
 *   CRC-32[4] | size of the index / 4 - 1 [4] | flags 0 0 | "YZ"
 * Each run of chunks that can be decoded by itself is a block, so that several threads have work.
 */
const magic = Buffer.from("\xfd7zXZ\0", "latin1")
const flags = Buffer.alloc(2)
/** A block states its sizes only up to here: xz holds one that does as a whole, and decodes another as it comes. */
const statedBytesMax = 1 << 26
const bothSizes = 0xc0

/** Of a stream that begins with `source` and gives `size` bytes; `input`, the cursor in it, is left behind its end. An LzmaError where its chunks are none. */
export async function* xzAround(source: ByteSource, input: Cursor, dictionary: number, size: number): AsyncGenerator<Uint8Array> {
  const records: Buffer[] = []
  let before = Buffer.concat([magic, flags, checksum(flags)])
  for await (const run of lzma2Runs(input, size)) {
    const packed = run.end - run.start + 1 // its end is a byte of its own
    const header = blockHeader(run, packed, dictionary)
    yield Buffer.concat([before, header])
    yield* source.stream(run.start, run.end)
    records.push(Buffer.concat([number(header.byteLength + packed), number(run.size)]))
    before = Buffer.alloc(1 + missing(packed))
  }
  const index = withChecksum(Buffer.concat([Buffer.alloc(1), number(records.length), ...records]))
  const backward = Buffer.alloc(4)
  backward.writeUInt32LE(index.byteLength / 4 - 1)
  const footer = Buffer.concat([backward, flags])
  yield Buffer.concat([before, index, checksum(footer), footer, Buffer.from("YZ")])
}

function blockHeader({ size }: Lzma2Run, packed: number, dictionary: number): Buffer {
  const isStated = size <= statedBytesMax
  const sizes = isStated ? [number(packed), number(size)] : []
  const header = Buffer.concat([Buffer.from([0, isStated ? bothSizes : 0]), ...sizes, Buffer.from([0x21, 1, dictionary])])
  header[0] = (header.byteLength + missing(header.byteLength)) / 4
  return withChecksum(header)
}

const missing = (bytes: number): number => -bytes & 3

const withChecksum = (bytes: Buffer): Buffer => {
  const whole = Buffer.concat([bytes, Buffer.alloc(missing(bytes.byteLength))])
  return Buffer.concat([whole, checksum(whole)])
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(crc32(bytes))
  return sum
}

/** Seven bits a byte, the lowest first (section 1.2). */
function number(value: number): Buffer {
  const bytes: number[] = []
  for (let left = value; bytes.length === 0 || left > 0; left = Math.floor(left / 128)) bytes.push((left % 128) | (left >= 128 ? 128 : 0))
  return Buffer.from(bytes)
}
