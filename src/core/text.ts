import { isUtf8 } from "node:buffer"
import { latin1 } from "./bytes.ts"

/**
 * The encodings we call text. Anything else, and anything with a NUL, is opaque (contract, `opaque`).
 *   utf-8   valid UTF-8 (RFC 3629), no control characters but the usual white space, BEL, BS and ESC
 *   8-bit   the same without valid UTF-8: ISO 8859, Windows code pages, KOI8, EUC, Shift-JIS
 * UTF-16 and UTF-32 contain NULs and are opaque on purpose: no tool of a build reads them as text.
 */
export type Encoding = "utf-8" | "8-bit"

/** Control characters that no text has: all but BEL, BS, HT, LF, VT, FF, CR and ESC, and DEL. */
const isControl = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte < 0x20 && (byte < 7 || byte > 13) && byte !== 0x1b) || byte === 0x7f ? 1 : 0,
)

/** The same for each pair of bytes, so that two are looked up at once. */
const hasControlIn = Uint8Array.from({ length: 1 << 16 }, (_, pair) => (isControl[pair & 0xff] ?? 0) | (isControl[pair >> 8] ?? 0))

/** Whether a control character stands anywhere. This looks at every byte of every release: eight a turn, three times as fast as one by one. */
export function hasControl(bytes: Uint8Array): boolean {
  if (bytes.byteLength < 16) return anyControl(bytes, 0, bytes.byteLength)
  const head = bytes.byteOffset % 2 // pairs lie on even addresses
  const pairs = (bytes.byteLength - head) >> 1
  const whole = pairs - (pairs % 4)
  if (anyControl(bytes, 0, head) || anyControl(bytes, head + whole * 2, bytes.byteLength)) return true
  const view = new Uint16Array(bytes.buffer, bytes.byteOffset + head, whole)
  for (let index = 0; index < whole; index += 4) {
    const [a, b, c, d] = [view[index] ?? 0, view[index + 1] ?? 0, view[index + 2] ?? 0, view[index + 3] ?? 0]
    if (((hasControlIn[a] ?? 0) | (hasControlIn[b] ?? 0) | (hasControlIn[c] ?? 0) | (hasControlIn[d] ?? 0)) !== 0) return true
  }
  return false
}

function anyControl(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) if (isControl[bytes[index] ?? 0] === 1) return true
  return false
}

export function encodingOf(bytes: Uint8Array): Encoding | undefined {
  if (hasControl(bytes)) return undefined
  return isUtf8(bytes) ? "utf-8" : "8-bit"
}

/**
 * Whether a person and a script's interpreter read it all the same: no NUL, and next to no control characters. git shows such a file as text too (its
 * xdiff-interface.c looks for a NUL).
 */
export function isNearlyText(bytes: Uint8Array): boolean {
  let controls = 0
  for (const byte of bytes) {
    if (byte === 0) return false
    controls += isControl[byte] ?? 0
  }
  return controls * 100 <= bytes.byteLength
}

/** Lines with their terminators, one character a byte; a missing last newline therefore makes another line. */
export function linesOf(bytes: Uint8Array): readonly string[] {
  return latin1(bytes).match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** What reading one line costs: a minified line is not one line (contract, `toRead`). */
export const lineCost = (line: string): number => Math.max(1, Math.ceil(line.length / 200))
