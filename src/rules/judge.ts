import { plural } from "../core/count.ts"
import type { Finding } from "../model/finding.ts"
import { type Cause, type Report, type ReportEntry, type ReportLedger, type Verdict, verdicts } from "../model/report.ts"

/** What there is to judge: a report before its verdict. */
export type Judged = Pick<Report, "artifact" | "repository" | "anomalies" | "findings" | "yara"> & {
  readonly ledger: Pick<ReportLedger, "entries" | "framing">
}

/** A cause together with what it was seen on. */
export type Seen = Cause & { readonly entry?: ReportEntry; readonly finding?: Finding }

/** Everything that asks for attention, each by itself and named so that other bytes are another. A finding that is only a note is there too, as `accounted`. */
export function causesOf(judged: Judged): readonly Seen[] {
  return [...fromFindings(judged), ...fromEntries(judged), ...fromFraming(judged), ...fromAnomalies(judged), ...others(judged)]
}

/** The worst of what was seen decides; each step down has its sentence. */
export function judge(causes: readonly Cause[]): Pick<Report, "verdict" | "reasons"> {
  const found = causes.filter(({ verdict }) => verdict !== "accounted").sort(byVerdict)
  return { verdict: found[0]?.verdict ?? "accounted", reasons: [...reasonsFor(found)] }
}

/** The worst first; what weighs the same keeps its order where the sort is stable. */
export const byVerdict = (a: Cause, b: Cause): number => verdicts.indexOf(b.verdict) - verdicts.indexOf(a.verdict)

function* reasonsFor(causes: readonly Cause[]): Generator<string> {
  const of = (kind: Cause["kind"]): readonly Cause[] => causes.filter((cause) => cause.kind === kind)
  for (const { why } of of("finding")) yield why
  const entries = of("entry").filter(({ toRead }) => toRead > 0).length
  const framing = of("framing").reduce((sum, { toRead }) => sum + toRead, 0)
  const what = [
    ...(entries > 0 ? [plural(entries, "entry", "entries")] : []),
    ...(framing > 0 ? [plural(framing, "run of framing bytes", "runs of framing bytes")] : []),
  ]
  if (what.length > 0) yield `not explained whole: ${what.join(" and ")}`
  const odd = of("anomaly").length
  if (odd > 0) yield `${plural(odd, "anomaly", "anomalies")} to look at`
  for (const { why } of of("reason")) yield why
  const unseen = of("entry").filter(({ toRead }) => toRead === 0)
  if (unseen.length > 0)
    yield `${plural(unseen.length, "entry", "entries")} could not be looked at: ${different(unseen.map(({ why }) => why))}`
}

function different(all: readonly string[]): string {
  const each = [...new Set(all)]
  return each.length > 3 ? `${each.slice(0, 3).join("; ")}; and ${plural(each.length - 3, "more reason")}` : each.join("; ")
}

function* fromFindings({ findings }: Judged): Generator<Seen> {
  for (const finding of findings) {
    const { rule, severity, message, at, evidence } = finding
    const place = [
      ...(at.lines === undefined ? [] : [`lines ${at.lines.join("..")}`]),
      ...(at.bytes === undefined ? [] : [`bytes ${at.bytes.join("..")}`]),
    ]
    const what = [rule, ...place, ...evidence.map(({ digest }) => digest)].join(" ")
    yield { kind: "finding", at: at.path, what, verdict: severity === "note" ? "accounted" : severity, why: message, toRead: 0, finding }
  }
}

function* fromEntries({ ledger }: Judged): Generator<Seen> {
  for (const entry of ledger.entries) {
    const { explanation, toRead, path, sha256, type, mode } = entry
    const verdict: Verdict = toRead > 0 ? "review" : explanation.kind === "undetermined" ? "undetermined" : "accounted"
    if (verdict === "accounted") continue
    const why = "why" in explanation ? explanation.why : explanation.kind
    yield { kind: "entry", at: path, what: `sha256:${sha256} ${type} ${mode}`, verdict, why, toRead, entry }
  }
}

function* fromFraming({ ledger }: Judged): Generator<Seen> {
  for (const { layer, sha256, unexplained, claims } of ledger.framing) {
    const run = { kind: "framing", at: layer, verdict: "review" } as const
    for (const { start, end, why } of unexplained) yield { ...run, what: `sha256:${sha256} bytes ${start}..${end}`, why, toRead: 1 }
    const all = claims.find(({ role }) => role === "unexplained")?.runs ?? 0
    const unlisted = all - unexplained.length
    if (unlisted > 0) yield { ...run, what: `sha256:${sha256} the rest`, why: "more runs than are listed", toRead: unlisted }
  }
}

function* fromAnomalies({ anomalies, artifact, ledger }: Judged): Generator<Seen> {
  const digests = new Map(ledger.framing.map(({ layer, sha256 }) => [layer, sha256]))
  for (const { severity, kind, layer, path, offset, message } of anomalies) {
    if (severity !== "review") continue
    const where = offset === undefined ? "" : ` byte ${offset}`
    const what = `sha256:${digests.get(layer) ?? artifact.sha256} ${kind}${where}: ${message}`
    yield { kind: "anomaly", at: path ?? layer, what, verdict: "review", why: message, toRead: 0 }
  }
}

function* others(judged: Judged): Generator<Seen> {
  const { artifact, repository } = judged
  const what = `sha256:${artifact.sha256}${repository === undefined ? "" : ` commit ${repository.commit}`}`
  for (const why of sentences(judged)) yield { kind: "reason", at: why, what, verdict: "undetermined", why, toRead: 0 }
}

function* sentences({ artifact, repository, ledger, yara }: Judged): Generator<string> {
  if (ledger.entries.length === 0) yield "the artifact has no entries"
  if (artifact.format === "file" && artifact.size === 0) yield "the artifact is an empty file"
  const unchecked = ledger.entries.filter(({ explanation }) => explanation.kind === "origin" && explanation.age === "unchecked").length
  if (unchecked > 0)
    yield `the release has no date, so the origin of ${plural(unchecked, "entry", "entries")} could be younger than the release`
  if (repository?.how === "by-content" && !repository.candidates.some(({ how }) => how === "by-name" || how === "embedded"))
    yield "no tag and no embedded id names this commit, only the content points to it; name it with --repository R@REF"
  // Who asks for rules and is told of no match must know where they were not tried.
  const [left] = yara?.unscanned.first ?? []
  if (yara !== undefined && left !== undefined)
    yield `${plural(yara.unscanned.count, "content")} not scanned whole with the YARA rules, such as ${left.path}: ${left.why}`
  if (repository?.agrees === false) yield "name and content point to different commits"
}
