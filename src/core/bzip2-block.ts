/*
 * A block of bzip2 (1.0.8, decompress.c), all numbers with the highest bit first, behind its magic and CRC:
 *   randomised 1 | begin of the transform 24 | which bytes occur 16 + 16 * 0-16 | tables 3 | selectors 15, each unary | tables | symbols
 */

/** The data are broken or cut; or randomised, which only bzip2 before 0.9.5 wrote and we do not undo. */
export class Bzip2Error extends Error {
  override readonly name = "Bzip2Error"
}

/** More than any encoder writes of one block: 900,000 symbols of 20 bits, and the tables. */
export const blockBytesMax = 4 << 20

/** Bits that are looked at together. */
const lookBitsMax = 24
const groupSymbols = 50
const codeBitsMax = 20
/** As the program has it: what runs longer is no block's. */
const runMax = 2 * 1024 * 1024

export function demand(holds: boolean, expected: string): asserts holds {
  if (!holds) throw new Bzip2Error(`expected ${expected}`)
}

/** Bits, the highest first. Beyond the end they are zeros: who reads must ask for `position` before it believes them. */
export class BitReader {
  readonly #bytes: Uint8Array
  #at = 0
  #value = 0
  #count = 0

  constructor(bytes: Uint8Array, skipBits: number) {
    this.#bytes = bytes
    this.read(skipBits)
  }

  /** Whether what was read, or looked at for it, lies beyond the end. */
  get isBeyond(): boolean {
    return this.position + lookBitsMax > this.#bytes.byteLength * 8
  }

  get position(): number {
    return this.#at * 8 - this.#count
  }

  /** At most 24 bits. */
  read(bits: number): number {
    const value = this.peek(bits)
    this.skip(bits)
    return value
  }

  peek(bits: number): number {
    while (this.#count < bits) {
      this.#value = (this.#value << 8) | (this.#bytes[this.#at] ?? 0)
      this.#at += 1
      this.#count += 8
    }
    return (this.#value >>> (this.#count - bits)) & ((1 << bits) - 1)
  }

  skip(bits: number): void {
    this.#count -= bits
  }
}

/** A code whose lengths are known (canonical Huffman): for each length the first code that is longer, moved up to 20 bits. */
interface Code {
  readonly shortest: number
  readonly limits: readonly number[]
  /** What to take from a code of each length for its place among the symbols. */
  readonly offsets: readonly number[]
  readonly symbols: readonly number[]
}

/** For the bytes of one block after the other: it grows with what comes, up to what the stream allows. */
export class Room {
  readonly sizeMax: number
  #bytes = new Uint32Array(1 << 10)

  constructor(sizeMax: number) {
    this.sizeMax = sizeMax
  }

  /** With what it has already, and room for `size`. */
  upTo(size: number): Uint32Array {
    if (size <= this.#bytes.length) return this.#bytes
    const grown = new Uint32Array(Math.min(this.sizeMax, Math.max(size, 2 * this.#bytes.length)))
    grown.set(this.#bytes)
    this.#bytes = grown
    return grown
  }
}

/** The bytes of the block before the transform, and where it begins. */
export interface Transformed {
  /** In the lowest 8 bits of each. */
  readonly bytes: Uint32Array
  readonly size: number
  readonly begin: number
}

export function readBlock(bits: BitReader, room: Room): Transformed {
  if (bits.read(1) === 1) throw new Bzip2Error("a randomised block, as bzip2 before 0.9.5 wrote them")
  const begin = bits.read(24)
  const used = usedBytes(bits)
  const tables = bits.read(3)
  demand(used.length > 0 && tables >= 2 && tables <= 6, "bytes that occur, and two to six tables")
  const selectors = readSelectors(bits, tables)
  const codes = Array.from({ length: tables }, () => readCode(bits, used.length + 2))
  const size = readSymbols(bits, { used, selectors, codes }, room)
  demand(begin < size, "a transform that begins inside its block")
  return { bytes: room.upTo(size), size, begin }
}

function usedBytes(bits: BitReader): number[] {
  const rows = bits.read(16)
  const used: number[] = []
  for (let row = 0; row < 16; row += 1) {
    if (((rows >>> (15 - row)) & 1) === 0) continue
    const columns = bits.read(16)
    for (let column = 0; column < 16; column += 1) if (((columns >>> (15 - column)) & 1) === 1) used.push(row * 16 + column)
  }
  return used
}

/** Which table each fifty symbols use: as a place in the list of those used last. */
function readSelectors(bits: BitReader, tables: number): Uint8Array {
  const selectors = new Uint8Array(bits.read(15))
  const recent = Uint8Array.from({ length: tables }, (_, index) => index)
  for (let index = 0; index < selectors.length; index += 1) {
    let place = 0
    while (bits.read(1) === 1) {
      place += 1
      demand(place < tables, "a selector of a table that is there")
    }
    selectors[index] = moveToFront(recent, place)
  }
  return selectors
}

function moveToFront(recent: Uint8Array, place: number): number {
  const value = recent[place] ?? 0
  for (let index = place; index > 0; index -= 1) recent[index] = recent[index - 1] ?? 0 // copyWithin takes ten times as long
  recent[0] = value
  return value
}

/** Lengths of a code, each told by its difference from the one before. */
function readCode(bits: BitReader, symbols: number): Code {
  const lengths: number[] = []
  let length = bits.read(5)
  for (let changes = 0; lengths.length < symbols; ) {
    demand(length >= 1 && length <= codeBitsMax && changes <= 1 << 16, "code lengths of 1 to 20 bits")
    if (bits.read(1) === 0) lengths.push(length)
    else length += bits.read(1) === 0 ? 1 : -1
    changes += 1
  }
  const limits: number[] = []
  const offsets: number[] = []
  let code = 0
  let before = 0
  for (let bitsOf = 0; bitsOf <= codeBitsMax; bitsOf += 1) {
    const count = lengths.filter((one) => one === bitsOf).length
    offsets.push(code - before)
    code += count
    before += count
    limits.push(code * 2 ** (codeBitsMax - bitsOf))
    code *= 2
  }
  const symbolsOf = lengths.map((_, symbol) => symbol).sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b)
  return { shortest: Math.min(...lengths), limits, offsets, symbols: symbolsOf }
}

interface Coding {
  readonly used: readonly number[]
  readonly selectors: Uint8Array
  readonly codes: readonly Code[]
}

/** Undoes the Huffman code, the runs and the moving to the front. Returns how many bytes came out. */
function readSymbols(bits: BitReader, { used, selectors, codes }: Coding, room: Room): number {
  const recent = Uint8Array.from(used)
  const end = used.length + 1
  let bytes = room.upTo(0)
  let size = 0
  let run = 0
  let weight = 1
  for (let index = 0; ; index += 1) {
    // Zeros beyond the end are symbols too, as many as fit the block.
    if (index % groupSymbols === 0) demand(!bits.isBeyond, "a whole block")
    const code = codes[selectors[Math.floor(index / groupSymbols)] ?? codes.length]
    demand(code !== undefined, "a selector for all symbols")
    const symbol = readSymbol(bits, code)
    if (symbol <= 1) {
      run += weight * (symbol + 1)
      weight *= 2
      demand(run < runMax, "a run that fits its block")
      continue
    }
    demand(size + run <= room.sizeMax, "a run that fits its block")
    if (size + run >= bytes.length) bytes = room.upTo(Math.min(size + run + 1, room.sizeMax))
    bytes.fill(recent[0] ?? 0, size, size + run)
    size += run
    run = 0
    weight = 1
    if (symbol === end) return size
    demand(size < room.sizeMax, "no more bytes than its stream allows a block")
    bytes[size] = moveToFront(recent, symbol - 1)
    size += 1
  }
}

function readSymbol(bits: BitReader, { shortest, limits, offsets, symbols }: Code): number {
  const next = bits.peek(codeBitsMax)
  let length = shortest
  while (next >= (limits[length] ?? Number.POSITIVE_INFINITY)) length += 1
  demand(length <= codeBitsMax, "a symbol of its code")
  bits.skip(length)
  const symbol = symbols[(next >>> (codeBitsMax - length)) - (offsets[length] ?? 0)]
  demand(symbol !== undefined, "a symbol of its code")
  return symbol
}
