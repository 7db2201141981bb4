import { crc32 } from "node:zlib"
import { isAllZero } from "../../core/bytes.ts"
import type { Reader } from "../../core/reader.ts"
import { readVariable } from "./variable.ts"

/** Filter ids that may stand in a chain (section 5.3); the last must be LZMA2. */
const lzma2 = 0x21
const flagsReserved = 0x3c

/** One block (section 3) behind the first byte of its header; returns its unpadded size and its uncompressed size, as the index must tell them. */
export async function walkBlock(reader: Reader, first: number, checkSize: number): Promise<readonly [number, number]> {
  const start = reader.position - 1
  const stated = await blockHeader(reader, first)
  reader.claim("header", reader.position - start)
  const dataStart = reader.position
  const uncompressed = await lzma2Chunks(reader)
  const compressed = reader.position - dataStart
  reader.claim("content", compressed)
  reader.demand((stated.compressed ?? compressed) === compressed, "the compressed size that the block header states (section 3.1.3)")
  reader.demand(
    (stated.uncompressed ?? uncompressed) === uncompressed,
    "the uncompressed size that the block header states (section 3.1.4)",
  )
  const paddingSize = (4 - (compressed % 4)) % 4
  reader.demand(isAllZero(await reader.take(paddingSize, "block padding")), "zeros that pad the block (section 3.3)")
  reader.claim("padding", paddingSize)
  await reader.take(checkSize, "the check of a block")
  reader.claim("trailer", checkSize)
  return [reader.position - start - paddingSize, uncompressed]
}

interface Stated {
  readonly compressed: number | undefined
  readonly uncompressed: number | undefined
}

async function blockHeader(reader: Reader, first: number): Promise<Stated> {
  const size = (first + 1) * 4
  const header = Buffer.concat([Uint8Array.of(first), await reader.take(size - 1, "an xz block header")])
  reader.demand(header.readUInt32LE(size - 4) === crc32(header.subarray(0, size - 4)), "the CRC-32 of the block header (section 3.1.7)")
  const flags = header[1] ?? 0
  reader.demand((flags & flagsReserved) === 0, "no reserved block flag (section 3.1.2)")
  let at = 2
  const next = async (): Promise<number> => {
    reader.demand(at < size - 4, "a block header that holds its fields")
    at += 1
    return header[at - 1] ?? 0
  }
  const compressed = (flags & 0x40) === 0 ? undefined : await readVariable(reader, next)
  const uncompressed = (flags & 0x80) === 0 ? undefined : await readVariable(reader, next)
  let last = 0
  for (let filter = 0; filter <= (flags & 3); filter += 1) {
    last = await readVariable(reader, next)
    const properties = await readVariable(reader, next) // not `at += await`: that would read `at` before the wait
    at += properties
    reader.demand(at <= size - 4, "filter properties inside the block header")
    if (last !== lzma2) continue
    const dictionary = header[at - 1] ?? 0
    reader.demand(properties === 1 && dictionary <= 40, "a dictionary size in the properties of LZMA2 (section 5.3.1)")
    reader.bound("dictionaryBytesMax", dictionaryBytes(dictionary))
  }
  reader.demand(last === lzma2, "LZMA2 as the last filter (section 5.3.1)")
  reader.demand(isAllZero(header.subarray(at, size - 4)), "zeros that pad the block header (section 3.1.6)")
  return { compressed, uncompressed }
}

/** Section 5.3.1: 2^n and 2^n + 2^(n-1) in turn, from 4 KiB on. */
const dictionaryBytes = (code: number): number => (2 | (code & 1)) * 2 ** ((code >> 1) + 11)

/**
 * LZMA2 chunks (xz-embedded's and liblzma's format; control byte first):
 *   00 end | 01, 02 stored: 2 bytes size-1 | 80..ff: 5 + 16 bits uncompressed size-1, 16 bits compressed size-1, from c0 on 1 byte properties
 * Returns the uncompressed size.
 */
async function lzma2Chunks(reader: Reader): Promise<number> {
  let uncompressed = 0
  for (;;) {
    const [control = 0] = await reader.take(1, "an LZMA2 control byte")
    if (control === 0) return uncompressed
    if (control < 0x80) {
      reader.demand(control <= 2, "a known LZMA2 control byte")
      const size = (await reader.take(2, "an LZMA2 chunk header")).readUInt16BE(0) + 1
      await reader.skip(size, "a stored LZMA2 chunk")
      uncompressed += size
      continue
    }
    const header = await reader.take(control >= 0xc0 ? 5 : 4, "an LZMA2 chunk header")
    uncompressed += (control & 0x1f) * 65536 + header.readUInt16BE(0) + 1
    await reader.skip(header.readUInt16BE(2) + 1, "an LZMA2 chunk")
  }
}
