import { describe, expect, test } from "vitest"
import type { HistoryRows, RecordedHistory } from "../../model/history.ts"
import type { ChangedOpaqueFile, ReleasePeople } from "../../model/people.ts"
import { historyOf, idOf, type Row, type TagRow } from "./event-fixture.ts"
import { eventsOf } from "./events.ts"
import { evidenceOf } from "./evidence.ts"
import { noHomepages } from "./homepages.ts"
import { identify } from "./identities.ts"
import { ordinaryRates } from "./ordinary-rates-generated.ts"
import { releasePeople } from "./release-people.ts"
import { releaseRangeOf } from "./release-range.ts"
import { releaseTag, tagOfRelease } from "./release-tag.ts"
import { monthlyEnds, surveyOf } from "./windows.ts"

interface Some {
  readonly eventsMax?: number
  readonly peopleMax?: number
  readonly opaque?: readonly ChangedOpaqueFile[]
}

/** Of the commit of the last tag. */
function peopleOf(history: RecordedHistory & HistoryRows, { eventsMax = 1000, peopleMax = 1000, opaque = [] }: Some = {}): ReleasePeople {
  const identities = identify(history)
  const { leads } = surveyOf(history, identities, monthlyEnds(history.rows))
  const events = eventsOf(history, identities, { leads, homepages: noHomepages })
  const commit = history.tags.at(-1)?.commit ?? idOf(history.commits.length - 1)
  const own = tagOfRelease(history, commit, [])
  const release = releaseRangeOf(history, { commit, tag: own, previous: undefined, tagsMax: 16 })
  if (release === undefined) throw new Error("no range")
  const { has } = release.range
  const assessed = evidenceOf({ history, ...identities, patchIds: new Map(), isShown: has, isAsked: has })
  const tag = own === undefined ? undefined : releaseTag(own, { history, identities, events, verified: undefined })
  return releasePeople(
    { history, identities, release, events, assessed, tag, opaque, limits: ["a limit"], elsewhere: ordinaryRates },
    { eventsMax, peopleMax },
  )
}

const named = ({ people }: ReleasePeople): readonly string[] => people.map(({ name }) => name)

/** One's project; two sends a patch that one commits, then pushes and tags. */
const rows: readonly Row[] = [
  { by: "one", at: "2020-01-01" },
  { by: "one", at: "2020-02-01" },
  { by: "two", to: "one", at: "2020-03-01" },
  { by: "two", at: "2020-03-05" },
  { by: "one", at: "2020-03-06" },
]
const tags: readonly TagRow[] = [
  { of: 1, by: "one", at: "2020-02-02" },
  { of: 4, by: "two", at: "2020-03-07" },
]

describe("the people of a release", () => {
  const found = peopleOf(historyOf(rows, tags))

  test("are counted of its range: who wrote and committed how many commits, and with which evidence", () => {
    expect(found.range).toMatchObject({ commits: 3, merges: 0, since: { commit: idOf(1), tag: "v0", how: "tag" } })
    expect(found.range.levels).toEqual({ 0: 2, 1: 0, 2: 1, 3: 0, 4: 0 })
    const shares = found.people.map(({ name, authored, range }) => [name, authored, range.authored, range.committed, range.levels[2]])
    expect(shares).toEqual([
      ["one", 3, 1, 2, 0],
      ["two", 2, 2, 1, 1],
    ])
  })

  test("have their events of the range, each with its base rate here and elsewhere", () => {
    const kinds = found.events.map(({ kind, person }) => [kind, person === undefined ? undefined : named(found)[person]])
    expect(kinds).toContainEqual(["new-release-signer", "two"])
    expect(kinds).toContainEqual(["first-patch", "two"])
    expect(kinds.filter(([, who]) => who === "one")).toEqual([["first-merge-for-others", "one"]])
    for (const { kind } of found.events) {
      const rate = found.baseRates.find((one) => one.kind === kind)
      expect(rate?.events).toBeGreaterThan(0)
      expect(rate?.elsewhere).toEqual(ordinaryRates.kinds[kind])
    }
    expect(found.among).toEqual({ people: 2, repositoriesElsewhere: ordinaryRates.repositories.length })
  })

  test("tell who signed the tag, and what they had tagged before", () => {
    const expected = {
      name: "v1",
      day: "2020-03-07",
      form: "annotated",
      signature: "stated",
      isNewSigner: true,
      before: { tags: 1, own: 0 },
    }
    expect(found.tag).toMatchObject(expected)
    expect(named(found)[found.tag?.person ?? -1]).toBe("two")
    expect(found.baseRates.map(({ kind }) => kind)).toContain("new-release-signer")
  })

  test("keep what could not be looked at", () => expect(found.notAssessed).toContain("a limit"))
})

test("of several tags of one commit, the one that is named counts, the best name first", () => {
  const history = historyOf(rows, [{ of: 4 }, { of: 4 }, { of: 4 }, { of: 1 }])
  const named = (...refs: readonly string[]): string | undefined => tagOfRelease(history, idOf(4), refs)?.name
  expect([named(), named("v1"), named("refs/tags/v2", "v1"), named("v3", "other")]).toEqual(["v0", "v1", "v2", "v0"])
  expect(tagOfRelease(history, idOf(2), ["v0"])).toBeUndefined()
})

test("a light tag names nobody: it is told of the committer, and without a signature", () => {
  const { tag, people } = peopleOf(historyOf(rows, [{ of: 1, by: "one", at: "2020-02-02" }, { of: 3 }]))
  expect(tag).toMatchObject({ form: "light", signature: "none", isNewSigner: false, day: "2020-03-05" })
  expect(people[tag?.person ?? -1]?.name).toBe("two")
})

test("what a program tagged before is counted too", () => {
  const forge: TagRow = { of: 0, by: "forge", at: "2020-01-05" }
  const { tag } = peopleOf(
    historyOf([...rows, { by: "one", to: "forge", at: "2020-04-01" }], [forge, ...tags, { of: 5, by: "forge", at: "2020-04-02" }]),
  )
  expect(tag).toMatchObject({ before: { tags: 3, own: 1 }, isNewSigner: false })
})

test("without a tag none is told, and a whole history has no beginning", () => {
  const found = peopleOf(historyOf(rows))
  expect([found.tag, found.range.since, found.range.commits]).toEqual([undefined, undefined, 5])
})

test("merges are nobody's work", () => {
  const merged: readonly Row[] = [...rows, { by: "two", at: "2020-03-08", parents: [4, 2] }]
  const found = peopleOf(historyOf(merged, [...tags.slice(0, 1), { of: 5, by: "two", at: "2020-03-09" }]))
  expect([found.range.commits, found.range.merges]).toEqual([3, 1])
  expect(found.people.map(({ range }) => range.committed).reduce((sum, one) => sum + one, 0)).toBe(3)
})

describe("of a range of many", () => {
  const many = Array.from({ length: 30 }, (_, index): Row => ({ by: `p${index}`, at: `2020-05-${String(index + 1).padStart(2, "0")}` }))
  const history = historyOf([...many, { by: "p0", at: "2020-06-01" }])

  test("only so many events and people are listed, and it is said how many are not", () => {
    const found = peopleOf(history, { eventsMax: 2, peopleMax: 5 })
    expect(found.events).toHaveLength(2)
    expect(found.people).toHaveLength(5)
    expect(found.notAssessed).toContain("25 people of the range with the fewest commits are not listed (releasePeopleMax)")
    expect(found.notAssessed.some((one) => /^\d+ earlier events of the range are not listed \(releaseEventsMax\)$/.test(one))).toBe(true)
    expect(found.range.commits).toBe(31)
  })

  test("whoever an event, a file or the tag names is listed, however many are not", () => {
    const last = { commit: idOf(3), day: "2020-05-04", author: 7, committer: 8, level: 0, beside: 0 } as const
    const opaque: readonly ChangedOpaqueFile[] = [{ path: "a.bin", oid: idOf(3), size: 1, entropy: 0, versions: 1, last }]
    const found = peopleOf(history, { eventsMax: 3, peopleMax: 1, opaque })
    const { people } = identify(history)
    expect(
      found.opaque.map(({ last: brought }) => [found.people[brought?.author ?? -1]?.name, found.people[brought?.committer ?? -1]?.name]),
    ).toEqual([[people[7]?.name, people[8]?.name]])
    for (const { person } of found.events) if (person !== undefined) expect(found.people[person]).toBeDefined()
  })
})
