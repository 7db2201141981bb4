import { isUtf8 } from "node:buffer"
import { emptyBytes } from "./bytes.ts"
import { type Encoding, hasControl } from "./text.ts"

/** `encodingOf` for a stream: the same answer however the bytes are cut. */
export class EncodingScan {
  #opaque = false
  #utf8 = true
  /** The start of a UTF-8 sequence that the last chunk cut off: 1 to 3 bytes. */
  #carry: Uint8Array = emptyBytes

  update(chunk: Uint8Array): void {
    if (this.#opaque) return
    this.#opaque = hasControl(chunk)
    if (this.#opaque || !this.#utf8) return
    const bytes = this.#carry.byteLength === 0 ? chunk : Buffer.concat([this.#carry, chunk])
    const whole = bytes.byteLength - cutSequence(bytes)
    this.#carry = bytes.subarray(whole).slice()
    this.#utf8 = isUtf8(bytes.subarray(0, whole))
  }

  finish(): Encoding | undefined {
    if (this.#opaque) return undefined
    return this.#utf8 && this.#carry.byteLength === 0 ? "utf-8" : "8-bit"
  }
}

/** How many bytes at the end begin a sequence (RFC 3629, section 3) that is not complete. */
function cutSequence(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.byteLength); back += 1) {
    const byte = bytes[bytes.byteLength - back] ?? 0
    if (byte >= 0xc0) return byte >= (back < 2 ? 0xc0 : back < 3 ? 0xe0 : 0xf0) ? back : 0
    if (byte < 0x80) return 0
  }
  return 0
}
