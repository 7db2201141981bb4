import { createHash } from "node:crypto"
import { latin1 } from "../core/bytes.ts"

/*
 * A keyring is a run of OpenPGP packets (RFC 9580, 4.2 and 10.1); each public key packet (tag 6) starts the next key:
 *
 *   1 byte   0b10ttttll (old form, l: length of the length) or 0b11tttttt (new form)
 *   1..5     length
 *   n        body; of a key: version, time, algorithm, numbers
 *
 * Only packets are told apart and fingerprints computed here, so that one key of a large keyring is parsed and not all.
 */

/** One transferable public key as stored. */
export interface KeyBlock {
  readonly bytes: Uint8Array
  /** Lower-case hex: the primary key's first, then those of its subkeys. */
  readonly fingerprints: readonly string[]
}

const tagKey = 6
const tagSubkey = 14
const keysMax = 10_000

/** The keys of a binary keyring. What cannot be read ends it: a cut keyring knows fewer keys, never more. */
export function keyBlocks(bytes: Uint8Array): readonly KeyBlock[] {
  const blocks: { start: number; end: number; fingerprints: string[] }[] = []
  for (let at = 0; at < bytes.byteLength && blocks.length < keysMax; ) {
    const packet = packetAt(bytes, at)
    if (packet === undefined) break
    if (packet.tag === tagKey) blocks.push({ start: at, end: packet.end, fingerprints: [] })
    const block = blocks.at(-1)
    if (block !== undefined) {
      block.end = packet.end
      const fingerprint =
        packet.tag === tagKey || packet.tag === tagSubkey ? fingerprintOf(bytes.subarray(packet.body, packet.end)) : undefined
      if (fingerprint !== undefined) block.fingerprints.push(fingerprint)
    }
    at = packet.end
  }
  return blocks.map(({ start, end, fingerprints }) => ({ bytes: bytes.subarray(start, end), fingerprints }))
}

/** The keys with this key id (the last 16 digits of a version 4 fingerprint). */
export function keysFor(
  id: string,
  keys: readonly { readonly from: string; readonly blocks: readonly KeyBlock[] }[],
): readonly { from: string; block: KeyBlock }[] {
  return keys.flatMap(({ from, blocks }) =>
    blocks.filter(({ fingerprints }) => fingerprints.some((one) => one.endsWith(id))).map((block) => ({ from, block })),
  )
}

/** OpenPGP data without its armor (RFC 9580, 6.2): all armored parts, one after the other. Binary data stays as it is. */
export function binaryOf(bytes: Uint8Array): Uint8Array {
  const text = latin1(bytes)
  if (!text.includes("-----BEGIN PGP ")) return bytes
  const parts: Buffer[] = []
  for (const armored of text.split("-----BEGIN PGP ").slice(1)) {
    const end = armored.indexOf("-----END PGP ")
    const lines = armored
      .slice(0, end < 0 ? undefined : end)
      .replaceAll("\r", "")
      .split("\n")
    const blank = lines.findIndex((line, index) => index > 0 && line.trim() === "")
    // Without headers some writers leave out the blank line; a checksum line starts with "=".
    const body = lines.slice(blank < 0 ? 1 : blank + 1).filter((line) => !line.startsWith("="))
    parts.push(Buffer.from(body.join(""), "base64"))
  }
  return Buffer.concat(parts)
}

interface Packet {
  readonly tag: number
  readonly body: number
  readonly end: number
}

/** The packet at an offset, where a whole one stands there. */
export function packetAt(bytes: Uint8Array, at: number): Packet | undefined {
  const first = bytes[at] ?? 0
  if (first < 0x80) return undefined
  const found = first >= 0xc0 ? newLength(bytes, at + 1) : oldLength(bytes, at + 1, first % 4)
  if (found === undefined) return undefined
  const end = found.body + found.length
  return end <= bytes.byteLength ? { tag: first >= 0xc0 ? first % 64 : Math.floor((first % 64) / 4), body: found.body, end } : undefined
}

function oldLength(bytes: Uint8Array, at: number, kind: number): { body: number; length: number } | undefined {
  if (kind === 3) return undefined // of unknown length: not for keys
  const size = 2 ** kind
  return at + size <= bytes.byteLength ? { body: at + size, length: numberAt(bytes, at, size) } : undefined
}

function newLength(bytes: Uint8Array, at: number): { body: number; length: number } | undefined {
  const first = bytes[at]
  if (first === undefined) return undefined
  if (first < 192) return { body: at + 1, length: first }
  if (first < 224) return { body: at + 2, length: (first - 192) * 256 + (bytes[at + 1] ?? 0) + 192 }
  return first === 255 && at + 5 <= bytes.byteLength ? { body: at + 5, length: numberAt(bytes, at + 1, 4) } : undefined
}

function numberAt(bytes: Uint8Array, at: number, size: number): number {
  let value = 0
  for (let index = 0; index < size; index += 1) value = value * 256 + (bytes[at + index] ?? 0)
  return value
}

/** RFC 9580, 5.5.4: version 4 only; its key id is what signatures of that version name. */
function fingerprintOf(body: Uint8Array): string | undefined {
  if (body[0] !== 4 || body.byteLength > 0xffff) return undefined
  return createHash("sha1")
    .update(Buffer.from([0x99, Math.floor(body.byteLength / 256), body.byteLength % 256]))
    .update(body)
    .digest("hex")
}
