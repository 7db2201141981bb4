/** A half-open run of bytes inside a block. */
export interface Run {
  readonly start: number
  readonly end: number
  /** What is wrong with it, where that is not that nothing reads it. */
  readonly why?: string
}

export interface NumberField {
  /** Undefined when no reader could agree on a number. */
  readonly value: number | undefined
  /** The first byte of the field that does not take part in the number. */
  readonly readTo: number
}

const space = 0x20

/** An octal number, blank (zero) or base-256 (GNU and star, for what octal cannot hold; the first byte is 0x80 or 0xff). */
export function numberField(block: Uint8Array, start: number, size: number): NumberField {
  const end = start + size
  if ((block[start] ?? 0) >= 0x80) {
    const value = base256(block.subarray(start, end))
    return { value, readTo: value === undefined ? start : end }
  }
  let at = start
  while (at < end && block[at] === space) at += 1
  const first = at
  let value = 0
  for (; at < end; at += 1) {
    const digit = (block[at] ?? 0) - 0x30
    if (digit < 0 || digit > 7) break
    value = value * 8 + digit
  }
  const stopped = at === end ? 0 : block[at]
  if (stopped === 0 || stopped === space) return { value, readTo: at }
  return { value: undefined, readTo: first }
}

/** Two's complement, big endian, the top bit of the first byte a marker only. */
function base256(field: Uint8Array): number | undefined {
  const first = field[0] ?? 0
  if (first !== 0x80 && first !== 0xff) return undefined
  let value = first === 0xff ? -1n : 0n
  for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte)
  return value === BigInt.asIntN(53, value) ? Number(value) : undefined
}

/** Bytes [start, end) up to the first NUL. */
export function stringField(block: Uint8Array, start: number, size: number): Uint8Array {
  return block.subarray(start, start + stringLength(block, start, size))
}

function stringLength(block: Uint8Array, start: number, size: number): number {
  let length = 0
  while (length < size && block[start + length] !== 0) length += 1
  return length
}

/** From the first to the last byte of [start, end) that is not `blank`; undefined when all are. */
function unreadRun(block: Uint8Array, start: number, end: number, blank: number): Run | undefined {
  let first = start
  while (first < end && (block[first] === 0 || block[first] === blank)) first += 1
  if (first === end) return undefined
  let last = end
  while (block[last - 1] === 0 || block[last - 1] === blank) last -= 1
  return { start: first, end: last }
}

/** Spaces, then NULs; or a NUL and a space, as behind a checksum. Any other mixture of the two could spell something. */
function isTerminator(block: Uint8Array, start: number, end: number): boolean {
  if (end - start === 2 && block[start] === 0 && block[start + 1] === space) return true
  let at = start
  while (at < end && block[at] === space) at += 1
  while (at < end && block[at] === 0) at += 1
  return at === end
}

/** Gathers the bytes of a block that carry something and that nothing reads. Fields are told in the order of the block. */
export class Unread {
  readonly runs: Run[] = []
  readonly #block: Uint8Array

  constructor(block: Uint8Array) {
    this.#block = block
  }

  area(start: number, end: number): void {
    this.#add(unreadRun(this.#block, start, end, 0))
  }

  string(start: number, size: number): void {
    this.#add(unreadRun(this.#block, start + stringLength(this.#block, start, size), start + size, 0))
  }

  number(field: NumberField, end: number): void {
    const run = unreadRun(this.#block, field.readTo, end, space)
    if (run === undefined && !isTerminator(this.#block, field.readTo, end)) this.#add({ start: field.readTo, end })
    else this.#add(run)
  }

  /** A string that must be of a certain form, and what stands behind its NUL. */
  form(start: number, size: number, { holds, why }: { holds: (text: Uint8Array) => boolean; why: string }): void {
    const text = stringField(this.#block, start, size)
    if (!holds(text)) this.#add({ start, end: start + text.byteLength, why })
    this.string(start, size)
  }

  #add(run: Run | undefined): void {
    if (run !== undefined) this.runs.push(run)
  }
}
