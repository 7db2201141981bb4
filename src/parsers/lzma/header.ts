import type { Buffer } from "node:buffer"
import { type LzmaProperties, lzmaProperties } from "../../core/lzma.ts"

/*
 * The header (LZMA specification of the LZMA SDK, "LZMA file format"), little-endian:
 *   0 properties | 1 dictionary size[4] | 5 size of the content[8], all ones: unknown | 13 stream
 */
export const headerBytes = 13

export interface Header {
  readonly properties: LzmaProperties | undefined
  /** As stated; a decoder takes no less than 4096. */
  readonly dictionary: number
  readonly size: number | undefined
}

export function readHeader(bytes: Buffer): Header {
  const dictionary = bytes.readUInt32LE(1)
  const [low, high] = [bytes.readUInt32LE(5), bytes.readUInt32LE(9)]
  const size = low === 0xffffffff && high === 0xffffffff ? undefined : high * 2 ** 32 + low
  return { properties: lzmaProperties(bytes[0] ?? 0, dictionary), dictionary, size }
}
