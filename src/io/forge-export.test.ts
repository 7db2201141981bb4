import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { FaultError } from "../core/fault.ts"
import { limitsDefault } from "../core/limits.ts"
import type { ForgeExports, Opinion } from "../model/pull.ts"
import { readForgeExports } from "./forge-export.ts"
import { graphqlPull, mergeRequest, oids, restPull } from "./forge-fixture.ts"
import { forgeShapes } from "./forge-shapes.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-forge-"))
afterAll(() => rmSync(folder, { recursive: true }))

function read(text: string | Uint8Array, limits = {}): Promise<ForgeExports> {
  const path = join(folder, "pulls.jsonl")
  writeFileSync(path, text)
  return readForgeExports([path], { ...limitsDefault, ...limits })
}
const readAll = (...pulls: readonly object[]) => read(JSON.stringify(pulls))
const opinionsOf = async (pull: object): Promise<readonly Opinion[]> => (await readAll(pull)).pulls[0]?.opinions ?? []

const forge = "forge.example"
const looks = { login: "looks", forge, isBot: false }
const expected = {
  address: "https://forge.example/o/n/pull/1",
  author: { login: "Author", forge, isBot: false },
  merged: Date.UTC(2024, 0, 2),
  head: oids.head,
  commits: [oids.before, oids.head],
  results: [oids.squash],
  opinions: [{ by: looks, isApproval: true, at: Date.UTC(2024, 0, 1, 12), commit: oids.head }],
  isCut: false,
}

const shapes = [
  ["GitHub's GraphQL API", graphqlPull],
  ["REST, as GitHub and Gitea have it", restPull],
  ["GitLab's REST API", mergeRequest],
] as const

test.each(shapes)("%s: the same pull", async (_, pull) => {
  expect(await readAll(pull())).toEqual({ pulls: [expected], unmerged: 0 })
})

test.each(shapes)("%s: a pull that was not merged is counted, and no more", async (_, pull) => {
  expect(await readAll(pull({ mergedAt: null, merged_at: null }))).toEqual({ pulls: [], unmerged: 1 })
})

test("of a pull that stands twice the last counts, also in files one after another", async () => {
  const [one, other] = [join(folder, "one"), join(folder, "other")]
  writeFileSync(one, JSON.stringify(graphqlPull()))
  writeFileSync(other, JSON.stringify(graphqlPull({ author: null })))
  expect((await readForgeExports([one, other], limitsDefault)).pulls).toEqual([{ ...expected, author: undefined }])
  await expect(readForgeExports([one, join(folder, "none")], limitsDefault)).rejects.toMatchObject({
    fault: { kind: "unavailable", source: join(folder, "none") },
  })
})

describe("reviews", () => {
  const by = (state: string, some: object = {}) =>
    opinionsOf(restPull({ reviews: [{ user: { login: "looks" }, state, submitted_at: null, commit_id: null, ...some }] }))

  test("what asks for changes, on each forge, and what was dismissed is no approval; comments, requests and what nobody knows are nothing", async () => {
    const none = { by: looks, at: undefined, commit: undefined }
    for (const state of ["CHANGES_REQUESTED", "REQUEST_CHANGES", "DISMISSED"])
      expect(await by(state)).toEqual([{ ...none, isApproval: false }])
    expect(await by("APPROVED", { dismissed: true })).toEqual([{ ...none, isApproval: false }])
    expect(await by("APPROVED", { dismissed: false })).toEqual([{ ...none, isApproval: true }])
    for (const state of ["COMMENT", "COMMENTED", "PENDING", "REQUEST_REVIEW", "approved", ""]) expect(await by(state)).toEqual([])
  })

  test("programs are told by the forge's word and by their logins", async () => {
    const isBot = async (user: object): Promise<unknown> => (await by("APPROVED", { user }))[0]?.by?.isBot
    expect(await isBot({ login: "x", type: "Bot" })).toBe(true)
    expect(await isBot({ login: "x[bot]" })).toBe(true)
    expect(await isBot({ login: "bot", type: "User" })).toBe(false)
    const token = mergeRequest({ approved_by: [{ user: { username: "project_12_bot_9f" } }] })
    expect((await opinionsOf(token))[0]?.by?.isBot).toBe(true)
  })

  test("GitLab: an approval is of the version before its time, and of none where no time is told", async () => {
    const commitAt = async (approved_at: string | undefined): Promise<unknown> =>
      (await opinionsOf(mergeRequest({ approved_by: [{ user: { username: "looks" }, approved_at }] })))[0]?.commit
    expect(await commitAt("2023-12-31T12:00:00Z")).toBe(oids.before)
    expect(await commitAt("2024-01-01T00:00:00.000Z")).toBe(oids.before) // pushed in that very moment
    expect(await commitAt("2023-01-01T00:00:00Z")).toBeUndefined()
    expect(await commitAt(undefined)).toBeUndefined()
  })

  test("a list that is cut is said to be", async () => {
    const { reviews, commits } = graphqlPull()
    const isCut = async (pull: object): Promise<unknown> => (await readAll(pull)).pulls[0]?.isCut
    expect(await isCut(graphqlPull({ reviews: { ...Object(reviews), totalCount: 3 } }))).toBe(true)
    expect(await isCut(graphqlPull({ commits: { ...Object(commits), totalCount: 3 } }))).toBe(true)
    expect(await isCut(restPull({ commits: [{ sha: oids.before }] }))).toBe(true)
  })
})

test.each([
  ["an answer that was not taken apart", '{"data": {}}', "line 1: it is no pull of a forge that is known here"],
  ["a wrong id", JSON.stringify(graphqlPull({ headRefOid: "A".repeat(40) })), "GitHub's GraphQL API: headRefOid: no id of a commit"],
  ["no reviews", JSON.stringify(restPull({ reviews: undefined })), "REST API: reviews: Invalid input"],
  ["no time", JSON.stringify(mergeRequest({ merged_at: "yesterday" })), "GitLab's REST API: merged_at: no time such as"],
  ["no address", JSON.stringify(restPull({ html_url: "pull/1" })), "html_url: no address"],
  ["JSON that is none, on its line", '{"iid": 1}'.replace("1", "\n+1").padStart(20, "\n"), "line 9: "],
  ["no UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), "line 1: "],
  ["a place deep within", JSON.stringify(restPull({ reviews: [{ user: { login: "" } }] })), "reviews.0.user.login: "],
])("%s is refused, and it is said where", async (_, text, why) => {
  await expect(read(text)).rejects.toMatchObject({ fault: { kind: "usage", why: expect.stringContaining(why) } })
})

test("of many items that are wrong the first is told: a pull of 16 MiB took two minutes and 4 GB, an issue for each", () => {
  const [nodes, issue] = [[1, 2, 3], { path: [expect.any(String), 0] }]
  const pulls = [
    graphqlPull({ commits: { totalCount: 3, nodes } }),
    restPull({ commits: nodes }),
    restPull({ reviews: nodes }),
    mergeRequest({ approved_by: nodes }),
    mergeRequest({ versions: nodes }),
  ]
  for (const pull of pulls) {
    const read = forgeShapes.find(({ field }) => Object.hasOwn(pull, field))?.read(pull)
    expect(read?.error?.issues).toMatchObject([pull["url"] === undefined ? issue : { path: ["commits", "nodes", 0] }])
  }
})

test("each maximum is a fault of its own", async () => {
  const pull = JSON.stringify(graphqlPull())
  for (const limit of ["forgeExportBytesMax", "forgePullBytesMax", "forgePartsMax"])
    await expect(read(pull, { [limit]: 3 })).rejects.toMatchObject({ fault: { kind: "over-limit", limit } })
  expect((await read(pull, { forgePartsMax: 4 })).pulls).toHaveLength(1)
})

test("whatever stands in a field, there is a pull or a fault that says so", async () => {
  const fields = Object.keys({ ...graphqlPull(), ...restPull(), ...mergeRequest() })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...shapes.map(([, pull]) => pull)),
      fc.dictionary(fc.constantFrom(...fields), fc.jsonValue(), { minKeys: 1 }),
      async (pull, some) => {
        const found = await readAll(pull(some)).catch((error: unknown) => error)
        if (found instanceof FaultError) expect(found.fault.kind).toBe("usage")
        else expect(found).toMatchObject({ pulls: expect.any(Array) })
      },
    ),
  )
})
