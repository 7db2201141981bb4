import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Opinion, Pull } from "../../model/pull.ts"
import type { Evidence, Person, Reviews } from "../../model/trace.ts"
import { type EvidenceInput, evidenceOf } from "./evidence.ts"
import { accountOf, addressOf, bot, forge, historyOf, idOf, inputOf, type Made, pullOf, signatures, tieOf } from "./evidence-fixture.ts"

const size = 8
const person = fc.integer({ min: 0, max: 4 })
const account = fc.tuple(person, fc.boolean()).map(([index, isBot]) => accountOf(index, isBot && index === 4))
const commitAt = fc.nat({ max: size }) // the last is not in the history
const anyCommit = fc.record({
  author: person,
  committer: fc.oneof(person, fc.constantFrom(forge, bot)),
  authored: fc.constant(1),
  subject: fc.constantFrom("s", "t"),
  parents: fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1, maxLength: 2 }),
})
const anyOpinion: fc.Arbitrary<Opinion> = fc.record({
  by: fc.option(account, { nil: undefined, freq: 8 }),
  isApproval: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  at: fc.option(fc.nat({ max: 11 }), { nil: undefined, freq: 8 }),
  commit: fc.option(commitAt.map(idOf), { nil: undefined, freq: 8 }),
})
const anyPull = fc
  .record({
    head: commitAt,
    commits: fc.array(commitAt, { maxLength: 4 }),
    results: fc.array(commitAt, { maxLength: 2 }),
    author: fc.option(account, { nil: undefined }),
    opinions: fc.array(anyOpinion, { maxLength: 4 }),
  })
  .map(pullOf)

interface Case {
  readonly commits: readonly Made[]
  readonly pulls: readonly Pull[]
  readonly tied: readonly number[]
  readonly patches: Readonly<Record<number, string>>
}
const anyCase: fc.Arbitrary<Case> = fc.record({
  commits: fc
    .array(anyCommit, { minLength: size, maxLength: size })
    .map((all) =>
      all.map((one, index): Made => ({ ...one, parents: one.parents.map((back) => index - 1 - back).filter((at) => at >= 0) })),
    ),
  pulls: fc.array(anyPull, { maxLength: 3 }),
  tied: fc.uniqueArray(person),
  patches: fc.dictionary(fc.nat({ max: size - 1 }).map(String), fc.constantFrom("p", "q")),
})

const inputFor = ({ commits, pulls, tied, patches }: Case, aliases = tied.map(tieOf)): EvidenceInput =>
  inputOf(historyOf(commits), { pulls, patches, aliases })

function reviewsOf(input: EvidenceInput): Reviews {
  const { reviews } = evidenceOf(input).evidence
  if (reviews === undefined) throw new Error("none")
  return reviews
}

/** Commits with each of their approvers. */
const pairs = ({ approved, accounts }: Reviews): ReadonlySet<string> =>
  new Set(approved.flatMap(({ commit, accounts: own }) => own.map((one) => `${commit} ${accounts[one]?.login}`)))

const pairsIn = ({ reviews }: Evidence): ReadonlySet<string> => (reviews === undefined ? new Set() : pairs(reviews))

const isWithin = (part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean => [...part].every((one) => whole.has(one))

describe("reviews: properties", () => {
  test("an approval or a pull more takes nothing away, and one less adds nothing; neither moves a level", () => {
    fc.assert(
      fc.property(anyCase, anyPull, anyOpinion, fc.nat(), (one, pull, opinion, turn) => {
        const before = evidenceOf(inputFor(one))
        const more = evidenceOf(inputFor({ ...one, pulls: [...one.pulls, pull] }))
        const at = turn % Math.max(1, one.pulls.length)
        const approving = one.pulls.map((each, index) =>
          index === at ? { ...each, opinions: [...each.opinions, { ...opinion, isApproval: true }] } : each,
        )
        const approved = evidenceOf(inputFor({ ...one, pulls: approving }))
        const none = evidenceOf({ ...inputFor(one), forges: undefined })
        for (const after of [more, approved]) {
          expect(isWithin(pairsIn(before.evidence), pairsIn(after.evidence))).toBe(true)
          expect([after.levelOf, after.evidence.levels, after.evidence.authors]).toEqual([
            before.levelOf,
            before.evidence.levels,
            before.evidence.authors,
          ])
        }
        expect([none.levelOf, none.evidence.levels]).toEqual([before.levelOf, before.evidence.levels])
      }),
      { numRuns: 300 },
    )
  })

  test("nobody approves what they wrote, by whatever accounts that are known to be theirs", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const input = inputFor(one)
        const { accounts, approved, authors } = reviewsOf(input)
        const authorOf = new Map(input.history.commits.map(({ oid, author }) => [oid, input.personOf[author]]))
        for (const { commit, accounts: own } of approved)
          for (const account of own) expect(accounts[account]?.person ?? -1).not.toBe(authorOf.get(commit))
        for (const { person: author, approvers } of authors)
          for (const { account } of approvers) expect(accounts[account]?.person ?? -1).not.toBe(author)
      }),
      { numRuns: 300 },
    )
  })

  test("only commits that a pull names are approved, but for picks of them", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const named = new Set(one.pulls.flatMap(({ head, commits, results }) => [head, ...commits, ...results]))
        const approved = reviewsOf(inputFor({ ...one, patches: {} })).approved.map(({ commit }) => commit)
        expect(approved.filter((commit) => !named.has(commit))).toEqual([])
      }),
    )
  })

  test("joining two people, or an account with one, adds no approval", () => {
    fc.assert(
      fc.property(anyCase, person, person, (one, first, second) => {
        const apart = pairs(reviewsOf(inputFor(one)))
        const aliases = one.tied.filter((index) => index !== first && index !== second).map(tieOf)
        const both = [first, second].filter((index) => one.tied.includes(index)).flatMap(tieOf)
        const joined = [...new Set([...both, addressOf(first), addressOf(second)])]
        expect(isWithin(pairs(reviewsOf(inputFor(one, [...aliases, joined]))), apart)).toBe(true)
        expect(isWithin(pairs(reviewsOf(inputFor({ ...one, tied: [...new Set([...one.tied, first])] }))), apart)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test("other numbers for people are other numbers in the result, and nothing else", () => {
    const shuffled = fc.shuffledSubarray([...signatures.keys()], { minLength: signatures.length, maxLength: signatures.length })
    fc.assert(
      fc.property(anyCase, shuffled, (one, numbers) => {
        const input = inputFor(one)
        const renumber = (id: number): number => numbers[id] ?? -1
        const people = numbers.map((_, index) => input.people[numbers.indexOf(index)]).filter((each): each is Person => each !== undefined)
        const other = reviewsOf({ ...input, people, personOf: input.personOf.map(renumber) })
        const { authors, accounts, ...rest } = reviewsOf(input)
        const inOrder = (all: Reviews["authors"]) => [...all].sort((a, b) => a.person - b.person)
        expect({ ...other, authors: inOrder(other.authors) }).toEqual({
          ...rest,
          accounts: accounts.map((each) => (each.person === undefined ? each : { ...each, person: renumber(each.person) })),
          authors: inOrder(authors.map((each) => ({ ...each, person: renumber(each.person) }))),
        })
      }),
    )
  })

  test("the order of pulls and reviews changes nothing, and figures add up", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const turned = one.pulls.toReversed().map((pull) => ({ ...pull, opinions: pull.opinions.toReversed() }))
        const reviews = reviewsOf(inputFor(one))
        expect(reviewsOf(inputFor({ ...one, pulls: turned }))).toEqual(reviews)
        const sum = (counts: Readonly<Record<number, number>>): number => Object.values(counts).reduce((a, b) => a + b)
        expect(sum(reviews.commits)).toBe(reviews.approved.length)
        expect(sum(reviews.untied)).toBeLessThanOrEqual(reviews.approved.length)
        expect(reviews.authors.reduce((all, { commits }) => all + commits, 0)).toBe(reviews.approved.length)
      }),
    )
  })
})
