import { number } from "../core/count.ts"
import type { GitOid } from "../core/digest.ts"
import type { Context } from "./context.ts"
import type { Repository } from "./git.ts"
import { type SignedObject, signedObject } from "./git-signed.ts"

/** Whose key a signature verifies with. */
export interface Signer {
  /** Of the primary key. */
  readonly fingerprint: string
  /** Of the names that the key gives itself. */
  readonly addresses: readonly string[]
}

/** `weak`: it fits, and is not to be relied on; `younger-key`: the key was made after the date that the object states; `not-allowed`: the key may not sign at that date, or not for git. */
export type SignatureAnswer =
  | { readonly kind: "valid"; readonly signers: readonly Signer[] }
  | { readonly kind: "unknown-key" | "younger-key" | "not-allowed" | "weak" | "bad" | "unknown" | "unreadable" }

/** Verifies with keys that it was given, and never throws for what is signed. */
export type SignatureCheck = (what: string, signed: SignedObject) => Promise<SignatureAnswer>

/** By the form of what is signed; one that has none is said not to be assessed. */
export type SignatureChecks = { readonly [F in SignedObject["form"]]?: SignatureCheck }

export interface GitSignatures {
  /** Only what verifies. */
  readonly signers: ReadonlyMap<GitOid, readonly Signer[]>
  /** Sentences about signatures that do not, or were not looked at. */
  readonly said: readonly string[]
}

/** Objects that are asked for at once. */
const aheadMax = 256

/** Verifies the signatures of commits and tags, found in the objects themselves. */
export async function gitSignatures(
  repository: Pick<Repository, "object">,
  oids: readonly GitOid[],
  { checks, ctx }: { readonly checks: SignatureChecks; readonly ctx: Context },
): Promise<GitSignatures> {
  const signers = new Map<GitOid, readonly Signer[]>()
  const counts = new Map<keyof typeof sentences, number>()
  const count = (kind: keyof typeof sentences): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1)
  let checked = 0
  for (let start = 0; start < oids.length; start += aheadMax) {
    const asked = oids.slice(start, start + aheadMax)
    const objects = await Promise.all(asked.map(async (oid) => ({ oid, object: await repository.object(oid) })))
    ctx.progress("verifying signatures", start, oids.length)
    for (const { oid, object } of objects) {
      const signed = object === undefined ? undefined : signedObject(oid, object)
      if (object === undefined) count("absent")
      if (signed === undefined) continue
      const check = checks[signed.form]
      if (check === undefined) count(signed.form)
      else if (checked === ctx.limits.gitSignaturesMax) count("left")
      else {
        checked += 1
        const answer = await check(oid, signed)
        if (answer.kind === "valid") signers.set(oid, answer.signers)
        else count(answer.kind)
      }
    }
  }
  const said = Object.entries(sentences).flatMap(([kind, sentence]) => {
    const count = [...counts].find(([one]) => one === kind)?.[1]
    return count === undefined ? [] : [`signatures ${sentence}: ${number(count)}`]
  })
  return { signers, said }
}

const sentences = {
  openpgp: "made with OpenPGP, not assessed, as no keys were given",
  ssh: "made with SSH, not assessed, as no allowed signers were given",
  x509: "made with X.509 certificates, not assessed",
  unknown: "of an unknown form, not assessed",
  "unknown-key": "by keys that were not given, not assessed",
  "younger-key": "by keys that are younger than the date of what they sign, which count for nothing",
  "not-allowed": "by keys that their allowed signers do not let sign for git at the date of what they sign, which count for nothing",
  weak: "that fit and are not relied on, made with SHA-1, say, or with a key that had expired",
  bad: "that do not fit what they sign",
  unreadable: "that could not be read",
  absent: "not looked for, as the object is absent",
  left: "not verified, being more than gitSignaturesMax",
} as const
