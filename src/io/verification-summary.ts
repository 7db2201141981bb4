import { z } from "zod"
import { isSha256 } from "../core/digest.ts"
import type { Report, Verdict } from "../model/report.ts"
import { verdicts } from "../model/report.ts"
import { type Envelope, firstProblem, type Statement } from "./envelope.ts"

/** SLSA 1.0, Verification Summary Attestation. */
export const summaryType = "https://slsa.dev/verification_summary/v1"
const verifierId = "everybyte:audit/1"

/** Not strict: the form demands that what a reader does not know is passed over. It decides nothing here. */
const Summary = z.object({
  verifier: z.object({ id: z.literal(verifierId), version: z.record(z.string(), z.string()).optional() }),
  timeVerified: z.iso.datetime(),
  resourceUri: z.string(),
  policy: z.object({ uri: z.string(), digest: z.record(z.string(), z.string()).optional() }),
  verificationResult: z.enum(["PASSED", "FAILED"]),
  verifiedLevels: z.array(z.string()),
  /** Ours, beyond the form. */
  everybyte: z.object({
    verdict: z.enum(verdicts),
    failOn: z.enum(verdicts),
    toRead: z.int().min(0),
    settled: z.int().min(0),
    /** The first day on which a word that settled or accepted something no longer holds. */
    expires: z.iso.date().optional(),
  }),
})
export type Summary = z.infer<typeof Summary>

/** What an audit found, in the words of SLSA. No level of its build track was looked at, so none is claimed. */
export function summaryOf(report: Report, failOn: Verdict): Statement {
  const { artifact, audit, verdict, ledger, tool, previous } = report
  if (audit === undefined || !isSha256(artifact.sha256))
    throw new Error("only an audit of an artifact that is named by SHA-256 is summed up")
  const { policy, day, settled } = audit
  const [expires] = [...settled, ...(previous?.accepted === true ? [previous] : [])].flatMap((one) => one.expires ?? []).sort()
  const passed = verdicts.indexOf(verdict) < verdicts.indexOf(failOn)
  const predicate: Summary = {
    verifier: { id: verifierId, version: { [tool.name]: tool.version } },
    // The day is what expiry was decided for; a report knows no hour.
    timeVerified: `${day}T00:00:00Z`,
    resourceUri: artifact.purl ?? `urn:sha256:${artifact.sha256}`,
    policy: policy === undefined ? { uri: "everybyte:policy/default" } : { uri: "everybyte:policy", digest: { sha256: policy.sha256 } },
    verificationResult: passed ? "PASSED" : "FAILED",
    verifiedLevels: passed ? ["SLSA_BUILD_LEVEL_UNEVALUATED"] : ["FAILED"],
    everybyte: {
      verdict,
      failOn,
      toRead: ledger.totals.toRead,
      settled: settled.length,
      ...(expires === undefined ? {} : { expires }),
    },
  }
  return { subject: [{ name: artifact.name, sha256: artifact.sha256 }], predicateType: summaryType, predicate }
}

/** What a statement says when it is such a summary, whoever signed it; else what is wrong with it. */
export function readSummary({ statement: { predicateType, predicate } }: Envelope): Summary | string {
  if (predicateType !== summaryType) return "it is a statement of another type than a verification summary"
  const read = Summary.safeParse(predicate)
  return read.success ? read.data : `it is no verification summary of an audit (${firstProblem(read.error)})`
}
