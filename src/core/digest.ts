import { createHash, type Hash } from "node:crypto"

declare const brand: unique symbol
type Branded<T, B extends string> = T & { readonly [brand]: B }

/** 64 lower-case hex digits. */
export type Sha256 = Branded<string, "Sha256">
/** A git object id: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits. */
export type GitOid = Branded<string, "GitOid">
export type ObjectFormat = "sha1" | "sha256"

export const isSha256 = (text: string): text is Sha256 => /^[0-9a-f]{64}$/.test(text)
export const isGitOid = (text: string): text is GitOid => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)

/** Of what is written from bytes there are no letters to look at. */
const isWhole = (hex: string): hex is GitOid => hex.length === 40 || hex.length === 64

/** Ids that stand behind each other as bytes. */
export function gitOidsIn(bytes: Uint8Array, format: ObjectFormat): readonly GitOid[] {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")
  const digits = format === "sha1" ? 40 : 64
  const oids: GitOid[] = []
  for (let at = 0; at < hex.length; at += digits) {
    const oid = hex.slice(at, at + digits)
    if (isWhole(oid)) oids.push(oid)
  }
  return oids
}

/** One of these. */
export function gitOidAt(bytes: Buffer, index: number, format: ObjectFormat): GitOid {
  const size = format === "sha1" ? 20 : 32
  const oid = bytes.toString("hex", index * size, (index + 1) * size)
  if (!isWhole(oid)) throw new Error("not a git object id")
  return oid
}

export function sha256Of(bytes: Uint8Array | string): Sha256 {
  return finishSha256(createHash("sha256").update(bytes))
}

export function finishSha256(hash: Hash): Sha256 {
  const hex = hash.digest("hex")
  if (!isSha256(hex)) throw new Error("not a SHA-256")
  return hex
}

/** A hash that has eaten git's object header: feed it exactly `size` bytes, then `finishGitOid`. */
export function gitHash(format: ObjectFormat, type: "blob" | "tree" | "commit" | "tag", size: number): Hash {
  return createHash(format).update(`${type} ${size}\0`)
}

export function finishGitOid(hash: Hash): GitOid {
  const hex = hash.digest("hex")
  if (!isGitOid(hex)) throw new Error("not a git object id")
  return hex
}

/** The id git gives these bytes (gitformat-pack(5), "object id"): hash of `type SP size NUL bytes`. */
export function gitOidOf(type: "blob" | "tree" | "commit" | "tag", bytes: Uint8Array, format: ObjectFormat = "sha1"): GitOid {
  return finishGitOid(gitHash(format, type, bytes.byteLength).update(bytes))
}
