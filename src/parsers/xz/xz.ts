import { crc32 } from "node:zlib"
import { type ByteSource, isAllZero, sliceSource } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import { boundExpansion } from "../../core/expansion.ts"
import { FaultError } from "../../core/fault.ts"
import { Reader } from "../../core/reader.ts"
import type { Codec, Decompress, Sink, WalkOptions } from "../parser.ts"
import { walkBlock } from "./block.ts"
import { readVariable } from "./variable.ts"

/*
 * The .xz File Format 1.2.1, section 2:
 *   stream header (12) | block... | index | stream footer (12) | stream padding (4n zeros) | next stream ...
 * The structure is walked without decoding: LZMA2 chunks state their sizes, so the end of each block is known.
 */
const headerMagic = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])
const footerMagic = Buffer.from("YZ", "latin1")

/** Bytes of the check behind each block, by the id in the stream flags (section 2.1.1.2). */
const checkBytes: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 4],
  [4, 8],
  [10, 32],
])

/** xz: each stream, block, index and footer claimed; decoded by the program or library that `decompress` stands for. */
export const xz = {
  kind: "codec",
  format: "xz",
  suffixes: new Map([
    [".xz", ""],
    [".txz", ".tar"],
  ]),
  detect: (head) => head.byteLength >= 6 && headerMagic.equals(head.subarray(0, 6)),
  decode: (source, options, sink) => decode(source, options, sink),
} satisfies Codec

async function* decode(
  source: ByteSource,
  options: WalkOptions & { readonly decompress: Decompress },
  sink: Sink,
): AsyncGenerator<Uint8Array> {
  const walked = await walk(source, options, sink)
  let decoded = 0
  for await (const chunk of options.decompress("xz", sliceSource(source, 0, walked.end).stream(), walked.uncompressed)) {
    decoded += chunk.byteLength
    if (decoded > walked.uncompressed) break
    yield chunk
  }
  if (decoded !== walked.uncompressed)
    throw new FaultError({
      kind: "malformed",
      layer: options.layer,
      offset: walked.end,
      expected: `${walked.uncompressed} decoded bytes, as the index says; got ${decoded > walked.uncompressed ? "more" : decoded}`,
    })
}

interface Walked {
  /** Where the last stream ends, its padding included. */
  readonly end: number
  readonly uncompressed: number
}

async function walk(source: ByteSource, options: WalkOptions, sink: Sink): Promise<Walked> {
  const reader = new Reader(new Cursor(source.stream()), options, sink)
  let uncompressed = 0
  let empty = false
  let header = await reader.take(12, "an xz stream header")
  for (let count = 1; ; count += 1) {
    if (count === 2) reader.say("multi-stream", "note", "more than one xz stream: some readers stop after the first")
    const size = await walkStream(reader, header)
    uncompressed += size
    empty ||= size === 0
    boundExpansion(uncompressed, reader.position, options)
    const next = await behindStream(reader)
    if (next.byteLength === 12 && headerMagic.equals(next.subarray(0, 6))) {
      header = next
      continue
    }
    const end = reader.position - next.byteLength
    if (next.byteLength > 0) await reader.trailing("xz stream")
    // Alone, it is what xz makes of an empty file.
    if (empty && count > 1)
      reader.say("empty-stream", "review", "an empty xz stream beside others: any number could be added, each with another check")
    return { end, uncompressed }
  }
}

/** One stream; returns its uncompressed size. */
async function walkStream(reader: Reader, header: Buffer): Promise<number> {
  const flags = header.subarray(6, 8)
  reader.demand(
    headerMagic.equals(header.subarray(0, 6)) && flags[0] === 0 && (flags[1] ?? 0) < 16,
    "the xz magic and known stream flags (section 2.1.1)",
  )
  reader.demand(header.readUInt32LE(8) === crc32(flags), "the CRC-32 of the stream flags (section 2.1.1.3)")
  reader.claim("header", 12)
  const check = checkBytes.get(flags[1] ?? 0)
  if (check === undefined)
    throw reader.malformed("a check of none, CRC-32, CRC-64 or SHA-256; the others have no meaning yet (section 2.1.1.2)")
  if (check === 0) reader.say("no-check", "note", "an xz stream without a check of its content")
  const records: (readonly [number, number])[] = []
  // The first byte of a block header and of the index tells which it is; taken, as giving it back would copy the chunk behind it.
  for (;;) {
    const first = (await reader.take(1, "an xz block or index"))[0] ?? 0
    if (first === 0) break
    records.push(await walkBlock(reader, first, check))
    reader.bound("xzBlocksMax", records.length)
  }
  const indexBytes = await walkIndex(reader, records)
  const footer = await reader.take(12, "an xz stream footer")
  reader.demand(
    footerMagic.equals(footer.subarray(10)) && flags.equals(footer.subarray(8, 10)),
    "a footer with the header's flags (section 2.1.2)",
  )
  reader.demand(footer.readUInt32LE(0) === crc32(footer.subarray(4, 10)), "the CRC-32 of the footer (section 2.1.2.1)")
  reader.demand((footer.readUInt32LE(4) + 1) * 4 === indexBytes, "the size of the index in the footer (section 2.1.2.2)")
  reader.claim("trailer", 12)
  return records.reduce((sum, [, size]) => sum + size, 0)
}

/** Section 4, behind the indicator byte: the records must tell exactly the blocks that were walked. Returns its size in bytes. */
async function walkIndex(reader: Reader, records: readonly (readonly [number, number])[]): Promise<number> {
  const start = reader.position - 1
  let crc = crc32(Uint8Array.of(0))
  const eat = async (size: number): Promise<Buffer> => {
    const bytes = await reader.take(size, "an xz index")
    crc = crc32(bytes, crc)
    return bytes
  }
  const number = () => readVariable(reader, async () => (await eat(1))[0] ?? 0)
  reader.demand((await number()) === records.length, "as many index records as blocks (section 4.2)")
  for (const [unpadded, uncompressed] of records) {
    reader.demand((await number()) === unpadded && (await number()) === uncompressed, "an index record that fits its block (section 4.3)")
  }
  reader.demand(isAllZero(await eat((4 - ((reader.position - start) % 4)) % 4)), "zeros that pad the index (section 4.4)")
  const expected = crc
  reader.demand((await reader.take(4, "the CRC-32 of an xz index")).readUInt32LE(0) === expected, "the CRC-32 of the index (section 4.5)")
  reader.claim("index", reader.position - start)
  return reader.position - start
}

/** Claims stream padding (section 2.2: zeros, a multiple of four) and takes what may be the next header: 12 bytes, fewer at the end of the file. */
async function behindStream(reader: Reader): Promise<Buffer> {
  let word = await reader.atMost(4)
  let padding = 0
  for (; word.byteLength === 4 && word.readUInt32LE() === 0; word = await reader.atMost(4)) padding += 4
  reader.claim("padding", padding)
  return word.byteLength < 4 ? word : Buffer.concat([word, await reader.atMost(8)])
}
