import { createPublicKey, generateKeyPairSync } from "node:crypto"
import { sha256Of } from "../core/digest.ts"
import type { Said } from "../model/review.ts"
import { type SigningKey, type TrustedKey, trustedKey } from "./signing-key.ts"

/** For tests only: a person with a key, whom somebody trusts under a name. */
export function person(name: string): { readonly signing: SigningKey; readonly trusted: TrustedKey } {
  const key = generateKeyPairSync("ed25519").privateKey
  const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString()
  const trusted = trustedKey(name, publicKey)
  if (trusted === undefined) throw new Error("a key that was just made is one")
  return { signing: { keyId: sha256Of(createPublicKey(key).export({ type: "spki", format: "der" })), key, publicKey }, trusted }
}

/** For tests only: a review of an artifact that is named by a text. */
export function saidOf(content: string, some: Partial<Said> = {}): Said {
  return {
    signed: "2026-01-01",
    reason: "read",
    artifact: { name: "made-1.0.tar.gz", target: "made-1.0.tar.gz", sha256: sha256Of(content) },
    items: [{ kind: "entry", at: "configure", what: `sha256:${sha256Of("configure")} file 0755` }],
    others: [],
    ...some,
  }
}
