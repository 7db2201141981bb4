import { createHash } from "node:crypto"
import { z } from "zod"
import { escapeForeign } from "../core/escape.ts"
import { FaultError } from "../core/fault.ts"
import type { Context } from "../io/context.ts"
import { readSmallFile } from "../io/files.ts"
import { trustRootPath } from "../io/trust-root.ts"

/** in-toto Statement v1, as far as we read it. */
const Statement = z.object({
  _type: z.string().startsWith("https://in-toto.io/Statement/"),
  subject: z.array(z.object({ name: z.string().optional(), digest: z.record(z.string(), z.string()) })).max(10_000),
  predicateType: z.string(),
})
const payloadType = "application/vnd.in-toto+json"
const trustRootBytesMax = 1 << 20
/** Extensions of a certificate by Fulcio (its documentation, "OID information"). */
const fulcio = { repository: "1.3.6.1.4.1.57264.1.12", commit: "1.3.6.1.4.1.57264.1.13" } as const

/** SLSA's provenance, as builders state it ("Build: Provenance"). */
export const slsaProvenance = ["https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"] as const

/** What an attestation must be about, and what of it it must say: a statement of another type (a test result, say) vouches for no publication. */
export interface Subject {
  readonly algorithm: "sha256" | "sha512"
  readonly hex: string
  /** Whether a subject's name means the artifact. */
  isNamed(name: string): boolean
  readonly predicateTypes: readonly string[]
}

/** A key that signs in place of a certificate (npm's own attestation of a publication). */
export interface SigningKey {
  readonly id: string
  /** SubjectPublicKeyInfo in PEM. */
  readonly pem: string
  readonly expires: Date | undefined
}

/** Who signed. Of a certificate: its identity, and what its issuer saw of the run that asked for it. */
export interface Signer {
  readonly identity: string
  readonly issuer: string | undefined
  readonly repository: string | undefined
  readonly commit: string | undefined
  readonly fingerprint: string
}

export type Checked =
  | {
      readonly kind: "verified"
      readonly predicateType: string
      readonly signer: Signer
      readonly created: string
      readonly keyFrom: string
      /** What says that the signer is the project's, where its registry does. */
      readonly boundBy: string | undefined
    }
  /** It speaks of other bytes, or its signature is none of its content. */
  | { readonly kind: "bad"; readonly why: string }
  /** It could not be read, or nothing that is trusted here vouches for its signer. */
  | { readonly kind: "unverified"; readonly why: string }
  /** It states something that is not looked at. */
  | { readonly kind: "other"; readonly predicateType: string }

/**
 * Checks a sigstore bundle with sigstore's own library: certificate chain, certificate log, transparency log, signature; then that its
 * statement is about these bytes. Nothing is asked of the network: the trust root is the one that came with the program, so that the
 * same attestation has the same answer every day; one by an authority that is newer is unverified.
 */
export async function checkBundle(json: unknown, subject: Subject, keys: readonly SigningKey[], ctx: Context): Promise<Checked> {
  const root = await trustRoot(ctx)
  const [{ bundleFromJSON }, { toSignedEntity, toTrustMaterial, VerificationError, Verifier }, { TrustedRoot }] = await Promise.all([
    import("@sigstore/bundle"),
    import("@sigstore/verify"),
    import("@sigstore/protobuf-specs"),
  ])
  ctx.toolsUsed.set("@sigstore/verify", verifyVersion)
  try {
    const bundle = bundleFromJSON(json)
    const { content } = bundle
    if (content.$case !== "dsseEnvelope" || content.dsseEnvelope.payloadType !== payloadType)
      return { kind: "unverified", why: "it holds no in-toto statement" }
    const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial
    // Each is compared with each other one.
    if (Math.max(tlogEntries.length, timestampVerificationData?.rfc3161Timestamps.length ?? 0) > ctx.limits.attestationEntriesMax)
      return { kind: "unverified", why: `it has more than ${ctx.limits.attestationEntriesMax} log entries or timestamps` }
    const { payload } = content.dsseEnvelope
    const statement = Statement.safeParse(JSON.parse(payload.toString("utf8")))
    if (!statement.success) return { kind: "unverified", why: "its statement is no in-toto statement" }
    const { predicateType } = statement.data
    if (!subject.predicateTypes.includes(predicateType)) return { kind: "other", predicateType }
    if (!isAbout(statement.data, subject)) return { kind: "bad", why: `its statement is not about ${subject.algorithm} ${subject.hex}` }
    const material = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(root.text)), Object.fromEntries(keys.map(publicKey)))
    const { key, identity } = new Verifier(material).verify(toSignedEntity(bundle))
    const spki = key.export({ format: "der", type: "spki" })
    const extension = (id: string): string | undefined => utf8String(identity?.oids?.find(({ oid }) => oid?.id.join(".") === id)?.value)
    return {
      kind: "verified",
      predicateType,
      signer: {
        identity: identity?.subjectAlternativeName ?? "a key of the registry",
        issuer: identity?.extensions?.issuer,
        repository: extension(fulcio.repository),
        commit: extension(fulcio.commit),
        fingerprint: `spki-sha256:${createHash("sha256").update(spki).digest("hex")}`,
      },
      created: dayLogged(tlogEntries[0]?.integratedTime),
      keyFrom: identity === undefined ? "the registry" : root.from,
      boundBy: undefined,
    }
  } catch (error) {
    // The library throws its own errors for what is wrong, and any other for what is no bundle at all.
    const code = error instanceof VerificationError ? error.code : undefined
    const why = escapeForeign(error instanceof Error ? error.message : String(error)).slice(0, 300)
    return code === "SIGNATURE_ERROR" || code === "TLOG_BODY_ERROR" ? { kind: "bad", why } : { kind: "unverified", why }
  }
}

/** Newer logs state no time of their own. */
const dayLogged = (seconds = "0"): string =>
  seconds === "0" ? "a day that its log does not state" : new Date(Number(seconds) * 1000).toISOString()

const isAbout = (statement: z.infer<typeof Statement>, { algorithm, hex, isNamed }: Subject): boolean =>
  statement.subject.some(({ name = "", digest }) => isNamed(name) && digest[algorithm]?.toLowerCase() === hex)

/** As the library takes keys: by the hint that a bundle names. */
function publicKey({ id, pem, expires }: SigningKey) {
  const rawBytes = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64")
  return [id, { rawBytes, keyDetails: p256Sha256, validFor: { start: new Date(0), end: expires } }] as const
}
/** PublicKeyDetails.PKIX_ECDSA_P256_SHA_256 of sigstore's protocol. */
const p256Sha256 = 5

/** The text of a DER UTF8String (X.690, 8.23) of at most 255 bytes. */
function utf8String(der: Uint8Array | undefined): string | undefined {
  if (der === undefined || der[0] !== 0x0c) return undefined
  const [start, length] = der[1] === 0x81 ? [3, der[2]] : [2, der[1]]
  return length === der.byteLength - start ? escapeForeign(Buffer.from(der.subarray(start)).toString("utf8")) : undefined
}

async function trustRoot(ctx: Context): Promise<{ readonly text: string; readonly from: string }> {
  const path = trustRootPath(ctx)
  const bytes = await readSmallFile(path, trustRootBytesMax)
  if (bytes === undefined)
    throw new FaultError({
      kind: "unavailable",
      source: path,
      why: "sigstore's trust root is missing",
      remedy: "install Everybyte again, or name another in EVERYBYTE_SIGSTORE_ROOT",
    })
  const digest = createHash("sha256").update(bytes).digest("hex")
  return { text: Buffer.from(bytes).toString("utf8"), from: `sigstore's trust root ${digest.slice(0, 16)}` }
}

/** Written out, as the library is only loaded when there is an attestation. */
const verifyVersion = "3.1.1"
