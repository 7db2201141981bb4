import { expect, test } from "vitest"
import { sha256Of } from "../../core/digest.ts"
import type { Explanation } from "../../model/ledger.ts"
import type { Report, ReportEntry } from "../../model/report.ts"
import { compare } from "./compare.ts"

const source: Explanation = { kind: "source", path: "a", confirmed: "bytes", effects: [] }
const derived: Explanation = {
  kind: "derived",
  generator: "autotools",
  path: "a",
  commands: "make",
  toolchain: "t",
  originals: [],
  tools: [],
  normalised: [],
}
const unexplained: Explanation = { kind: "unexplained", why: "nothing like it" }

const entry = (path: string, content: string, some: Partial<ReportEntry> = {}): ReportEntry => ({
  path,
  type: "file",
  size: content.length,
  sha256: sha256Of(content),
  gitOid: "0".repeat(40),
  mode: "0644",
  opaque: false,
  explanation: source,
  toRead: 0,
  danger: "code",
  ...some,
})

function release(
  root: string,
  entries: readonly ReportEntry[],
  some: Partial<Report> & { origins?: Report["ledger"]["origins"] } = {},
): Report {
  const { origins, ...rest } = some
  return {
    schema: "everybyte.report/1",
    tool: { name: "everybyte", version: "0", trustedBase: [] },
    verdict: "review",
    reasons: [],
    artifact: {
      target: root,
      name: `${root}.tar`,
      size: 1,
      sha256: sha256Of(root),
      format: "tar",
      entries: 0,
      root: `${root}/`,
      chain: [],
      notLookedAt: [],
    },
    ledger: {
      totals: {
        bytes: 0,
        entries: entries.length,
        byKind: {},
        lines: { total: 0, unexplained: 0 },
        opaqueUnexplained: { entries: 0, bytes: 0 },
        toRead: 0,
      },
      entries,
      framing: [],
      absent: [],
      ...(origins === undefined ? {} : { origins }),
    },
    anomalies: [],
    findings: [],
    rules: [],
    ...rest,
  }
}

test("entries are added, removed, changed or the same, whatever the root is called", () => {
  const before = release("p-1", [
    entry("p-1/same", "s"),
    entry("p-1/gone", "g"),
    entry("p-1/other", "1"),
    entry("p-1/run", "r"),
    entry("p-1/lost", "l", { explanation: derived }),
  ])
  const after = release("p-2", [
    entry("p-2/same", "s"),
    entry("p-2/new", "n", { explanation: unexplained, toRead: 4 }),
    entry("p-2/other", "2"),
    entry("p-2/run", "r", { mode: "0755" }),
    entry("p-2/lost", "l", { explanation: unexplained, toRead: 1 }),
  ])
  const found = compare(before, after)
  expect(found).toMatchObject({
    same: 1,
    added: [{ path: "new", explanation: "unexplained", toRead: 4 }],
    removed: [{ path: "gone" }],
    changed: [
      { path: "other", what: ["content"], was: { sha256: sha256Of("1") } },
      { path: "run", what: ["mode"], mode: "0755", was: { mode: "0644" } },
      { path: "lost", what: ["regressed"], explanation: "unexplained", was: { explanation: "derived" } },
    ],
  })
  expect(compare(before, before)).toMatchObject({ added: [], removed: [], changed: [], same: 5, origins: [], generated: [], findings: [] })
})

test("a second file of one path is another entry", () => {
  const twice = [entry("p-1/a", "1"), entry("p-1/a", "2")]
  expect(compare(release("p-1", twice.slice(0, 1)), release("p-1", twice))).toMatchObject({ same: 1, added: [{ sha256: sha256Of("2") }] })
})

test("origins, generated files and findings are told only where they are new", () => {
  const finding = (path: string, message: string): Report["findings"][number] => ({
    rule: "a/b",
    version: 1,
    severity: "review",
    message,
    at: { path },
    evidence: [],
  })
  const before = release("p-1", [entry("p-1/configure", "1")], {
    origins: [{ origin: "gnulib", version: "1", entries: 2 }],
    findings: [finding("p-1/x", "odd"), finding("p-1.tar", "bad")],
  })
  const after = release("p-2", [entry("p-2/configure", "2", { explanation: derived }), entry("p-2/a", "a", { explanation: derived })], {
    origins: [
      { origin: "gnulib", version: "2", entries: 3 },
      { origin: "automake", version: "1.16", entries: 1 },
      { origin: "automake", version: "1.17", entries: 1 },
    ],
    findings: [finding("p-2/x", "odd"), finding("p-2.tar", "bad"), finding("p-2/x", "worse")],
  })
  expect(compare(before, after)).toMatchObject({
    origins: [{ origin: "automake", entries: 2 }],
    generated: [{ path: "a", generator: "autotools" }],
    findings: [{ message: "worse" }],
  })
})
