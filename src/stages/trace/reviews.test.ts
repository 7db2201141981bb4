import { describe, expect, test } from "vitest"
import type { Signature } from "../../model/history.ts"
import type { Evidence, Reviews } from "../../model/trace.ts"
import { evidenceOf } from "./evidence.ts"
import {
  accountOf,
  addressOf,
  approvalOf,
  bot,
  day,
  type Given,
  historyOf,
  idOf,
  inputOf,
  levelsOf,
  type Made,
  pullOf,
  signatureOf,
  signatures,
  tieOf,
} from "./evidence-fixture.ts"

const evidence = (commits: readonly Made[], given: Given, tips?: readonly number[]): Evidence =>
  evidenceOf(inputOf(historyOf(commits, tips), given)).evidence

function reviewsOf(commits: readonly Made[], given: Given, tips?: readonly number[]): Reviews {
  const { reviews } = evidence(commits, given, tips)
  if (reviews === undefined) throw new Error("none")
  return reviews
}

/** Which commits are approved, by whose accounts. */
function approved(commits: readonly Made[], given: Given, tips?: readonly number[]): Readonly<Record<number, string>> {
  const reviews = reviewsOf(commits, given, tips)
  const name = (account: number): string => reviews.accounts[account]?.login ?? "?"
  return Object.fromEntries(reviews.approved.map(({ commit, accounts }) => [Number.parseInt(commit, 16) - 1, accounts.map(name).join("")]))
}

const said = (commits: readonly Made[], given: Given): string => evidence(commits, given).notAssessed.join("\n")
const all = [0, 1, 2, 3, 4].map(tieOf)

describe("what an approval covers", () => {
  const line = [{}, {}, {}, {}]

  test("all commits of the pull, when it is of the last one; and none beside them", () => {
    const pull = pullOf({ head: 2, commits: [1, 2], opinions: [approvalOf(2, { commit: idOf(2) })] })
    expect(approved(line, { pulls: [pull] })).toEqual({ 1: "c", 2: "c" })
  })

  test("of an earlier commit, that one and those of the pull before it", () => {
    const of = (commit: number) => pullOf({ head: 3, commits: [1, 2, 3], opinions: [approvalOf(2, { commit: idOf(commit) })] })
    expect(approved(line, { pulls: [of(2)] })).toEqual({ 1: "c", 2: "c" })
    expect(approved(line, { pulls: [of(0)] })).toEqual({})
    expect(said(line, { pulls: [of(0)] })).toContain(
      "approvals of no commit that is in the history, or of none that is told, which count for nothing: 1",
    )
  })

  test("of an earlier commit, also through a merge into the pull's branch", () => {
    // 0 - 1 main; 0 - 2 - 3 - 4 topic, where 3 merges 1
    const commits = [{}, { parents: [0] }, { parents: [0] }, { parents: [2, 1] }, { parents: [3] }]
    const pull = pullOf({ head: 4, commits: [2, 3, 4], opinions: [approvalOf(2, { commit: idOf(3) })] })
    expect(approved(commits, { pulls: [pull] })).toEqual({ 2: "c" })
  })

  test("what the forge made in place of a pull, by its id, only where its last commit was approved and is not there itself", () => {
    const squashed = (commit: number) =>
      pullOf({ head: 8, commits: [7, 8], results: [1], opinions: [approvalOf(2, { commit: idOf(commit) })] })
    expect(approved(line, { pulls: [squashed(8)] })).toEqual({ 1: "c" })
    expect(approved(line, { pulls: [squashed(7)] })).toEqual({})
    const byHand = pullOf({ head: 1, results: [3], opinions: [approvalOf(2, { commit: idOf(1) })] })
    expect(approved(line, { pulls: [byHand] })).toEqual({ 1: "c" })
  })

  test("nothing of a history that has none of it, and it is said", () => {
    const elsewhere = { pulls: [pullOf({ head: 9, opinions: [approvalOf(2, { commit: idOf(9) })] }), pullOf({ isCut: true })] }
    expect(reviewsOf(line, elsewhere)).toMatchObject({ pulls: 2, approvals: 0, accounts: [], approved: [] })
    expect(said(line, elsewhere)).toContain("merged pulls of which the history has no commit: 1")
    expect(said(line, elsewhere)).toContain("not all commits and reviews, so that only those that are there count: 1")
  })

  test("a pick of what was approved, and not the other way round", () => {
    const original = { authored: 7, subject: "same", parents: [] }
    const pick = (head: number): Given => ({
      patches: { 0: "p", 1: "p" },
      pulls: [pullOf({ head, opinions: [approvalOf(2, { commit: idOf(head) })] })],
    })
    expect(approved([original, original], pick(0))).toEqual({ 0: "c", 1: "c" })
    expect(approved([original, original], pick(1))).toEqual({ 1: "c" })
  })
})

describe("what counts as an approval", () => {
  const one = (...opinions: Parameters<typeof pullOf>[0]["opinions"] & object) => ({ pulls: [pullOf({ opinions })] })
  const no = { isApproval: false }

  test("one that stood when the pull was merged", () => {
    expect(approved([{}], one(approvalOf(2, { at: 10 })))).toEqual({ 0: "c" })
    expect(approved([{}], one(approvalOf(2, { at: 11 })))).toEqual({})
    expect(said([{}], one(approvalOf(2, { at: 11 })))).toContain("approvals of what was merged already, which count for nothing: 1")
    expect(approved([{}], one(approvalOf(2, { at: undefined })))).toEqual({})
  })

  test("none that its author took back or that was dismissed, until another; what others say takes back nothing", () => {
    const given = one(approvalOf(2), approvalOf(2, { ...no, at: 2 }))
    expect(approved([{}], given)).toEqual({})
    expect(said([{}], given)).toContain("approvals that were dismissed or taken back, which count for nothing: 1")
    expect(approved([{}], one(approvalOf(2), approvalOf(2, { ...no, at: 1 })))).toEqual({})
    expect(approved([{}], one(approvalOf(2), approvalOf(2, { ...no, at: undefined })))).toEqual({})
    expect(approved([{}], one(approvalOf(2), approvalOf(2, { ...no, at: 2 }), approvalOf(2, { at: 3 })))).toEqual({ 0: "c" })
    expect(approved([{}], one(approvalOf(2), approvalOf(3, { ...no, at: 2 })))).toEqual({ 0: "c" })
    expect(approved([{}], one(approvalOf(2), approvalOf(2, { ...no, at: 11 })))).toEqual({ 0: "c" })
  })

  test("none by a bot, an account that is gone, or whoever opened the pull, in whatever case it is written", () => {
    const opener = { ...accountOf(1), login: "B", forge: "Forge.org" }
    const given = one(approvalOf(2, { by: accountOf(2, true) }), approvalOf(2, { by: undefined }), approvalOf(1, { by: opener }))
    expect(approved([{}], given)).toEqual({})
    for (const what of ["by bots", "by accounts that are gone", "of a pull by whoever opened it"])
      expect(said([{}], given)).toMatch(new RegExp(`^approvals ${what}, which count for no(?:body|thing): 1$`, "m"))
  })

  test("none by a bot that its address tells", () => {
    const named = { ...historyOf([{}]), signatures: [...signatures.slice(0, bot), signatureOf("x", "x[bot]@users.noreply.forge.org")] }
    const by = { login: "x[bot]", forge: "forge.org", isBot: false }
    expect(evidenceOf(inputOf(named, one(approvalOf(2, { by })))).evidence.reviews?.approved).toEqual([])
  })
})

describe("whose an account is", () => {
  const opinions = [approvalOf(0)]

  test("nobody's, though its login is a person's name, and it is said that independence is not assessed", () => {
    const given = { pulls: [pullOf({ opinions })] }
    const reviews = reviewsOf([{}], given)
    expect(reviews.accounts).toEqual([{ login: "a", forge: "forge.org" }])
    expect([reviews.commits[0], reviews.untied[0]]).toEqual([1, 1])
    expect(reviews.authors).toEqual([{ person: 0, commits: 1, approvers: [{ account: 0, commits: 1 }] }])
    expect(said([{}], given)).toContain("whether accounts that no address ties to one person are independent of whom they approved: 1")
  })

  test("the author's, by an alias or by an address of commits: nobody approves what they wrote", () => {
    expect(
      approved([{}, { author: 2 }], {
        aliases: [tieOf(0)],
        pulls: [pullOf({ head: 1, commits: [0, 1], opinions: [approvalOf(0, { commit: idOf(1) })] })],
      }),
    ).toEqual({ 1: "a" })
    for (const address of ["1+A@users.noreply.forge.org", "a@users.noreply.Forge.org", "a@noreply.forge.org"]) {
      const named = { ...historyOf([{}]), signatures: [{ ...signatureOf("A", address), mapped: { name: "A", address: addressOf(0) } }] }
      expect(evidenceOf(inputOf(named, { pulls: [pullOf({ opinions })] })).evidence.reviews?.approved).toEqual([])
    }
  })

  test("not a person's whose login is the same behind a number, as anybody may register that one", () => {
    const named = { ...historyOf([{}]), signatures: [signatureOf("A", addressOf(0)), signatureOf("C", "1+c@users.noreply.forge.org")] }
    const accountsOf = (login: string) => {
      const by = { ...accountOf(2), login }
      return evidenceOf(inputOf(named, { pulls: [pullOf({ opinions: [approvalOf(2, { by })] })] })).evidence.reviews?.accounts
    }
    for (const login of ["7-c", "7+c", " c"]) expect(accountsOf(login)).toEqual([{ login, forge: "forge.org" }])
    expect(accountsOf("c")).toEqual([{ login: "c", forge: "forge.org", person: 1 }])
  })

  test("its own, where the login begins with a number", () => {
    const named = { ...historyOf([{}]), signatures: [signatureOf("C", "1+7-c@users.noreply.forge.org")] }
    const by = { ...accountOf(2), login: "7-C" }
    expect(evidenceOf(inputOf(named, { pulls: [pullOf({ opinions: [approvalOf(2, { by })] })] })).evidence.reviews?.approved).toEqual([])
  })

  test("the author's, also of a forge at a port, which no address has", () => {
    const named = { ...historyOf([{}]), signatures: [signatureOf("A", "a@noreply.forge.org")] }
    const by = { ...accountOf(0), forge: "forge.org:3000" }
    expect(evidenceOf(inputOf(named, { pulls: [pullOf({ opinions: [approvalOf(0, { by })] })] })).evidence.reviews?.approved).toEqual([])
  })

  test("not anybody's on another forge", () => {
    const named = { ...historyOf([{}]), signatures: [signatureOf("A", "a@users.noreply.other.org")] }
    expect(evidenceOf(inputOf(named, { pulls: [pullOf({ opinions })] })).evidence.reviews?.untied[0]).toBe(1)
  })

  test("the opener's, by another account of theirs", () => {
    const aliases = [[addressOf(1), "b@noreply.forge.org", "c@noreply.forge.org"]]
    expect(approved([{}, { author: 1 }], { aliases, pulls: [pullOf({ opinions: [approvalOf(2)] })] })).toEqual({})
  })

  test("no one person's, where several have its address, and none of them approves their own", () => {
    const shared = (index: number): Signature => ({
      ...signatureOf("C", "c@users.noreply.forge.org"),
      mapped: { name: "C", address: addressOf(index) },
    })
    const named = {
      ...historyOf([{}, { author: 1 }, { author: 2, committer: 2 }]),
      signatures: [shared(0), shared(1), signatureOf("D", addressOf(3))],
    }
    const pull = pullOf({ head: 2, commits: [0, 1, 2], opinions: [approvalOf(2, { commit: idOf(2) })] })
    const { reviews } = evidenceOf(inputOf(named, { pulls: [pull] })).evidence
    expect(reviews?.approved).toEqual([{ commit: idOf(2), accounts: [0] }])
    expect([reviews?.accounts[0]?.person, reviews?.untied[0]]).toEqual([undefined, 1])
  })
})

test("independence of accounts is told as that of others, by what they did and approved here", () => {
  const commits: readonly Made[] = [{ committed: day }, { author: 2, committer: 2, committed: 20 * day }, {}]
  const pull = (head: number, ...by: readonly number[]) =>
    pullOf({ head, opinions: by.map((index) => approvalOf(index, { commit: idOf(head) })) })
  const { authors, accounts } = reviewsOf(commits, { aliases: all, pulls: [pull(0, 2), pull(2, 2)] })
  expect(accounts).toHaveLength(1)
  expect(authors[0]?.approvers).toEqual([{ account: 0, commits: 2, isIndependent: false, why: "both appear within 60 days of each other" }])
  const late: readonly Made[] = [{}, { author: 2, committer: 2 }, {}]
  expect(reviewsOf(late, { aliases: all, pulls: [pull(2, 2)] }).authors[0]?.approvers[0]?.isIndependent).toBe(true)
  const forOne: readonly Made[] = [{}, { committer: 2 }, { author: 3, committer: 3 }]
  const [first] = reviewsOf(forOne, { aliases: all, pulls: [pull(0, 2)] }).authors
  expect(first?.approvers[0]?.why).toBe("all that they did here is to stand behind this author")
  const both = reviewsOf(forOne, { aliases: all, pulls: [pull(0, 2), pull(2, 2)] }).authors
  expect(both.map(({ approvers }) => approvers[0]?.isIndependent)).toEqual([true, true])
})

test("approvals raise no level, and only what is shown is counted", () => {
  const pulls = [pullOf({ head: 1, commits: [0, 1], opinions: [approvalOf(2, { commit: idOf(1) })] })]
  expect(levelsOf([{}, { committer: 3 }], { aliases: all, pulls })).toEqual([0, 2])
  const { evidence } = evidenceOf({ ...inputOf(historyOf([{}, { committer: 3 }]), { pulls }), isShown: (oid) => oid === idOf(1) })
  expect(evidence.reviews).toMatchObject({ commits: { 0: 0, 2: 1 }, approvals: 1 })
})

test("beyond forgeStepsMax nothing is held against a commit, and it is said", () => {
  const given = { pulls: [pullOf({ head: 1, commits: [0, 1], opinions: [approvalOf(2, { commit: idOf(1) })] })], stepsMax: 1 }
  expect(Object.keys(approved([{}, {}], given))).toHaveLength(1)
  expect(said([{}, {}], given)).toContain("approvals that were not held against a commit, being more than forgeStepsMax: 1")
})

test("when no step is left, accounts are not walked over each commit all the same, which took minutes for one pull of many", () => {
  let reads = 0
  const history = historyOf(Array.from({ length: 300 }, () => ({})))
  const commits = history.commits.map((commit) => ({
    ...commit,
    get author(): number {
      reads += 1
      return commit.author
    },
  }))
  const opinions = [...history.commits.keys()].map((index) =>
    approvalOf(0, { by: { ...accountOf(2), login: `${index}` }, commit: idOf(299) }),
  )
  const pulls = [pullOf({ head: 299, commits: [...history.commits.keys()], opinions })]
  const { evidence } = evidenceOf(inputOf({ ...history, commits }, { pulls, stepsMax: 301 }))
  expect(evidence.reviews?.approved).toHaveLength(300)
  expect(evidence.notAssessed).toContain("approvals that were not held against a commit, being more than forgeStepsMax: 89,699")
  expect(reads).toBeLessThan(10_000)
})

test("without an export it is said that none was given", () => {
  expect(evidenceOf(inputOf(historyOf([{}]))).evidence).toMatchObject({
    notAssessed: expect.arrayContaining(["reviews on a forge: none of its data was given"]),
  })
  expect(said([{}], { pulls: [] })).toContain("reviews on a forge beyond what exports say of 0 merged pulls; nobody signed that")
})
