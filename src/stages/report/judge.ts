import { plural } from "../../core/count.ts"
import type { Artifact } from "../../model/artifact.ts"
import type { Finding } from "../../model/finding.ts"
import type { Ledger } from "../../model/ledger.ts"
import { type Report, type ReportLedger, type Verdict, verdicts } from "../../model/report.ts"
import type { Snapshot } from "../../model/repository.ts"

export interface Judged {
  readonly artifact: Artifact
  readonly snapshot: Snapshot | undefined
  readonly ledger: Ledger
  readonly totals: ReportLedger["totals"]
  readonly findings: readonly Finding[]
}

interface Cause {
  readonly verdict: Verdict
  readonly why: string
}

/** The worst of what was seen decides; each step down has its sentence. */
export function judge(judged: Judged): Pick<Report, "verdict" | "reasons"> {
  const found = [...fromFindings(judged), ...toRead(judged), ...notLooked(judged), ...fromRepository(judged)]
  const worst = Math.max(0, ...found.map(({ verdict }) => verdicts.indexOf(verdict)))
  return { verdict: verdicts[worst] ?? "alarm", reasons: found.map(({ why }) => why) }
}

const fromFindings = ({ findings }: Judged): readonly Cause[] =>
  findings.flatMap(({ severity, message }) => (severity === "note" ? [] : [{ verdict: severity, why: message }]))

/** Runs of the containers' own bytes that nothing explains, listed or not. */
export const framingRuns = (ledger: Pick<Ledger, "layers">): number =>
  ledger.layers.reduce((sum, { tiling }) => sum + tiling.unexplained.length + tiling.unlisted, 0)

function* toRead({ ledger, totals }: Judged): Generator<Cause> {
  const entries = ledger.entries.filter((item) => item.toRead > 0).length
  const framing = framingRuns(ledger)
  const what = [
    ...(entries > 0 ? [plural(entries, "entry", "entries")] : []),
    ...(framing > 0 ? [plural(framing, "run of framing bytes", "runs of framing bytes")] : []),
  ]
  if (totals.toRead > 0) yield { verdict: "review", why: `not explained whole: ${what.join(" and ")}` }
  const odd = ledger.anomalies.filter((anomaly) => anomaly.severity === "review").length
  if (odd > 0) yield { verdict: "review", why: `${plural(odd, "anomaly", "anomalies")} to look at` }
}

function* notLooked({ artifact, ledger }: Judged): Generator<Cause> {
  if (ledger.entries.length === 0) yield { verdict: "undetermined", why: "the artifact has no entries" }
  if (artifact.format === "file" && artifact.size === 0) yield { verdict: "undetermined", why: "the artifact is an empty file" }
  const whys = ledger.entries.flatMap(({ explanation }) => (explanation.kind === "undetermined" ? [explanation.why] : []))
  const unchecked = ledger.entries.filter(({ explanation }) => explanation.kind === "origin" && explanation.age === "unchecked").length
  if (unchecked > 0)
    yield {
      verdict: "undetermined",
      why: `the release has no date, so the origin of ${plural(unchecked, "entry", "entries")} could be younger than the release`,
    }
  if (whys.length > 0)
    yield { verdict: "undetermined", why: `${plural(whys.length, "entry", "entries")} could not be looked at: ${different(whys)}` }
}

function* fromRepository({ snapshot }: Judged): Generator<Cause> {
  if (snapshot?.how === "by-content" && !snapshot.candidates.some(({ how }) => how === "by-name" || how === "embedded"))
    yield {
      verdict: "undetermined",
      why: "no tag and no embedded id names this commit, only the content points to it; name it with --repository R@REF",
    }
  if (snapshot !== undefined && !snapshot.agrees) yield { verdict: "undetermined", why: "name and content point to different commits" }
}

function different(all: readonly string[]): string {
  const each = [...new Set(all)]
  return each.length > 3 ? `${each.slice(0, 3).join("; ")}; and ${plural(each.length - 3, "more reason")}` : each.join("; ")
}
