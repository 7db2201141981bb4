import { createHash, createPublicKey, type JsonWebKey, type KeyObject, verify } from "node:crypto"

/** A signature as `ssh-keygen -Y sign` makes it. */
export interface SshSignature {
  /** RFC 4253, section 6.6. */
  readonly key: Buffer
  readonly namespace: Buffer
  readonly reserved: Buffer
  readonly hash: Buffer
  /** The same. */
  readonly signature: Buffer
}

/** `unknown`: of an algorithm that is not read here, such as a security key's or a certificate's; `weak`: it fits, by an RSA key that is too short. */
export type SshVerdict = "valid" | "bad" | "weak" | "unknown" | "unreadable"

const magic = Buffer.from("SSHSIG")
const fieldsMax = 8

/** RFC 4251, section 5: strings, and numbers in the form of strings, one after another to the end: `uint32 length, bytes`. */
export function sshFields(bytes: Buffer): readonly Buffer[] | undefined {
  const fields: Buffer[] = []
  for (let at = 0; at < bytes.byteLength; ) {
    if (at + 4 > bytes.byteLength || fields.length === fieldsMax) return undefined
    const start = at + 4
    at = start + bytes.readUInt32BE(at)
    if (at > bytes.byteLength) return undefined
    fields.push(bytes.subarray(start, at))
  }
  return fields
}

/**
 * OpenSSH's PROTOCOL.sshsig, section 3, in armor (section 2):
 *
 *     "SSHSIG" | uint32 1 | public key | namespace | reserved | hash algorithm | signature
 */
export function readSshSignature(armored: Uint8Array): SshSignature | undefined {
  const text = Buffer.from(armored.buffer, armored.byteOffset, armored.byteLength).toString("latin1")
  const body = /^-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]+)\n-----END SSH SIGNATURE-----\s*$/.exec(text)?.[1]
  const blob = Buffer.from(body ?? "", "base64")
  const start = magic.byteLength + 4
  if (!blob.subarray(0, magic.byteLength).equals(magic) || blob.byteLength < start || blob.readUInt32BE(magic.byteLength) !== 1)
    return undefined
  const fields = sshFields(blob.subarray(start))
  const [key, namespace, reserved, hash, signature, ...more] = fields ?? []
  if (key === undefined || namespace === undefined || reserved === undefined || hash === undefined) return undefined
  return signature === undefined || more.length > 0 ? undefined : { key, namespace, reserved, hash, signature }
}

interface Algorithm {
  /** Of the key, RFC 4253, section 6.6. */
  readonly key: string
  /** Undefined: Ed25519, which has its own. */
  readonly hash: string | undefined
}

/** RFC 8709; RFC 8332, RSA with SHA-1 is not taken (PROTOCOL.sshsig, section 4); RFC 5656, section 6.2.1. */
const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  ["ssh-ed25519", { key: "ssh-ed25519", hash: undefined }],
  ["rsa-sha2-256", { key: "ssh-rsa", hash: "sha256" }],
  ["rsa-sha2-512", { key: "ssh-rsa", hash: "sha512" }],
  ["ecdsa-sha2-nistp256", { key: "ecdsa-sha2-nistp256", hash: "sha256" }],
  ["ecdsa-sha2-nistp384", { key: "ecdsa-sha2-nistp384", hash: "sha384" }],
  ["ecdsa-sha2-nistp521", { key: "ecdsa-sha2-nistp521", hash: "sha512" }],
])

const rsaBitsMin = 2048

/** Whether the signature's own key signed the bytes, in the namespace that is asked for (PROTOCOL.sshsig, section 4). */
export function verifySsh(payload: Uint8Array, asked: string, { key, namespace, reserved, hash, signature }: SshSignature): SshVerdict {
  const [name, blob, ...more] = sshFields(signature) ?? []
  const keyFields = sshFields(key)
  if (name === undefined || blob === undefined || more.length > 0 || keyFields === undefined) return "unreadable"
  const algorithm = algorithms.get(name.toString("latin1"))
  const digest = ["sha256", "sha512"].find((one) => one === hash.toString("latin1"))
  if (algorithm === undefined || digest === undefined) return "unknown"
  const type = keyFields[0]?.toString("latin1")
  if (type !== algorithm.key || !namespace.equals(Buffer.from(asked))) return "bad"
  const publicKey = keyOf(keyFields)
  if (publicKey === undefined) return "unreadable"
  const signed = Buffer.concat([magic, ...[namespace, reserved, hash, createHash(digest).update(payload).digest()].flatMap(fieldOf)])
  if (!isBy(publicKey, algorithm, signed, blob)) return "bad"
  return (publicKey.asymmetricKeyDetails?.modulusLength ?? rsaBitsMin) < rsaBitsMin ? "weak" : "valid"
}

export function fieldOf(bytes: Uint8Array): readonly Buffer[] {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.byteLength)
  return [length, Buffer.from(bytes)]
}

function isBy(key: KeyObject, { hash }: Algorithm, signed: Buffer, signature: Buffer): boolean {
  if (key.asymmetricKeyType === "ed25519") return signature.byteLength === 64 && verify(null, signed, key, signature)
  if (key.asymmetricKeyType === "rsa") {
    const size = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
    const whole = padded(signature, size)
    return whole !== undefined && verify(hash, signed, key, whole)
  }
  // RFC 5656, section 3.1.2: r and s.
  const [r, s, ...more] = sshFields(signature) ?? []
  const size = sizes.get(key.asymmetricKeyDetails?.namedCurve ?? "")
  if (r === undefined || s === undefined || more.length > 0 || size === undefined) return false
  const [left, right] = [padded(unsigned(r), size), padded(unsigned(s), size)]
  if (left === undefined || right === undefined) return false
  return verify(hash, signed, { key, dsaEncoding: "ieee-p1363" }, Buffer.concat([left, right]))
}

const sizes: ReadonlyMap<string, number> = new Map([
  ["prime256v1", 32],
  ["secp384r1", 48],
  ["secp521r1", 66],
])

/** Numbers have a zero before a first bit that is set (RFC 4251, section 5). */
const unsigned = (number: Buffer): Buffer => number.subarray(number.findIndex((byte) => byte !== 0))

const padded = (number: Buffer, size: number): Buffer | undefined =>
  number.byteLength > size ? undefined : Buffer.concat([Buffer.alloc(size - number.byteLength), number])

/** RFC 8709, section 4; RFC 4253, section 6.6; RFC 5656, section 3.1. Undefined: there is no such key. */
function keyOf([type, ...parts]: readonly Buffer[]): KeyObject | undefined {
  const jwk = jwkOf(type?.toString("latin1") ?? "", parts)
  if (jwk === undefined) return undefined
  try {
    return createPublicKey({ key: jwk, format: "jwk" })
  } catch {
    return undefined
  }
}

function jwkOf(type: string, [one, two, ...more]: readonly Buffer[]): JsonWebKey | undefined {
  if (one === undefined || more.length > 0) return undefined
  if (type === "ssh-ed25519") return two === undefined ? { kty: "OKP", crv: "Ed25519", x: one.toString("base64url") } : undefined
  if (two === undefined) return undefined
  if (type === "ssh-rsa") return { kty: "RSA", e: unsigned(one).toString("base64url"), n: unsigned(two).toString("base64url") }
  const curve = /^ecdsa-sha2-nistp(\d+)$/.exec(type)?.[1]
  const half = (two.byteLength - 1) / 2
  // SEC 1, 2.3.3: a point that is not compressed.
  if (curve === undefined || one.toString("latin1") !== `nistp${curve}` || two[0] !== 4 || !Number.isInteger(half)) return undefined
  const [x, y] = [two.subarray(1, 1 + half), two.subarray(1 + half)].map((part) => part.toString("base64url"))
  return { kty: "EC", crv: `P-${curve}`, ...(x === undefined || y === undefined ? {} : { x, y }) }
}
