import { type ByteSource, sliceSource } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import { boundExpansion, boundedExpansion, expansionMax } from "../../core/expansion.ts"
import { Reader } from "../../core/reader.ts"
import type { Decompress, Sink, WalkOptions } from "../parser.ts"
import { type Decodes, skippableMagic, walkFrame, walkSkippable, zstdMagic } from "./frame.ts"

/**
 * Walks every frame down to its blocks, whose headers state their sizes, so the end is known without decoding. What the blocks hold, and whether
 * it fits the checksum, is the decoder's word; how many bytes it may be is checked against what the headers say.
 */
export async function* decodeZstd(
  source: ByteSource,
  options: WalkOptions & { readonly decompress: Decompress },
  sink: Sink,
): AsyncGenerator<Uint8Array> {
  const reader = new Reader(new Cursor(source.stream()), options, sink)
  const { end, least, most } = await walk(reader)
  boundExpansion(least, end, options)
  const bytesMax = Math.min(most, expansionMax(end, options.limits))
  const chunks = options.decompress("zstd", sliceSource(source, 0, end).stream(), bytesMax)
  const decoded = yield* boundedExpansion(chunks, end, options)
  reader.demand(decoded >= least && decoded <= most, `${least === most ? least : `${least} to ${most}`} decoded bytes; got ${decoded}`)
}

async function walk(reader: Reader): Promise<Decodes & { readonly end: number }> {
  let least = 0
  let most = 0
  let frames = 0
  let isEmpty = false
  for (let count = 1; ; count += 1) {
    reader.bound("streamsMax", count)
    const end = reader.position
    const bytes = await reader.peek(4)
    const magic = bytes.byteLength < 4 ? 0 : bytes.readUInt32LE()
    if (skippableMagic(magic)) await walkSkippable(reader)
    else if (magic === zstdMagic) {
      const one = await walkFrame(reader)
      least += one.least
      most += one.most
      isEmpty ||= one.most === 0
      frames += 1
    } else {
      reader.demand(frames > 0, "the magic of a zstd frame")
      if (frames > 1) reader.say("multi-frame", "note", `${frames} zstd frames`)
      // Alone, it is what zstd makes of an empty file.
      if (isEmpty && frames > 1) reader.say("empty-frame", "review", "an empty zstd frame beside others: any number could be added")
      await reader.trailing("zstd frame")
      return { end, least, most }
    }
  }
}
