import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib"
import { FaultError } from "../core/fault.ts"

/** Texts of one family are coded against one of so many before them. */
const window = 16
/** Numbers of one family after decoding: more is damage, not a family. */
const numbersMax = 64 * 2 ** 20
const bytesMax = 256 * 2 ** 20

export function damaged(what: string): FaultError {
  return new FaultError({ kind: "malformed", layer: what, offset: 0, expected: "an index of known origins as Everybyte writes it" })
}

/** Unsigned LEB128 up to 2^53, and the zigzag of signed numbers. */
export class VarintWriter {
  #bytes = new Uint8Array(1024)
  #size = 0

  put(value: number): void {
    if (this.#size + 10 > this.#bytes.byteLength) {
      const larger = new Uint8Array(this.#bytes.byteLength * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    let left = value
    for (; left >= 128; left = Math.floor(left / 128)) {
      this.#bytes[this.#size] = (left % 128) + 128
      this.#size += 1
    }
    this.#bytes[this.#size] = left
    this.#size += 1
  }

  putSigned(value: number): void {
    this.put(value < 0 ? -value * 2 - 1 : value * 2)
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#size)
  }
}

export class VarintReader {
  readonly #bytes: Uint8Array
  readonly #what: string
  #at = 0

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes
    this.#what = what
  }

  get done(): boolean {
    return this.#at >= this.#bytes.byteLength
  }

  get position(): number {
    return this.#at
  }

  seek(position: number): void {
    this.#at = position
  }

  /** A number below `max`. */
  take(max: number): number {
    let value = 0
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) break
      this.#at += 1
      value += (byte & 127) * factor
      if (byte >= 128) continue
      if (value >= max) break
      return value
    }
    throw damaged(this.#what)
  }

  takeSigned(max: number): number {
    const coded = this.take(2 * max)
    return coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2
  }
}

/** Sequences of line numbers as differences from one another. Brotli, as its output does not depend on the processor as zlib's does. */
export function encodeSequences(sequences: readonly Int32Array[]): Uint8Array {
  const out = new VarintWriter()
  out.put(sequences.length)
  for (const [index, sequence] of sequences.entries()) {
    const bases = sequences.slice(Math.max(0, index - window), index).reverse()
    const back = nearestBase(bases, sequence)
    out.put(back)
    out.put(sequence.length)
    encodeOne(back === 0 ? new Int32Array(0) : (bases[back - 1] ?? new Int32Array(0)), sequence, out)
  }
  const plain = out.finish()
  return brotliCompressSync(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 9,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.byteLength,
    },
  })
}

/** How many steps back the base stands that shares most numbers; 0: none shares any. */
function nearestBase(bases: readonly Int32Array[], sequence: Int32Array): number {
  const own = new Set(sequence)
  let best = 0
  let most = 0
  for (const [index, base] of bases.entries()) {
    let shared = 0
    for (const number of base) if (own.has(number)) shared += 1
    const score = shared - Math.abs(base.length - sequence.length) / 4
    if (shared > 0 && (best === 0 || score > most)) {
      best = index + 1
      most = score
    }
  }
  return best
}

/** Runs in turn: numbers written out (each as the step from the one before), then a copy from the base (as the step from where the last ended). */
function encodeOne(base: Int32Array, sequence: Int32Array, out: VarintWriter): void {
  const places = new Map<number, number>()
  for (let at = base.length - 1; at >= 0; at -= 1) places.set(base[at] ?? -1, at)
  let expected = 0
  let last = 0
  for (let at = 0; at < sequence.length; ) {
    const start = at
    let from = placeAt(places, base, sequence[at] ?? -1, expected)
    while (at < sequence.length && from === undefined) {
      at += 1
      from = at < sequence.length ? placeAt(places, base, sequence[at] ?? -1, expected) : undefined
    }
    out.put(at - start)
    for (let index = start; index < at; index += 1) {
      out.putSigned((sequence[index] ?? 0) - last)
      last = sequence[index] ?? 0
    }
    if (from === undefined) return
    let size = 1
    while (at + size < sequence.length && from + size < base.length && sequence[at + size] === base[from + size]) size += 1
    out.putSigned(from - expected)
    out.put(size)
    expected = from + size
    at += size
    last = sequence[at - 1] ?? 0
  }
}

/** Where the base has the number: where the last copy ended, rather than at its first place; nearby, past what was replaced. */
function placeAt(places: ReadonlyMap<number, number>, base: Int32Array, number: number, expected: number): number | undefined {
  const first = places.get(number)
  if (first === undefined) return undefined
  for (let at = expected; at < Math.min(base.length, expected + 64); at += 1) if (base[at] === number) return at
  return first
}

/**
 * Calls `each` with every sequence of at most `sizeMax` numbers in turn; what it is given stays as it is. Longer ones are made only where another is
 * coded against them: of a thousand editions a few lines are asked of the few short ones. Throws a FaultError for what no encoder wrote.
 */
export function decodeSequences(
  bytes: Uint8Array,
  { numbers, sizeMax = numbersMax }: { readonly numbers: number; readonly sizeMax?: number },
  each: (sequence: Int32Array, index: number) => void,
): void {
  const what = "an index of known origins"
  const reader = new VarintReader(inflated(bytes, what), what)
  const count = reader.take(numbersMax)
  const recent: Coded[] = []
  let total = 0
  for (let index = 0; index < count; index += 1) {
    const back = reader.take(window + 1)
    const base = back === 0 ? undefined : recent[recent.length - back]
    const size = reader.take(numbersMax)
    total += size
    if ((back > 0 && base === undefined) || total > numbersMax) throw damaged(what)
    const coded: Coded = { at: reader.position, size, base, made: undefined }
    recent.push(coded)
    if (recent.length > window) recent.shift()
    if (size <= sizeMax) each(made(coded, { reader, numbers, what }), index)
    else passOver(coded, reader, what)
  }
  if (!reader.done) throw damaged(what)
}

/** A sequence, and where it is written. */
interface Coded {
  readonly at: number
  readonly size: number
  /** Let go of once it is made: it would hold all before it. */
  base: Coded | undefined
  made: Int32Array | undefined
}

/** Leaves the reader behind the sequence. */
function made(coded: Coded, from: { reader: VarintReader; numbers: number; what: string }): Int32Array {
  const missing: Coded[] = []
  for (let one: Coded | undefined = coded; one !== undefined && one.made === undefined; one = one.base) missing.push(one)
  let sequence = missing.at(-1)?.base?.made ?? new Int32Array(0)
  for (const one of missing.reverse()) {
    from.reader.seek(one.at)
    sequence = one.made = decodeOne(sequence, one.size, from)
    one.base = undefined
  }
  return sequence
}

function passOver({ size, base }: Coded, reader: VarintReader, what: string): void {
  for (let at = 0; at < size; ) {
    const literals = reader.take(size - at + 1)
    for (let left = literals; left > 0; left -= 1) reader.take(2 ** 53)
    at += literals
    if (at === size) break
    reader.takeSigned((base?.size ?? 0) + 1)
    const length = reader.take(size - at + 1)
    if (length === 0) throw damaged(what)
    at += length
  }
}

function decodeOne(base: Int32Array, size: number, from: { reader: VarintReader; numbers: number; what: string }): Int32Array {
  const { reader, numbers, what } = from
  const sequence = new Int32Array(size)
  let expected = 0
  let last = 0
  for (let at = 0; at < size; ) {
    const literals = reader.take(size - at + 1)
    for (const end = at + literals; at < end; at += 1) {
      last += reader.takeSigned(numbers + 1)
      if (last < 0 || last >= numbers) throw damaged(what)
      sequence[at] = last
    }
    if (at === size) break
    const start = expected + reader.takeSigned(base.length + 1)
    const length = reader.take(size - at + 1)
    if (length === 0 || start < 0 || start + length > base.length) throw damaged(what)
    sequence.set(base.subarray(start, start + length), at)
    at += length
    expected = start + length
    last = sequence[at - 1] ?? 0
  }
  return sequence
}

function inflated(bytes: Uint8Array, what: string): Uint8Array {
  try {
    return brotliDecompressSync(bytes, { maxOutputLength: bytesMax })
  } catch {
    throw damaged(what) // zlib says by throwing that it is no such stream
  }
}
