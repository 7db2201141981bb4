import fc from "fast-check"
import { expect, test } from "vitest"
import type { RecordedHistory } from "../../model/history.ts"
import type { Since } from "../../model/people.ts"
import { historyOf, idOf, type Row } from "./event-fixture.ts"
import { rangeOf } from "./range.ts"
import { releaseRangeOf } from "./release-range.ts"

const row = (...parents: readonly number[]): Row => ({ by: "one", at: "2020-01-01", parents })
const named = (history: RecordedHistory, names: readonly string[]): RecordedHistory => ({
  ...history,
  tags: history.tags.map((tag, index) => ({ ...tag, name: names[index] ?? tag.name })),
})

interface Of {
  readonly at: number
  readonly previous?: Since
  readonly tagsMax?: number
}

function fromOf(history: RecordedHistory, { at, previous, tagsMax = 16 }: Of): Since | undefined {
  const tag = history.tags.find(({ commit }) => commit === idOf(at))
  return releaseRangeOf(history, { commit: idOf(at), tag, previous, tagsMax })?.from
}

const line = [row(), row(0), row(1), row(2), row(3)]

test("what is new in a release is new against the tag before it on its line", () => {
  const history = historyOf(line, [{ of: 0 }, { of: 2 }, { of: 4 }])
  expect(fromOf(history, { at: 4 })).toEqual({ commit: idOf(2), tag: "v1", how: "tag" })
  const range = releaseRangeOf(history, { commit: idOf(4), tag: undefined, previous: undefined, tagsMax: 16 })?.range
  expect([0, 1, 2, 3, 4].filter((at) => range?.has(idOf(at)))).toEqual([3, 4])
})

test("the first release is new as a whole", () => {
  const history = historyOf(line, [{ of: 1 }, { of: 3 }])
  const found = releaseRangeOf(history, { commit: idOf(1), tag: history.tags[0], previous: undefined, tagsMax: 16 })
  expect(found?.from).toBeUndefined()
  expect([0, 1, 2].map((at) => found?.range.has(idOf(at)))).toEqual([true, true, false])
})

test("another tag of the same commit is not the one before", () => {
  const history = historyOf(line, [{ of: 1 }, { of: 3 }, { of: 3 }])
  expect(fromOf(history, { at: 3 })).toMatchObject({ tag: "v0" })
})

test("of a release and of a fix that were merged, the one that has more of the history counts", () => {
  // 0 - 1 - 2 - 3 - 6 - 7, and 1 - 4 - 5 merged into 6: v0 at 3, v1 (the fix) at 5.
  const rows = [row(), row(0), row(1), row(2), row(1), row(4), row(3, 5), row(6)]
  const history = historyOf(rows, [{ of: 2 }, { of: 3 }, { of: 4 }])
  expect(fromOf(history, { at: 7 })).toMatchObject({ tag: "v1" })
})

test("in a repository of many packages the tag before is one of the same package", () => {
  const history = named(historyOf(line, [{ of: 1 }, { of: 3 }, { of: 4 }]), ["one@1.0.0", "two@3.1.0", "one@1.0.1"])
  expect(fromOf(history, { at: 4 })).toMatchObject({ tag: "one@1.0.0" })
  const first = named(history, ["other-1", "two@3.1.0", "one@1.0.1"])
  expect(fromOf(first, { at: 4 })).toMatchObject({ tag: "two@3.1.0" })
})

test("a release that is compared with counts before a tag, and need not be in the past", () => {
  const history = historyOf([...line, row(1)], [{ of: 2 }, { of: 4 }, { of: 5 }])
  const previous: Since = { commit: idOf(5), tag: "v2", how: "previous" }
  expect(fromOf(history, { at: 4, previous })).toBe(previous)
  const own: Since = { commit: idOf(4), how: "previous" }
  expect(fromOf(history, { at: 4, previous: own })).toMatchObject({ how: "tag", tag: "v0" })
  const gone: Since = { commit: idOf(99), how: "previous" }
  expect(fromOf(history, { at: 4, previous: gone })).toMatchObject({ how: "tag", tag: "v0" })
})

test("a commit that no ref reaches has no range", () => {
  expect(releaseRangeOf(historyOf(line), { commit: idOf(50), tag: undefined, previous: undefined, tagsMax: 16 })).toBeUndefined()
})

test("of more tags than may be weighed, the best of those that were", () => {
  // 0 - 1 - 2 - 3 and 0 - 4, merged into 5: the tag at 3 has more behind it, and the one at 4 comes first.
  const history = historyOf([row(), row(0), row(1), row(2), row(0), row(3, 4)], [{ of: 3 }, { of: 4 }])
  expect(fromOf(history, { at: 5, tagsMax: 1 })).toMatchObject({ tag: "v1" })
  expect(fromOf(history, { at: 5 })).toMatchObject({ tag: "v0" })
})

/** Rows with random parents before them; the last reaches what it reaches. */
const histories = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000), fc.boolean(), fc.boolean()), { minLength: 2, maxLength: 24 }).map((rows) =>
  historyOf(
    rows.map(([first, second, isMerge]: readonly [number, number, boolean, boolean], at) =>
      at === 0 ? row() : row(...new Set([first % at, ...(isMerge ? [second % at] : [])])),
    ),
    rows.flatMap(([, , , isTagged], at) => (isTagged && at < rows.length - 1 ? [{ of: at }] : [])),
  ),
)

test("no tag in the past of a release has fewer commits to it, as git rev-list --count counts", () => {
  fc.assert(
    fc.property(histories, (history) => {
      const at = history.commits.length - 1
      const sizeSince = (tag: string): number => {
        const { has } = rangeOf(history, `${tag}..${idOf(at)}`, undefined)
        return history.commits.filter(({ oid }) => has(oid)).length
      }
      const { has } = rangeOf(history, idOf(at), undefined)
      const past = history.tags.filter(({ commit }) => has(commit))
      const from = fromOf(history, { at })
      expect(from === undefined).toBe(past.length === 0)
      if (from?.tag !== undefined) expect(sizeSince(from.tag)).toBe(Math.min(...past.map(({ name }) => sizeSince(name))))
    }),
  )
})
