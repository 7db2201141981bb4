import type { GpgKey, GpgSignature } from "./gpg.ts"
import type { OwnersOf } from "./trace-evidence.ts"
import { type Facts, isPerson } from "./trace-facts.ts"

/**
 * What everybyte is to say of a signature that gpg judges so. gpg takes a signature of a key that has ended, and made with SHA-1, for a good one and adds a remark; we do not rely on what was made
 * with a broken hash, or behind the key's end, and a key that is younger than the day an object states has signed nothing then. A signature from before the end stays valid.
 */
export function verdictOf(
  { oid, letter, principal, fingerprint, made, digest }: GpgSignature,
  keys: ReadonlyMap<string, GpgKey>,
  { commitOf, tags }: Facts,
): { readonly kind: string; readonly why?: "ended" | "sha1" } {
  if (letter === "B" || letter === "R") return { kind: "bad" }
  if (letter === "E") return { kind: "unknown-key" }
  if (principal !== undefined) return { kind: letter === "G" ? "valid" : "unknown-key" }
  if (letter === "X") return { kind: "weak" }
  if (letter === "N") return { kind: "none" }
  const key = keys.get(fingerprint)
  const stated = commitOf.get(oid)?.committed ?? tags.find(({ annotated }) => annotated === oid)?.at ?? 0
  if (["MD5", "SHA1", "RIPEMD160"].includes(digest)) return { kind: "weak", why: "sha1" }
  if (key === undefined || made >= key.ends) return { kind: "weak", why: "ended" }
  return key.made > stated ? { kind: "younger-key" } : { kind: "valid" }
}

/** Of a good signature, whom its key's addresses can mean: nobody counts where a program is among them. */
export function ownersIn(
  judged: readonly GpgSignature[],
  { keys, facts }: { readonly keys: ReadonlyMap<string, GpgKey>; readonly facts: Facts },
): OwnersOf {
  const owners = new Map(
    judged.flatMap((one) => {
      if (verdictOf(one, keys, facts).kind !== "valid") return []
      const people = [
        ...new Set(
          (one.principal === undefined ? (keys.get(one.fingerprint)?.addresses ?? []) : one.principal.split(",")).flatMap((address) => [
            ...facts.peopleAt(address),
          ]),
        ),
      ]
      return people.length > 0 && people.every((person) => isPerson(facts, person)) ? [[one.oid, [people]] as const] : []
    }),
  )
  return (oid) => owners.get(oid) ?? []
}
