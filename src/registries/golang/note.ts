import { createHash, createPublicKey, verify } from "node:crypto"

/** A key that signs notes (golang.org/x/mod/sumdb/note): `NAME+HASH+KEY`, of which HASH are the first 4 bytes of SHA-256(NAME, line feed, KEY). */
export interface NoteKey {
  readonly name: string
  readonly hash: string
  /** 32 bytes of Ed25519. */
  readonly key: Uint8Array
}

const ed25519 = 1

export function noteKeyOf(text: string): NoteKey | undefined {
  const [, name = "", hash = "", base64 = ""] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const bytes = Buffer.from(base64, "base64")
  const digest = createHash("sha256").update(`${name}\n`).update(bytes).digest("hex")
  return bytes.byteLength === 33 && bytes[0] === ed25519 && digest.startsWith(hash) && hash !== ""
    ? { name, hash, key: bytes.subarray(1) }
    : undefined
}

/**
 * The text of a note that this key signed, with the line feed at its end; undefined for any other. A note is a text, an empty line, and lines of
 * `\u2014 NAME BASE64`, where the base64 holds the key's hash and the signature.
 */
export function openNote(note: string, { name, hash, key }: NoteKey): string | undefined {
  const cut = note.lastIndexOf("\n\n")
  if (cut < 0) return undefined
  const text = note.slice(0, cut + 1)
  const x = Buffer.from(key).toString("base64url")
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" })
  const isSigned = note
    .slice(cut + 2)
    .split("\n", 100)
    .some((line) => {
      const [dash, signer, base64 = "", ...more] = line.split(" ")
      const bytes = Buffer.from(base64, "base64")
      if (dash !== "\u2014" || signer !== name || more.length > 0 || bytes.byteLength !== 68) return false
      return bytes.toString("hex", 0, 4) === hash && verify(null, Buffer.from(text), publicKey, bytes.subarray(4))
    })
  return isSigned ? text : undefined
}

/** A signed head of the database's tree: how many records it has, and the hash of its root. */
export function treeHeadOf(text: string): { readonly size: number; readonly root: Buffer } | undefined {
  const [, digits = "", base64 = ""] = /^go\.sum database tree\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n/.exec(text) ?? []
  const size = Number(digits)
  return base64 !== "" && Number.isSafeInteger(size) ? { size, root: Buffer.from(base64, "base64") } : undefined
}
