import type { Odd, Scribe } from "../scribe.ts"

/** Ids of properties (7zFormat.txt, "Property IDs"). */
export const id = {
  end: 0x00,
  header: 0x01,
  archiveProperties: 0x02,
  additionalStreams: 0x03,
  mainStreams: 0x04,
  files: 0x05,
  packInfo: 0x06,
  unpackInfo: 0x07,
  substreams: 0x08,
  size: 0x09,
  crc: 0x0a,
  folder: 0x0b,
  codersUnpackSize: 0x0c,
  numUnpackStream: 0x0d,
  emptyStream: 0x0e,
  emptyFile: 0x0f,
  anti: 0x10,
  names: 0x11,
  creationTime: 0x12,
  accessTime: 0x13,
  modifiedTime: 0x14,
  attributes: 0x15,
  encodedHeader: 0x17,
  startPosition: 0x18,
  dummy: 0x19,
} as const

/** Where the bytes of a header are from: they stand in the layer at `at`, or were decoded from what stands there. */
export interface Origin {
  readonly at: number
  readonly isDecoded: boolean
}

/** Reads the fields of a header in order; whatever does not hold is a fault at its place. */
export class Fields {
  at = 0
  readonly odds: Odd[] = []
  readonly scribe: Scribe
  readonly #bytes: Buffer
  readonly #origin: Origin

  constructor(bytes: Buffer, origin: Origin, scribe: Scribe) {
    this.#bytes = bytes
    this.#origin = origin
    this.scribe = scribe
  }

  get left(): number {
    return this.#bytes.byteLength - this.at
  }

  take(size: number, what: string): Buffer {
    if (size > this.left) throw this.malformed(`${what}; the header ends here`)
    this.at += size
    return this.#bytes.subarray(this.at - size, this.at)
  }

  byte(what: string): number {
    const byte = this.#bytes[this.at]
    if (byte === undefined) throw this.malformed(`${what}; the header ends here`)
    this.at += 1
    return byte
  }

  /** Four bytes, the low one first. */
  word(what: string): number {
    if (this.left < 4) throw this.malformed(`${what}; the header ends here`)
    this.at += 4
    return this.#bytes.readUInt32LE(this.at - 4)
  }

  /** The leading ones of the first byte count the bytes behind it, low ones first; its other bits are the highest of the number (7zFormat.txt, "REAL_UINT64"). */
  number(what: string): number {
    const start = this.at
    const first = this.byte(what)
    if (first < 0x80) return first
    let value = 0
    let more = 0
    for (; more < 8 && (first & (0x80 >>> more)) !== 0; more += 1) value += this.byte(what) * 2 ** (8 * more)
    if (more < 8) value += (first & ((0x80 >>> more) - 1)) * 2 ** (8 * more)
    if (!Number.isSafeInteger(value)) throw this.malformed(`${what} below 2^53`)
    if (value < 2 ** (7 * more)) this.odd(start, "7z-number", `${what} in more bytes than it needs, which 7z never writes`)
    return value
  }

  /** A number of things that are kept. */
  count(limit: "entriesMax" | "sevenZipCodersMax", what: string): number {
    const value = this.number(what)
    if (value > this.scribe.options.limits[limit]) throw this.scribe.overLimit(limit)
    return value
  }

  /** Called for each property of a list. */
  boundProperties(count: number): void {
    if (count > this.scribe.options.limits.sevenZipPropertiesMax) throw this.scribe.overLimit("sevenZipPropertiesMax")
  }

  expect(wanted: number, what: string): void {
    if (this.number(what) !== wanted) throw this.malformed(what)
  }

  /** One bit for each of so many things, the highest first, and zeros to fill the last byte. */
  bits(size: number, what: string): readonly boolean[] {
    const start = this.at
    const bytes = this.take(Math.ceil(size / 8), what)
    const last = bytes.at(-1) ?? 0
    if (size % 8 !== 0 && (last & (0xff >>> (size % 8))) !== 0)
      this.odd(start + bytes.byteLength - 1, "padding", `bits behind ${what} are not zero`)
    const bits: boolean[] = []
    for (let at = 0; at < size; at += 1) bits.push(((bytes[at >>> 3] ?? 0) & (0x80 >>> (at & 7))) !== 0)
    return bits
  }

  /** Bits as above, left out where all are set. */
  defined(size: number, what: string): readonly boolean[] {
    const all = this.byte(what)
    return all === 0 ? this.bits(size, what) : new Array<boolean>(size).fill(true)
  }

  digests(size: number): readonly (number | undefined)[] {
    return this.defined(size, "which digests there are").map((is) => (is ? this.word("a CRC-32") : undefined))
  }

  /** Data may stand in an additional stream instead; no writer does that. */
  notExternal(what: string): void {
    if (this.byte(what) !== 0) throw this.malformed(`${what} in the header, not in a stream of its own`)
  }

  /** From `start` up to here stands what nothing reads. Of a decoded header there is no place in the layer to point at. */
  odd(start: number, kind: string, why: string): void {
    const { at, isDecoded } = this.#origin
    if (isDecoded) this.scribe.review(kind, `${why} (byte ${start} of the decoded header)`, at)
    else this.odds.push({ start: at + start, end: at + this.at, kind, why })
  }

  review(kind: string, message: string): void {
    const { at, isDecoded } = this.#origin
    this.scribe.review(kind, message, isDecoded ? at : at + this.at)
  }

  malformed(expected: string): Error {
    const { at, isDecoded } = this.#origin
    return isDecoded
      ? this.scribe.malformed(at, `${expected} (at byte ${this.at} of the decoded header)`)
      : this.scribe.malformed(at + this.at, expected)
  }
}
