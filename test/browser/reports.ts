import type { Exhibits, Report } from "../../src/index.ts"
import { reporters } from "../../src/index.ts"
import type { ReportEntry } from "../../src/model/report.ts"

export const look = { columns: 100, colour: false, command: "everybyte" }

export function entryOf(path: string, some: Partial<ReportEntry> = {}): ReportEntry {
  return {
    path,
    type: "file",
    size: 100,
    sha256: "0".repeat(64),
    gitOid: "0".repeat(40),
    mode: "0644",
    opaque: false,
    explanation: { kind: "source", path, confirmed: "bytes", effects: [] },
    toRead: 0,
    danger: "others",
    ...some,
  }
}

/** A text that nothing explains: all its lines are left. */
export const unexplained = (path: string, lines: number, some: Partial<ReportEntry> = {}): ReportEntry =>
  entryOf(path, {
    explanation: { kind: "unexplained", why: "nothing like it" },
    toRead: lines,
    lines,
    unexplained: [{ first: 1, last: lines, removed: 0 }],
    ...some,
  })

export function reportOf(entries: readonly ReportEntry[], some: Partial<Report> = {}): Report {
  const byKind: Record<string, { entries: number; bytes: number }> = {}
  for (const { explanation, size } of entries) {
    const { entries: count, bytes } = byKind[explanation.kind] ?? { entries: 0, bytes: 0 }
    byKind[explanation.kind] = { entries: count + 1, bytes: bytes + size }
  }
  const toRead = entries.reduce((sum, entry) => sum + entry.toRead, 0)
  const bytes = entries.reduce((sum, entry) => sum + entry.size, 0)
  return {
    schema: "everybyte.report/1",
    tool: { name: "everybyte", version: "0.0.0", trustedBase: [{ name: "git", version: "2" }] },
    verdict: toRead > 0 ? "review" : "accounted",
    reasons: toRead > 0 ? ["not explained whole"] : [],
    artifact: {
      target: "p-1.tar",
      name: "p-1.tar",
      size: bytes,
      sha256: "0".repeat(64),
      format: "tar",
      entries: entries.length,
      root: "p-1/",
      chain: ["read from a file"],
      notLookedAt: ["the other half"],
    },
    ledger: {
      totals: {
        bytes,
        entries: entries.length,
        byKind,
        lines: { total: 0, unexplained: 0 },
        opaqueUnexplained: { entries: 0, bytes: 0 },
        toRead,
      },
      entries,
      framing: [],
      absent: [],
    },
    anomalies: [],
    findings: [],
    rules: [],
    ...some,
  }
}

export const htmlOf = (report: Report, exhibits?: Exhibits): string => reporters.html.render(report, look, exhibits)

/** Many files in folders three deep, every tenth of them to read; the same each time. */
export function manyEntries(count: number): readonly ReportEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const path = `p-1/part-${index % 40}/group-${index % 7}/deep-${index % 23}/file-${index}.c`
    const size = 50 + ((index * 7919) % 20_000)
    return index % 10 === 0 ? unexplained(path, 1 + (index % 50), { size, danger: "code" }) : entryOf(path, { size })
  })
}
