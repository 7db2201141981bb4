import { isUtf8 } from "node:buffer"
import { latin1 } from "./bytes.ts"

/**
 * The encodings we call text. Anything else, and anything with a NUL, is opaque (contract, `opaque`).
 *   utf-8   valid UTF-8 (RFC 3629), no control characters but the usual white space, BEL, BS and ESC
 *   8-bit   the same without valid UTF-8: ISO 8859, Windows code pages, KOI8, EUC, Shift-JIS
 * UTF-16 and UTF-32 contain NULs and are opaque on purpose: no tool of a build reads them as text.
 */
export type Encoding = "utf-8" | "8-bit"

const control = /[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]/

export const hasControl = (bytes: Uint8Array): boolean => control.test(latin1(bytes))

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
