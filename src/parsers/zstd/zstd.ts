import type { ByteSource } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import { boundExpansion, boundedExpansion, expansionMax } from "../../core/expansion.ts"
import { Reader } from "../../core/reader.ts"
import type { Decompress, Sink, WalkOptions } from "../parser.ts"
import { skippableMagic, walkFrame, walkSkippable, zstdMagic } from "./frame.ts"

type Options = WalkOptions & { readonly decompress: Decompress }

/**
 * Walks every frame down to its blocks, whose headers state their sizes, so the end is known without decoding. What the blocks hold, and whether
 * it fits the checksum, is the decoder's word; how many bytes it may be is checked against what the headers say.
 */
export async function* decodeZstd(source: ByteSource, options: Options, sink: Sink): AsyncGenerator<Uint8Array> {
  const frames = new Frames(source, options, sink)
  await frames.walkTo(aheadBytes)
  const chunks = options.decompress("zstd", frames.stream(), expansionMax(source.size, options.limits))
  const decoded = yield* boundedExpansion(chunks, source.size, options)
  await frames.walkTo(Number.POSITIVE_INFINITY)
  frames.check(decoded)
}

/** The walk is so many bytes ahead of the decoder: it sees none that the walk has not taken, and need not wait for the whole of a large file. */
const aheadBytes = 1 << 20

class Frames {
  readonly #source: ByteSource
  readonly #options: Options
  readonly #reader: Reader
  readonly #walk: AsyncGenerator<void>
  #isWhole = false
  /** Of the last frame. */
  #end = 0
  #least = 0
  #most = 0

  constructor(source: ByteSource, options: Options, sink: Sink) {
    this.#source = source
    this.#options = options
    this.#reader = new Reader(new Cursor(source.stream()), options, sink)
    this.#walk = this.#frames()
  }

  /** The bytes of all frames, each once it was walked. */
  async *stream(): AsyncGenerator<Uint8Array> {
    for (let at = 0; !this.#isWhole || at < this.#end; ) {
      await this.walkTo(at + aheadBytes)
      const end = this.#isWhole ? this.#end : this.#reader.position
      yield* this.#source.stream(at, end)
      at = end
    }
  }

  /** So far at least, or to the end. */
  async walkTo(position: number): Promise<void> {
    while (!this.#isWhole && this.#reader.position < position) this.#isWhole = (await this.#walk.next()).done === true
  }

  check(decoded: number): void {
    const [least, most] = [this.#least, this.#most]
    boundExpansion(decoded, this.#end, this.#options)
    this.#reader.demand(
      decoded >= least && decoded <= most,
      `${least === most ? least : `${least} to ${most}`} decoded bytes; got ${decoded}`,
    )
  }

  async *#frames(): AsyncGenerator<void> {
    const reader = this.#reader
    let frames = 0
    let isEmpty = false
    for (let count = 1; ; count += 1) {
      reader.bound("streamsMax", count)
      this.#end = reader.position
      const bytes = await reader.peek(4)
      const magic = bytes.byteLength < 4 ? 0 : bytes.readUInt32LE()
      if (skippableMagic(magic)) await walkSkippable(reader)
      else if (magic === zstdMagic) {
        const one = yield* walkFrame(reader)
        this.#least += one.least
        this.#most += one.most
        isEmpty ||= one.most === 0
        frames += 1
      } else {
        reader.demand(frames > 0, "the magic of a zstd frame")
        if (frames > 1) reader.say("multi-frame", "note", `${frames} zstd frames`)
        // Alone, it is what zstd makes of an empty file.
        if (isEmpty && frames > 1) reader.say("empty-frame", "review", "an empty zstd frame beside others: any number could be added")
        await reader.trailing("zstd frame")
        return boundExpansion(this.#least, this.#end, this.#options)
      }
    }
  }
}
