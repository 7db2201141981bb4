import { emptyBytes } from "../../core/bytes.ts"

/** A body of one chunk. Generators around each of a hundred thousand small files take longer than all else. */
export class HeldBody implements AsyncIterableIterator<Uint8Array, undefined> {
  #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isWhole(): boolean {
    return this.#bytes.byteLength === 0
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const value = this.#bytes
    this.#bytes = emptyBytes
    return value.byteLength === 0 ? { done: true, value: undefined } : { done: false, value }
  }
}
