import type { Sha256 } from "./core/digest.ts"
import { FaultError, faultsOf, orThrow, type Result } from "./core/fault.ts"
import type { Context } from "./io/context.ts"
import { readEnvelope, signerOf, signStatement } from "./io/envelope.ts"
import { readSmallFile } from "./io/files.ts"
import { harmedBy, writeOutput } from "./io/output.ts"
import { readPolicy } from "./io/policy-file.ts"
import { ownKeyPath, signingKeyAt, trustedKeys } from "./io/signing-key.ts"
import { readSummary, type Summary, summaryOf } from "./io/verification-summary.ts"
import { policyDefault } from "./model/policy.ts"
import type { Report, Verdict } from "./model/report.ts"
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
  readonly summary?: Summary
  readonly by?: string
  readonly why?: string
}

/** Whether the summary in a file is of this artifact's bytes, signed by who counts, not of a day to come, and says that they passed. */
export const verifyAttestation = (
  { path, artifact, policy }: { readonly path: string; readonly artifact: string; readonly policy?: string | undefined },
  ctx: Context,
): Promise<Result<Attested>> =>
  faultsOf(async () => {
    const { reviewers } = policy === undefined ? policyDefault : await readPolicy(policy, ctx.limits)
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
    const why = refusal(
      summary,
      envelope.statement.subject.some((one) => one.sha256 === sha256),
      ctx.day,
    )
    return { sha256, summary, by: signer.name, ...(why === undefined ? {} : { why }) }
  })

function refusal({ timeVerified, verificationResult, everybyte }: Summary, isSubject: boolean, day: string): string | undefined {
  if (!isSubject) return "it is of other bytes"
  if (timeVerified.slice(0, 10) > day)
    return `it was made on ${timeVerified.slice(0, 10)}, which is after today (${day}): the clock or the summary is wrong`
  return verificationResult === "PASSED" ? undefined : `the audit did not pass: ${everybyte.verdict} (failing on ${everybyte.failOn})`
}
