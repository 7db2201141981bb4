import { expect, test } from "vitest"
import type { Explanation, Ledger, LedgerEntry } from "../../model/ledger.ts"
import { derivedPaths, mayRegress, withRegressed } from "./previous.ts"
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
  const paths = derivedPaths(before, old)
  expect([...paths]).toEqual(["configure", "m4/x.m4"])
  const after = withRegressed(
    ledgerOf(item("p-2/configure", left), item("p-2/m4/x.m4", left), item("p-2/y", left), item("p-2/z", left)),
    now,
    paths,
  )
  expect(after.entries.map(({ regressed }) => regressed)).toEqual([true, true, undefined, undefined])
  expect(after.madeBefore).toEqual({ derived: 2 })
})

test("what is explained is not marked, in whatever way", () => {
  const after = withRegressed(ledgerOf(item("p-2/configure", origin), item("p-2/m4/x.m4", derived)), now, new Set(["configure", "m4/x.m4"]))
  expect(after.entries.some(({ regressed }) => regressed)).toBe(false)
})

test("the earlier release is only made again for what it had and is left to read now", () => {
  expect(mayRegress(ledgerOf(item("p-2/a", left, { previous: "new" }), item("p-2/b", derived, { previous: "same" })))).toBe(false)
  expect(mayRegress(ledgerOf(item("p-2/a", left, { previous: "changed" })))).toBe(true)
  expect(mayRegress(ledgerOf(item("p-2/a", left)))).toBe(false)
})
