import { emptyBytes } from "./bytes.ts"

/** Probabilities are of 11 bits and move by a 32nd of what is missing. */
const probabilityBits = 11
const moveBits = 5
const half = 1 << (probabilityBits - 1)
const top = 2 ** 24

/** Bytes that a decoder begins with: a zero and the first 32 bits of the code. */
export const rangeStartBytes = 5

export const probabilities = (count: number): Uint16Array => new Uint16Array(count).fill(half)

/** The range decoder of LZMA (LZMA specification of the LZMA SDK, "Range Decoder"). Bytes beyond the input read as zeros: who reads on must look at `at` first. */
export class RangeDecoder {
  at = 0
  input: Uint8Array = emptyBytes
  code = 0
  #range = 0xffffffff

  /** Takes the first five bytes; undefined when the first is none that an encoder writes. */
  start(): boolean {
    for (let index = 0; index < rangeStartBytes; index += 1) this.code = ((this.code << 8) | (this.input[this.at + index] ?? 0)) >>> 0
    const isSound = this.input[this.at] === 0 && this.code !== 0xffffffff
    this.at += rangeStartBytes
    return isSound
  }

  bit(model: Uint16Array, index: number): 0 | 1 {
    const probability = model[index] ?? 0
    const bound = (this.#range >>> probabilityBits) * probability
    if (this.code < bound) {
      this.#range = bound
      model[index] = probability + (((1 << probabilityBits) - probability) >>> moveBits)
      if (bound < top) this.#shift()
      return 0
    }
    this.#range -= bound
    this.code -= bound
    model[index] = probability - (probability >>> moveBits)
    if (this.#range < top) this.#shift()
    return 1
  }

  /** Bits of even chance, the highest first. */
  direct(count: number): number {
    let value = 0
    for (let left = count; left > 0; left -= 1) {
      this.#range >>>= 1
      const isOne = this.code >= this.#range
      if (isOne) this.code -= this.#range
      value = value * 2 + (isOne ? 1 : 0)
      if (this.#range < top) this.#shift()
    }
    return value
  }

  /** `bits` bits, the highest first, each with a model that the bits before it choose. */
  tree(model: Uint16Array, base: number, bits: number): number {
    let node = 1
    for (let left = bits; left > 0; left -= 1) node = (node << 1) | this.bit(model, base + node)
    return node - (1 << bits)
  }

  /** The same, the lowest first. */
  reverseTree(model: Uint16Array, base: number, bits: number): number {
    let node = 1
    let value = 0
    for (let index = 0; index < bits; index += 1) {
      const bit = this.bit(model, base + node)
      node = (node << 1) | bit
      value |= bit << index
    }
    return value
  }

  #shift(): void {
    this.#range = (this.#range << 8) >>> 0
    this.code = ((this.code << 8) | (this.input[this.at] ?? 0)) >>> 0
    this.at += 1
  }
}
