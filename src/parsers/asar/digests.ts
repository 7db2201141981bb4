import { createHash } from "node:crypto"
import type { Integrity } from "./members.ts"

/** The digests of a content and of its blocks, computed as it goes by. */
export class Digests {
  readonly #stated: Integrity
  readonly #whole = createHash("sha256")
  #block = createHash("sha256")
  #blockBytes = 0
  #blocks = 0
  #agree = true

  constructor(stated: Integrity) {
    this.#stated = stated
  }

  /** Asked once the content has gone by. */
  get agree(): boolean {
    return this.#agree
  }

  async *through(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const part of body) {
      this.#whole.update(part)
      this.#inBlocks(part)
      yield part
    }
    // A packer ends with a block that may be empty, or leaves that one out.
    if (this.#blockBytes > 0 || this.#blocks < this.#stated.blocks.length) this.#endBlock()
    this.#agree &&= this.#whole.digest("hex") === this.#stated.hash && this.#blocks === this.#stated.blocks.length
  }

  #inBlocks(part: Uint8Array): void {
    for (let at = 0; at < part.byteLength; ) {
      const next = part.subarray(at, at + this.#stated.blockSize - this.#blockBytes)
      this.#block.update(next)
      this.#blockBytes += next.byteLength
      at += next.byteLength
      if (this.#blockBytes === this.#stated.blockSize) this.#endBlock()
    }
  }

  #endBlock(): void {
    this.#agree &&= this.#block.digest("hex") === this.#stated.blocks[this.#blocks]
    this.#block = createHash("sha256")
    this.#blockBytes = 0
    this.#blocks += 1
  }
}
