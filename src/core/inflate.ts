import { createInflate, createInflateRaw, type Inflate, type InflateRaw, inflateRawSync, inflateSync, type ZstdDecompress } from "node:zlib"
import { assert } from "./assert.ts"
import type { Cursor } from "./cursor.ts"

/** The deflate data (RFC 1951) is broken or cut. Told apart from our own defects, which stay as they are. */
export class DeflateError extends Error {
  override readonly name = "DeflateError"
}

/** Deflate data by itself, or with the header and the checksum of zlib around it (RFC 1950). */
export type DeflateForm = "raw" | "zlib"

/** Bytes fed at once and given out at once: no more than two of each are held. */
const chunkBytes = 256 * 1024
/** What a stream of a few bytes is given for its output: making a quarter of a megabyte for each took longer than all else. */
export const outputBytes = (inputBytes: number): number => Math.min(chunkBytes, Math.max(4096, 4 * inputBytes))

/**
 * Inflates one deflate stream from `input`, of which no byte at `end` or behind is read, and leaves `input` exactly behind its last byte.
 * One chunk is in flight at a time, so that the bytes the inflater did not want can be given back.
 */
export function inflateMember(input: Cursor, end = Number.POSITIVE_INFINITY, form: DeflateForm = "raw"): AsyncGenerator<Uint8Array> {
  const create = form === "raw" ? createInflateRaw : createInflate
  return zlibMember(create({ chunkSize: outputBytes(end - input.position) }), input, asDeflateError, end)
}

/** The same with any decoder of zlib's; what it says against the data becomes an error of the caller's. */
export async function* zlibMember(
  decoder: Inflate | InflateRaw | ZstdDecompress,
  input: Cursor,
  asError: (error: unknown) => unknown,
  end = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  const start = input.position
  const closed = new Promise<void>((resolve) => decoder.once("close", resolve).once("end", resolve))
  // An input that breaks ends the output too.
  const fed = feed().catch((error: unknown) => {
    decoder.destroy(error instanceof Error ? error : undefined)
    return error
  })
  let last: Uint8Array | undefined

  async function feed(): Promise<void> {
    // What the decoder leaves of a chunk stands behind the end of its stream; the end itself is told later, when all output was read.
    while (decoder.bytesWritten === input.position - start && !decoder.readableEnded && !decoder.destroyed) {
      const chunk = input.position < end ? await input.some(Math.min(chunkBytes, end - input.position)) : undefined
      if (chunk === undefined) {
        decoder.end()
        return
      }
      last = chunk
      const written = new Promise<void>((resolve) => decoder.write(chunk, () => resolve()))
      await Promise.race([written, closed])
    }
  }

  try {
    yield* output(decoder, asError)
    const broken = await fed
    if (broken !== undefined) throw broken
    const left = input.position - start - decoder.bytesWritten
    if (last !== undefined && left > 0) input.putBack(last.subarray(last.byteLength - left))
  } finally {
    decoder.destroy()
    await fed
  }
}

async function* output(decoder: AsyncIterable<Uint8Array>, asError: (error: unknown) => unknown): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of decoder) yield chunk
  } catch (error) {
    throw asError(error)
  }
}

/**
 * The same for data that is held whole, with no more than `sizeMax` bytes in it; `used` of the bytes were data. For a content of a few KiB a stream takes
 * ten times as long (measured: 160 and 13 microseconds).
 */
export function inflateHeld(
  bytes: Uint8Array,
  sizeMax: number,
  form: DeflateForm = "raw",
): { readonly content: Uint8Array; readonly used: number } {
  try {
    const options = { info: true, chunkSize: Math.max(64, sizeMax + 1), maxOutputLength: Math.max(1, sizeMax) }
    const told: unknown = form === "raw" ? inflateRawSync(bytes, options) : inflateSync(bytes, options)
    assert(isTold(told), "zlib did not say how many bytes it took")
    return { content: told.buffer, used: told.engine.bytesWritten }
  } catch (error) {
    throw asDeflateError(error)
  }
}

/** What zlib's `info` gives, which its types do not know. */
function isTold(value: unknown): value is { readonly buffer: Uint8Array; readonly engine: { readonly bytesWritten: number } } {
  if (typeof value !== "object" || value === null || !("buffer" in value) || !("engine" in value)) return false
  const { buffer, engine } = value
  return buffer instanceof Uint8Array && typeof engine === "object" && engine !== null && "bytesWritten" in engine
}

function asDeflateError(error: unknown): unknown {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : ""
  if (!(error instanceof Error) || !(code.startsWith("Z_") || code === "ERR_BUFFER_TOO_LARGE")) return error
  return new DeflateError(code.startsWith("Z_") ? error.message : "more bytes than were promised", { cause: error })
}
