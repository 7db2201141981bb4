import { expect, test } from "vitest"
import { problemsOf } from "./edit-problems.ts"
import type { Edit } from "./edits.ts"
import { linesIn, makers, seeded } from "./line-edits.ts"
import { Report } from "./report-schema.ts"

type Entry = Report["ledger"]["entries"][number]

const sha256 = "a".repeat(64)
const entry = (path: string, some: Record<string, unknown> = {}): unknown => ({
  path,
  size: 1,
  sha256,
  gitOid: "b".repeat(40),
  opaque: false,
  mode: "0644",
  toRead: 0,
  explanation: { kind: "origin", origin: "gnu", path, version: "1" },
  ...some,
})

function reportOf(...entries: readonly unknown[]): Report {
  return Report.parse({
    schema: "everybyte.report/1",
    verdict: "review",
    reasons: [],
    artifact: { target: "p", name: "p", size: 1, sha256, root: "p/", entries: entries.length },
    ledger: { totals: { entries: entries.length, byKind: {}, toRead: 0 }, entries, framing: [], absent: [] },
    anomalies: [],
    findings: [],
  })
}

const edit: Edit = {
  kind: "a line inserted",
  path: "p/x.m4",
  text: { kind: "a line inserted", text: "", added: 1, removed: 0, marker: "new\n" },
  lines: ["old\n", "new\n"],
  tar: new Uint8Array(0),
}
const shown = (run: { first: number; last: number; removed: number }, toRead = 1): Partial<Entry> => ({
  toRead,
  explanation: { kind: "unexplained", base: { from: "origin", path: "x.m4", sha256 } },
  unexplained: [run],
})
const before = reportOf(entry("p/x.m4"), entry("p/y.m4"))
const problems = (...after: readonly unknown[]): readonly string[] => problemsOf(before, reportOf(...after), edit).problems

test("a report that shows exactly the edit has no problem", () => {
  expect(problems(entry("p/x.m4", shown({ first: 2, last: 2, removed: 0 })), entry("p/y.m4"))).toEqual([])
})

test.each<[string, readonly unknown[], string]>([
  ["an edit that is not seen", [entry("p/x.m4"), entry("p/y.m4")], "explained as origin"],
  ["another line", [entry("p/x.m4", shown({ first: 1, last: 1, removed: 0 })), entry("p/y.m4")], "not among those"],
  ["a line too many", [entry("p/x.m4", shown({ first: 1, last: 2, removed: 0 })), entry("p/y.m4")], "2 lines more"],
  ["a line that is said to be gone", [entry("p/x.m4", shown({ first: 2, last: 2, removed: 1 })), entry("p/y.m4")], "1 gone"],
  ["nothing to read", [entry("p/x.m4", shown({ first: 2, last: 2, removed: 0 }, 0)), entry("p/y.m4")], "did not grow"],
  [
    "another entry that differs",
    [entry("p/x.m4", shown({ first: 2, last: 2, removed: 0 })), entry("p/y.m4", { toRead: 1 })],
    "differs as well",
  ],
  ["an entry that is lost", [entry("p/x.m4", shown({ first: 2, last: 2, removed: 0 }))], "p/y.m4 differs as well"],
])("%s is a problem", (_, after, problem) => {
  expect(problems(...after).join("; ")).toContain(problem)
})

test("a seed gives the same edits, and each changes the text", () => {
  const text = Array.from({ length: 40 }, (_, index) => (index === 3 ? "# x.m4 serial 4\n" : `AC_CHECK_FUNC([f${index}])\n`)).join("")
  for (const maker of Object.values(makers)) {
    const [one, same] = [maker(linesIn(text), seeded(7), "mark"), maker(linesIn(text), seeded(7), "mark")]
    expect(one).toEqual(same)
    expect(one?.text).not.toBe(text)
  }
})
