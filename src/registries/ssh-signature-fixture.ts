import { createHash, type KeyObject, sign } from "node:crypto"
import { fieldOf } from "./ssh-key.ts"

const fields = (...parts: readonly (Uint8Array | string)[]): Buffer => Buffer.concat(parts.flatMap((part) => fieldOf(Buffer.from(part))))

/** A number that stays positive: RFC 4251, section 5. */
function mpint(text: string | undefined): Buffer {
  const bytes = Buffer.from(text ?? "", "base64url")
  const number = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
  return (number[0] ?? 0) < 128 ? number : Buffer.concat([Buffer.of(0), number])
}

/** For tests only: a public key as OpenSSH writes it; of a security key, if it has an application. */
export function sshKeyOf(key: KeyObject, application?: string): { readonly type: string; readonly blob: Buffer } {
  const { kty, crv = "", x = "", y = "", n, e } = key.export({ format: "jwk" })
  const device = application === undefined ? [] : [application]
  const named = (type: string) => (application === undefined ? type : `sk-${type}@openssh.com`)
  const made = (type: string, ...parts: readonly (Uint8Array | string)[]) => ({ type, blob: fields(type, ...parts, ...device) })
  if (kty === "RSA") return made("ssh-rsa", mpint(e), mpint(n))
  if (kty === "OKP") return made(named("ssh-ed25519"), Buffer.from(x, "base64url"))
  const curve = `nistp${crv.slice(2)}`
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")])
  return made(named(`ecdsa-sha2-${curve}`), curve, point)
}

export interface Made {
  readonly namespace?: string
  readonly hash?: string
  /** As the signature names it. */
  readonly algorithm?: string
  /** Of a security key. */
  readonly application?: string
}

const digests: Readonly<Record<string, string>> = { "rsa-sha2-256": "sha256", nistp256: "sha256", nistp384: "sha384", nistp521: "sha512" }
const sha256 = (bytes: Uint8Array | string): Buffer => createHash("sha256").update(bytes).digest()

/** For tests only: a signature as `ssh-keygen -Y sign` makes it. */
export function signSsh(
  payload: Uint8Array | string,
  privateKey: KeyObject,
  publicKey: KeyObject,
  { namespace = "git", hash = "sha512", algorithm, application }: Made = {},
): string {
  const { type, blob } = sshKeyOf(publicKey, application)
  const name = algorithm ?? (type === "ssh-rsa" ? "rsa-sha2-512" : type)
  const digest = createHash(hash === "sha256" ? "sha256" : "sha512")
    .update(payload)
    .digest()
  const message = Buffer.concat([Buffer.from("SSHSIG"), fields(namespace, "", hash, digest)])
  const device = application === undefined ? Buffer.alloc(0) : Buffer.of(1, 0, 0, 0, 7)
  const signed = application === undefined ? message : Buffer.concat([sha256(application), device, sha256(message)])
  const by = type.includes("ed25519") ? undefined : (digests[/nistp\d+|rsa-sha2-256/.exec(name)?.[0] ?? ""] ?? "sha512")
  const raw = sign(by, signed, { key: privateKey, dsaEncoding: "ieee-p1363" })
  const half = raw.byteLength / 2
  const body = type.includes("ecdsa")
    ? fields(...[raw.subarray(0, half), raw.subarray(half)].map((one) => mpint(one.toString("base64url"))))
    : raw
  const signature = Buffer.concat([fields(name, body), device])
  return armored(Buffer.concat([Buffer.from("SSHSIG"), Buffer.of(0, 0, 0, 1), fields(blob, namespace, "", hash, signature)]))
}

export const armored = (whole: Buffer): string =>
  `-----BEGIN SSH SIGNATURE-----\n${(whole.toString("base64").match(/.{1,70}/g) ?? []).join("\n")}\n-----END SSH SIGNATURE-----`
