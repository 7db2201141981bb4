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

/** Whether a control character stands anywhere. Four bytes at a time, as this looks at every byte of every release. */
export function hasControl(bytes: Uint8Array): boolean {
  const head = (4 - (bytes.byteOffset % 4)) % 4
  if (bytes.byteLength < head + 4) return anyControl(bytes, 0, bytes.byteLength)
  const words = (bytes.byteLength - head) >> 2
  if (anyControl(bytes, 0, head) || anyControl(bytes, head + words * 4, bytes.byteLength)) return true
  const view = new Int32Array(bytes.buffer, bytes.byteOffset + head, words)
  for (let index = 0; index < words; index += 1) {
    const word = view[index] ?? 0
    // Bit 7 of a byte is set where it is below 0x20 or is 0x7f (Warren, Hacker's Delight, "Find First 0-Byte", for other constants).
    const suspect = ((word - 0x20202020) & ~word) | ((word ^ 0x7f7f7f7f) - 0x01010101)
    if ((suspect & 0x80808080) !== 0 && anyControl(bytes, head + index * 4, head + index * 4 + 4)) return true
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

/** Lines with their terminators, one character a byte; a missing last newline therefore makes another line. */
export function linesOf(bytes: Uint8Array): readonly string[] {
  return latin1(bytes).match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** What reading one line costs: a minified line is not one line (contract, `toRead`). */
export const lineCost = (line: string): number => Math.max(1, Math.ceil(line.length / 200))
