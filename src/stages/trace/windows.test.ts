import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { HistoryRows } from "../../model/history.ts"
import type { Person } from "../../model/trace.ts"
import { historyOf, type Row, type TagRow, withRows } from "./event-fixture.ts"
import { type Identities, identify } from "./identities.ts"
import { absenceFactor, monthlyEnds, untimely, windowsOf } from "./windows.ts"

const count = fc.integer({ min: 1, max: 50 })
const counts = fc.array(count, { minLength: 1, maxLength: 12 })
const percent = fc.constantFrom(50, 80)

describe("absence factor", () => {
  test("CHAOSS: two of eight people make half, and four of eight equal ones", () => {
    expect(absenceFactor([1000, 202, 90, 33, 332, 343, 42, 433], 50)).toBe(2)
    expect(absenceFactor(new Array(8).fill(12.5), 50)).toBe(4)
    expect(absenceFactor([], 50)).toBe(0)
  })

  test("it is from 1 to all, at 80 % no less than at 50 %, and the order changes nothing", () => {
    fc.assert(
      fc.property(counts, (sizes) => {
        const [half, most] = [absenceFactor(sizes, 50), absenceFactor(sizes, 80)]
        expect(half).toBeGreaterThanOrEqual(1)
        expect(most).toBeGreaterThanOrEqual(half)
        expect(most).toBeLessThanOrEqual(sizes.length)
        expect(absenceFactor(sizes.toReversed(), 50)).toBe(half)
      }),
    )
  })

  test("one person of two never raises it, nor does more work of whoever made most", () => {
    fc.assert(
      fc.property(count, counts, count, percent, (one, rest, more, share) => {
        const [second = 0, ...others] = rest
        expect(absenceFactor([one + second, ...others], share)).toBeLessThanOrEqual(absenceFactor([one, ...rest], share))
        const [largest = 0, ...smaller] = [one, ...rest].sort((a, b) => b - a)
        expect(absenceFactor([largest + more, ...smaller], share)).toBeLessThanOrEqual(absenceFactor([largest, ...smaller], share))
      }),
    )
  })
})

const told = (history: HistoryRows, ends: readonly string[]) => {
  const identities = identify(history)
  const name = (id: number | undefined): string | undefined => (id === undefined ? undefined : identities.people[id]?.name)
  return windowsOf(history, identities, ends).map(({ holders, releaseHolder, ...rest }) => ({
    ...rest,
    holders: holders.map(({ person, commits }) => `${name(person)} ${commits}`),
    releaseHolder: name(releaseHolder),
  }))
}

const noon = 43_200
const midnight = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000

test("a window is the 365 days before its end, to the second, by committer date", () => {
  const [from, to] = [midnight("2019-03-02"), midnight("2020-03-01")]
  const rows: readonly Row[] = [from - 1, from, to - 1, to].map((at) => ({ by: `at${at}`, at, wrote: 0 }))
  const [window] = told(historyOf(rows), ["2020-03-01"])
  expect([window?.commits, window?.holders]).toEqual([2, [`at${from} 1`]])
})

test("merges and bots are not counted; what a forge committed for a person is, and what somebody wrote under its address", () => {
  const at = "2020-01-01"
  const rows: readonly Row[] = [
    { by: "ann", at },
    { by: "ann", to: "forge", at },
    { by: "renovate[bot]", at },
    { by: "forge", at },
    { by: "bea", at, parents: [0, 3] },
    { by: "bea", at },
  ]
  const [window] = told(historyOf(rows), ["2020-02-01"])
  expect(window).toMatchObject({ commits: 4, absence50: 1, absence80: 3, holders: ["ann 2"] })
})

test("a window without commits has no holders and absence factors of 0", () => {
  expect(told(historyOf([{ by: "ann", at: "2020-01-01" }]), ["2019-01-01"])).toMatchObject([
    { commits: 0, absence50: 0, absence80: 0, holders: [] },
  ])
})

test("of many holders a hundred are named, and the absence factor still says how many there are", () => {
  const rows = Array.from({ length: 300 }, (_, person): Row => ({ by: `p${person}`, at: "2020-01-01" }))
  const [window] = told(historyOf(rows), ["2020-02-01"])
  expect([window?.absence50, window?.holders.length]).toEqual([150, 100])
})

test("the release holder made more than half of the last five tags; a light tag is its committer's; a bot's counts as a tag and for nobody", () => {
  const rows: readonly Row[] = [{ by: "ann", at: "2020-01-01" }]
  const tag = (by: string, at: string): TagRow => ({ of: 0, by, at })
  const holder = (tags: readonly TagRow[]) => told(historyOf(rows, tags), ["2021-01-01"])[0]?.releaseHolder
  expect(holder([])).toBeUndefined()
  expect(holder([{ of: 0 }])).toBe("ann")
  expect(holder([{ of: 0 }, tag("bea", "2020-02-01")])).toBeUndefined()
  expect(holder([{ of: 0 }, tag("bea", "2020-02-01"), tag("bea", "2020-03-01")])).toBe("bea")
  expect(holder([tag("bea", "2020-02-01"), tag("x[bot]", "2020-03-01")])).toBeUndefined()
  const six = ["ann", "ann", "ann", "bea", "bea", "bea"].map((by, month) => tag(by, `2020-0${month + 2}-01`))
  expect(holder(six)).toBe("bea")
  expect(holder(six.slice(0, 5))).toBe("ann")
  expect(holder([...six, tag("ann", "2021-01-01")])).toBe("bea")
})

describe("any history", () => {
  const day = fc.integer({ min: 0, max: 1200 })
  const row = fc.record({ by: fc.constantFrom("ann", "bea", "cas", "dan", "x[bot]"), day, isMerge: fc.boolean() })
  const history = fc
    .array(row, { minLength: 1, maxLength: 30 })
    .map((rows) =>
      historyOf(rows.map(({ by, day: at, isMerge }, index) => ({ by, at: at * 86_400 + noon, parents: isMerge ? [index + 50, 99] : [] }))),
    )

  test("sliding gives what counting each window by itself gives", () => {
    fc.assert(
      fc.property(history, (some) => {
        for (const { end, commits } of windowsOf(some, identify(some), monthlyEnds(some.rows))) {
          const until = midnight(end)
          const own = some.commits.filter(
            ({ author, parents, committed }) =>
              parents.length < 2 &&
              !some.signatures[author]?.name.includes("bot") &&
              committed < until &&
              committed >= until - 365 * 86_400,
          )
          expect(commits).toBe(own.length)
        }
      }),
    )
  })

  test("neither the order of commits nor the numbers of people show; two people taken for one never raise an absence factor", () => {
    fc.assert(
      fc.property(history, fc.nat(), (some, turn) => {
        const ends = monthlyEnds(some.rows)
        const people = some.signatures.map(({ name }): Person => {
          const kind = name.includes("bot") ? "bot" : "person"
          return { name, address: "", kind, unions: [], authored: 0, committed: 0 }
        })
        const plain: Identities = { people, personOf: people.map((_, index) => index) }
        const windows = windowsOf(some, plain, ends)
        const turned = withRows({ ...some, commits: rotate(some.commits, turn) })
        expect(monthlyEnds(turned.rows)).toEqual(ends)
        expect(windowsOf(turned, plain, ends)).toEqual(windows)

        const last = people.length - 1
        const mirrored = windowsOf(some, { people: people.toReversed(), personOf: plain.personOf.map((id) => last - id) }, ends)
        const back = mirrored.map((window) => ({
          ...window,
          holders: window.holders.map((one) => ({ ...one, person: last - one.person })),
        }))
        expect(back).toEqual(windows)

        const [one, other] = [...people.keys()].filter((id) => people[id]?.kind === "person")
        const joined = windowsOf(some, { people, personOf: plain.personOf.map((id) => (id === other ? (one ?? id) : id)) }, ends)
        for (const [index, { absence50, absence80 }] of joined.entries()) {
          expect(absence50).toBeLessThanOrEqual(windows[index]?.absence50 ?? 0)
          expect(absence80).toBeLessThanOrEqual(windows[index]?.absence80 ?? 0)
        }
      }),
    )
  })
})

function rotate<T>(items: readonly T[], by: number): readonly T[] {
  const at = by % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}

describe("monthly ends", () => {
  test("the first of each month until the last commit, then the day after it; months whose window is empty are left out", () => {
    const ends = monthlyEnds(
      historyOf([
        { by: "ann", at: "2020-01-31" },
        { by: "ann", at: "2022-06-15" },
      ]).rows,
    )
    expect([ends.length, ends[0], ends[11], ends[12]]).toEqual([13, "2020-02-01", "2021-01-01", "2022-06-16"])
    expect(monthlyEnds(historyOf([], [], []).rows)).toEqual([])
  })

  test("times of 1970, 2106 and none that 32 bits hold make no more windows than there are months", () => {
    const times = [0, 2 ** 32 - 1, -1e10, 2 ** 33, -1e15, 1e18, 2 ** 64]
    const history = historyOf(times.map((at) => ({ by: "ann", at })))
    const ends = monthlyEnds(history.rows)
    expect([ends.length, ends[0], ends.at(-1)]).toEqual([13, "1970-02-01", "2106-02-08"])
    expect(windowsOf(history, identify(history), ends).map(({ commits }) => commits)).toEqual(new Array(13).fill(1))
    expect(untimely(history.rows)).toEqual([
      "5 commits before 1970 or after 2106 by their own statement: no monthly window is made for them",
    ])
    const each = Array.from({ length: 12 * 140 }, (_, month) => ({ by: "ann", at: Date.UTC(1970, month, 15) / 1000 }))
    expect(monthlyEnds(historyOf(each).rows)).toHaveLength(12 * 136 + 1)
  })
})
