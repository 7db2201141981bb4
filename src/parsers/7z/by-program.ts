import { crc32 } from "node:zlib"
import type { ByteSource } from "../../core/bytes.ts"
import type { Cursor } from "../../core/cursor.ts"
import { FaultError } from "../../core/fault.ts"
import { decodeLzma, LzmaError, type LzmaProperties } from "../../core/lzma.ts"
import type { ByProgram } from "../parser.ts"
import { xzAround } from "./xz-around.ts"

/** A packed stream, the cursor at its begin that is to be left behind its end, and what may decode it faster. */
export interface Encoded {
  readonly packed: ByteSource
  readonly input: Cursor
  readonly byProgram: ByProgram | undefined
}

/** Packed bytes that are worth the start of a program (5 ms): our own decoder takes ten times as long, and the first of it longer still (measured: 115 KB, 60 ms). */
const programBytesMin = 1 << 16

/** A stream of LZMA2 that gives so many bytes, by a program; undefined where it is not worth one or there is none. */
export function lzma2ByProgram(
  { packed, input, byProgram }: Encoded,
  dictionary: number,
  size: number,
): AsyncIterable<Uint8Array> | undefined {
  if (packed.size < programBytesMin) return undefined
  const chunks = byProgram?.("xz", xzAround(packed, input, dictionary, size))
  return chunks === undefined ? undefined : saidOfLzma(chunks)
}

/**
 * The same of LZMA: `header`, the properties as 7z has them, is how an .lzma file begins. xz takes no more than four bits of context there, and dictionaries of few sizes.
 */
export function lzmaByProgram(
  encoded: Encoded,
  header: Uint8Array,
  size: number,
  properties: LzmaProperties,
): AsyncIterable<Uint8Array> | undefined {
  if (encoded.packed.size < programBytesMin || properties.literalContextBits + properties.literalPositionBits > 4) return undefined
  const dictionary = dictionaryForXz(properties.dictionaryBytes, size)
  if (dictionary === undefined) return undefined
  const file = Buffer.from(header)
  file.writeUInt32LE(dictionary, 1)
  const chunks = encoded.byProgram?.("lzma", lzmaFile(file, size, encoded.packed))
  return chunks === undefined ? undefined : upToItsEnd(saidOfLzma(chunks), encoded.input, { size, properties })
}

/** No decoder has a smaller one (LZMA specification, "dictionary size"). */
const dictionaryBytesMin = 4096

/**
 * A dictionary of a size that xz takes in an .lzma file, 2^n or 2^n + 2^(n - 1) bytes, with which it decodes the same; undefined where there is none. One that all of the content fits in is as
 * good as any larger one: 7z makes it as large as the content, rounded up to a MiB.
 */
function dictionaryForXz(stated: number, size: number): number | undefined {
  const wanted = Math.max(stated, dictionaryBytesMin)
  const power = 2 ** Math.ceil(Math.log2(wanted))
  const bytes = wanted <= 0.75 * power ? 0.75 * power : power
  return bytes === wanted || size <= wanted ? bytes : undefined
}

/** LZMA specification of the LZMA SDK, "LZMA file format". */
async function* lzmaFile(header: Uint8Array, size: number, packed: ByteSource): AsyncGenerator<Uint8Array> {
  const stated = Buffer.alloc(8)
  stated.writeBigUInt64LE(BigInt(size))
  yield Buffer.concat([header, stated])
  yield* packed.stream()
}

/** The program takes a stream only if nothing stands behind it. One that it gave all of and refuses is decoded again by our own decoder, which knows the last byte. */
async function* upToItsEnd(
  chunks: AsyncIterable<Uint8Array>,
  input: Cursor,
  { size, properties }: { readonly size: number; readonly properties: LzmaProperties },
): AsyncGenerator<Uint8Array> {
  let [given, crc] = [0, 0]
  try {
    for await (const chunk of chunks) {
      given += chunk.byteLength
      crc = crc32(chunk, crc)
      yield chunk
    }
    while ((await input.some(1 << 20)) !== undefined);
  } catch (error) {
    if (!(error instanceof LzmaError) || given !== size) throw error
    let again = 0
    for await (const chunk of decodeLzma(input, properties, size)) again = crc32(chunk, again)
    if (again !== crc) throw new LzmaError("two decoders do not agree")
  }
}

/** What the program says against the file that was made of the stream is said of the stream. */
async function* saidOfLzma(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    throw error instanceof FaultError && error.fault.kind === "malformed" ? new LzmaError(`as a file: ${error.fault.expected}`) : error
  }
}
