import { createHash, type KeyObject, verify } from "node:crypto"
import { fieldOf, fieldsOf, padded, publicKeyOf, splitFields, unsigned } from "./ssh-key.ts"

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

/** `unknown`: of an algorithm that is not read here, such as a certificate's; `weak`: it fits, by an RSA key that is too short. */
export type SshVerdict = "valid" | "bad" | "weak" | "unknown" | "unreadable"

const magic = Buffer.from("SSHSIG")

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
  const fields = fieldsOf(blob.subarray(start))
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

/** RFC 8709; RFC 8332, RSA with SHA-1 is not taken (PROTOCOL.sshsig, section 4); RFC 5656, section 6.2.1; OpenSSH's PROTOCOL.u2f. */
const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  ["ssh-ed25519", { key: "ssh-ed25519", hash: undefined }],
  ["rsa-sha2-256", { key: "ssh-rsa", hash: "sha256" }],
  ["rsa-sha2-512", { key: "ssh-rsa", hash: "sha512" }],
  ["ecdsa-sha2-nistp256", { key: "ecdsa-sha2-nistp256", hash: "sha256" }],
  ["ecdsa-sha2-nistp384", { key: "ecdsa-sha2-nistp384", hash: "sha384" }],
  ["ecdsa-sha2-nistp521", { key: "ecdsa-sha2-nistp521", hash: "sha512" }],
  ["sk-ssh-ed25519@openssh.com", { key: "sk-ssh-ed25519@openssh.com", hash: undefined }],
  ["sk-ecdsa-sha2-nistp256@openssh.com", { key: "sk-ecdsa-sha2-nistp256@openssh.com", hash: "sha256" }],
])

const rsaBitsMin = 2048
/** Of a security key, behind its signature: flags and a counter. Whether somebody touched it, ssh-keygen does not ask either. */
const deviceBytes = 5
const sha256 = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest()

/** Whether the signature's own key signed the bytes, in the namespace that is asked for (PROTOCOL.sshsig, section 4). */
export function verifySsh(payload: Uint8Array, asked: string, { key, namespace, reserved, hash, signature }: SshSignature): SshVerdict {
  const { fields: [name, blob] = [], rest = Buffer.alloc(0) } = splitFields(signature, 2) ?? {}
  const keyFields = fieldsOf(key)
  if (name === undefined || blob === undefined || keyFields === undefined) return "unreadable"
  const algorithm = algorithms.get(name.toString("latin1"))
  const digest = ["sha256", "sha512"].find((one) => one === hash.toString("latin1"))
  if (algorithm === undefined || digest === undefined) return "unknown"
  const type = keyFields[0]?.toString("latin1")
  if (type !== algorithm.key || !namespace.equals(Buffer.from(asked))) return "bad"
  const publicKey = publicKeyOf(keyFields)
  if (publicKey === undefined || rest.byteLength !== (publicKey.application === undefined ? 0 : deviceBytes)) return "unreadable"
  const message = Buffer.concat([magic, ...[namespace, reserved, hash, createHash(digest).update(payload).digest()].flatMap(fieldOf)])
  // PROTOCOL.u2f, "SSH U2F Signatures": what the device adds is signed between the digests.
  const signed = publicKey.application === undefined ? message : Buffer.concat([sha256(publicKey.application), rest, sha256(message)])
  if (!isBy(publicKey.key, algorithm, signed, blob)) return "bad"
  return (publicKey.key.asymmetricKeyDetails?.modulusLength ?? rsaBitsMin) < rsaBitsMin ? "weak" : "valid"
}

function isBy(key: KeyObject, { hash }: Algorithm, signed: Buffer, signature: Buffer): boolean {
  if (key.asymmetricKeyType === "ed25519") return signature.byteLength === 64 && verify(null, signed, key, signature)
  if (key.asymmetricKeyType === "rsa") {
    const size = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
    const whole = padded(signature, size)
    return whole !== undefined && verify(hash, signed, key, whole)
  }
  // RFC 5656, section 3.1.2: r and s.
  const [r, s, ...more] = fieldsOf(signature) ?? []
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
