import fc from "fast-check"
import { expect, test } from "vitest"
import { oid } from "../../io/git-fixture.ts"
import type { Commit } from "../../model/history.ts"
import { broughtBy } from "./brought.ts"

const idOf = (index: number) => oid(index.toString(16).padStart(40, "0"))
const rest = { author: 0, authored: 0, committer: 0, subject: "", trailers: [], changes: [] }
const commitOf = (index: number, parents: readonly number[]): Commit => ({
  ...rest,
  oid: idOf(index),
  parents: parents.map(idOf),
  committed: index,
})

/** Of each commit, the distances to its parents. */
const anyGraph = fc
  .array(fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 14 })
  .map((all) => all.map((distances, index) => distances.map((distance) => index - distance).filter((parent) => parent >= 0)))

test("a commit was brought by the first merge of the line that has it where its first parent has it not", () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const commits = graph.map((parents, index) => commitOf(index, parents))
      const reach = (index: number): ReadonlySet<number> =>
        new Set([index, ...(graph[index] ?? []).flatMap((parent) => [...reach(parent)])])
      const line: number[] = []
      for (let at: number | undefined = graph.length - 1; at !== undefined; at = graph[at]?.[0]) line.unshift(at)
      const expected = new Map<string, string>()
      for (const merge of line) {
        const before = graph[merge]?.[0] === undefined ? new Set<number>() : reach(graph[merge][0])
        for (const index of reach(merge))
          if (!before.has(index) && !line.includes(index) && !expected.has(idOf(index))) expected.set(idOf(index), idOf(merge))
      }
      const brought = broughtBy({ commits, branches: [{ name: "refs/heads/main", tip: idOf(graph.length - 1) }], tags: [] })
      expect(new Map([...brought].sort())).toEqual(new Map([...expected].sort()))
    }),
    { numRuns: 300 },
  )
})

test("a line of many commits and absent parents are walked without a stack", () => {
  const length = 50_000
  const commits = Array.from({ length }, (_, index) => commitOf(index + 1, index === length - 1 ? [1, index, length + 5] : [index]))
  const brought = broughtBy({ commits, branches: [], tags: [{ name: "v1", commit: idOf(length) }] })
  expect(brought.size).toBe(length - 2)
  expect(brought.get(idOf(2))).toBe(idOf(length))
})
