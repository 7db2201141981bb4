import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { GitOid } from "../../core/digest.ts"
import type { Signer } from "../../io/git-signatures.ts"
import type { Evidence, Person } from "../../model/trace.ts"
import { type EvidenceInput, evidenceOf, twinCandidates } from "./evidence.ts"
import {
  addressOf,
  bot,
  day,
  forge,
  type Given,
  historyOf,
  idOf,
  inputOf,
  keyOf,
  letters,
  levelsOf,
  type Made,
  signatures,
} from "./evidence-fixture.ts"

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

/** Each address in one list, as a file of aliases has to have them. */
function groupsOf(pairs: readonly (readonly [number, number])[]): readonly (readonly string[])[] {
  let group = letters.map((_, index) => index)
  for (const [one, other] of pairs) group = group.map((own) => (own === group[other] ? (group[one] ?? own) : own))
  return letters.map((_, index) => letters.flatMap((_, other) => (group[other] === index ? [addressOf(other)] : [])))
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

  test("joining people, and then more of them, never raises the number of hands behind a commit", () => {
    fc.assert(
      fc.property(
        anyCase,
        fc.array(fc.tuple(person, person), { maxLength: 2 }),
        person,
        person,
        ({ commits, tips, given }, before, one, other) => {
          const joining = (pairs: readonly (readonly [number, number])[]) =>
            evidenceOf(inputOf(historyOf(commits, tips), { ...given, aliases: groupsOf(pairs) })).handsOf
          const [apart, joined] = [joining(before), joining([...before, [one, other]])]
          expect(joined.size).toBe(apart.size)
          for (const [oid, hands] of joined) expect(hands).toBeLessThanOrEqual(apart.get(oid) ?? 0)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test("a commit has a second hand only where somebody stands behind it: at level 2 and above", () => {
    fc.assert(
      fc.property(anyCase, ({ commits, tips, given }) => {
        const { handsOf, levelOf } = evidenceOf(inputOf(historyOf(commits, tips), given))
        expect(handsOf.size).toBe(levelOf.size)
        for (const [oid, hands] of handsOf) expect(hands === 1 || (levelOf.get(oid) ?? 0) >= 2).toBe(true)
      }),
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
        const { evidence, levelOf, handsOf } = evidenceOf(input)
        expect(other.levelOf).toEqual(levelOf)
        expect(other.handsOf).toEqual(handsOf)
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

  test("what is asked for has the level that it has where all is, with the patches and signatures alone that can matter", () => {
    fc.assert(
      fc.property(anyCase, fc.array(fc.nat({ max: 9 }), { maxLength: 4 }), ({ commits, tips, given }, asked) => {
        const history = historyOf(commits, tips)
        const input = inputOf(history, given)
        const isAsked = (oid: GitOid): boolean => asked.some((index) => idOf(index) === oid)
        const candidates = new Set(twinCandidates(history, isAsked))
        const patchIds = new Map([...input.patchIds].filter(([oid]) => candidates.has(oid)))
        const [few, all] = [evidenceOf({ ...input, patchIds, isAsked, isShown: isAsked }), evidenceOf({ ...input, isShown: isAsked })]
        for (const oid of history.commits.map((one) => one.oid).filter(isAsked)) expect(few.levelOf.get(oid)).toBe(all.levelOf.get(oid))
        expect(few.evidence.levels).toEqual(all.evidence.levels)
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
