import { assert } from "../core/assert.ts"
import { type Kind, kinds } from "../model/ledger.ts"
import type { Cause, ReportEntry, ReportLedger } from "../model/report.ts"

/** What the entries add up to; `toRead` is the causes' sum, as framing has its share. */
export function totalsOf(entries: readonly ReportEntry[], causes: readonly Cause[]): ReportLedger["totals"] {
  const byKind: Partial<Record<Kind, { entries: number; bytes: number }>> = {}
  for (const kind of kinds) {
    const of = entries.filter(({ explanation }) => explanation.kind === kind)
    if (of.length > 0) byKind[kind] = { entries: of.length, bytes: bytesOf(of) }
  }
  const opaque = entries.filter((entry) => entry.explanation.kind === "unexplained" && entry.opaque)
  const totals = {
    bytes: bytesOf(entries),
    entries: entries.length,
    byKind,
    lines: { total: sumOf(entries, ({ lines }) => lines ?? 0), unexplained: sumOf(entries, uncoveredLines) },
    opaqueUnexplained: { entries: opaque.length, bytes: bytesOf(opaque) },
    toRead: sumOf(causes, ({ toRead }) => toRead),
  }
  assert(sumOf(Object.values(byKind), ({ bytes }) => bytes) === totals.bytes, "the kinds do not add up to the bytes")
  return totals
}

const sumOf = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((sum, item) => sum + of(item), 0)
const bytesOf = (entries: readonly ReportEntry[]): number => sumOf(entries, ({ size }) => size)
const uncoveredLines = ({ unexplained = [] }: ReportEntry): number => sumOf(unexplained, ({ first, last }) => last - first + 1)
