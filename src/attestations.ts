import type { Sha256 } from "./core/digest.ts"
import { FaultError, faultsOf, orThrow, type Result } from "./core/fault.ts"
import type { Context } from "./io/context.ts"
import { readEnvelope, signerOf, signStatement } from "./io/envelope.ts"
import { readSmallFile } from "./io/files.ts"
import { harmedBy, writeOutput } from "./io/output.ts"
import { ownKeyPath, signingKeyAt, trustedKeys } from "./io/signing-key.ts"
import { readSummary, type Summary, summaryOf } from "./io/verification-summary.ts"
import { type Report, type Verdict, verdicts } from "./model/report.ts"
import { policyAt } from "./policy.ts"
import { locate, parseTarget } from "./registries/index.ts"

export interface AttestRequest {
  /** Where it is written. */
  readonly path: string
  /** Private key, Ed25519 in PEM; left out: this machine's own. */
  readonly key?: string | undefined
  readonly failOn: Verdict
}

/** Signs an audit's verdict as a SLSA Verification Summary, for who asks later whether these bytes passed. */
export const attestAudit = (report: Report, { path, key, failOn }: AttestRequest, ctx: Context): Promise<Result<undefined>> =>
  faultsOf(async () => {
    const harmed = await harmedBy(path, { artifacts: [report.artifact.target], repositories: [] })
    if (harmed !== undefined)
      throw new FaultError({ kind: "usage", why: `${path} would be written over or into ${harmed}`, remedy: "name a file elsewhere" })
    const signing = await signingKeyAt(key ?? ownKeyPath(ctx.environment))
    orThrow(await writeOutput(path, signStatement(summaryOf(report, failOn), signing)))
    return undefined
  })

/** What became of checking a summary: `why` says why it does not hold. */
export interface Attested {
  readonly sha256: Sha256
  /** It was audited by another policy than the one given; nothing is wrong with that, who asks should know. */
  readonly otherPolicy?: true
  readonly summary?: Summary
  readonly by?: string
  readonly why?: string
}

export interface VerifyRequest {
  readonly path: string
  readonly artifact: string
  readonly policy?: string | undefined
  /** At this verdict or a worse one it does not hold, whatever the audit itself failed at. */
  readonly failOn: Verdict
}

/** Whether the summary in a file is of this artifact's bytes, signed by who counts, of no day to come, still held up by all words it rests on, and of a verdict that will do. */
export const verifyAttestation = ({ path, artifact, policy, failOn }: VerifyRequest, ctx: Context): Promise<Result<Attested>> =>
  faultsOf(async () => {
    const { reviewers, source } = await policyAt(policy, ctx)
    const trusted = await trustedKeys(reviewers, ctx)
    const bytes = await readSmallFile(path, ctx.limits.envelopeBytesMax, "envelopeBytesMax")
    if (bytes === undefined)
      throw new FaultError({ kind: "unavailable", source: path, why: "there is no such file", remedy: "check the path" })
    const { sha256 } = orThrow(await locate(orThrow(await parseTarget(artifact)), ctx))
    const envelope = readEnvelope(bytes, ctx.limits)
    if (typeof envelope === "string") return { sha256, why: envelope }
    const signer = signerOf(envelope, trusted)
    if (typeof signer === "string") return { sha256, why: signer }
    const summary = readSummary(envelope)
    if (typeof summary === "string") return { sha256, by: signer.name, why: summary }
    const isSubject = envelope.statement.subject.some((one) => one.sha256 === sha256)
    const why = isSubject ? refusal(summary, failOn, ctx.day) : "it is of other bytes"
    const isOther = source !== undefined && summary.policy.digest?.["sha256"] !== source.sha256
    return { sha256, summary, by: signer.name, ...(isOther ? { otherPolicy: true } : {}), ...(why === undefined ? {} : { why }) }
  })

function refusal({ timeVerified, verificationResult, everybyte }: Summary, failOn: Verdict, day: string): string | undefined {
  if (timeVerified.slice(0, 10) > day)
    return `it was made on ${timeVerified.slice(0, 10)}, which is after today (${day}): the clock or the summary is wrong`
  if (verificationResult !== "PASSED") return `the audit did not pass: ${everybyte.verdict} (failing on ${everybyte.failOn})`
  if (everybyte.expires !== undefined && everybyte.expires <= day)
    return `it rests on somebody's word that expired on ${everybyte.expires}: audit again`
  return verdicts.indexOf(everybyte.verdict) < verdicts.indexOf(failOn)
    ? undefined
    : `its verdict is ${everybyte.verdict}; the audit let that pass (failing on ${everybyte.failOn}), this does not (failing on ${failOn})`
}
