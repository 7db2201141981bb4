import { createHash, createPrivateKey, createSign } from "node:crypto"
import type { PrivateKey } from "openpgp"

/** Signs as programs did before version 4 of OpenPGP's signatures (RFC 4880, 5.2.2), which no program of today writes. Tests only. */
export function signVersion3(
  of: Uint8Array,
  key: PrivateKey,
  given: { readonly created: Date; readonly hash?: "sha1" | "sha256" },
): Buffer {
  const { created, hash = "sha256" } = given
  const trailer = Buffer.alloc(5)
  trailer.writeUInt32BE(created.getTime() / 1000, 1)
  const value = createSign(hash).update(of).update(trailer).sign(privateKeyOf(key))
  const bits = 8 * value.byteLength - Math.clz32(value[0] ?? 0) + 24
  const start = Buffer.from([3, 5])
  const keyId = Buffer.from(key.getKeyID().toHex(), "hex")
  const algorithms = Buffer.from([1, hash === "sha1" ? 2 : 8])
  const left = createHash(hash).update(of).update(trailer).digest().subarray(0, 2)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bits)
  const number = value.subarray(value.byteLength - Math.ceil(bits / 8))
  const body = Buffer.concat([start, trailer, keyId, algorithms, left, length, number])
  const head = Buffer.from([0x89, 0, 0])
  head.writeUInt16BE(body.byteLength, 1)
  return Buffer.concat([head, body])
}

/** OpenPGP's `u` is the inverse of p by q, JWK's `qi` that of q by p: the primes change places. */
function privateKeyOf(key: PrivateKey): ReturnType<typeof createPrivateKey> {
  const { publicParams, privateParams } = { privateParams: {}, ...key.keyPacket }
  const numbers = new Map(Object.entries({ ...publicParams, ...privateParams }))
  const bytes = (name: string): Buffer => {
    const found: unknown = numbers.get(name)
    if (found instanceof Uint8Array) return Buffer.from(found)
    throw new Error(`no ${name} of RSA`)
  }
  const text = (name: string): string => bytes(name).toString("base64url")
  const [d, p, q] = ["d", "p", "q"].map((name) => BigInt(`0x${bytes(name).toString("hex")}`))
  const remainder = (prime = 0n): string => {
    const hex = ((d ?? 0n) % (prime - 1n)).toString(16)
    return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex").toString("base64url")
  }
  const jwk = {
    kty: "RSA",
    n: text("n"),
    e: text("e"),
    d: text("d"),
    p: text("q"),
    q: text("p"),
    dp: remainder(q),
    dq: remainder(p),
    qi: text("u"),
  }
  return createPrivateKey({ key: jwk, format: "jwk" })
}
