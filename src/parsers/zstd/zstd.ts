import xxhash from "xxhash-wasm"
import type { ByteSource } from "../../core/bytes.ts"
import { boundExpansion, boundedExpansion, expansionMax } from "../../core/expansion.ts"
import { hoppingCursor } from "../../core/hopping.ts"
import { Reader } from "../../core/reader.ts"
import type { Decompress, Sink, WalkOptions } from "../parser.ts"
import { type Decodes, skippableMagic, walkFrame, walkSkippable, zstdMagic } from "./frame.ts"

type Options = WalkOptions & { readonly decompress: Decompress }

/**
 * Walks every frame down to its blocks, whose headers state their sizes, so the end is known without decoding. What the blocks hold is the decoder's word; how
 * many bytes it may be is checked against what the headers say. The checksum of one frame is compared here, beside the decoder; of several, whose contents
 * need not state where they end, by the decoder.
 */
export async function* decodeZstd(source: ByteSource, options: Options, sink: Sink): AsyncGenerator<Uint8Array> {
  const reader = new Reader(hoppingCursor(source), options, sink)
  const { end, least, most, only } = await walkFrames(reader)
  boundExpansion(least, end, options)
  const compression = only === undefined ? "zstd" : "zstd-unchecked"
  const chunks = options.decompress(compression, source.stream(0, end), expansionMax(source.size, options.limits))
  const whole = boundedExpansion(chunks, source.size, options)
  const decoded = yield* only === undefined ? whole : checked(whole, only, reader)
  boundExpansion(decoded, end, options)
  reader.demand(decoded >= least && decoded <= most, `${least === most ? least : `${least} to ${most}`} decoded bytes; got ${decoded}`)
}

/** The content of a frame, held against its checksum. */
async function* checked(chunks: AsyncGenerator<Uint8Array, number>, checksum: number, reader: Reader): AsyncGenerator<Uint8Array, number> {
  const hash = (await xxhash()).create64()
  for (;;) {
    const { done, value } = await chunks.next()
    if (done === true) {
      reader.demand(Number(hash.digest() & 0xffffffffn) === checksum, "the checksum of its content in a zstd frame")
      return value
    }
    hash.update(value)
    yield value
  }
}

interface Frames extends Decodes {
  /** Of the last one. */
  readonly end: number
  /** The checksum, where there is one frame and it has one. */
  readonly only: number | undefined
}

/** All frames, and what stands behind the last, which no decoder is to see. */
async function walkFrames(reader: Reader): Promise<Frames> {
  let [frames, least, most] = [0, 0, 0]
  let isEmpty = false
  let checksum: number | undefined
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
      checksum = one.checksum
      isEmpty ||= one.most === 0
      frames += 1
    } else {
      reader.demand(frames > 0, "the magic of a zstd frame")
      if (frames > 1) reader.say("multi-frame", "note", `${frames} zstd frames`)
      // Alone, it is what zstd makes of an empty file.
      if (isEmpty && frames > 1) reader.say("empty-frame", "review", "an empty zstd frame beside others: any number could be added")
      await reader.trailing("zstd frame")
      return { end, least, most, only: frames === 1 ? checksum : undefined }
    }
  }
}
