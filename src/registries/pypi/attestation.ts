import { escapeForeign } from "../../core/escape.ts"
import { explainFault } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { fetchMetadata } from "../../io/http.ts"
import { type Attested, attestedBy } from "../attested.ts"
import { type Checked, checkBundle, type Subject, slsaProvenance } from "../sigstore.ts"
import { type File, ProvenanceObject } from "./schema.ts"

const ageSecondsMax = 86_400
const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"

/** PyPI's documentation, "Attestations": of what was published, and of how it was built. */
const predicateTypes = ["https://docs.pypi.org/attestations/publish/v1", ...slsaProvenance] as const

interface Distributed {
  readonly file: File
  /** The address of the page that lists it. */
  readonly page: string
  readonly sha256: string
  /** As its metadata declare it. */
  readonly repository: string | undefined
}

/** The attestations that the index gives for a file (PEP 740), verified. */
export async function attestationsOf({ file, page, sha256, repository }: Distributed, ctx: Context): Promise<Attested> {
  const { provenance } = file
  if (typeof provenance !== "string" || !URL.canParse(provenance, page))
    return unseen("the index gives no attestations (PEP 740) for this file, so no signature of it was looked at")
  const what = `attestations of ${file.filename}`
  const answer = await fetchMetadata(
    new URL(provenance, page).href,
    { what, maxAgeSeconds: ageSecondsMax, accept: "application/json" },
    ctx,
  )
  if (!answer.ok) return unseen(`the attestations and their signatures were not looked at: ${explainFault(answer.fault)}`)
  const object = parsed(answer.value.bytes)
  if (object === undefined) return unseen("the index gives attestations in no form of PEP 740, so no signature of it was looked at")
  const subject: Subject = { algorithm: "sha256", hex: sha256, isNamed: (name) => name === file.filename, predicateTypes }
  const given = object.attestation_bundles.flatMap(({ publisher, attestations }) => attestations.map((one) => ({ one, publisher })))
  if (given.length === 0) return unseen("the index's list of attestations is empty, so no signature of it was looked at")
  const check = async ({ one, publisher }: (typeof given)[number]) =>
    byPublisher(await checkBundle(bundleOf(one), subject, [], ctx), publisher)
  return attestedBy(given, check, { repository }, ctx)
}

const unseen = (why: string): Attested => ({ chain: [], notLookedAt: [why] })

type Attestation = ProvenanceObject["attestation_bundles"][number]["attestations"][number]

/** PEP 740, "Attestation objects": the parts of a sigstore bundle under other names. */
const bundleOf = ({ verification_material: material, envelope }: Attestation): unknown => ({
  mediaType: bundleType,
  verificationMaterial: { certificate: { rawBytes: material.certificate }, tlogEntries: material.transparency_entries },
  dsseEnvelope: {
    payload: envelope.statement,
    payloadType: "application/vnd.in-toto+json",
    signatures: [{ sig: envelope.signature, keyid: "" }],
  },
})

/** Where the identities of a kind of publisher are (PyPI's documentation, "Trusted Publishers"). */
const originOf: ReadonlyMap<string, string> = new Map([
  ["GitHub", "https://github.com"],
  ["GitLab", "https://gitlab.com"],
])

/** The publisher's repository, as the index says it trusts it, must be the one that the certificate was issued to. */
function byPublisher(checked: Checked, { kind, repository }: ProvenanceObject["attestation_bundles"][number]["publisher"]): Checked {
  if (checked.kind !== "verified" || repository === undefined) return checked
  const { identity } = checked.signer
  const { origin, pathname } = URL.canParse(identity) ? new URL(identity) : { origin: "", pathname: "" }
  const isOwn = pathname.toLowerCase().startsWith(`/${repository.toLowerCase()}/`) && (originOf.get(kind) ?? origin) === origin
  if (isOwn) return { ...checked, boundBy: "the publisher that the index names" }
  return {
    kind: "bad",
    why: `the index names the publisher ${escapeForeign(`${kind} ${repository}`)}, and the certificate ${escapeForeign(identity)}`,
  }
}

function parsed(bytes: Uint8Array | undefined): ProvenanceObject | undefined {
  try {
    return ProvenanceObject.safeParse(JSON.parse(Buffer.from(bytes ?? "").toString("utf8"))).data
  } catch {
    return undefined // no JSON: no attestation
  }
}
