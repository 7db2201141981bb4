import { crc32 } from "node:zlib"
import type { ByteSource } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import { boundExpansion, boundedExpansion, expansionMax } from "../../core/expansion.ts"
import { FaultError } from "../../core/fault.ts"
import { decodeLzma, LzmaError, type LzmaProperties } from "../../core/lzma.ts"
import { Reader } from "../../core/reader.ts"
import type { Decompress, Sink, WalkOptions } from "../parser.ts"
import { headerBytes, readHeader } from "./header.ts"

type Options = WalkOptions & { readonly decompress: Decompress }

/**
 * Nothing but the stream itself says where it ends. `decompress` takes a file only if the stream fills it, so its success says that no byte is left.
 * What it refuses is decoded again by our own slow decoder, which knows the last byte; what stands behind that is claimed, or the stream is broken for both.
 */
export async function* decodeLzmaAlone(source: ByteSource, options: Options, sink: Sink): AsyncGenerator<Uint8Array> {
  const input = new Cursor(source.stream())
  const reader = new Reader(input, options, sink)
  const { properties, size } = readHeader(await reader.take(headerBytes, "an lzma header"))
  if (properties === undefined) throw reader.malformed("properties of at most 224 in an lzma header")
  reader.bound("dictionaryBytesMax", properties.dictionaryBytes)
  boundExpansion(size ?? 0, source.size, options)
  reader.claim("header", headerBytes)
  const given = new Given()
  try {
    const chunks = options.decompress("lzma", source.stream(), size ?? expansionMax(source.size, options.limits))
    yield* boundedExpansion(given.count(chunks), source.size, options)
    await reader.skip(source.size - headerBytes, "an lzma stream")
  } catch (error) {
    if (!(error instanceof FaultError) || error.fault.kind !== "malformed") throw error
    yield* boundedExpansion(given.rest(again(input, reader, { properties, size }), reader), source.size, options)
  }
  reader.demand(size === undefined || given.size === size, `${size} decoded bytes, as the header says; got ${given.size}`)
  reader.claimUpTo("content")
  await reader.trailing("lzma stream")
}

async function* again(
  input: Cursor,
  reader: Reader,
  { properties, size }: { readonly properties: LzmaProperties; readonly size: number | undefined },
): AsyncGenerator<Uint8Array> {
  try {
    yield* decodeLzma(input, properties, size)
  } catch (error) {
    throw error instanceof LzmaError ? reader.malformed(`a sound lzma stream; ${error.message}`) : error
  }
}

/** What was given out already. The second decoder must say the same before it adds to it. */
class Given {
  size = 0
  #crc = 0

  async *count(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.size += chunk.byteLength
      this.#crc = crc32(chunk, this.#crc)
      yield chunk
    }
  }

  async *rest(chunks: AsyncIterable<Uint8Array>, reader: Reader): AsyncGenerator<Uint8Array> {
    const before = this.size
    let seen = 0
    let crc = 0
    for await (const chunk of chunks) {
      const known = chunk.subarray(0, Math.max(0, before - seen))
      crc = crc32(known, crc)
      seen += chunk.byteLength
      const added = chunk.subarray(known.byteLength)
      reader.demand(added.byteLength === 0 || crc === this.#crc, "two decoders that agree on an lzma stream")
      this.size += added.byteLength
      if (added.byteLength > 0) yield added
    }
    reader.demand(seen >= before && (seen > before || crc === this.#crc), "two decoders that agree on an lzma stream")
  }
}
