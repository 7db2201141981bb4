import { expect, test } from "vitest"
import { memorySource } from "../../src/core/bytes.ts"
import { gitOidOf, sha256Of } from "../../src/core/digest.ts"
import { limitsDefault } from "../../src/core/limits.ts"
import { belowRoot } from "../../src/core/path.ts"
import type { Replay, ReplayedFile } from "../../src/model/replay.ts"
import { ranked } from "../../src/reporters/words.ts"
import { explain } from "../../src/stages/explain/explain.ts"
import { indexOf } from "../../src/stages/explain/origin-kit.ts"
import { artifactOf, lines, snapshotOf } from "../../src/stages/explain/test-kit.ts"
import { report } from "../../src/stages/report/report.ts"
import { linesIn } from "./line-edits.ts"
import { poisoned } from "./poison.ts"
import { Report } from "./report-schema.ts"
import { type Twin, twinProblems } from "./twin-problems.ts"

const macro = ["# thing.m4\n", "# serial 3 (made-1.0)\n", "AC_DEFUN([MADE_THING],\n", "[\n", "  AC_MSG_CHECKING([thing])\n", "])\n"].join(
  "",
)
const configure = lines(300)
const template = lines(200, (line) => `template ${line}`)
/** The release was made with another edition of the tools: a few lines are honestly left. */
const skewed = template.replaceAll("line 19", "LINE 19")

const made = (path: string, content: string): readonly [string, ReplayedFile] => {
  const bytes = Buffer.from(content)
  const file = { path, mode: 0o644, size: bytes.length, sha256: sha256Of(bytes), gitOid: gitOidOf("blob", bytes), unstable: [] }
  return [path, { ...file, encoding: "utf-8", content: memorySource(bytes) }]
}

const replay: Replay = {
  generator: "made",
  revision: 1,
  commands: "made",
  toolchain: { name: "made", digest: "0", date: "2020-01-01" },
  sandbox: "made 1 with seccomp",
  originals: [],
  collation: "C.UTF-8",
  tools: [],
  sources: [],
  steps: [],
  files: new Map([made("configure", configure), made("m4/thing.m4", macro), made("Makefile.in", template)]),
}

async function explained(files: { readonly macro: string; readonly configure: string }): Promise<{ report: Report; listed: string[] }> {
  const entries = { "p-1/m4/thing.m4": files.macro, "p-1/configure": files.configure, "p-1/Makefile.in": skewed, "p-1/a.c": "int a;\n" }
  const artifact = artifactOf(Object.fromEntries(Object.entries(entries).map(([path, content]) => [path, { content }])), "p-1/")
  const snapshot = snapshotOf({ tree: { "a.c": { content: "int a;\n" } } })
  const origins = indexOf({ name: "lib", files: [{ path: "m4/thing.m4", content: macro, claims: "serial 3" }] })
  const replays = { done: [replay], not: [], close: async () => undefined }
  const given = { limits: limitsDefault, without: "", origins, replays, previous: undefined }
  const ledger = await explain(artifact, snapshot, given)
  const tool = { name: "everybyte", version: "1", trustedBase: [] } as const
  const written = await report({ artifact, snapshot, ledger, origins, replays, previous: undefined, tool })
  const listed = ranked(written).map(({ path }) => belowRoot(path, "p-1/"))
  return { report: Report.parse(JSON.parse(JSON.stringify(written))), listed }
}

const poison = poisoned(linesIn(macro), /^AC_DEFUN\(\[MADE_THING\]/)
/** As autoconf would: the macro's lines where it is expanded. */
const caused = (poison?.added ?? []).slice(1)
const infected = [...linesIn(configure).slice(0, 120), ...caused, ...linesIn(configure).slice(120)].join("")
const twin: Twin = {
  macro: "p-1/m4/thing.m4",
  claimed: "serial 9003",
  changed: [
    {
      path: "p-1/m4/thing.m4",
      honest: linesIn(macro),
      lines: linesIn(poison?.text ?? ""),
      added: poison?.added ?? [],
      gone: ["# serial 3 (made-1.0)\n"],
    },
    { path: "p-1/configure", honest: linesIn(configure), lines: linesIn(infected), added: caused, gone: [] },
  ],
}

test("a poisoned twin leaves exactly the poisoned lines and those that they cause, ranked before what a skew leaves", async () => {
  const honest = await explained({ macro, configure })
  const after = await explained({ macro: poison?.text ?? "", configure: infected })
  expect(honest.report.ledger.totals).toMatchObject({
    toRead: 11,
    byKind: { derived: { entries: 1 }, origin: { entries: 1 }, source: { entries: 1 } },
  })
  expect(twinProblems(honest.report, after.report, twin, after.listed)).toEqual([])
  expect(after.report.ledger.totals.toRead).toBe(11 + 13 + 12)
})

test("a poisoned twin whose lines are not all shown, or that shows others, is a problem", async () => {
  const honest = await explained({ macro, configure })
  const other = await explained({ macro: poison?.text ?? "", configure: infected.replace("line 7\n", "line seven\n") })
  expect(twinProblems(honest.report, other.report, twin, other.listed).join("; ")).toContain("p-1/configure: 1 lines gone for 0")
  const half = await explained({ macro: poison?.text ?? "", configure })
  expect(twinProblems(honest.report, half.report, twin, half.listed)).toContain("p-1/configure is explained as derived")
  const quiet = await explained({ macro: (poison?.text ?? "").replace("9003", "3"), configure: infected })
  expect(twinProblems(honest.report, quiet.report, twin, quiet.listed)).toContain("origin/claimed-version does not name serial 9003")
})

test("the only thing that a poison can lead to is a file MARKER", () => {
  const written = (poison?.added ?? []).join("").match(/>+\s*["']?[\w$/.&]+/g)
  expect(written).toEqual([">/dev/null", ">MARKER"].map((one) => expect.stringContaining(one)))
})
