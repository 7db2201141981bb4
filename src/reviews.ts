import { z } from "zod"
import { isSha256, type Sha256 } from "./core/digest.ts"
import { FaultError, faultsOf, type Result } from "./core/fault.ts"
import type { Context } from "./io/context.ts"
import { firstProblem } from "./io/envelope.ts"
import { exists, readSmallFile } from "./io/files.ts"
import * as exchange from "./io/review-exchange.ts"
import { type Checking, checkReview, Items, signReview } from "./io/review-statement.ts"
import { keepReview, readReviews, reviewFolder } from "./io/review-store.ts"
import { createSigningKey, ownKeyPath, signingKeyAt, trustedKeys } from "./io/signing-key.ts"
import type { FoundReview, Said } from "./model/review.ts"
import { policyAt } from "./policy.ts"

/** A key to sign with; its private half stays in the file. */
export interface ReviewKey {
  readonly path: string
  readonly keyId: string
  readonly publicKey: string
  readonly isNew: boolean
}

/** The key in a file, or this machine's own; made where there is none. */
export const reviewKey = (named: string | undefined, ctx: Context): Promise<Result<ReviewKey>> =>
  faultsOf(async () => {
    const path = named ?? ownKeyPath(ctx.environment)
    const isNew = !(await exists(path))
    if (isNew) await createSigningKey(path)
    const { keyId, publicKey } = await signingKeyAt(path)
    return { path, keyId, publicKey, isNew }
  })

export interface SignRequest {
  /** The JSON report of an audit. */
  readonly report: string
  readonly reason: string
  /** YYYY-MM-DD. */
  readonly expires?: string | undefined
  readonly key?: string | undefined
  readonly reviews?: string | undefined
}

/** Signs what is open in an audit's report, just that, and keeps it among the reviews. */
export const signAudit = ({ report, reason, expires, key, reviews }: SignRequest, ctx: Context): Promise<Result<Signed>> =>
  faultsOf(async () => {
    if (reason.trim() === "") throw usage("a review without a reason tells nobody anything", "say it with --reason TEXT")
    if (expires !== undefined && (!z.iso.date().safeParse(expires).success || expires <= ctx.day))
      throw usage(`--expires ${expires} is no day after today (${ctx.day})`, "write YYYY-MM-DD, the first day on which it no longer holds")
    const signing = await signingKeyAt(key ?? ownKeyPath(ctx.environment))
    const { toRead, ...seen } = await readAudit(report, ctx)
    const said = { ...seen, signed: ctx.day, reason, ...(expires === undefined ? {} : { expires }) }
    const path = await keepReview(await reviewFolder(reviews, ctx), signReview(said, signing, ctx.limits))
    return { path, keyId: signing.keyId, said, toRead }
  })

export interface Signed {
  readonly path: string
  readonly keyId: string
  readonly said: Said
  /** What was left to read of the items that were signed for. */
  readonly toRead: number
}

const usage = (why: string, remedy: string): FaultError => new FaultError({ kind: "usage", why, remedy })

const Digest = z.string().refine((text): text is Sha256 => isSha256(text), "not a SHA-256")
/** What a signature needs of `everybyte.report/1`. */
const AuditReport = z.object({
  schema: z.literal("everybyte.report/1"),
  artifact: z.object({ target: z.string(), purl: z.string().optional(), name: z.string(), sha256: Digest }),
  previous: z.object({ accepted: z.boolean() }).optional(),
  ledger: z.object({ totals: z.object({ toRead: z.int().nonnegative() }) }),
  audit: z.object({
    baseline: z.object({ target: z.string(), sha256: Digest }).optional(),
    open: Items,
    settled: Items,
  }),
})

async function readAudit(path: string, ctx: Context): Promise<Omit<Said, "signed" | "expires" | "reason"> & Pick<Signed, "toRead">> {
  const bytes = await readSmallFile(path, ctx.limits.metadataBytesMax)
  if (bytes === undefined)
    throw new FaultError({ kind: "unavailable", source: path, why: "there is no such file", remedy: "check the path" })
  const read = AuditReport.safeParse(jsonOf(bytes))
  const remedy = "make one with `everybyte audit ARTIFACT --format json -o FILE`"
  if (!read.success) throw usage(`${path} is no report of an audit (${firstProblem(read.error)})`, remedy)
  const { artifact, previous, ledger, audit } = read.data
  if (previous?.accepted === true && audit.baseline === undefined)
    throw usage(`${path} rests on an earlier release and does not say on which bytes`, "audit it again")
  const { purl, ...rest } = artifact
  return {
    artifact: { ...rest, ...(purl === undefined ? {} : { purl }) },
    ...(audit.baseline === undefined ? {} : { since: audit.baseline }),
    items: audit.open,
    others: audit.settled,
    toRead: ledger.totals.toRead,
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"))
  } catch {
    return undefined
  }
}

export interface Asking {
  readonly reviews?: string | undefined
  /** A policy file: its reviewers count. */
  readonly policy?: string | undefined
}

/** Every review of the store, those that count today and those that do not. */
export const listReviews = ({ reviews, policy }: Asking, ctx: Context): Promise<Result<readonly FoundReview[]>> =>
  faultsOf(async () => readReviews(await reviewFolder(reviews, ctx), await checkingWith(policy, ctx), ctx))

/** Whether the review in a file counts today. */
export const verifyReview = (path: string, { policy }: Pick<Asking, "policy">, ctx: Context): Promise<Result<FoundReview>> =>
  faultsOf(async () => {
    const bytes = await readSmallFile(path, ctx.limits.envelopeBytesMax, "envelopeBytesMax")
    if (bytes === undefined)
      throw new FaultError({ kind: "unavailable", source: path, why: "there is no such file", remedy: "check the path" })
    return checkReview(path, bytes, await checkingWith(policy, ctx))
  })

async function checkingWith(policy: string | undefined, ctx: Context): Promise<Checking> {
  const { reviewers } = await policyAt(policy, ctx)
  return { trusted: await trustedKeys(reviewers, ctx), day: ctx.day, limits: ctx.limits }
}

/** The reviews of artifacts whose digests begin so, or all, as text to hand on. */
export const exportReviews = (digests: readonly string[], reviews: string | undefined, ctx: Context): Promise<Result<string>> =>
  faultsOf(async () => {
    const lines: string[] = []
    for await (const line of exchange.exportReviews(await reviewFolder(reviews, ctx), digests, ctx)) lines.push(line)
    return lines.join("")
  })

/** Keeps what somebody exported; gives back the files. Whether it counts is another question. */
export const importReviews = (path: string, reviews: string | undefined, ctx: Context): Promise<Result<readonly string[]>> =>
  faultsOf(async () => exchange.importReviews(path, await reviewFolder(reviews, ctx), ctx))
