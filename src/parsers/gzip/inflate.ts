import { createInflateRaw } from "node:zlib"
import type { Cursor } from "../../core/cursor.ts"

/** The deflate data (RFC 1951) is broken or cut. Told apart from our own defects, which stay as they are. */
export class DeflateError extends Error {
  override readonly name = "DeflateError"
}

/** Bytes fed at once and given out at once: no more than two of each are held. */
const chunkBytes = 256 * 1024

/**
 * Inflates one deflate stream from `input`, and leaves `input` exactly behind its last byte.
 * One chunk is in flight at a time, so that the bytes the inflater did not want can be given back.
 */
export async function* inflateMember(input: Cursor): AsyncGenerator<Uint8Array> {
  const start = input.position
  const inflate = createInflateRaw({ chunkSize: chunkBytes })
  const closed = new Promise<void>((resolve) => inflate.once("close", resolve).once("end", resolve))
  const fed = feed()
  let last: Uint8Array | undefined

  async function feed(): Promise<void> {
    // What the inflater leaves of a chunk stands behind the end of its stream; the end itself is told later, when all output was read.
    while (inflate.bytesWritten === input.position - start && !inflate.readableEnded && !inflate.destroyed) {
      const chunk = await input.some(chunkBytes)
      if (chunk === undefined) {
        inflate.end()
        return
      }
      last = chunk
      const written = new Promise<void>((resolve) => inflate.write(chunk, () => resolve()))
      await Promise.race([written, closed])
    }
  }

  try {
    yield* inflated(inflate)
    await fed
    const left = input.position - start - inflate.bytesWritten
    if (last !== undefined && left > 0) input.putBack(last.subarray(last.byteLength - left))
  } finally {
    inflate.destroy()
    await fed.catch(() => undefined)
  }
}

async function* inflated(inflate: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of inflate) yield chunk
  } catch (error) {
    if (error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("Z_"))
      throw new DeflateError(error.message, { cause: error })
    throw error
  }
}
