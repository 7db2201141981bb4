import { FaultError } from "./fault.ts"
import type { Limits } from "./limits.ts"

/** Random access to the bytes of a layer. The only thing a walker or an explainer is given to read from. */
export interface ByteSource {
  readonly size: number
  /** Bytes [start, end); both inside the source. */
  read(start: number, end: number): Promise<Uint8Array>
  /**
   * The same at once, where the source can: for a walk from one small header to the next. Of a file in memory, three bytes take a microsecond, and thirty by way
   * of another thread.
   */
  readNow?(start: number, end: number): Uint8Array | undefined
  /** Bytes [start, end) in chunks. */
  stream(start?: number, end?: number): AsyncIterable<Uint8Array>
}

/** Where a layer's bytes are kept while they are being produced: append, then read back. */
export interface Spill extends ByteSource {
  append(chunk: Uint8Array): Promise<void>
  /**
   * Nothing was appended yet: another process writes, and these are the bytes that it wrote, as they come. `start` gives it the file.
   * Once there are more than `bytesMax` it is stopped, and one of them is handed out.
   */
  follow(start: (fd: number) => FileWriter, bytesMax: number): AsyncIterable<Uint8Array>
}

/** Another process that writes to a file of ours. */
export interface FileWriter {
  /** Never fails: how it ended is its owner's to judge. */
  readonly ended: Promise<unknown>
  stop(): void
}

export const emptyBytes = new Uint8Array(0)

export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    read: async (start, end) => bytes.subarray(start, end),
    readNow: (start, end) => bytes.subarray(start, end),
    async *stream(start = 0, end = bytes.byteLength) {
      if (end > start) yield bytes.subarray(start, end)
    },
  }
}

/** Bytes [start, end) of `source` as a source of its own. */
export const sliceSource = (source: ByteSource, start: number, end: number): ByteSource => new Slice(source, start, end - start)

/** A class, as there is one for each entry of a release: no closures to keep. */
class Slice implements ByteSource {
  readonly size: number
  readonly #source: ByteSource
  readonly #start: number

  constructor(source: ByteSource, start: number, size: number) {
    this.size = size
    this.#source = source
    this.#start = start
  }

  read(start: number, end: number): Promise<Uint8Array> {
    return this.#source.read(this.#start + start, this.#start + end)
  }

  readNow(start: number, end: number): Uint8Array | undefined {
    return this.#source.readNow?.(this.#start + start, this.#start + end)
  }

  stream(start = 0, end = this.size): AsyncIterable<Uint8Array> {
    return this.#source.stream(this.#start + start, this.#start + end)
  }
}

/** Every stream whose length is not known passes through here. */
export async function* bounded(
  chunks: AsyncIterable<Uint8Array>,
  at: { readonly layer: string; readonly limit: keyof Limits; readonly max: number },
): AsyncGenerator<Uint8Array> {
  let seen = 0
  for await (const chunk of chunks) {
    seen += chunk.byteLength
    if (seen > at.max) throw new FaultError({ kind: "over-limit", ...at })
    yield chunk
  }
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
}

export const isAllZero = (bytes: Uint8Array): boolean => Buffer.compare(bytes, zeros.subarray(0, bytes.byteLength)) === 0 || slowZero(bytes)
const zeros = new Uint8Array(64 * 1024)
const slowZero = (bytes: Uint8Array): boolean => bytes.byteLength > zeros.byteLength && bytes.every((byte) => byte === 0)

/** Latin-1: one character a byte, so that string offsets are byte offsets. */
export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")
