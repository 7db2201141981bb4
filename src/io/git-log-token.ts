import { createHash, type Hash } from "node:crypto"

/** Bytes of one token: a path, a name, a subject, the parents of one commit. Git itself would take a subject of any length. */
export const tokenBytesMax = 1 << 20

/** What a text that was cut ends with; no id of an object looks like it. */
export const cutEnd = (size: number, hash: Hash): string => `... (${size} bytes, sha256:${hash.digest("hex")})`

/**
 * A token of which the end is still to come. Beyond the maximum its beginning is kept and its whole is hashed: a path or a name that is cut
 * is never another one.
 */
export class HeldToken {
  size = 0
  readonly #parts: Buffer[] = []
  #hash: Hash | undefined

  add(part: Buffer): void {
    if (part.byteLength === 0) return
    const room = tokenBytesMax - this.size
    this.size += part.byteLength
    if (room < part.byteLength && this.#hash === undefined) {
      const hash = createHash("sha256")
      for (const before of this.#parts) hash.update(before)
      this.#hash = hash
    }
    this.#hash?.update(part)
    // A copy: the chunk is let go.
    if (room > 0) this.#parts.push(Buffer.from(part.subarray(0, room)))
  }

  bytes(): Buffer {
    const end = this.#hash === undefined ? "" : cutEnd(this.size, this.#hash)
    return Buffer.concat([...this.#parts, Buffer.from(end)])
  }
}
