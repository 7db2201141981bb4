import { Buffer } from "node:buffer"
import { emptyBytes } from "./bytes.ts"

const magic = Buffer.from("LZIP")
const sizeBytes = 8
/** What may be the begin of a cut. */
const heldBytes = sizeBytes + magic.byteLength - 1

export interface LzipCut {
  readonly first: AsyncIterable<Uint8Array>
  /** To be asked for once the first was read. */
  readonly rest: AsyncIterable<Uint8Array>
  /** Whether the first, once it was read, states its own size at its end (lzip manual, "File format"). */
  isSound(): boolean
  hasRest(): boolean
  close(): Promise<unknown>
}

/**
 * Cuts members one after another behind the first: where the next one's magic stands behind the size of all bytes before it. The end of a member states it too,
 * so that no cut comes behind its end; and a cut before it leaves a stream that no decoder takes.
 */
export function cutLzip(chunks: AsyncIterable<Uint8Array>): LzipCut {
  const source = chunks[Symbol.asyncIterator]()
  let left: Uint8Array = emptyBytes
  let isSound = false
  const states = (bytes: Buffer, at: number, position: number): boolean =>
    at >= sizeBytes && Number(bytes.readBigUInt64LE(at - sizeBytes)) === position

  async function* first(): AsyncGenerator<Uint8Array> {
    let position = 0 // of the first byte that is held
    let held = Buffer.alloc(0)
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      const bytes = Buffer.concat([held, next.value])
      for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
        if (!states(bytes, at, position + at)) continue
        left = bytes.subarray(at)
        isSound = true
        yield bytes.subarray(0, at)
        return
      }
      const done = Math.max(0, bytes.byteLength - heldBytes)
      position += done
      held = bytes.subarray(done)
      if (done > 0) yield bytes.subarray(0, done)
    }
    isSound = states(held, held.byteLength, position + held.byteLength)
    if (held.byteLength > 0) yield held
  }

  async function* rest(): AsyncGenerator<Uint8Array> {
    if (left.byteLength > 0) yield left
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value
  }
  return {
    first: first(),
    rest: rest(),
    isSound: () => isSound,
    hasRest: () => left.byteLength > 0,
    close: async () => source.return?.(),
  }
}
