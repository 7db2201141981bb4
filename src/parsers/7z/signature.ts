import { crc32 } from "node:zlib"
import type { ByteSource } from "../../core/bytes.ts"
import type { Odd, Scribe } from "../scribe.ts"

/*
 * Little-endian (7zFormat.txt, "SignatureHeader"):
 *   0 signature[6] | 6 major version, minor version | 8 CRC of the next 20 bytes[4] | 12 offset of the header, counted from byte 32[8] | 20 its size[8] | 28 its CRC[4]
 */
export const signature = "7z\xbc\xaf\x27\x1c"
export const signatureBytes = 32

export interface SignatureHeader {
  /** Where the header stands, in the layer; of no bytes in an archive of no files. */
  readonly start: number
  readonly end: number
  readonly crc: number
  /** What of the signature header itself is odd. */
  readonly odds: readonly Odd[]
}

export async function readSignature(source: ByteSource, scribe: Scribe): Promise<SignatureHeader> {
  const bytes = Buffer.from(await source.read(0, Math.min(signatureBytes, source.size)))
  if (bytes.byteLength < signatureBytes) throw scribe.malformed(bytes.byteLength, "a signature header of 32 bytes")
  if (bytes.toString("latin1", 0, 6) !== signature) throw scribe.malformed(0, "the signature of 7z")
  if (bytes[6] !== 0) throw scribe.malformed(6, "7z of major version 0")
  if (bytes.readUInt32LE(8) !== crc32(bytes.subarray(12)))
    throw scribe.malformed(8, "the CRC-32 of the start header (one of an archive that was never finished is all zeros)")
  const [offset, size] = [Number(bytes.readBigUInt64LE(12)), Number(bytes.readBigUInt64LE(20))]
  const start = signatureBytes + offset
  if (start + size > source.size)
    throw scribe.malformed(12, `a header inside the layer, not at ${start}..${start + size}: it is cut, or the first volume of several`)
  if (size > scribe.options.limits.sevenZipHeaderBytesMax) throw scribe.overLimit("sevenZipHeaderBytesMax")
  const version = bytes[7] ?? 0
  const odds =
    version >= 2 && version <= 4
      ? []
      : [{ start: 7, end: 8, kind: "7z-version", why: `minor version ${version}, which 7z does not look at` }]
  return { start, end: start + size, crc: bytes.readUInt32LE(28), odds }
}
