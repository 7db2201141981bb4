import type { Artifact } from "../../model/artifact.ts"
import type { Ledger } from "../../model/ledger.ts"
import { type Report, type Verdict, verdicts } from "../../model/report.ts"
import type { Snapshot } from "../../model/repository.ts"

export interface Judged {
  readonly artifact: Artifact
  readonly snapshot: Snapshot | undefined
  readonly ledger: Ledger
  readonly toRead: number
}

/** The worst of what was seen decides; each step down has its sentence. */
export function judge(judged: Judged): Pick<Report, "verdict" | "reasons"> {
  const found = [...causes(judged)]
  const worst = Math.max(0, ...found.map(({ verdict }) => verdicts.indexOf(verdict)))
  return { verdict: verdicts[worst] ?? "alarm", reasons: found.map(({ why }) => why) }
}

function* causes({ artifact, snapshot, ledger, toRead }: Judged): Generator<{ verdict: Verdict; why: string }> {
  const { signature } = artifact.provenance
  if (signature?.kind === "bad")
    yield { verdict: "alarm", why: `the release signature by ${signature.fingerprint} is bad: ${signature.why}` }
  if (toRead > 0) yield { verdict: "review", why: `${toRead} to read` }
  const odd = ledger.anomalies.filter((anomaly) => anomaly.severity === "review").length
  if (odd > 0) yield { verdict: "review", why: `${odd} ${odd === 1 ? "anomaly" : "anomalies"} to look at` }
  if (ledger.entries.length === 0) yield { verdict: "undetermined", why: "the artifact has no entries" }
  const undetermined = ledger.entries.filter((item) => item.explanation.kind === "undetermined")
  if (undetermined.length > 0)
    yield {
      verdict: "undetermined",
      why: `${undetermined.length} entries could not be looked at: ${whys(undetermined.map((item) => (item.explanation.kind === "undetermined" ? item.explanation.why : "")))}`,
    }
  if (snapshot?.how === "by-content" && !snapshot.candidates.some(({ how }) => how === "by-name" || how === "embedded"))
    yield {
      verdict: "undetermined",
      why: "no tag and no embedded id names this commit, only the content points to it; name it with --repository R@REF",
    }
  if (snapshot !== undefined && !snapshot.agrees) yield { verdict: "undetermined", why: "name and content point to different commits" }
}

function whys(all: readonly string[]): string {
  const different = [...new Set(all)]
  return different.length > 3 ? `${different.slice(0, 3).join("; ")}; and ${different.length - 3} more reasons` : different.join("; ")
}
