import { emptyBytes } from "./bytes.ts"
import type { Cursor } from "./cursor.ts"
import { probabilities, RangeDecoder, rangeStartBytes } from "./range-decoder.ts"

/*
 * LZMA (LZMA specification of the LZMA SDK). Slower than liblzma, and there for what no program tells: behind which byte a stream ends, as no field of it says so.
 */

/** The data are broken or cut. Told apart from our own defects, which stay as they are. */
export class LzmaError extends Error {
  override readonly name = "LzmaError"
}

export interface LzmaProperties {
  readonly literalContextBits: number
  readonly literalPositionBits: number
  readonly positionBits: number
  readonly dictionaryBytes: number
}

/** The byte of properties that stands before a stream: (pb * 5 + lp) * 9 + lc; undefined for one that no encoder writes. */
export function lzmaProperties(byte: number, dictionaryBytes: number): LzmaProperties | undefined {
  if (byte >= 9 * 5 * 5) return undefined
  const rest = Math.floor(byte / 9)
  return { literalContextBits: byte % 9, literalPositionBits: rest % 5, positionBits: Math.floor(rest / 5), dictionaryBytes }
}

/** More than one symbol takes of the input (20 bytes). */
const symbolBytesMax = 32
const outputBytes = 1 << 18
const dictionaryBytesMin = 4096
const windowBytesFirst = 1 << 16

/**
 * Decodes one stream from `input` and leaves it exactly behind its last byte. `size`: of the content, where it is stated; then an end marker may stand behind it.
 * Without one, the marker ends the stream.
 */
export async function* decodeLzma(input: Cursor, properties: LzmaProperties, size?: number): AsyncGenerator<Uint8Array> {
  const decoder = new LzmaDecoder(properties, size)
  let held: Uint8Array = emptyBytes
  for (;;) {
    const next = await input.some(1 << 18)
    const bytes = next === undefined ? held : held.byteLength === 0 ? next : Buffer.concat([held, next])
    let used = 0
    for (;;) {
      used += decoder.run(bytes.subarray(used), next === undefined)
      const chunks = decoder.take()
      yield* chunks
      if (chunks.length === 0) break
    }
    held = bytes.subarray(used)
    if (decoder.hasEnded) break
  }
  input.putBack(held)
}

// Where each model begins in the one array of them.
const lengthModels = { choice: 0, low: 2, middle: 2 + 128, high: 2 + 256, count: 2 + 512 }
const models = { match: 0, rep: 192, rep0: 204, rep1: 216, rep2: 228, rep0Long: 240, slot: 432, special: 688, align: 816 }
const matchLength = 832
const repLength = matchLength + lengthModels.count
const literals = repLength + lengthModels.count
const endMarker = 0xffffffff

const modelsOf = ({ literalContextBits, literalPositionBits }: LzmaProperties): Uint16Array =>
  probabilities(literals + (0x300 << (literalContextBits + literalPositionBits)))

/** For one stream of LZMA, or for one of LZMA2 chunk by chunk. */
export class LzmaDecoder {
  hasEnded = false
  #range = new RangeDecoder()
  #models: Uint16Array
  #properties: LzmaProperties
  #size: number
  readonly #sizeIsKnown: boolean
  /** Grows with what is decoded up to the size of the dictionary, and is written over from then on. */
  #window: Uint8Array
  readonly #windowMax: number
  #at = 0
  #flushed = 0
  #total = 0
  #state = 0
  /** Distances used last, the last one first. */
  readonly #reps = new Uint32Array(4)
  #hasStarted = false
  #output: Uint8Array[] = []
  #outputBytes = 0

  constructor(properties: LzmaProperties, size: number | undefined) {
    this.#properties = properties
    this.#sizeIsKnown = size !== undefined
    this.#size = size ?? Number.MAX_SAFE_INTEGER
    this.#windowMax = Math.max(1, Math.min(this.#size, Math.max(dictionaryBytesMin, properties.dictionaryBytes)))
    this.#window = new Uint8Array(Math.min(this.#windowMax, windowBytesFirst))
    this.#models = modelsOf(properties)
  }

  /** Matches cannot reach back behind here, and positions count from here. */
  resetDictionary(): void {
    this.#total = 0
  }

  resetState(properties: LzmaProperties = this.#properties): void {
    this.#properties = properties
    this.#models = modelsOf(properties)
    this.#state = 0
    this.#reps.fill(0)
  }

  /** Bytes that stand as they are. */
  store(bytes: Uint8Array): void {
    for (const byte of bytes) this.#put(byte)
  }

  /** A chunk of LZMA2, whole: it gives so many bytes, and takes all of `input`. */
  chunk(input: Uint8Array, size: number): void {
    const range = new RangeDecoder()
    this.#range = range
    range.input = input
    this.#start()
    this.#size = this.#total + size
    while (this.#total < this.#size && range.at <= input.byteLength) this.#symbol(false)
    if (range.at !== input.byteLength || range.code !== 0) throw new LzmaError("a chunk does not end where it says")
  }

  /** Decodes as far as the input and the room for output go; gives back how many bytes it took. */
  run(input: Uint8Array, isLast: boolean): number {
    const range = this.#range
    range.input = input
    range.at = 0
    const end = isLast ? input.byteLength : input.byteLength - symbolBytesMax
    if (!this.#hasStarted && (isLast || end >= rangeStartBytes)) this.#start()
    while (this.#hasStarted && !this.hasEnded && (isLast || range.at <= end) && this.#outputBytes < outputBytes) {
      this.#step()
      if (range.at > input.byteLength) throw new LzmaError("it ends early")
    }
    range.input = emptyBytes
    return range.at
  }

  take(): readonly Uint8Array[] {
    this.#flush()
    const taken = this.#output
    this.#output = []
    this.#outputBytes = 0
    return taken
  }

  #start(): void {
    if (!this.#range.start()) throw new LzmaError("its first bytes are none of a range coder")
    this.#hasStarted = true
  }

  #step(): void {
    const isWhole = this.#total === this.#size
    if (isWhole && this.#range.code === 0) this.hasEnded = true
    else this.#symbol(isWhole)
  }

  #symbol(isWhole: boolean): void {
    const range = this.#range
    const model = this.#models
    const state = this.#state
    const place = (state << 4) + (this.#total & ((1 << this.#properties.positionBits) - 1))
    if (range.bit(model, models.match + place) === 0) {
      if (isWhole) throw new LzmaError("it goes on behind its stated size")
      this.#literal()
    } else if (range.bit(model, models.rep + state) === 0) this.#match(place & 15, isWhole)
    else this.#repeated(place, isWhole)
  }

  #repeated(place: number, isWhole: boolean): void {
    const range = this.#range
    const model = this.#models
    const state = this.#state
    if (isWhole || this.#total === 0) throw new LzmaError("a repeated match where none can be")
    if (range.bit(model, models.rep0 + state) === 0) {
      if (range.bit(model, models.rep0Long + place) === 0) {
        this.#state = state < 7 ? 9 : 11
        this.#copy(1)
        return
      }
    } else this.#reuse(range.bit(model, models.rep1 + state) === 0 ? 1 : 2 + range.bit(model, models.rep2 + state))
    const length = this.#length(repLength, place & 15)
    this.#state = state < 7 ? 8 : 11
    this.#copy(length)
  }

  /** A distance becomes the first, in the place of the one that goes. */
  #reuse(index: number, distance = this.#reps[index] ?? 0): void {
    this.#reps.copyWithin(1, 0, index)
    this.#reps[0] = distance
  }

  #literal(): void {
    const { literalContextBits, literalPositionBits } = this.#properties
    const range = this.#range
    const model = this.#models
    const before = this.#total === 0 ? 0 : this.#byteAt(0)
    const context = ((this.#total & ((1 << literalPositionBits) - 1)) << literalContextBits) + (before >>> (8 - literalContextBits))
    const base = literals + 0x300 * context
    let symbol = 1
    if (this.#state >= 7) {
      let matched = this.#byteAt(this.#reps[0] ?? 0)
      while (symbol < 0x100) {
        const expected = (matched >>> 7) & 1
        matched <<= 1
        const bit = range.bit(model, base + ((1 + expected) << 8) + symbol)
        symbol = (symbol << 1) | bit
        if (bit !== expected) break
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(model, base + symbol)
    this.#put(symbol & 0xff)
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6
  }

  #match(positionState: number, isWhole: boolean): void {
    const length = this.#length(matchLength, positionState)
    const distance = this.#distance(length)
    if (distance === endMarker) {
      if (this.#range.code !== 0 || (this.#sizeIsKnown && !isWhole)) throw new LzmaError("an end marker where none can be")
      this.hasEnded = true
      return
    }
    if (isWhole) throw new LzmaError("it goes on behind its stated size")
    this.#reuse(3, distance)
    this.#state = this.#state < 7 ? 7 : 10
    this.#copy(length)
  }

  #length(base: number, positionState: number): number {
    const range = this.#range
    const model = this.#models
    if (range.bit(model, base + lengthModels.choice) === 0) return 2 + range.tree(model, base + lengthModels.low + (positionState << 3), 3)
    if (range.bit(model, base + lengthModels.choice + 1) === 0)
      return 10 + range.tree(model, base + lengthModels.middle + (positionState << 3), 3)
    return 18 + range.tree(model, base + lengthModels.high, 8)
  }

  #distance(length: number): number {
    const range = this.#range
    const model = this.#models
    const slot = range.tree(model, models.slot + (Math.min(length - 2, 3) << 6), 6)
    if (slot < 4) return slot
    const bits = (slot >>> 1) - 1
    const high = (2 | (slot & 1)) * 2 ** bits
    if (slot < 14) return high + range.reverseTree(model, models.special + high - slot, bits)
    return high + range.direct(bits - 4) * 16 + range.reverseTree(model, models.align, 4)
  }

  #copy(length: number): void {
    const distance = this.#reps[0] ?? 0
    if (distance >= Math.min(this.#total, this.#windowMax)) throw new LzmaError("a match from before its begin")
    if (length > this.#size - this.#total) throw new LzmaError("a match beyond its stated size")
    for (let left = length; left > 0; left -= 1) this.#put(this.#byteAt(distance))
  }

  /** The byte that stands so far before the last one. */
  #byteAt(distance: number): number {
    const at = this.#at - 1 - distance
    return this.#window[at < 0 ? at + this.#window.byteLength : at] ?? 0
  }

  #put(byte: number): void {
    if (this.#at === this.#window.byteLength) this.#turn()
    this.#window[this.#at] = byte
    this.#at += 1
    this.#total += 1
    this.#outputBytes += 1
  }

  #turn(): void {
    const before = this.#window
    if (before.byteLength < this.#windowMax) {
      this.#window = new Uint8Array(Math.min(this.#windowMax, before.byteLength * 4))
      this.#window.set(before)
    } else {
      this.#flush()
      this.#at = this.#flushed = 0
    }
  }

  #flush(): void {
    if (this.#at > this.#flushed) this.#output.push(this.#window.slice(this.#flushed, this.#at))
    this.#flushed = this.#at
  }
}
