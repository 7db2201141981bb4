import { latin1 } from "../../core/bytes.ts"
import type { Cursor } from "../../core/cursor.ts"
import { numberField } from "./field.ts"

/** `size` bytes that are stored, and stand at `start` of the restored file. */
export interface Segment {
  readonly start: number
  readonly size: number
}

export interface Descriptors {
  readonly segments: readonly Segment[]
  /** Behind the last descriptor in use. */
  readonly readTo: number
  /** No descriptor is left over: the map may go on in an extension block. */
  readonly full: boolean
}

/** Old-GNU descriptors, offset[12] and numbytes[12] each; the first whose numbytes is empty ends the map (GNU tar sparse.c, oldgnu_add_sparse). */
export function descriptors(block: Uint8Array, from: number, count: number): Descriptors | undefined {
  const segments: Segment[] = []
  for (let at = from; at < from + count * 24; at += 24) {
    if (block[at + 12] === 0) return { segments, readTo: at, full: false }
    const start = numberField(block, at, 12).value
    const size = numberField(block, at + 12, 12).value
    if (start === undefined || size === undefined) return undefined
    segments.push({ start, size })
  }
  return { segments, readTo: from + count * 24, full: true }
}

/** What is wrong with a sparse map, or undefined. `stored` is the number of content bytes in the archive. */
export function mapFlaw(segments: readonly Segment[], realSize: number, stored: number): string | undefined {
  let end = 0
  let sum = 0
  for (const { start, size } of segments) {
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(size) || size < 0) return "a sparse map of sizes"
    if (start < end) return "a sparse map in order and without overlap"
    end = start + size
    sum += size
  }
  if (end > realSize) return "a sparse map inside the real size of the file"
  if (sum !== stored) return `a sparse map of the ${stored} stored bytes`
  return undefined
}

const decimal = /^(?:0|[1-9][0-9]{0,15})$/

/** A decimal number as pax writes it, or undefined. */
export function decimalOf(text: string): number | undefined {
  const value = decimal.test(text) ? Number(text) : undefined
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined
}

/** offset, size, offset, size ... */
export function pairs(numbers: readonly (number | undefined)[]): readonly Segment[] | undefined {
  if (numbers.length % 2 !== 0) return undefined
  const segments: Segment[] = []
  for (let at = 0; at < numbers.length; at += 2) {
    const start = numbers[at]
    const size = numbers[at + 1]
    if (start === undefined || size === undefined) return undefined
    segments.push({ start, size })
  }
  return segments
}

export interface StoredMap {
  readonly segments: readonly Segment[]
  /** Bytes of the map itself, without the zeros up to the end of its last block. */
  readonly bytes: number
  /** The blocks it was read from. */
  readonly blocks: Uint8Array
}

/** The map of pax sparse format 1.0: lines of decimal numbers before the content, padded to a block (GNU tar manual, "PAX Format, Version 1.0"). */
export async function storedMap(input: Cursor, bytesMax: number): Promise<StoredMap | "too-long" | undefined> {
  const blocks: Uint8Array[] = []
  let lines = 0
  let wanted = 1
  while (lines < wanted) {
    if ((blocks.length + 1) * 512 > bytesMax) return "too-long"
    const block = await input.take(512)
    if (block.byteLength < 512) return undefined
    blocks.push(block)
    lines += latin1(block).split("\n").length - 1
    if (blocks.length > 1) continue
    // The number of segments stands in the first line, which is shorter than a block.
    const count = decimalOf(latin1(block).split("\n", 1)[0] ?? "")
    if (count === undefined) return undefined
    wanted = 1 + 2 * count
  }
  return parseMap(Buffer.concat(blocks), wanted)
}

function parseMap(blocks: Uint8Array, lines: number): StoredMap | undefined {
  const numbers = latin1(blocks).split("\n", lines)
  const segments = pairs(numbers.slice(1).map(decimalOf))
  const bytes = numbers.reduce((sum, line) => sum + line.length + 1, 0)
  return segments === undefined ? undefined : { segments, bytes, blocks }
}

const hole = new Uint8Array(256 * 1024)

/** `size` zeros. */
export function* zeros(size: number): Generator<Uint8Array> {
  for (let left = size; left > 0; left -= hole.byteLength) yield left < hole.byteLength ? hole.subarray(0, left) : hole
}
