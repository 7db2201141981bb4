import type { Indexed } from "../parser.ts"
import { endRecordIn } from "./end.ts"
import { bytesOf, signature } from "./layout.ts"
import { walkZip } from "./zip.ts"

/** zip (APPNOTE.TXT 6.3.10): wheels, jars and all else that is one under another name. */
export const zip = {
  kind: "indexed",
  format: "zip",
  detect: (head) => startsWith(head, signature.local, bytesOf.local) || startsWith(head, signature.end, bytesOf.end),
  detectTail,
  walk: walkZip,
} as const satisfies Indexed

const startsWith = (head: Uint8Array, magic: Buffer, bytesMin: number): boolean =>
  head.byteLength >= bytesMin && magic.equals(head.subarray(0, magic.byteLength))

/** Any file can hold the signature; programs that write zip have a whole record of nothing in them. One that counts members and their bytes is taken for an archive's. */
function detectTail(tail: Uint8Array): boolean {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength)
  const at = endRecordIn(bytes)
  if (at === undefined) return false
  const count = bytes.readUInt16LE(at + 10)
  const isOne = bytes.readUInt32LE(at + 4) === 0 && bytes.readUInt16LE(at + 8) === count
  return isOne && count > 0 && bytes.readUInt32LE(at + 12) >= count * bytesOf.record
}
