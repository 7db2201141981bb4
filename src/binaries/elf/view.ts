import { latin1 } from "../../core/bytes.ts"

/** Numbers of an ELF file in its class and byte order (gABI, "Data Representation"). Whoever reads has asked `has` before; what lies outside reads as zero. */
export class View {
  readonly bytes: Uint8Array
  readonly is64: boolean
  readonly isLittle: boolean
  /** Names may lie over each other: together they may be longer than the file, but not without end. */
  stringBytesLeft = 2 ** 30
  readonly #view: DataView

  constructor(bytes: Uint8Array, { is64, isLittle }: { readonly is64: boolean; readonly isLittle: boolean }) {
    this.bytes = bytes
    this.is64 = is64
    this.isLittle = isLittle
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get size(): number {
    return this.bytes.byteLength
  }

  get wordBytes(): number {
    return this.is64 ? 8 : 4
  }

  has(at: number, size: number): boolean {
    return at >= 0 && size >= 0 && at + size <= this.size
  }

  u8(at: number): number {
    return this.bytes[at] ?? 0
  }

  u16(at: number): number {
    return this.has(at, 2) ? this.#view.getUint16(at, this.isLittle) : 0
  }

  u32(at: number): number {
    return this.has(at, 4) ? this.#view.getUint32(at, this.isLittle) : 0
  }

  /** A 64-bit number. Beyond 2^53 it is not exact: nothing in a file lies there, and addresses there are told as an anomaly. */
  u64(at: number): number {
    const [high, low] = this.isLittle ? [at + 4, at] : [at, at + 4]
    return this.u32(high) * 2 ** 32 + this.u32(low)
  }

  /** Of the size of an address. */
  word(at: number): number {
    return this.is64 ? this.u64(at) : this.u32(at)
  }

  /** The same with a sign. */
  signed(at: number): number {
    if (!this.has(at, this.wordBytes)) return 0
    return this.is64 ? Number(this.#view.getBigInt64(at, this.isLittle)) : this.#view.getInt32(at, this.isLittle)
  }

  /** Up to a zero byte before `end`; undefined: there is none within `max` bytes, or too many were read. */
  string(at: number, end: number, max: number): string | undefined {
    if (at < 0 || at >= end || end > this.size || this.stringBytesLeft < 0) return undefined
    const zero = this.bytes.subarray(at, Math.min(end, at + max + 1)).indexOf(0)
    this.stringBytesLeft -= zero < 0 ? max : zero
    return zero < 0 ? undefined : latin1(this.bytes.subarray(at, at + zero))
  }
}
