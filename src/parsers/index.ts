import { ar } from "./ar/index.ts"
import { gzip } from "./gzip/index.ts"
import type { Parser } from "./parser.ts"
import { tar } from "./tar/index.ts"
import { xz } from "./xz/xz.ts"

/** Every format, in the order in which they are tried. A new one is a folder and a line here. */
export const parsers = [gzip, xz, ar, tar] as const satisfies readonly Parser[]

// A format that is known beforehand need not be detected.
export { ar, tar }

/** The parser for a layer that begins with `head` (its first 512 bytes, or all of it). */
export function detectFormat(head: Uint8Array): Parser | undefined {
  return parsers.find((parser) => parser.detect(head))
}
