import type { Expected } from "../../io/http.ts"
import type { Manifest } from "./schema.ts"

const algorithms = ["sha512", "sha384", "sha256"] as const
const digestBytes = { sha512: 64, sha384: 48, sha256: 32 } as const

/**
 * The digests that the registry promises, of the strongest kind that it gives: the bytes must have one of them
 * (Subresource Integrity, 3.3.4). SHA-1 counts only when there is nothing better. Empty: no promise that we can check.
 */
export function promisedDigests({ integrity, shasum }: Pick<Manifest["dist"], "integrity" | "shasum">): readonly Expected[] {
  const given = (integrity ?? "").split(/\s+/)
  for (const algorithm of algorithms) {
    const found = given.flatMap((one) =>
      one.startsWith(`${algorithm}-`) ? hexOf(one.slice(algorithm.length + 1), digestBytes[algorithm]) : [],
    )
    if (found.length > 0) return found.map((hex) => ({ algorithm, hex }))
  }
  const sha1 = shasum?.toLowerCase() ?? ""
  return /^[0-9a-f]{40}$/.test(sha1) ? [{ algorithm: "sha1", hex: sha1 }] : []
}

/** Base64 up to the options (`?`), when it has the digest's length. */
function hexOf(text: string, bytes: number): string[] {
  const base64 = text.split("?")[0] ?? ""
  const decoded = Buffer.from(base64, "base64")
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) && decoded.byteLength === bytes ? [decoded.toString("hex")] : []
}
