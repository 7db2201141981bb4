import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type GitOid, isGitOid } from "../../core/digest.ts"
import type { Signer } from "../../io/git-signatures.ts"
import type { Commit, RecordedHistory, Signature, Trailer } from "../../model/history.ts"
import type { Evidence, Level, Person } from "../../model/trace.ts"
import { type EvidenceInput, evidenceOf, twinCandidates } from "./evidence.ts"
import { type Alias, identify } from "./identities.ts"

const day = 86_400
const letters = ["a", "b", "c", "d", "e"] as const
const addressOf = (index: number): string => `${letters[index] ?? "z"}@x.org`
const signatureOf = (name: string, address: string): Signature => ({ name, address, mapped: { name, address } })
/** Five people, a forge and a bot. */
const signatures = [
  ...letters.map((letter, index) => signatureOf(letter.toUpperCase(), addressOf(index))),
  signatureOf("Forge", "noreply@forge.org"),
  signatureOf("x[bot]", "x[bot]@bots.org"),
]
const [forge, bot] = [5, 6]

function idOf(index: number): GitOid {
  const text = (index + 1).toString(16).padStart(40, "0")
  if (isGitOid(text)) return text
  throw new Error(text)
}

type Made = Partial<Omit<Commit, "oid" | "parents">> & { readonly parents?: readonly number[] }

/** Oldest first, a line unless it says otherwise; each commit a year after the one before. */
function historyOf(commits: readonly Made[], tips: readonly number[] = [commits.length - 1]): RecordedHistory {
  const all = commits.map(({ parents, ...own }, index): Commit => {
    const committed = (index + 1) * 365 * day
    const line = index === 0 ? [] : [index - 1]
    return {
      ...{ oid: idOf(index), author: 0, authored: committed, committer: 0, committed, subject: `${index}`, trailers: [], changes: [] },
      ...own,
      parents: (parents ?? line).map(idOf),
    }
  })
  const branches = tips.map((tip) => ({ name: `refs/heads/${tip}`, tip: idOf(tip) }))
  return { location: "made", signatures, commits: all.toReversed(), tags: [], branches, limits: [] }
}

interface Given {
  readonly aliases?: readonly Alias[]
  /** Patches by commit. */
  readonly patches?: Readonly<Record<number, string>>
  /** Whose key verifies, by commit. */
  readonly keys?: Readonly<Record<number, readonly Signer[]>>
}

function inputOf(history: RecordedHistory, { aliases = [], patches = {}, keys }: Given = {}): EvidenceInput {
  return {
    history,
    ...identify(history, aliases),
    patchIds: new Map(Object.entries(patches).map(([index, id]) => [idOf(Number(index)), id])),
    ...(keys === undefined
      ? {}
      : { verified: { signers: new Map(Object.entries(keys).map(([index, signers]) => [idOf(Number(index)), signers])), said: [] } }),
  }
}

const levelsOf = (commits: readonly Made[], given?: Given, tips?: readonly number[]): readonly (Level | undefined)[] => {
  const { levelOf } = evidenceOf(inputOf(historyOf(commits, tips), given))
  return commits.map((_, index) => levelOf.get(idOf(index)))
}
const by = (value: string, token = "Reviewed-by"): Trailer => ({ token, value })
const keyOf = (index: number, name = "1"): Signer => ({ fingerprint: `${index}-${name}`, addresses: [addressOf(index)] })

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
  const original = { author: 0, authored: 7, subject: "same" }

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
    "commits of one author that one committer made within seconds of each other, 5 or more at once: 6 in 1 batches; whether they were read and applied, or only rewritten, cannot be told",
  ])
  expect(said(series.slice(0, 4))).toEqual([])
  expect(said(series.map((one) => ({ ...one, committer: 0 })))).toEqual([])
  const twins = series.map((one) => ({ ...one, committed: 10, committer: 2 }))
  expect(
    said(
      [...twins.map((one, index) => ({ ...one, committed: index * day })), ...series],
      Object.fromEntries([...series, ...series].map((_, index) => [index, `p${index % 6}`])),
    ),
  ).toEqual([])
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

const person = fc.integer({ min: 0, max: 4 })
const anyTrailer = fc.record({
  token: fc.oneof(fc.constantFrom("Reviewed-by", "SIGNED-OFF-BY", "Reviewed-on", "Co-authored-by"), fc.string()),
  value: fc.oneof(
    person.map((index) => `${letters[index]} <${addressOf(index)}>`),
    fc.string(),
  ),
})
const anyCommit = fc.record({
  author: person,
  authored: fc.constant(1),
  committer: fc.oneof({ weight: 8, arbitrary: person }, fc.constantFrom(forge, bot)),
  committed: fc.constantFrom(1, 2, 50, 100, 400).map((days) => days * day),
  subject: fc.constantFrom("s", "t"),
  trailers: fc.array(anyTrailer, { maxLength: 2 }),
  parents: fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1, maxLength: 2 }),
})
const anySigner = fc.record({ fingerprint: fc.constantFrom("1", "2", "3"), addresses: fc.array(person.map(addressOf), { maxLength: 2 }) })
const anyKeys = fc.dictionary(fc.nat({ max: 9 }).map(String), fc.array(anySigner, { minLength: 1, maxLength: 2 }), { maxKeys: 10 })
const anyCase = fc
  .record({
    commits: fc.array(anyCommit, { minLength: 1, maxLength: 10 }),
    tips: fc.array(fc.nat({ max: 9 }), { maxLength: 1 }),
    patches: fc.dictionary(fc.nat({ max: 9 }).map(String), fc.constantFrom("p", "q")),
    keys: anyKeys,
  })
  .map(
    ({
      commits,
      tips,
      patches,
      keys,
    }): { commits: readonly Made[]; tips: readonly number[]; given: Given & { keys: NonNullable<Given["keys"]> } } => ({
      // Parents are one of the three commits before.
      commits: commits.map(
        (one, index): Made => ({ ...one, parents: one.parents.map((back) => index - 1 - back).filter((at) => at >= 0) }),
      ),
      tips: [commits.length - 1, ...tips.map((tip) => tip % commits.length)],
      given: { patches, keys },
    }),
  )

const secondsOf = ({ authors }: Evidence): number => new Set(authors.flatMap(({ seconds }) => seconds.map((one) => one.person))).size

/** Of every commit: the levels in the one case are at most those in the other. */
function expectAtMost(lower: EvidenceInput, higher: EvidenceInput): void {
  const [low, high] = [evidenceOf(lower).levelOf, evidenceOf(higher).levelOf]
  for (const [oid, level] of low) expect(level).toBeLessThanOrEqual(high.get(oid) ?? -1)
}

describe("properties", () => {
  test("a trailer, a signature or a key more lowers no level", () => {
    fc.assert(
      fc.property(anyCase, fc.nat(), anyTrailer, anySigner, ({ commits, tips, given }, turn, trailer, signer) => {
        const at = turn % commits.length
        const input = inputOf(historyOf(commits, tips), given)
        const trailed = commits.map((one, index) => (index === at ? { ...one, trailers: [...(one.trailers ?? []), trailer] } : one))
        expectAtMost(input, inputOf(historyOf(trailed, tips), given))
        const keys = { ...given.keys, [at]: [...(given.keys[at] ?? []), signer] }
        expectAtMost(input, inputOf(historyOf(commits, tips), { ...given, keys }))
        expectAtMost(inputOf(historyOf(commits, tips), { patches: given.patches ?? {} }), input)
      }),
      { numRuns: 300 },
    )
  })

  test("a key less raises no level", () => {
    fc.assert(
      fc.property(anyCase, ({ commits, tips, given }) => {
        const fewer = Object.entries(given.keys).map(([index, signers]) => [
          index,
          signers.filter(({ fingerprint }) => fingerprint !== "1"),
        ])
        const keys: Record<number, readonly Signer[]> = Object.fromEntries(fewer)
        expectAtMost(inputOf(historyOf(commits, tips), { ...given, keys }), inputOf(historyOf(commits, tips), given))
      }),
    )
  })

  test("no wording of trailers gets an author's own commits beyond 1", () => {
    fc.assert(
      fc.property(fc.array(anyTrailer, { maxLength: 20 }), person, (trailers, author) => {
        expect([0, 1]).toContain(levelsOf([{ author, committer: author, trailers }], { keys: { 0: [keyOf(1)] } })[0])
      }),
    )
  })

  test("joining two people raises no level, and not the number of seconds", () => {
    fc.assert(
      fc.property(anyCase, person, person, ({ commits, tips, given }, one, other) => {
        const apart = inputOf(historyOf(commits, tips), given)
        const joined = inputOf(historyOf(commits, tips), { ...given, aliases: [[addressOf(one), addressOf(other)]] })
        expectAtMost(joined, apart)
        expect(secondsOf(evidenceOf(joined).evidence)).toBeLessThanOrEqual(secondsOf(evidenceOf(apart).evidence))
      }),
      { numRuns: 500 },
    )
  })

  test("other numbers for people are other numbers in the result, and nothing else", () => {
    const shuffled = fc.shuffledSubarray([...signatures.keys()], { minLength: signatures.length, maxLength: signatures.length })
    fc.assert(
      fc.property(anyCase, shuffled, ({ commits, tips, given }, numbers) => {
        const input = inputOf(historyOf(commits, tips), given)
        const renumber = (person: number): number => numbers[person] ?? -1
        const people = numbers.map((_, index) => input.people[numbers.indexOf(index)]).filter((one): one is Person => one !== undefined)
        const other = evidenceOf({ ...input, people, personOf: input.personOf.map(renumber) })
        const { evidence, levelOf } = evidenceOf(input)
        expect(other.levelOf).toEqual(levelOf)
        const inOrder = (authors: Evidence["authors"]) =>
          authors
            .map((one) => ({ ...one, seconds: [...one.seconds].sort((a, b) => a.person - b.person) }))
            .sort((a, b) => a.person - b.person)
        const renumbered = evidence.authors.map((one) => ({
          ...one,
          person: renumber(one.person),
          seconds: one.seconds.map((second) => ({ ...second, person: renumber(second.person) })),
        }))
        expect({ ...other.evidence, authors: inOrder(other.evidence.authors) }).toEqual({ ...evidence, authors: inOrder(renumbered) })
      }),
    )
  })

  test("the order in which commits are read changes nothing", () => {
    fc.assert(
      fc.property(anyCase, fc.func(fc.integer()), ({ commits, tips, given }, rank) => {
        const history = historyOf(commits, tips)
        const [one, other] = [history.commits, [...history.commits].sort((a, b) => rank(a.oid) - rank(b.oid))].map((ordered) =>
          evidenceOf(inputOf({ ...history, commits: ordered }, given)),
        )
        expect(new Map([...(other?.levelOf ?? [])].sort())).toEqual(new Map([...(one?.levelOf ?? [])].sort()))
        expect(other?.evidence).toEqual(one?.evidence)
      }),
      { numRuns: 300 },
    )
  })

  test("every commit that is no merge has one level, and the levels add up to them", () => {
    fc.assert(
      fc.property(anyCase, ({ commits, tips, given }) => {
        const { evidence, levelOf } = evidenceOf(inputOf(historyOf(commits, tips), given))
        const count = commits.filter(({ parents = [] }) => parents.length < 2).length
        expect([levelOf.size, Object.values(evidence.levels).reduce((a, b) => a + b)]).toEqual([count, count])
        expect(evidence.authors.reduce((sum, one) => sum + one.commits, 0)).toBe(count)
      }),
    )
  })
})
