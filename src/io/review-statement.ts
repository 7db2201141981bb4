import { z } from "zod"
import { isSha256, type Sha256 } from "../core/digest.ts"
import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import { type FoundReview, itemKinds, type Said } from "../model/review.ts"
import { type Envelope, firstProblem, readEnvelope, type Statement, signerOf, signStatement } from "./envelope.ts"
import type { SigningKey, TrustedKey } from "./signing-key.ts"

export const reviewType = "everybyte:review/1"

const Digest = z.string().refine((text): text is Sha256 => isSha256(text), "not a SHA-256")
/** What a report lists and a review accepts. */
export const Items = z.array(z.object({ kind: z.enum(itemKinds), at: z.string(), what: z.string() }))

/** Strict: a field that we do not know could take back what the others say. */
const Predicate = z.strictObject({
  signed: z.iso.date(),
  expires: z.iso.date().optional(),
  reason: z.string().min(1),
  target: z.string(),
  purl: z.string().optional(),
  since: z.strictObject({ target: z.string(), sha256: Digest }).optional(),
  items: Items,
  others: Items,
})

/** A review as an envelope: one line of JSON. */
export function signReview({ artifact: { name, sha256, target, purl }, ...said }: Said, key: SigningKey, limits: Limits): string {
  if (!isSha256(sha256)) throw new Error("a report names its artifact by SHA-256")
  const predicate = { ...said, target, ...(purl === undefined ? {} : { purl }) }
  const text = signStatement({ subject: [{ name, sha256 }], predicateType: reviewType, predicate }, key)
  if (Buffer.byteLength(text) <= limits.envelopeBytesMax) return text
  throw new FaultError({ kind: "over-limit", layer: "the review", limit: "envelopeBytesMax", max: limits.envelopeBytesMax })
}

export interface Checking {
  readonly trusted: readonly TrustedKey[]
  /** YYYY-MM-DD. */
  readonly day: string
  readonly limits: Limits
}

/** Whether a review counts today, by whom it is, and else why not. */
export function checkReview(source: string, bytes: Uint8Array, { trusted, day, limits }: Checking): FoundReview {
  const read = readReview(bytes, limits)
  if (typeof read === "string") return { kind: "refused", source, why: read }
  const { envelope, said } = read
  const signer = signerOf(envelope, trusted)
  const why = typeof signer === "string" ? signer : outOfTime(said, day)
  if (typeof signer === "string" || why !== undefined) return { kind: "refused", source, why: why ?? "", said }
  return { kind: "valid", source, review: { ...said, reviewer: signer.name, keyId: signer.keyId } }
}

/** What an envelope says, whoever signed it; or why it is no review. */
export function readReview(bytes: Uint8Array, limits: Limits): { readonly envelope: Envelope; readonly said: Said } | string {
  const envelope = readEnvelope(bytes, limits)
  if (typeof envelope === "string") return envelope
  const said = saidIn(envelope.statement)
  return typeof said === "string" ? said : { envelope, said }
}

function saidIn({ subject, predicateType, predicate }: Statement): Said | string {
  if (predicateType !== reviewType) return "it is a statement of another type than a review"
  const [artifact, ...more] = subject
  if (artifact === undefined || more.length > 0) return "a review is of one artifact"
  const read = Predicate.safeParse(predicate)
  if (!read.success) return `it is no review (${firstProblem(read.error)})`
  const { target, purl, expires, since, ...said } = read.data
  return {
    ...said,
    artifact: { ...artifact, target, ...(purl === undefined ? {} : { purl }) },
    ...(expires === undefined ? {} : { expires }),
    ...(since === undefined ? {} : { since }),
  }
}

function outOfTime({ signed, expires }: Said, day: string): string | undefined {
  if (signed > day) return `it was signed on ${signed}, which is after today (${day}): the clock or the review is wrong`
  return expires !== undefined && expires <= day ? `it expired on ${expires}` : undefined
}
