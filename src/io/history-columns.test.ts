import fc from "fast-check"
import { expect, test } from "vitest"
import { inTime } from "../core/order.ts"
import type { Commit, CommitRows } from "../model/history.ts"
import { rowsOf, withAdded } from "./commit-rows.ts"
import { oid } from "./git-fixture.ts"
import { bulkColumns, bulkList, type Column, rowColumns, rowList } from "./history-columns.ts"
import { HistoryPacker, headsOf } from "./history-packer.ts"
import { KeptRows } from "./kept-rows.ts"

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
      const whole = rowsOf(commits)
      const columns = packer.columns(whole)
      if (columns === undefined) throw new Error("no columns")
      const kept = new KeptRows(rowColumns(rowList(columns.rows).map(bytesOf)), format)
      const out = kept.commits(bulkColumns(bulkList(columns.bulk).map(bytesOf)))
      expect(
        out.map(({ oid, parents, author, authored, committer, committed, subject, trailers, changes }) => ({
          ...{ oid, parents, author, authored, committer, committed, subject, trailers },
          changes: changes.map(({ path, before, after }) => ({ path, before, after })),
        })),
      ).toEqual([...commits].sort(inTime))
      expect(plain(kept)).toEqual(plain(whole))
      const parents = new Set(commits.flatMap((commit) => commit.parents))
      expect(new Set(headsOf(whole))).toEqual(new Set(commits.flatMap((commit) => (parents.has(commit.oid) ? [] : [commit.oid]))))
    }),
  )
})

test("rows with commits added are the rows of all of them, whatever dates they state", () => {
  const time = fc.integer({ min: -3, max: 3 })
  const one = fc.record({ authored: time, committed: time, isOld: fc.boolean(), paths: fc.subarray(["a", ".gitignore", "SECURITY.md"]) })
  const back = fc.array(fc.nat(12), { maxLength: 3 })
  fc.assert(
    fc.property(fc.array(fc.tuple(one, back), { maxLength: 12 }), (made) => {
      const idOf = (index: number): Commit["oid"] => oid(((index * 7) % 13).toString(16).padStart(40, "0"))
      const commits = made.map(
        ([{ authored, committed, paths }, parents], index): Commit => ({
          ...{ oid: idOf(index), authored, committed, author: index, committer: index + 1, subject: "", trailers: [] },
          parents: parents
            .filter((to) => to !== index && (to >= made.length || made[index]?.[0].isOld !== true || made[to]?.[0].isOld))
            .map(idOf),
          changes: paths.map((path) => ({ path, before: undefined, after: idOf(index) })),
        }),
      )
      const [old, added] = [commits.filter((_, index) => made[index]?.[0].isOld), commits.filter((_, index) => !made[index]?.[0].isOld)]
      expect(plain(withAdded(rowsOf(old), added))).toEqual(plain(rowsOf(commits)))
    }),
  )
})

/** Parents in place of where they stand. */
function plain(rows: CommitRows): unknown {
  return Array.from({ length: rows.length }, (_, row) => {
    const start = rows.parentStarts[row] ?? 0
    expect(rows.rowOf(rows.oidOf(row))).toBe(row)
    return {
      ...{ oid: rows.oidOf(row), authored: rows.authored[row], committed: rows.committed[row], author: rows.author[row] },
      ...{
        committer: rows.committer[row],
        classes: rows.classes[row],
        touches: [0, 1, 2, 3, 4, 5].map((bit) => rows.touchesOf(row, 1 << bit)),
      },
      parents: [...rows.parents.subarray(start, start + (rows.parentCounts[row] ?? 0))],
    }
  })
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Column): Uint8Array => Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength))

test("a parent that did not come, and more than is kept, make no columns", () => {
  const commit: Commit = {
    ...{ oid: oid("1".repeat(40)), parents: [], author: 0, authored: 0, committer: 0, committed: 0, subject: "x".repeat(100) },
    ...{ trailers: [], changes: [] },
  }
  const columnsFor = (one: Commit, bytesMax: number): unknown => {
    const packer = new HistoryPacker("sha1", bytesMax)
    packer.add(one)
    return packer.columns(rowsOf([one]))
  }
  expect(columnsFor(commit, 100)).toBeDefined()
  expect(columnsFor(commit, 99)).toBeUndefined()
  expect(columnsFor({ ...commit, parents: [oid("2".repeat(40))] }, 100)).toBeUndefined()
})
