import { expect, test } from "vitest"
import { sha256Of } from "../../core/digest.ts"
import type { Explanation, Ledger, LedgerEntry } from "../../model/ledger.ts"
import { leftOfReplayed, mayRegress, withRegressed } from "./previous.ts"
import { artifactOf, entryOf } from "./test-kit.ts"

const derived: Explanation = {
  kind: "derived",
  generator: "made",
  path: "x",
  commands: "make",
  toolchain: "made",
  originals: [],
  tools: [],
  normalised: [],
}
const left: Explanation = { kind: "unexplained", why: "made" }
const origin: Explanation = { kind: "origin", origin: "lib", path: "x", version: "1", date: "2020-01-01", age: "commit" }

const item = (path: string, explanation: Explanation, rest: Partial<LedgerEntry> = {}): LedgerEntry => ({
  entry: entryOf(path, { content: "x\n" }),
  explanation,
  toRead: explanation.kind === "unexplained" ? 1 : 0,
  danger: "others",
  ...rest,
})
const ledgerOf = (...entries: readonly LedgerEntry[]): Ledger => ({
  entries,
  layers: [],
  absent: [],
  anomalies: [],
  accepted: undefined,
  gone: [],
})
const [old, now] = [artifactOf({}, "p-1/"), artifactOf({}, "p-2/")]

test("what was derived, or would have been had no origin had it, and is left to read now is marked", () => {
  const before = ledgerOf(item("p-1/configure", derived), item("p-1/m4/x.m4", origin, { also: [derived] }), item("p-1/y", left))
  const paths = leftOfReplayed(before, old)
  expect([...paths]).toEqual([
    ["configure", 0],
    ["m4/x.m4", 0],
  ])
  const after = withRegressed(
    ledgerOf(item("p-2/configure", left), item("p-2/m4/x.m4", left), item("p-2/y", left), item("p-2/z", left)),
    now,
    paths,
  )
  expect(after.entries.map(({ regressed }) => regressed)).toEqual([true, true, undefined, undefined])
  expect(after.madeBefore).toEqual({ derived: 2 })
})

test("a poisoned configure was not marked, as a skewed tool's version was left of the honest one too", () => {
  const near: Explanation = {
    kind: "unexplained",
    why: "compared",
    base: { from: "replay", path: "x", generator: "made", toolchain: "made", sha256: sha256Of("x") },
  }
  const before = leftOfReplayed(ledgerOf(item("p-1/configure", near, { toRead: 2 }), item("p-1/ltmain.sh", near, { toRead: 5 })), old)
  const after = withRegressed(
    ledgerOf(item("p-2/configure", near, { toRead: 3 }), item("p-2/ltmain.sh", near, { toRead: 5 }), item("p-2/new", near)),
    now,
    before,
  )
  expect(after.entries.map(({ regressed }) => regressed)).toEqual([true, undefined, undefined])
  expect(after.madeBefore).toEqual({ derived: 0 })
})

test("what is explained is not marked, in whatever way", () => {
  const after = withRegressed(
    ledgerOf(item("p-2/configure", origin), item("p-2/m4/x.m4", derived)),
    now,
    new Map([
      ["configure", 0],
      ["m4/x.m4", 0],
    ]),
  )
  expect(after.entries.some(({ regressed }) => regressed)).toBe(false)
})

test("the earlier release is only made again for what it had and is left to read now", () => {
  expect(mayRegress(ledgerOf(item("p-2/a", left, { previous: "new" }), item("p-2/b", derived, { previous: "same" })))).toBe(false)
  expect(mayRegress(ledgerOf(item("p-2/a", left, { previous: "changed" })))).toBe(true)
  expect(mayRegress(ledgerOf(item("p-2/a", left)))).toBe(false)
})
