import { createHash, type KeyObject, sign } from "node:crypto"
import { fieldOf } from "./ssh-signature.ts"

const fields = (...parts: readonly (Uint8Array | string)[]): Buffer => Buffer.concat(parts.flatMap((part) => fieldOf(Buffer.from(part))))

/** A number that stays positive: RFC 4251, section 5. */
function mpint(text: string | undefined): Buffer {
  const bytes = Buffer.from(text ?? "", "base64url")
  const number = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
  return (number[0] ?? 0) < 128 ? number : Buffer.concat([Buffer.of(0), number])
}

/** For tests only: a public key as OpenSSH writes it. */
export function sshKeyOf(key: KeyObject): { readonly type: string; readonly blob: Buffer } {
  const { kty, crv = "", x = "", y = "", n, e } = key.export({ format: "jwk" })
  if (kty === "RSA") return { type: "ssh-rsa", blob: fields("ssh-rsa", mpint(e), mpint(n)) }
  if (kty === "OKP") return { type: "ssh-ed25519", blob: fields("ssh-ed25519", Buffer.from(x, "base64url")) }
  const curve = `nistp${crv.slice(2)}`
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")])
  return { type: `ecdsa-sha2-${curve}`, blob: fields(`ecdsa-sha2-${curve}`, curve, point) }
}

export interface Made {
  readonly namespace?: string
  readonly hash?: string
  /** As the signature names it. */
  readonly algorithm?: string
}

/** For tests only: a signature as `ssh-keygen -Y sign` makes it. */
export function signSsh(
  payload: Uint8Array | string,
  privateKey: KeyObject,
  publicKey: KeyObject,
  { namespace = "git", hash = "sha512", algorithm }: Made = {},
): string {
  const { type, blob } = sshKeyOf(publicKey)
  const name = algorithm ?? (type === "ssh-rsa" ? "rsa-sha2-512" : type)
  const digest = createHash(hash === "sha256" ? "sha256" : "sha512")
    .update(payload)
    .digest()
  const signed = Buffer.concat([Buffer.from("SSHSIG"), fields(namespace, "", hash, digest)])
  const digests: Readonly<Record<string, string>> = { "rsa-sha2-256": "sha256", nistp256: "sha256", nistp384: "sha384", nistp521: "sha512" }
  const by = type === "ssh-ed25519" ? undefined : (digests[name.replace("ecdsa-sha2-", "")] ?? "sha512")
  const raw = sign(by, signed, { key: privateKey, dsaEncoding: "ieee-p1363" })
  const half = raw.byteLength / 2
  const body = type.startsWith("ecdsa")
    ? fields(...[raw.subarray(0, half), raw.subarray(half)].map((one) => mpint(one.toString("base64url"))))
    : raw
  const version = Buffer.of(0, 0, 0, 1)
  const whole = Buffer.concat([Buffer.from("SSHSIG"), version, fields(blob, namespace, "", hash, fields(name, body))])
  return armored(whole)
}

export const armored = (whole: Buffer): string =>
  `-----BEGIN SSH SIGNATURE-----\n${(whole.toString("base64").match(/.{1,70}/g) ?? []).join("\n")}\n-----END SSH SIGNATURE-----`
