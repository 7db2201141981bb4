import { expect, test } from "vitest"
import { oidOf } from "../../../test/fixtures/trace.ts"
import type { Content, Structure } from "../../model/inside.ts"
import type { OpaqueFile } from "../../model/trace.ts"
import { insideFacts, namerWords } from "./opaque-words.ts"

const none = { bytes: 0, runs: 0, longest: [] }
const plain: Structure = { unexplained: { bytes: 0, runs: [] }, anomalies: { count: 0, first: [] } }
const file = (some: Partial<OpaqueFile>): OpaqueFile => ({
  path: "a",
  oid: oidOf(1),
  size: 1000,
  entropy: 1,
  versions: [],
  namedBy: [],
  repeats: none,
  ...some,
})
const content = (some: Partial<Content>): Content => ({ size: 4, entropy: 1, repeats: none, ...some })

test("a file that was not looked into says so; one with nothing to say of says nothing", () => {
  const { repeats: _, ...unlooked } = file({ format: "xz" })
  expect(insideFacts(unlooked)).toEqual(["xz, not looked into"])
  expect(insideFacts(file({}))).toEqual([])
})

test("runs: one, several, several of which some stand in a row, and all in one row", () => {
  const run = { period: 2, start: 10, end: 210 }
  const row = { period: 1, bytes: 100, runs: 3, start: 0, distance: 300, between: 7.9 }
  expect(insideFacts(file({ repeats: { bytes: 200, runs: 1, longest: [run] } }))).toEqual([
    "20 % in 1 run: 200 bytes of period 2 at byte 10",
  ])
  expect(insideFacts(file({ repeats: { bytes: 300, runs: 2, longest: [{ ...run, end: 110 }, run] } }))).toEqual([
    "30 % in 2 runs: the longest 200 bytes of period 2 at byte 10",
  ])
  expect(insideFacts(file({ repeats: { bytes: 500, runs: 4, longest: [run], row } }))).toEqual([
    "50 % in 4 runs: the longest 200 bytes of period 2 at byte 10; 3 of 100 bytes of period 1 at byte 0, and again every 300 bytes",
  ])
  expect(insideFacts(file({ repeats: { bytes: 300, runs: 3, longest: [{ period: 1, start: 0, end: 100 }], row } }))).toEqual([
    "30 % in 3 runs: 3 of 100 bytes of period 1 at byte 0, and again every 300 bytes",
  ])
})

test.each([
  [{ kind: "malformed", at: 1234, why: "expected more" }, "xz, refused at byte 1,234: expected more"],
  [{ kind: "malformed", why: "expected more" }, "xz, refused: expected more"],
  [{ kind: "over-limit", why: "depthMax (8)" }, "xz, not read to its end: depthMax (8)"],
  [{ kind: "unavailable", why: "install xz" }, "xz, not read: install xz"],
] as const)("what was not read to its end: %j", (stopped, words) => {
  expect(insideFacts(file({ format: "xz", structure: { ...plain, stopped } }))).toEqual([words])
})

test("content in content, layer by layer, and no more lines than can be read", () => {
  const text = content({ encoding: "utf-8" })
  const deep = (depth: number): Content =>
    depth === 0 ? text : content({ format: "gzip", structure: { ...plain, content: deep(depth - 1) } })
  expect(insideFacts(file({ format: "gzip", structure: { ...plain, content: deep(1) } }))).toEqual([
    "gzip, whole",
    "decoded: 4 bytes, 1.00 bits a byte",
    "gzip, whole",
    "decoded: utf-8 text of 4 bytes, 1.00 bits a byte",
  ])
  const lines = insideFacts(file({ format: "gzip", structure: { ...plain, content: deep(20) } }))
  expect([lines.length, lines.at(-1)]).toEqual([9, "34 lines more of what is inside (--format json has all)"])
})

test("namers have their kinds, and of many the first three are named", () => {
  const namers = (["build", "test", "other", "other", "other"] as const).map((kind, index) => ({ path: `p${index}`, kind }))
  expect(namerWords(namers, "none", "named by")).toBe("named by p0 (build), p1 (test), p2 and 2 more")
  expect(namerWords([], "none", "named by")).toBe("none")
})
