import { type ByteSource, sliceSource } from "../../core/bytes.ts"
import { findMarks, type Mark, markBits } from "../../core/bzip2-marks.ts"
import type { Role } from "../../core/claim.ts"
import { Cursor } from "../../core/cursor.ts"
import { boundedExpansion, expansionMax } from "../../core/expansion.ts"
import { Reader } from "../../core/reader.ts"
import type { Decompress, Sink, WalkOptions } from "../parser.ts"

/*
 * bzip2 has no specification but its program (1.0.8, decompress.c); all numbers with the highest bit first:
 *   "BZh" | level "1" to "9" | block... | 17 72 45 38 50 90 | combined CRC 32 bits | 0 to 7 bits up to a whole byte | next stream ...
 *   block: 31 41 59 26 53 59 | CRC 32 bits | randomised 1 bit | begin of the transform 24 bits | Huffman data, which say nowhere how long they are
 */
const streamHeaderBytes = 4
const blockHeaderBits = markBits + 1 + 24
const rotate = (crc: number): number => (crc << 1) | (crc >>> 31)

/**
 * Finds where blocks begin and streams end by their magics at any bit, and holds the combined CRC at each end against the CRCs of the blocks before it. It is the decoder that says
 * whether the data of the blocks are sound and fit their CRCs. No byte can pass between the two: where the decoder sees an end there is a magic, so the walk ended a stream
 * there too, or sooner, and then the decoder gets a stream that was cut. Data that hold a magic by chance (one in 2^47 bits) are refused, as the combined CRC does not fit then.
 */
export async function* decodeBzip2(
  source: ByteSource,
  options: WalkOptions & { readonly decompress: Decompress },
  sink: Sink,
): AsyncGenerator<Uint8Array> {
  const reader = new Reader(new Cursor(source.stream()), options, sink)
  const end = await walk(reader, source)
  const chunks = options.decompress("bzip2", sliceSource(source, 0, end).stream(), expansionMax(end, options.limits))
  yield* boundedExpansion(chunks, end, options)
}

/** Returns where the last stream ends. */
async function walk(reader: Reader, source: ByteSource): Promise<number> {
  const marks = findMarks(source.stream())
  let isEmpty = false
  let all = 0
  for (let streams = 1; ; streams += 1) {
    reader.bound("streamsMax", streams)
    const header = (await reader.take(streamHeaderBytes, "a bzip2 header")).toString("latin1")
    reader.demand(/^BZh[1-9]$/.test(header), "the magic of a bzip2 stream")
    const blocks = await walkStream(reader, marks, all)
    all += blocks
    isEmpty ||= blocks === 0
    const end = reader.position
    if (/^BZh[1-9]$/.test((await reader.peek(streamHeaderBytes)).toString("latin1"))) continue
    await marks.return(undefined)
    if (streams > 1) reader.say("multi-stream", "note", `${streams} bzip2 streams`)
    // Alone, it is what bzip2 makes of an empty file.
    if (isEmpty && streams > 1) reader.say("empty-stream", "review", "an empty bzip2 stream beside others: any number could be added")
    await reader.trailing("bzip2 stream")
    return end
  }
}

/** One stream behind its header, and behind so many blocks of others; returns how many it has. */
async function walkStream(reader: Reader, marks: AsyncIterator<Mark>, before: number): Promise<number> {
  let combined = 0
  for (let blocks = 0; ; blocks += 1) {
    const next = await marks.next()
    if (next.done === true) {
      await reader.skipRest()
      throw reader.malformed("a bzip2 block or the end of its stream; the file ends here")
    }
    const mark = next.value
    reader.demand(
      mark.bit >= reader.position * 8 && (blocks > 0 || mark.bit === reader.position * 8),
      "a bzip2 block or the end of its stream",
    )
    if (mark.kind === "end") {
      reader.demand(mark.crc === combined >>> 0, "the combined CRC of the blocks of a bzip2 stream")
      await claimEnd(reader, mark, blocks === 0 ? "header" : "content")
      return blocks
    }
    reader.bound("bzip2BlocksMax", before + blocks + 1)
    combined = rotate(combined) ^ mark.crc
    if (mark.randomised)
      reader.say("randomised-block", "review", "a randomised bzip2 block, which no bzip2 since 0.9.5 writes", Math.floor(mark.bit / 8))
    // Bytes that are header alone; the one it shares with the data before or behind counts as content.
    await reader.skip(Math.ceil(mark.bit / 8) - reader.position, "a bzip2 block")
    reader.claimUpTo(blocks === 0 ? "header" : "content")
    await reader.skip(Math.floor((mark.bit + blockHeaderBits) / 8) - reader.position, "the header of a bzip2 block")
    reader.claimUpTo("header")
  }
}

/** `before`: what stands between the last claim and the end. */
async function claimEnd(reader: Reader, mark: Mark, before: Role): Promise<void> {
  await reader.skip(Math.floor(mark.bit / 8) - reader.position, "a bzip2 block")
  reader.claimUpTo(before)
  const bits = (mark.bit + markBits) % 8
  await reader.skip(Math.floor((mark.bit + markBits) / 8) - reader.position, "the end of a bzip2 stream")
  reader.claimUpTo("trailer")
  if (bits === 0) return
  const [last = 0] = await reader.take(1, "the end of a bzip2 stream")
  if ((last & (0xff >>> bits)) === 0) reader.claimUpTo("trailer")
  else reader.unexplained(1, "nonzero-padding", "bits behind the end of a bzip2 stream, which no reader looks at")
}
