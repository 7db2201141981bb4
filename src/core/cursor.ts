import { emptyBytes } from "./bytes.ts"

/** Reads a stream of chunks as a sequence of bytes, with a position and the chance to give bytes back. */
export class Cursor {
  /** Bytes handed out so far. */
  position = 0
  #chunk: Uint8Array = emptyBytes
  #ended = false
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #pass: ((size: number) => number) | undefined

  /** `pass`: leaves out the next bytes of the stream without reading them, at most so many, and tells how many there were. */
  constructor(chunks: AsyncIterable<Uint8Array>, pass?: (size: number) => number) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#pass = pass
  }

  /** Exactly `size` bytes, or fewer when the stream ends first. */
  async take(size: number): Promise<Uint8Array> {
    if (this.#chunk.byteLength >= size) return this.#cut(size)
    const parts: Uint8Array[] = []
    let have = 0
    while (have < size) {
      const part = await this.some(size - have)
      if (part === undefined) break
      parts.push(part)
      have += part.byteLength
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
  }

  /** The same where all of them are there already: no promise for each small part of a chunk. */
  held(size: number): Uint8Array | undefined {
    return this.#chunk.byteLength >= size ? this.#cut(size) : undefined
  }

  /** At least one and at most `max` bytes as they come; undefined at the end. */
  async some(max: number): Promise<Uint8Array | undefined> {
    while (this.#chunk.byteLength === 0) {
      if (this.#ended) return undefined
      const next = await this.#chunks.next()
      if (next.done === true) this.#ended = true
      else this.#chunk = next.value
    }
    return this.#cut(Math.min(max, this.#chunk.byteLength))
  }

  /** Moves on by `size` bytes, or to the end of the stream; tells by how many. */
  async skip(size: number): Promise<number> {
    let left = size - this.#cut(Math.min(size, this.#chunk.byteLength)).byteLength
    if (this.#pass !== undefined && left > 0) {
      const passed = this.#pass(left)
      this.position += passed
      return size - left + passed
    }
    while (left > 0) {
      const part = await this.some(left)
      if (part === undefined) break
      left -= part.byteLength
    }
    return size - left
  }

  /** Gives back the last bytes handed out; the next read starts with them. */
  putBack(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return
    this.#chunk = this.#chunk.byteLength === 0 ? bytes : joined(bytes, this.#chunk)
    this.position -= bytes.byteLength
  }

  /** The next bytes, at most `size`, without moving. */
  async peek(size: number): Promise<Uint8Array> {
    const bytes = await this.take(size)
    this.putBack(bytes)
    return bytes
  }

  #cut(size: number): Uint8Array {
    const cut = this.#chunk.subarray(0, size)
    this.#chunk = this.#chunk.subarray(size)
    this.position += size
    return cut
  }
}

/** One view over both where they lie side by side, as what was just cut off does. */
function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = first
  if (buffer !== second.buffer || byteOffset + byteLength !== second.byteOffset) return Buffer.concat([first, second])
  return new Uint8Array(buffer, byteOffset, byteLength + second.byteLength)
}
