import { number } from "../core/count.ts"
import { sha256Of } from "../core/digest.ts"
import { belowRoot } from "../core/path.ts"
import type { Cause, Report, ReportEntry } from "../model/report.ts"
import { byVerdict, causesOf, type Seen } from "../rules/index.ts"
import { readingOrder, remains } from "./words.ts"

/** Something that asks for attention, before a form writes it. Texts are still as they came. */
export interface Problem {
  readonly rule: string
  readonly verdict: Cause["verdict"]
  readonly message: string
  /** Below the release's root; undefined: the release itself. */
  readonly path: string | undefined
  readonly entry: ReportEntry | undefined
  /** Lines from 1, both included; what comes after the first is of less interest. */
  readonly lines: readonly (readonly [first: number, last: number])[]
  readonly bytes: readonly [start: number, end: number] | undefined
  /** Stays while it is the same bytes that ask: what somebody dismissed does not hide other bytes. */
  readonly fingerprint: string
}

/** What an audit left open, else whatever the report has; the worst first, else in the order of reading. */
export function problemsOf(report: Report): readonly Problem[] {
  const entries = readingOrder(report).flatMap((position) => report.ledger.entries[position] ?? [])
  const seen = causesOf({ ...report, ledger: { ...report.ledger, entries } })
  const known = new Map(seen.map((cause) => [keyOf(cause), cause]))
  const open = report.audit?.open.map((cause): Seen => ({ ...known.get(keyOf(cause)), ...cause })) ?? [...seen].sort(byVerdict)
  return open.filter(({ verdict }) => verdict !== "accounted").map((cause) => problemOf(cause, report))
}

const keyOf = ({ kind, at, what }: Cause): string => JSON.stringify([kind, at, what])

function problemOf(cause: Seen, { artifact }: Report): Problem {
  const { kind, what, verdict, entry, finding } = cause
  const at = belowRoot(cause.at, artifact.root)
  const rule = ruleOf(cause)
  return {
    rule,
    verdict,
    message: messageOf(cause),
    path: kind === "entry" || kind === "finding" ? at : undefined,
    entry,
    lines: finding?.at.lines === undefined ? linesOf(entry) : [finding.at.lines],
    bytes: finding?.at.bytes,
    fingerprint: sha256Of([rule, at, what].join("\0")),
  }
}

function ruleOf({ kind, what, toRead }: Cause): string {
  if (kind === "finding") return what.replace(/ .*$/s, "")
  if (kind === "entry") return toRead > 0 ? "explain/unexplained" : "explain/undetermined"
  return `explain/${kind}`
}

/** Lines shown of one entry: its file is not at hand where the result is read. */
const linesShown = 5

function messageOf({ kind, at, what, why, toRead, entry, finding }: Seen): string {
  if (entry !== undefined && toRead > 0) {
    const shown = (entry.shown ?? []).slice(0, linesShown).map(({ line, text }) => `\n${line}: ${text}`)
    const previous = entry.previous === undefined ? "" : `, ${entry.previous}`
    return `${number(toRead)} to read (${entry.danger}${previous}): ${remains(entry)}${shown.join("")}`
  }
  if (finding !== undefined)
    return [why, ...finding.evidence.map((one) => `${one.what}: ${one.where} ${one.digest}`)].slice(0, 1 + linesShown).join("\n")
  return kind === "framing" || kind === "anomaly" ? `${at}, ${what}: ${why}` : why
}

/** An empty run stands behind the line before it: only lines of the base are gone there. */
const linesOf = (entry: ReportEntry | undefined): Problem["lines"] =>
  (entry?.unexplained ?? []).map(({ first, last }) => (last < first ? [Math.max(1, last), Math.max(1, last)] : [first, last]))
