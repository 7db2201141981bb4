import { createHash, createPublicKey, verify } from "node:crypto"
import type { z } from "zod"
import type { ByteSource } from "../../core/bytes.ts"
import { escapeForeign } from "../../core/escape.ts"
import { explainFault, FaultError, faultsOf, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { fetchMetadata } from "../../io/http.ts"
import { type Attested, attestedBy } from "../attested.ts"
import { checkBundle, type SigningKey, type Subject, slsaProvenance } from "../sigstore.ts"
import { npmPurl } from "./name.ts"
import { declaredRepository } from "./repository.ts"
import { Attestations, Keys, type Manifest } from "./schema.ts"

export type Vouched = Attested

const ageSecondsMax = 86_400
/** npm's own attestation of a publication (github.com/npm/attestation), and of how it was built. */
const predicateTypes = ["https://github.com/npm/attestation/tree/main/specs/publish/v0.1", ...slsaProvenance] as const

/**
 * The registry's signatures of a version and the attestations that it gives (npm's documentation, "About registry signatures" and
 * "Generating provenance statements"). What a mirror leaves out is not assessed.
 */
export async function vouchedFor(registry: string, manifest: Manifest, bytes: ByteSource, ctx: Context): Promise<Vouched> {
  const { signatures = [], attestations } = manifest.dist
  const missing = [
    ...(signatures.length > 0 ? [] : ["the registry gives no signatures of its own (dist.signatures), so none was looked at"]),
    ...(attestations !== undefined ? [] : ["the registry gives no attestations of this version, so none was looked at"]),
  ]
  if (missing.length === 2) return { chain: [], notLookedAt: missing }
  const keys = await faultsOf(() => keysOf(registry, ctx))
  const unread = keys.ok ? [] : [`the keys that check the registry's signatures were not read: ${explainFault(keys.fault)}`]
  const known = keys.ok ? keys.value : []
  const answers = [registryVouches(manifest, known, ctx.day), await attested(registry, manifest, { bytes, keys: known }, ctx)]
  const bad = answers.find(({ signature }) => signature?.kind === "bad")
  return {
    ...answers[1],
    ...bad,
    chain: answers.flatMap(({ chain }) => chain),
    notLookedAt: [...answers.flatMap(({ notLookedAt }) => notLookedAt), ...missing, ...unread],
  }
}

/** ECDSA over `NAME@VERSION:INTEGRITY`. */
function registryVouches({ name, version, dist }: Manifest, keys: readonly SigningKey[], day: string): Vouched {
  const message = Buffer.from(`${name}@${version}:${dist.integrity ?? ""}`)
  const answers = (dist.signatures ?? []).map(({ keyid, sig }): Vouched => {
    const shown = escapeForeign(keyid.slice(0, 100))
    const key = keys.find(({ id }) => id === keyid)
    if (key === undefined) return { chain: [], notLookedAt: [`a signature of the registry by ${shown}, a key that it does not list`] }
    const fits = isSigned(message, key.pem, sig)
    if (fits === undefined) return { chain: [], notLookedAt: [`a signature of the registry by ${shown} is of a kind that is not checked`] }
    if (!fits) {
      const why = "it is the registry's own, and not of this name, version and integrity"
      return { chain: [], notLookedAt: [], signature: { kind: "bad", fingerprint: `npm:${shown}`, why } }
    }
    // When it was signed, nothing says that is signed itself.
    if (key.expires !== undefined && key.expires.toISOString().slice(0, 10) <= day)
      return {
        chain: [],
        notLookedAt: [
          `a signature of the registry by ${shown} fits, by a key that expired on ${key.expires.toISOString()}: whether it was made before is not known`,
        ],
      }
    return { chain: [`name, version and integrity signed by the registry's own key ${shown}`], notLookedAt: [] }
  })
  const bad = answers.find(({ signature }) => signature !== undefined)
  return { ...bad, chain: answers.flatMap(({ chain }) => chain), notLookedAt: answers.flatMap(({ notLookedAt }) => notLookedAt) }
}

/** Undefined: no key or signature of a kind that this Node knows. */
function isSigned(message: Uint8Array, pem: string, signature: string): boolean | undefined {
  try {
    return verify("sha256", message, createPublicKey(pem), Buffer.from(signature, "base64"))
  } catch {
    return undefined
  }
}

interface Checking {
  readonly bytes: ByteSource
  readonly keys: readonly SigningKey[]
}

async function attested(registry: string, manifest: Manifest, { bytes, keys }: Checking, ctx: Context): Promise<Attested> {
  const { name, version, dist } = manifest
  const { url } = dist.attestations ?? {}
  if (url === undefined) return { chain: [], notLookedAt: [] }
  const what = `attestations of npm:${name}@${version}`
  const read = await faultsOf(() => document(url, registry, what, Attestations, ctx))
  if (!read.ok) return { chain: [], notLookedAt: [`the attestations were not looked at: ${explainFault(read.fault)}`] }
  const hash = createHash("sha512")
  for await (const chunk of bytes.stream()) hash.update(chunk)
  const purl = npmPurl(name, version)
  const subject: Subject = { algorithm: "sha512", hex: hash.digest("hex"), isNamed: (one) => one === purl, predicateTypes }
  const given = read.value.attestations
  if (given.length === 0) return { chain: [], notLookedAt: ["the registry's list of attestations is empty"] }
  return attestedBy(
    given,
    ({ bundle }) => checkBundle(bundle, subject, keys, ctx),
    { repository: declaredRepository(manifest).address },
    ctx,
  )
}

async function keysOf(registry: string, ctx: Context): Promise<readonly SigningKey[]> {
  const { keys } = await document("-/npm/v1/keys", registry, "the registry's keys", Keys, ctx)
  return keys.map(({ keyid, key, expires }) => ({
    id: keyid,
    pem: `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----`,
    expires: expires === null || expires === undefined ? undefined : new Date(Date.parse(expires) || 0),
  }))
}

async function document<T>(url: string, registry: string, what: string, schema: z.ZodType<T>, ctx: Context): Promise<T> {
  const malformed = (expected: string) => new FaultError({ kind: "malformed", layer: what, offset: 0, expected })
  if (!URL.canParse(url, registry)) throw malformed("an address")
  const options = { what, maxAgeSeconds: ageSecondsMax, accept: "application/json" }
  const { bytes } = orThrow(await fetchMetadata(new URL(url, registry).href, options, ctx))
  if (bytes === undefined)
    throw new FaultError({
      kind: "unavailable",
      source: what,
      why: "the registry has none",
      remedy: "ask the registry that a mirror copies",
    })
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")))
    if (parsed.success) return parsed.data
  } catch {
    // not JSON: the same fault
  }
  throw malformed("JSON of the registry's documented form")
}
