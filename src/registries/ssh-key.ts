import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto"

/** RFC 4251, section 5: strings, and numbers in the form of strings, one after another: `uint32 length, bytes`. At most `max` of them, and what follows. */
export function splitFields(bytes: Buffer, max: number): { readonly fields: readonly Buffer[]; readonly rest: Buffer } | undefined {
  const fields: Buffer[] = []
  let at = 0
  while (at < bytes.byteLength && fields.length < max) {
    if (at + 4 > bytes.byteLength) return undefined
    const start = at + 4
    at = start + bytes.readUInt32BE(at)
    if (at > bytes.byteLength) return undefined
    fields.push(bytes.subarray(start, at))
  }
  return { fields, rest: bytes.subarray(at) }
}

const fieldsMax = 8

/** The same to the end. */
export function fieldsOf(bytes: Buffer): readonly Buffer[] | undefined {
  const { fields, rest } = splitFields(bytes, fieldsMax) ?? {}
  return rest?.byteLength === 0 ? fields : undefined
}

export function fieldOf(bytes: Uint8Array): readonly Buffer[] {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.byteLength)
  return [length, Buffer.from(bytes)]
}

/** Numbers have a zero before a first bit that is set (RFC 4251, section 5). */
export const unsigned = (number: Buffer): Buffer => number.subarray(number.findIndex((byte) => byte !== 0))

export const padded = (number: Buffer, size: number): Buffer | undefined =>
  number.byteLength > size ? undefined : Buffer.concat([Buffer.alloc(size - number.byteLength), number])

export interface SshKey {
  readonly key: KeyObject
  /** Of a security key: what it signs for, `ssh:` in most cases. */
  readonly application: Buffer | undefined
}

/** RFC 8709, section 4; RFC 4253, section 6.6; RFC 5656, section 3.1; OpenSSH's PROTOCOL.u2f, "SSH U2F Key formats". Undefined: there is no such key. */
export function publicKeyOf([type, ...parts]: readonly Buffer[]): SshKey | undefined {
  const name = /^(?:sk-(.+)@openssh\.com|(.+))$/.exec(type?.toString("latin1") ?? "")
  const application = name?.[1] === undefined ? undefined : parts.pop()
  const jwk = jwkOf(name?.[1] ?? name?.[2] ?? "", parts)
  if (jwk === undefined) return undefined
  try {
    return { key: createPublicKey({ key: jwk, format: "jwk" }), application }
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
