import { createHash, createPublicKey, createVerify, type JsonWebKey } from "node:crypto"
import type { Key, Subkey } from "openpgp"
import type { ByteSource } from "../core/bytes.ts"
import { packetAt } from "./keyring.ts"

/*
 * A signature of version 3 (RFC 4880, 5.2.2): OpenPGP.js does not read them, and distributions sign their rpm packages with them. What is signed is the
 * bytes, the type and the time.
 *
 *   0 version, 3   1 length, 5   2 type   3 time[4]   7 key id[8]   15 algorithm of the key   16 of the hash   17 start of the hash[2]   19 bits[2], number
 */
const tagSignature = 2
const numbersAt = 19
/** RSA, and RSA for signatures alone (RFC 4880, 9.1). */
const rsa = [1, 3]
/** RFC 4880, 9.4. */
const hashes: ReadonlyMap<number, string> = new Map([
  [1, "md5"],
  [2, "sha1"],
  [8, "sha256"],
  [9, "sha384"],
  [10, "sha512"],
  [11, "sha224"],
])
const brokenHashes = ["md5", "sha1"]

export interface Version3 {
  readonly keyId: string
  readonly created: Date
  readonly hash: string
  /** Type and time, which are signed behind the bytes. */
  readonly trailer: Uint8Array
  /** What the hash must begin with. */
  readonly hashStart: Uint8Array
  readonly value: Uint8Array
}

/** The first packet, where it is of version 3, over binary data, and by RSA: what rpm's signatures of that version are. */
export function version3(bytes: Uint8Array): Version3 | undefined {
  const packet = packetAt(bytes, 0)
  if (packet?.tag !== tagSignature || packet.end - packet.body < numbersAt + 2) return undefined
  const body = Buffer.from(bytes.subarray(packet.body, packet.end))
  const hash = hashes.get(body[16] ?? 0)
  if (body[0] !== 3 || body[1] !== 5 || body[2] !== 0 || !rsa.includes(body[15] ?? 0) || hash === undefined) return undefined
  const value = body.subarray(numbersAt + 2)
  if (value.byteLength !== Math.ceil(body.readUInt16BE(numbersAt) / 8)) return undefined
  const created = new Date(body.readUInt32BE(3) * 1000)
  return { keyId: body.toString("hex", 7, 15), created, hash, trailer: body.subarray(2, 7), hashStart: body.subarray(17, numbersAt), value }
}

interface Signer {
  readonly key: Key
  /** The part of it that signed. */
  readonly own: Key | Subkey | undefined
  /** As of which it is judged. The signer states when it signed; rpm does not compare that with today, either. */
  readonly day: Date
}

/** What is wrong with it, by a key that it names; undefined: nothing. */
export async function faultOfVersion3(
  old: Version3,
  bytes: ByteSource,
  { key, own, day }: Signer,
): Promise<{ readonly kind: "bad" | "weak"; readonly why: string } | undefined> {
  const params = own?.keyPacket.publicParams ?? {}
  if (own === undefined || !("n" in params && "e" in params && params.n instanceof Uint8Array && params.e instanceof Uint8Array))
    return { kind: "bad", why: "it is by RSA, and its key is of another kind" }
  const text = (number: Uint8Array): string => Buffer.from(number).toString("base64url")
  if (!(await fits(old, bytes, { kty: "RSA", n: text(params.n), e: text(params.e) }, params.n.byteLength)))
    return { kind: "bad", why: "it does not fit the bytes" }
  if (brokenHashes.includes(old.hash)) return { kind: "weak", why: `it is made with ${old.hash}` }
  const why = await key.getSigningKey(own.getKeyID(), day).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  return why === undefined ? undefined : { kind: /revoked/i.test(why) ? "bad" : "weak", why }
}

async function fits({ hash, trailer, hashStart, value }: Version3, bytes: ByteSource, key: JsonWebKey, size: number): Promise<boolean> {
  if (value.byteLength > size) return false
  const verify = createVerify(hash)
  const digest = createHash(hash)
  for await (const chunk of bytes.stream()) {
    verify.update(chunk)
    digest.update(chunk)
  }
  verify.update(trailer)
  if (!digest.update(trailer).digest().subarray(0, 2).equals(hashStart)) return false
  try {
    return verify.verify(createPublicKey({ key, format: "jwk" }), Buffer.concat([Buffer.alloc(size - value.byteLength), value]))
  } catch {
    return false // numbers that are no key
  }
}
