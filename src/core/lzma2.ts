import type { Cursor } from "./cursor.ts"
import { LzmaDecoder, LzmaError, type LzmaProperties, lzmaProperties } from "./lzma.ts"

/*
 * LZMA2 (The .xz File Format, section 5.3.1, and Lzma2Dec.c of the LZMA SDK), chunk after chunk:
 *   0                                                      the end
 *   1 or 2  | size - 1[2]  | bytes                         as they stand; 1: the dictionary is reset
 *   1 reset[2 bits] size - 1[21 bits] | packed size - 1[2] | properties[1], where they are set | a stream of LZMA
 * Numbers are big-endian. Reset: 0 nothing, 1 the state, 2 also new properties, 3 also the dictionary.
 */
const reset = { nothing: 0, state: 1, properties: 2, dictionary: 3 } as const
const stored = { afterReset: 1, plain: 2 } as const

/** Properties in one byte, which tell the size of the dictionary alone; undefined for a byte that no encoder writes. */
export function lzma2Dictionary(byte: number): number | undefined {
  if (byte > 40) return undefined
  return byte === 40 ? 2 ** 32 - 1 : (2 | (byte & 1)) * 2 ** ((byte >>> 1) + 11)
}

/** The head of a chunk. */
interface Chunk {
  readonly isStored: boolean
  readonly reset: number
  /** Of the content. */
  readonly size: number
  /** Bytes behind the head. */
  readonly packed: number
  readonly properties: number | undefined
}

/** The heads of a stream that has so many bytes of content, up to its end. Whoever takes one takes the bytes behind it before the next. */
async function* chunksOf(input: Cursor, size: number): AsyncGenerator<Chunk> {
  let left = size
  // What the next chunk must reset, at least.
  let needed: number = reset.dictionary
  for (;;) {
    const [control = 0] = await take(input, 1)
    if (control === 0) break
    const isStored = control < 0x80
    if (control > stored.plain && isStored) throw new LzmaError("a chunk of no kind")
    const given = isStored ? (control === stored.afterReset ? reset.dictionary : reset.nothing) : (control >>> 5) & 3
    if (isStored ? needed === reset.dictionary && given === reset.nothing : given < needed)
      throw new LzmaError("a chunk that does not begin anew where it must")
    const bytes = (isStored ? 0 : (control & 0x1f) << 16) + (await take(input, 2)).readUInt16BE(0) + 1
    left -= bytes
    if (left < 0) throw new LzmaError("it goes on behind its stated size")
    const packed = isStored ? bytes : (await take(input, 2)).readUInt16BE(0) + 1
    const properties = !isStored && given >= reset.properties ? (await take(input, 1))[0] : undefined
    yield { isStored, reset: given, size: bytes, packed, properties }
    // A chunk as it stands leaves the state alone: 7z goes on with it, where xz resets it.
    if (!isStored) needed = reset.nothing
    else if (given === reset.dictionary) needed = reset.properties
  }
  if (left > 0) throw new LzmaError("it ends early")
}

/** Decodes one stream of so many bytes, and leaves `input` behind its last byte. */
export async function* decodeLzma2(input: Cursor, dictionaryBytes: number, size: number): AsyncGenerator<Uint8Array> {
  const decoder = new LzmaDecoder({ literalContextBits: 0, literalPositionBits: 0, positionBits: 0, dictionaryBytes }, size)
  for await (const chunk of chunksOf(input, size)) {
    if (chunk.reset === reset.dictionary) decoder.resetDictionary()
    if (chunk.properties !== undefined) decoder.resetState(propertiesOf(chunk.properties, dictionaryBytes))
    else if (chunk.reset === reset.state) decoder.resetState()
    const bytes = await take(input, chunk.packed)
    if (chunk.isStored) decoder.store(bytes)
    else decoder.chunk(bytes, chunk.size)
    yield* decoder.take()
  }
}

/** A part of a stream that is decoded without what stands before it: bytes [start, end), counted from the begin of the stream, and how many they give. */
export interface Lzma2Run {
  readonly start: number
  readonly end: number
  readonly size: number
}

/** Shorter ones are joined: each is a piece of work for a thread. */
const runBytesMin = 1 << 20

/** Cuts a stream of so many bytes before chunks that reset the dictionary, by the heads alone, and leaves `input` behind its last byte. */
export async function* lzma2Runs(input: Cursor, size: number): AsyncGenerator<Lzma2Run> {
  const origin = input.position
  let run = { start: 0, end: 0, size: 0 }
  for await (const chunk of chunksOf(input, size)) {
    if (chunk.reset === reset.dictionary && run.size >= runBytesMin) {
      yield run
      run = { start: run.end, end: run.end, size: 0 }
    }
    for (let left = chunk.packed; left > 0; ) {
      const part = await input.some(left)
      if (part === undefined) throw new LzmaError("it ends early")
      left -= part.byteLength
    }
    run.end = input.position - origin
    run.size += chunk.size
  }
  if (run.size > 0) yield run
}

function propertiesOf(byte: number, dictionaryBytes: number): LzmaProperties {
  const properties = lzmaProperties(byte, dictionaryBytes)
  if (properties === undefined || properties.literalContextBits + properties.literalPositionBits > 4)
    throw new LzmaError("properties that no encoder writes")
  return properties
}

async function take(input: Cursor, size: number): Promise<Buffer> {
  const bytes = await input.take(size)
  if (bytes.byteLength < size) throw new LzmaError("it ends early")
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
