import { Buffer } from "node:buffer"
import type { Codec } from "../parser.ts"
import { headerBytes, readHeader } from "./header.ts"
import { decodeLzmaAlone } from "./lzma.ts"

/** LZMA_Alone, the form that LZMA Utils and the first LZMA SDK wrote: a header and one stream. */
export const lzma = {
  kind: "codec",
  format: "lzma",
  suffixes: new Map([
    [".lzma", ""],
    [".tlz", ".tar"],
  ]),
  detect,
  decode: decodeLzmaAlone,
} as const satisfies Codec

/** What every encoder writes: literals in 3 bits of context, positions in 2. */
const usualProperties = 0x5d

/**
 * There is no magic: properties, a dictionary of a size that encoders use, a size that is possible, and the zero that a range coder starts with.
 * Where the properties are not the usual ones, the size must be the unknown one too, else small numbers of any table would look like a header.
 */
function detect(head: Uint8Array): boolean {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  if (bytes.byteLength <= headerBytes + 4 || bytes[headerBytes] !== 0) return false
  const { properties, dictionary, size } = readHeader(bytes)
  if (properties === undefined || !isUsualSize(dictionary)) return false
  return size === undefined || (bytes[0] === usualProperties && size > 0 && size < 2 ** 38)
}

/** 2^n or 2^n + 2^(n-1) from 4 KiB on, or the largest number. */
function isUsualSize(dictionary: number): boolean {
  const power = 2 ** Math.floor(Math.log2(dictionary))
  return dictionary >= 4096 && (dictionary === power || dictionary === power * 1.5 || dictionary === 0xffffffff)
}
