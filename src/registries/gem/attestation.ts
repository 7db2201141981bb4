import { explainFault } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { fetchMetadata } from "../../io/http.ts"
import { type Attested, attestedBy } from "../attested.ts"
import { checkBundle, type Subject, slsaProvenance } from "../sigstore.ts"

const ageSecondsMax = 86_400

interface Served {
  readonly server: string
  readonly fullName: string
  readonly sha256: string
  /** As its specification declares it. */
  readonly repository: string | undefined
}

/** The attestations that the server gives of a gem (RubyGems' API, `/api/v1/attestations/FULL-NAME.json`: a list of sigstore bundles), verified. */
export async function attestationsOf({ server, fullName, sha256, repository }: Served, ctx: Context): Promise<Attested> {
  const what = `attestations of ${fullName}`
  const answer = await fetchMetadata(`${server}api/v1/attestations/${fullName}.json`, { what, maxAgeSeconds: ageSecondsMax }, ctx)
  if (!answer.ok) return unseen(`the attestations and their signatures were not looked at: ${explainFault(answer.fault)}`)
  const bundles = bundlesIn(answer.value.bytes)
  if (bundles.length === 0) return unseen("the server gives no attestations of this gem, so no signature of it was looked at")
  const subject: Subject = {
    algorithm: "sha256",
    hex: sha256,
    isNamed: (name) => name === `${fullName}.gem`,
    predicateTypes: slsaProvenance,
  }
  return attestedBy(bundles, (bundle) => checkBundle(bundle, subject, [], ctx), { repository }, ctx)
}

const unseen = (why: string): Attested => ({ chain: [], notLookedAt: [why] })

function bundlesIn(bytes: Uint8Array | undefined): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes ?? "[]").toString("utf8"))
    return Array.isArray(value) ? value : []
  } catch {
    return [] // no JSON: no attestations
  }
}
