import { describe, expect, test } from "vitest"
import type { Signature } from "../../model/history.ts"
import { evidenceOf, twinCandidates } from "./evidence.ts"
import {
  bot,
  by,
  day,
  forge,
  type Given,
  historyOf,
  idOf,
  inputOf,
  keyOf,
  levelsOf,
  type Made,
  signatureOf,
  signatures,
} from "./evidence-fixture.ts"

describe("levels", () => {
  test("0 is an author who commits; a trailer that names another is a claim, 1; another who commits is 2", () => {
    expect(levelsOf([{}, { trailers: [by("B <b@x.org>")] }, { committer: 1 }])).toEqual([0, 1, 2])
  })

  test("neither a forge nor a bot is a second person", () => {
    expect(levelsOf([{ committer: forge }, { committer: bot }, { trailers: [by("x[bot] <x[bot]@bots.org>")] }])).toEqual([0, 0, 0])
  })

  test("a trailer of the author's own, of a reporter, or of nobody claims nothing", () => {
    const own = [by("A <a@x.org>"), by("A <12+A@X.org>"), by("a <other@y.org>"), by("A"), by(""), by("<other@y.org>")]
    expect(levelsOf([{ trailers: own }, { trailers: [by("B <b@x.org>", "Reported-by")] }])).toEqual([0, 0])
  })

  test("trailers that a well-known check takes for a review stay at 1 in the author's own commit", () => {
    expect(levelsOf([{ trailers: [by("https://review.example.org/1", "Reviewed-on"), by("B <b@x.org>")] }])).toEqual([1])
  })

  test("trailers that name an address of many are each answered at once: a bot among those counts for none, the author only for their own", () => {
    const many = 20_000
    const trailers = Array.from({ length: 50 }, () => by("x <root@localhost>"))
    const commits = Array.from({ length: many }, (_, author): Made => ({ author, committer: author, trailers }))
    const levels = (mapped: readonly Signature[]) => {
      const names = Array.from({ length: many - mapped.length - 1 }, (_, index) => signatureOf(`n${index}`, "root@localhost"))
      const typed = [...names, ...mapped, signatureOf("other", "other@x.org")]
      return [...evidenceOf(inputOf({ ...historyOf(commits), signatures: typed })).levelOf.values()].filter((level) => level > 0)
    }
    expect(levels([])).toEqual([1])
    expect(levels([{ ...signatureOf("x", "root@localhost"), address: "x[bot]@bots.org" }])).toEqual([])
  })

  test("3 is a committer's key, and never the author's; a key of nobody here counts for nobody, and it is said", () => {
    const committed = { committer: 1 }
    const keys = { 0: [keyOf(1)], 1: [keyOf(0)], 2: [{ fingerprint: "f", addresses: ["nobody@y.org"] }], 3: [keyOf(0)] }
    expect(levelsOf([committed, committed, committed, {}], { keys })).toEqual([3, 2, 2, 0])
    const { evidence } = evidenceOf(inputOf(historyOf([committed, committed, committed, {}]), { keys }))
    expect(evidence.notAssessed).toContain(
      "verified signatures by keys whose addresses nobody wrote or committed with, which count for nobody: 1",
    )
  })

  test("4 is a merge signed by another than who signed what it brings; two keys of one person are one", () => {
    const commits = [{}, { parents: [0] }, { parents: [0, 1], committer: 1 }]
    expect(levelsOf(commits, { keys: { 1: [keyOf(0)], 2: [keyOf(1)] } })).toEqual([0, 4, undefined])
    expect(levelsOf(commits, { keys: { 1: [keyOf(0)], 2: [keyOf(0, "2")] } })).toEqual([0, 0, undefined])
    expect(levelsOf(commits, { keys: { 1: [keyOf(0)] } })).toEqual([0, 0, undefined])
    expect(levelsOf(commits, { keys: { 2: [keyOf(1)] } })).toEqual([0, 0, undefined])
    expect(levelsOf(commits, { keys: { 1: [keyOf(0)], 2: [{ fingerprint: "f", addresses: ["noreply@forge.org"] }] } })).toEqual([
      0,
      0,
      undefined,
    ])
    const { evidence } = evidenceOf(inputOf(historyOf(commits), { keys: { 1: [keyOf(0)], 2: [keyOf(1)] } }))
    expect(evidence.authors[0]).toMatchObject({ person: 0, commits: 2, seconded: 1, seconds: [{ person: 1, commits: 1 }] })
  })

  test("a merge of a main line into a side branch brings nothing that was on the main line", () => {
    // 0 - 1 - 4   main; 0 - 2 - 3   side, where 3 merges 1 into it
    const commits = [{}, { parents: [0] }, { parents: [0], author: 1, committer: 1 }, { parents: [2, 1], committer: 1 }, { parents: [1] }]
    expect(levelsOf(commits, { keys: { 1: [keyOf(0)], 3: [keyOf(1)] } }, [4, 3])[1]).toBe(0)
  })
})

describe("merges", () => {
  test("of a branch that was merged to two lines, what the older one's merge says counts", () => {
    // 0 - 2   old; 0 - 3   new; both merge 1
    const commits = [{}, { parents: [0] }, { parents: [0, 1], committer: 1 }, { parents: [0, 1] }]
    const keys = { 1: [keyOf(0)], 2: [keyOf(1)], 3: [keyOf(0)] }
    for (const tips of [
      [2, 3],
      [3, 2],
    ])
      expect(levelsOf(commits, { keys }, tips)[1]).toBe(4)
  })

  test("what was merged before is not brought by whoever merges its branch again", () => {
    // 0 - 2 - 4   main; 0 - 1 - 3   side: 2 merges 1, 4 merges 3
    const commits = [{}, { parents: [0] }, { parents: [0, 1] }, { parents: [1] }, { parents: [2, 3], committer: 1 }]
    const keys = { 1: [keyOf(0)], 2: [keyOf(0)], 3: [keyOf(0)], 4: [keyOf(1)] }
    expect(levelsOf(commits, { keys })).toEqual([0, 0, undefined, 4, undefined])
  })
})

describe("twins", () => {
  // Each on a branch of its own, unless a test says otherwise.
  const original = { author: 0, authored: 7, subject: "same", parents: [] }

  test("a rewritten committer is no second, and a reviewed commit stays reviewed when its author picks it", () => {
    const pick = { ...original, committer: 1 }
    const patches = { 0: "p", 1: "p" }
    expect(levelsOf([original, pick], { patches })).toEqual([0, 0])
    expect(levelsOf([pick, original], { patches })).toEqual([2, 2])
    expect(evidenceOf(inputOf(historyOf([original, pick]), { patches })).evidence).toMatchObject({ twins: 1, levels: { 0: 2, 2: 0 } })
  })

  test("another patch, or none that could be told, is another commit, and it is said", () => {
    const commits = [original, { ...original, committer: 1 }]
    const count =
      "commits with author, author time and subject of another, whose patches differ or could not be compared, which count by themselves: 2"
    for (const patches of [{ 0: "p", 1: "q" }, { 0: "p" }, {}]) {
      expect(levelsOf(commits, { patches })).toEqual([0, 2])
      expect(evidenceOf(inputOf(historyOf(commits), { patches })).evidence.notAssessed).toContain(count)
    }
  })

  test("only commits that keep author, time and subject need a patch id, and no merge does", () => {
    const others = [
      { ...original, author: 1 },
      { ...original, authored: 8 },
      { ...original, subject: "other" },
    ]
    const merge = { ...original, parents: [0, 1] }
    expect(twinCandidates(historyOf([original, { ...original, committer: 2 }, ...others, merge]))).toEqual([idOf(1), idOf(0)])
  })

  test("what was reviewed, taken back and committed again by its author was not reviewed again", () => {
    const reviewed = { ...original, committer: 1 }
    const revert = { author: 1, committer: 1 }
    const { parents, ...again } = original
    const patches = { 0: "p", 2: "p", 3: "p", 4: "p" }
    expect(levelsOf([reviewed, revert, again], { patches })).toEqual([2, 0, 0])
    expect(levelsOf([original, revert, { ...again, committer: 1 }], { patches })).toEqual([0, 0, 2])
    // 0 - 1 - 2, and 3 on a branch of its own: what was picked is the first; 4 has all of them in its past by a merge
    const commits = [reviewed, revert, again, original, { ...again, parents: [5] }, { parents: [2, 3] }]
    expect(levelsOf(commits, { patches })).toEqual([2, 0, 0, 2, 0, undefined])
    const { evidence } = evidenceOf(inputOf(historyOf(commits), { patches }))
    expect(evidence.twins).toBe(1)
    expect(evidence.notAssessed).toContain(
      "commits that make a change again which they have in their past (author, author time, subject and patch are equal), which count by themselves: 2",
    )
  })

  test("each group is told apart, of however many", () => {
    const groups = [...Array(100).keys()]
    const first = groups.map((index): Made => ({ ...original, authored: index, committer: 1 }))
    // Every third change is made again behind all of the first line, the others on a branch of their own.
    const picks = groups.map((index): Made => ({ ...original, authored: index, parents: index % 3 === 0 ? [99] : [] }))
    const line = first.map((one, index): Made => ({ ...one, parents: index === 0 ? [] : [index - 1] }))
    const patches = Object.fromEntries([...groups, ...groups].map((group, index) => [index, `p${group}`]))
    expect(levelsOf([...line, ...picks], { patches })).toEqual([
      ...groups.map(() => 2),
      ...groups.map((index) => (index % 3 === 0 ? 0 : 2)),
    ])
  })

  test("of two in the same second the lower level counts", () => {
    const commits = [
      { ...original, committer: 1, committed: 9 },
      { ...original, committed: 9 },
    ]
    expect(levelsOf(commits, { patches: { 0: "p", 1: "p" } })).toEqual([0, 0])
  })
})

test("a series that one committer made at once is said, and neither single commits nor twins are", () => {
  const series = Array.from(
    { length: 6 },
    (_, index): Made => ({ committer: 1, authored: index, committed: 1000 + index, subject: `s${index}` }),
  )
  const said = (commits: readonly Made[], patches = {}) =>
    evidenceOf(inputOf(historyOf(commits), { patches })).evidence.notAssessed.filter((line) => line.includes("at once"))
  expect(said([...series, ...series.map((one, index) => ({ ...one, committed: 5000 + index * 100, author: 2, committer: 3 }))])).toEqual([
    "commits of one author that one committer made within seconds of each other, 5 or more at once: 6 in 1 batch; whether they were read and applied, or only rewritten, cannot be told",
  ])
  expect(said(series.slice(0, 4))).toEqual([])
  expect(said(series.map((one) => ({ ...one, committer: 0 })))).toEqual([])
  const twins = series.map((one): Made => ({ ...one, committed: 10, committer: 2, parents: [] }))
  expect(
    said(
      [...twins.map((one, index) => ({ ...one, committed: index * day })), ...series],
      Object.fromEntries([...series, ...series].map((_, index) => [index, `p${index % 6}`])),
    ),
  ).toEqual([])
})

test("only what is shown is counted, and what is not shown is known all the same", () => {
  const original = { authored: 7, subject: "same" }
  const input = inputOf(historyOf([original, { ...original, committer: 1, parents: [] }, { author: 1, committer: 1 }, { committer: 1 }]), {
    patches: { 0: "p", 1: "p" },
  })
  const { evidence, levelOf } = evidenceOf({ ...input, isShown: (oid) => [idOf(1), idOf(3)].includes(oid) })
  expect(levelOf.size).toBe(4)
  expect(evidence).toMatchObject({ levels: { 0: 1, 2: 1 }, twins: 1 })
  expect(evidence.authors.map(({ commits, seconded, seconds }) => [commits, seconded, seconds[0]?.isIndependent])).toEqual([[2, 1, true]])
})

test("one name at two addresses is two people, and it is said", () => {
  const named = {
    ...historyOf([{ committer: 1 }]),
    signatures: signatures.map((one) => ({ ...one, mapped: { ...one.mapped, name: "Same" } })),
  }
  const { evidence } = evidenceOf(inputOf(named))
  expect(evidence.levels[2]).toBe(1)
  expect(evidence.notAssessed.at(-1)).toBe(
    "commits whose author and committer have one name and two addresses, which count as two people unless a file of aliases joins them: 1",
  )
})

describe("independence", () => {
  /** Authors and their seconds, by the index of their signature. */
  const seconds = (commits: readonly Made[]) => {
    const input = inputOf(historyOf(commits))
    const index = (person: number): number => input.personOf.indexOf(person)
    return evidenceOf(input).evidence.authors.flatMap(({ person, seconds }) =>
      seconds.map(({ person: second, isIndependent, why }) => [index(person), index(second), isIndependent ? "independent" : why]),
    )
  }

  test("of whoever has work of their own, came apart, and has rights from elsewhere", () => {
    expect(seconds([{}, { author: 1, committer: 1 }, { committer: 1 }])).toEqual([[0, 1, "independent"]])
  })

  test("not of whoever only ever stood behind this author", () => {
    expect(seconds([{}, { committer: 1 }])).toEqual([[0, 1, "all that they did here is to stand behind this author"]])
    expect(seconds([{}, { committer: 1 }, { author: 2, committer: 1 }])).toContainEqual([0, 1, "independent"])
  })

  test("not of two who appear within 60 days", () => {
    const apart = (days: number) =>
      seconds([{ committed: day }, { author: 1, committer: 1, committed: (days + 1) * day }, { committer: 1 }])
    expect(apart(60)).toEqual([[0, 1, "both appear within 60 days of each other"]])
    expect(apart(61)).toEqual([[0, 1, "independent"]])
  })

  test("not of whoever got their rights from this author, while the other way round it is", () => {
    const patch = { author: 1, committer: 0 }
    const commits = [
      {},
      patch,
      patch,
      { author: 1, committer: 2 },
      { author: 1, committer: 1 },
      { committer: 1 },
      { author: 2, committer: 2 },
    ]
    expect(seconds(commits)).toContainEqual([0, 1, "this author committed most of their patches until they committed themselves"])
    expect(seconds(commits)).toContainEqual([1, 0, "independent"])
    const elsewhere = [
      { author: 1, committer: 2 },
      { author: 1, committer: 2 },
      { author: 1, committer: 2 },
    ]
    expect(seconds([...elsewhere, ...commits])).toContainEqual([0, 1, "independent"])
  })
})

describe("hands", () => {
  const hands = (commits: readonly Made[], given?: Given) => {
    const { handsOf } = evidenceOf(inputOf(historyOf(commits), given))
    return commits.map((_, index) => handsOf.get(idOf(index)))
  }
  /** Three who came years apart and have work of their own. */
  const known: readonly Made[] = [{}, { author: 1, committer: 1 }, { author: 2, committer: 2 }]

  test("the author alone, with an independent committer, and with another who signed the merge", () => {
    expect(hands([...known, { committer: 1 }])).toEqual([1, 1, 1, 2])
    const merged: readonly Made[] = [...known, { committer: 1, parents: [2] }, { author: 2, committer: 2, parents: [2, 3] }]
    expect(hands(merged, { keys: { 3: [keyOf(1)], 4: [keyOf(2)] } })[3]).toBe(3)
    expect(hands(merged, { keys: { 3: [keyOf(0)], 4: [keyOf(1)] } })[3]).toBe(2) // the committer's own key
  })

  test("a second who only ever stood behind this author, a bot and a trailer are no hand", () => {
    expect(hands([{}, { committer: 1 }])).toEqual([1, 1])
    expect(hands([...known, { committer: bot }, { trailers: [by("B <b@x.org>")] }])).toEqual([1, 1, 1, 1, 1])
  })

  test("an author's new address made nobody independent who had come with the old one", () => {
    const commits: readonly Made[] = [
      { committed: day },
      { author: 1, committer: 1, committed: 9 * day },
      { author: 2, committer: 2 },
      { author: 3, committer: 1 },
    ]
    expect(hands(commits)).toEqual([1, 1, 1, 2])
    expect(hands(commits, { aliases: [["a@x.org", "d@x.org"]] })).toEqual([1, 1, 1, 1])
  })

  test("a newcomer joined to somebody with a past, by .mailmap or an alias, was lent that past", () => {
    const lent: readonly Made[] = [...known, { committer: 3 }]
    expect(hands(lent)).toEqual([1, 1, 1, 1])
    expect(hands(lent, { aliases: [["b@x.org", "d@x.org"]] })).toEqual([1, 1, 1, 1])
    const history = historyOf(lent)
    const mapped = {
      ...history,
      signatures: history.signatures.map((one, index) => (index === 3 ? { ...one, mapped: { name: "B", address: "b@x.org" } } : one)),
    }
    expect(evidenceOf(inputOf(mapped)).handsOf.get(idOf(3))).toBe(1)
  })
})
