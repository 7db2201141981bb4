import fc from "fast-check"
import { expect, test } from "vitest"
import { diffLines } from "../src/core/diff.ts"
import { partsOf, type Row, rowsOf } from "./lines.ts"

const shortly = (rows: readonly Row[]): readonly string[] =>
  rows.map((row) => {
    if (row.kind === "count") return `count ${row.removed}`
    const here = row.kind === "gone" ? "-" : `${row.line.number}${row.line.text}`
    return `${row.kind} ${here} ${row.base === undefined ? "-" : `${row.base.number}${row.base.text}`}`
  })

test("a changed line stands beside the one that went, a removed one at its place", () => {
  const rows = rowsOf({ lines: ["a", "X", "c", "e"], base: ["a", "b", "c", "d", "e"] }, [
    { first: 2, last: 2, removed: 1 },
    { first: 4, last: 3, removed: 1 },
  ])
  expect(shortly(rows)).toEqual(["same 1a 1a", "new 2X 2b", "same 3c 3c", "gone - 4d", "same 4e 5e"])
})

test("without the base's text, what went is a count", () => {
  expect(shortly(rowsOf({ lines: ["a", "c"] }, [{ first: 2, last: 1, removed: 3 }]))).toEqual(["same 1a -", "count 3", "same 2c -"])
})

test("a base that the runs do not lead from is not shown beside the text", () => {
  expect(shortly(rowsOf({ lines: ["a", "b"], base: ["y", "z"] }, [{ first: 2, last: 2, removed: 0 }]))).toEqual(["same 1a -", "new 2b -"])
})

test("property: with the runs of an ordered diff, each text stands whole and in order, and what is called the same is", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 })
  fc.assert(
    fc.property(text, text, (base, lines) => {
      const hunks = diffLines(base, lines, 100_000) ?? []
      const rows = rowsOf(
        { lines, base },
        hunks.map(({ start, end, removed }) => ({ first: start + 1, last: end, removed })),
      )
      expect(rows.flatMap((row) => (row.kind === "same" || row.kind === "new" ? [row.line.text] : []))).toEqual(lines)
      expect(rows.flatMap((row) => (row.kind === "count" || row.base === undefined ? [] : [row.base.text]))).toEqual(base)
      for (const row of rows) if (row.kind === "same") expect(row.base?.text).toBe(row.line.text)
    }),
  )
})

test("covered lines far from a mark are folded, nothing is lost", () => {
  const lines = Array.from({ length: 100 }, (_, index) => String(index))
  const rows = rowsOf({ lines, base: lines.filter((line) => line !== "50") }, [{ first: 51, last: 51, removed: 0 }])
  const parts = partsOf(rows)
  expect(parts.map(({ hidden, rows: { length } }) => [hidden, length])).toEqual([
    [true, 44],
    [false, 13],
    [true, 43],
  ])
  expect(parts.flatMap((part) => part.rows)).toEqual(rows)
})

test("a text with no marks at all is shown whole", () => {
  expect(partsOf(rowsOf({ lines: Array.from({ length: 40 }, String) }, []))).toHaveLength(1)
})
