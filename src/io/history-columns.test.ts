import fc from "fast-check"
import { expect, test } from "vitest"
import type { Commit } from "../model/history.ts"
import { oid } from "./git-fixture.ts"
import { columnList, columnsOf, commitsIn } from "./history-columns.ts"
import { HistoryPacker } from "./history-packer.ts"

const formats = [
  ["sha1", 40],
  ["sha256", 64],
] as const

/** What git's log never has is a NUL; what is no UTF-8 was told in escapes. */
const text = fc.string({ unit: "grapheme", maxLength: 12 }).map((some) => some.toWellFormed().replaceAll("\0", ""))

test.each(formats)("commits come out of columns as they went in: ids of %s", (format, digits) => {
  const id = fc.nat().map((number) => oid(number.toString(16).padStart(digits, "0")))
  const count = fc.nat(2 ** 31)
  const change = fc.record({ path: text, before: fc.option(id, { nil: undefined }), after: fc.option(id, { nil: undefined }) })
  const seconds = fc.integer({ min: -62_167_219_200, max: 253_402_300_799 })
  const told = fc.record({
    ...{ author: count, authored: seconds, committer: count, committed: seconds, subject: text },
    trailers: fc.array(fc.record({ token: text, value: text }), { maxLength: 3 }),
    changes: fc.array(change, { maxLength: 3 }),
    back: fc.array(fc.nat(20), { maxLength: 3 }),
  })
  fc.assert(
    fc.property(fc.array(told, { maxLength: 8 }), (rows) => {
      const idOf = (row: number): Commit["oid"] => oid((row + 1).toString(16).padStart(digits, "f"))
      const commits = rows.map(
        ({ back, ...one }, row): Commit => ({ ...one, oid: idOf(row), parents: back.filter((to) => to < row).map(idOf) }),
      )
      const packer = new HistoryPacker(format, 2 ** 20)
      for (const commit of commits) packer.add(commit)
      const columns = packer.columns()
      if (columns === undefined) throw new Error("no columns")
      const again = columnsOf(columnList(columns).map((column) => Uint8Array.from(column)))
      const out = commitsIn({ columns: again, paths: packer.paths, format })
      expect(
        out.map(({ oid, parents, author, authored, committer, committed, subject, trailers, changes }) => ({
          ...{ oid, parents, author, authored, committer, committed, subject, trailers },
          changes: changes.map(({ path, before, after }) => ({ path, before, after })),
        })),
      ).toEqual(commits)
      const parents = new Set(commits.flatMap((commit) => commit.parents))
      expect(new Set(packer.heads)).toEqual(new Set(commits.flatMap((commit) => (parents.has(commit.oid) ? [] : [commit.oid]))))
    }),
  )
})

test("a parent that did not come, and more than is kept, make no columns", () => {
  const commit: Commit = {
    ...{ oid: oid("1".repeat(40)), parents: [], author: 0, authored: 0, committer: 0, committed: 0, subject: "x".repeat(100) },
    ...{ trailers: [], changes: [] },
  }
  const columnsFor = (one: Commit, bytesMax: number): unknown => {
    const packer = new HistoryPacker("sha1", bytesMax)
    packer.add(one)
    return packer.columns()
  }
  expect(columnsFor(commit, 100)).toBeDefined()
  expect(columnsFor(commit, 99)).toBeUndefined()
  expect(columnsFor({ ...commit, parents: [oid("2".repeat(40))] }, 100)).toBeUndefined()
})
