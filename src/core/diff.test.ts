import fc from "fast-check"
import { expect, test } from "vitest"
import { diffLines, type Hunk } from "./diff.ts"

const steps = 1_000_000
const text = (letters: string): string[] => [...letters]

test("equal texts leave nothing", () => {
  expect(diffLines(text("abc"), text("abc"), steps)).toEqual([])
})

test.each<[string, string, readonly Hunk[]]>([
  ["abc", "abxc", [{ start: 2, end: 3, removed: 0 }]],
  ["abc", "ac", [{ start: 1, end: 1, removed: 1 }]],
  ["abc", "axc", [{ start: 1, end: 2, removed: 1 }]],
  ["", "ab", [{ start: 0, end: 2, removed: 0 }]],
  ["ab", "", [{ start: 0, end: 0, removed: 2 }]],
])("%s -> %s", (base, lines, hunks) => {
  expect(diffLines(text(base), text(lines), steps)).toEqual(hunks)
})

test("swapping two lines never costs nothing", () => {
  expect(diffLines(text("abcd"), text("acbd"), steps)).not.toEqual([])
})

test("gives up when the steps run out instead of hanging", () => {
  const base = Array.from({ length: 2000 }, (_, index) => `${index % 977}`)
  expect(diffLines(base, [...base].reverse(), 1000)).toBeUndefined()
})

test("property: applying the hunks to the base gives the lines", () => {
  const letters = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 })
  fc.assert(
    fc.property(letters, letters, (base, lines) => {
      const rebuilt: string[] = []
      let inBase = 0
      let next = 0
      for (const hunk of diffLines(base, lines, steps) ?? []) {
        rebuilt.push(...base.slice(inBase, inBase + hunk.start - next), ...lines.slice(hunk.start, hunk.end))
        inBase += hunk.start - next + hunk.removed
        next = hunk.end
      }
      expect([...rebuilt, ...base.slice(inBase)]).toEqual(lines)
    }),
  )
})

test("the budget of a run is shared by its diffs: what one spends the next does not have", () => {
  const base = Array.from({ length: 300 }, (_, index) => `${index % 97}`)
  const budget = { left: 200_000 }
  let answered = 0
  while (diffLines(base, [...base].reverse(), steps, budget) !== undefined) answered += 1
  expect(answered).toBeGreaterThan(0)
  expect(budget.left).toBeLessThan(0)
})

test("numbers that stand for lines give the same hunks, and one below zero equals none", () => {
  const letters = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 })
  const numbers = (lines: readonly string[]): Int32Array => Int32Array.from(lines, (line) => line.charCodeAt(0))
  fc.assert(
    fc.property(letters, letters, (base, lines) => {
      expect(diffLines(numbers(base), numbers(lines), steps)).toEqual(diffLines(base, lines, steps))
    }),
  )
  const unknown = Int32Array.of(1, -1, 2)
  expect(diffLines(unknown, unknown, steps)).toEqual([{ start: 1, end: 2, removed: 1 }])
})
