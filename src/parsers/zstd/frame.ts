import { latin1 } from "../../core/bytes.ts"
import type { Reader } from "../../core/reader.ts"

/*
 * A frame (RFC 8878, section 3.1.1), little-endian:
 *   magic 28 b5 2f fd | descriptor 1 | window 0-1 | dictionary id 0-4 | content size 0-8 | block... | checksum 0-4
 * A block (section 3.1.1.2): header 3 (last: 1 bit, type: 2, size: 21) | content
 */
export const zstdMagic = 0xfd2fb528
/** Section 3.1.2: sixteen of them. */
export const skippableMagic = (magic: number): boolean => magic >>> 4 === 0x184d2a5

const blockBytesMax = 128 * 1024
const blockType = { raw: 0, rle: 1, compressed: 2 } as const
const contentSizeBytes = [0, 2, 4, 8] as const
const dictionaryIdBytes = [0, 1, 2, 4] as const

/** How many bytes a frame decodes to, as far as its headers tell. */
export interface Decodes {
  readonly least: number
  readonly most: number
}

interface Frame extends Decodes {
  /** The low 32 bits of XXH64, seed 0, of the content (section 3.1.1). */
  readonly checksum: number | undefined
}

/** One frame, whose magic is known. */
export async function walkFrame(reader: Reader): Promise<Frame> {
  const { blockMax, contentSize, hasChecksum } = await frameHeader(reader)
  const blocks = await walkBlocks(reader, blockMax)
  const checksum = hasChecksum ? (await reader.take(4, "the checksum of a zstd frame")).readUInt32LE() : undefined
  if (checksum === undefined) reader.say("no-check", "note", "a zstd frame without a checksum of its content")
  reader.claimUpTo("trailer")
  if (contentSize === undefined) return { ...blocks, checksum }
  reader.demand(blocks.least <= contentSize && contentSize <= blocks.most, "blocks that can hold the content size of their frame")
  return { least: contentSize, most: contentSize, checksum }
}

interface Header {
  readonly blockMax: number
  readonly contentSize: number | undefined
  readonly hasChecksum: boolean
}

/** Section 3.1.1.1. */
async function frameHeader(reader: Reader): Promise<Header> {
  await reader.take(4, "the magic of a zstd frame")
  reader.claimUpTo("header")
  const [descriptor = 0] = await reader.take(1, "a zstd frame header")
  const isSingle = (descriptor & 0x20) !== 0
  reader.demand((descriptor & 0x08) === 0, "the reserved bit of zero in a zstd frame header (section 3.1.1.1.1.4)")
  // No reader looks at it, and no writer sets it (section 3.1.1.1.1.3).
  if ((descriptor & 0x10) !== 0) reader.unexplained(1, "zstd-unused-bit", "a bit that no writer sets, in the descriptor of a zstd frame")
  const window = isSingle ? undefined : windowBytes((await reader.take(1, "a zstd window"))[0] ?? 0)
  const dictionary = await unsigned(reader, dictionaryIdBytes[descriptor & 3] ?? 0)
  reader.demand(dictionary === 0, `a zstd frame without a dictionary; this one was made with dictionary ${dictionary}`)
  const flag = descriptor >>> 6
  const sizeBytes = flag === 0 && isSingle ? 1 : (contentSizeBytes[flag] ?? 0)
  const stated = await unsigned(reader, sizeBytes)
  const contentSize = sizeBytes === 0 ? undefined : sizeBytes === 2 ? stated + 256 : stated
  reader.bound("dictionaryBytesMax", window ?? Math.min(contentSize ?? 0, blockBytesMax))
  if (contentSize !== undefined) reader.bound("layerBytesMax", contentSize)
  reader.claimUpTo("header")
  return { blockMax: Math.min(window ?? contentSize ?? 0, blockBytesMax), contentSize, hasChecksum: (descriptor & 0x04) !== 0 }
}

/** Section 3.1.1.1.2. */
function windowBytes(code: number): number {
  const base = 2 ** (10 + (code >>> 3))
  return base + (base / 8) * (code & 7)
}

async function walkBlocks(reader: Reader, blockMax: number): Promise<Decodes> {
  let least = 0
  let most = 0
  for (let count = 1; ; count += 1) {
    reader.bound("zstdBlocksMax", count)
    const header = (await reader.take(3, "a zstd block header")).readUIntLE(0, 3)
    const type = (header >>> 1) & 3
    const size = header >>> 3
    reader.demand(type <= blockType.compressed, "a known type of zstd block (section 3.1.1.2.2)")
    reader.demand(size <= blockMax, `a zstd block of at most ${blockMax} bytes (section 3.1.1.2.4)`)
    reader.claimUpTo("header")
    await reader.skip(type === blockType.rle ? 1 : size, "a zstd block")
    if (type === blockType.rle && size === 0) reader.unexplained(1, "empty-block", "a byte that a zstd block repeats no time")
    else reader.claimUpTo("content")
    if (type !== blockType.compressed) least += size
    most += type === blockType.compressed ? blockMax : size
    if ((header & 1) === 1) return { least, most }
  }
}

/** The end of zstd:chunked (containers/storage, pkg/chunked/internal/minimal): five numbers or more, the first of where the list of files stands, and this. */
const chunkedMagic = "GnUlInUx"
const chunkedBytesMax = 64

/** Section 3.1.2: what a frame holds that every reader skips. */
export async function walkSkippable(reader: Reader): Promise<void> {
  const size = (await reader.take(8, "the header of a skippable frame")).readUInt32LE(4)
  reader.claimUpTo("header")
  if (size <= chunkedBytesMax && latin1(await reader.peek(size)).endsWith(chunkedMagic))
    reader.say(
      "two-listings",
      "review",
      "zstd:chunked: podman, buildah and CRI-O may take the files of the layer from a list in a frame that others skip, which was not compared",
    )
  await reader.skip(size, "a skippable frame")
  reader.unexplained(size, "skippable-frame", "a skippable zstd frame, which no reader looks at")
}

/** A little-endian number of 0, 1, 2, 4 or 8 bytes that a double holds exactly; a larger one is larger than every limit. */
async function unsigned(reader: Reader, size: number): Promise<number> {
  const bytes = await reader.take(size, "a zstd frame header")
  if (size === 8) return bytes.readUInt32LE(0) + bytes.readUInt32LE(4) * 2 ** 32
  return size === 0 ? 0 : bytes.readUIntLE(0, size)
}
