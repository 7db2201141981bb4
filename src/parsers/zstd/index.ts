import { Buffer } from "node:buffer"
import type { Codec } from "../parser.ts"
import { skippableMagic, zstdMagic } from "./frame.ts"
import { decodeZstd } from "./zstd.ts"

/** Zstandard (RFC 8878), frames one after another and skippable frames included. */
export const zstd = {
  kind: "codec",
  format: "zstd",
  suffixes: new Map([
    [".zst", ""],
    [".zstd", ""],
    [".tzst", ".tar"],
  ]),
  detect,
  decode: decodeZstd,
} as const satisfies Codec

/** Skippable frames alone could be LZ4's as well (section 3.1.2): a frame of ours must follow. */
function detect(head: Uint8Array): boolean {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  for (let at = 0; at + 8 <= bytes.byteLength; at += 8 + bytes.readUInt32LE(at + 4)) {
    const magic = bytes.readUInt32LE(at)
    if (magic === zstdMagic) return true
    if (!skippableMagic(magic)) return false
  }
  return false
}
