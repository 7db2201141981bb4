import { sevenZip } from "./7z/index.ts"
import { ar } from "./ar/index.ts"
import { asar } from "./asar/index.ts"
import { bundle } from "./bundle/index.ts"
import { bzip2 } from "./bzip2/index.ts"
import { cpio } from "./cpio/index.ts"
import { gzip } from "./gzip/index.ts"
import { lzip } from "./lzip/index.ts"
import { lzma } from "./lzma/index.ts"
import { type Indexed, type Parser, tailBytes } from "./parser.ts"
import { rpm } from "./rpm/index.ts"
import { tar } from "./tar/index.ts"
import { xz } from "./xz/xz.ts"
import { zip } from "./zip/index.ts"
import { zstd } from "./zstd/index.ts"

/** Every format, in the order in which they are tried: last the one without a magic. A new one is a folder and a line here. */
export const parsers = [
  gzip,
  xz,
  bzip2,
  zstd,
  lzip,
  ar,
  cpio,
  rpm,
  bundle,
  sevenZip,
  zip,
  asar,
  tar,
  lzma,
] as const satisfies readonly Parser[]

// A format that is known beforehand need not be detected.
export { ar, gzip, tar, zip }

/** The parser for a layer that begins with `head` (its first 512 bytes, or all of it). */
export function detectFormat(head: Uint8Array): Parser | undefined {
  return parsers.find((parser) => parser.detect(head))
}

/** The parser for a layer of no other format that ends with `tail` (its last `tailBytes`, or all of it). */
export function detectTail(tail: Uint8Array): Indexed | undefined {
  for (const parser of parsers) if (parser.kind === "indexed" && parser.detectTail(tail)) return parser
  return undefined
}

/** The parser that takes bytes for its own of which all are there. */
export const parserOf = (bytes: Uint8Array): Parser | undefined =>
  detectFormat(bytes.subarray(0, 512)) ?? detectTail(bytes.subarray(-tailBytes))
