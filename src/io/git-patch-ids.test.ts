import { rmSync } from "node:fs"
import fc from "fast-check"
import { afterAll, expect, test } from "vitest"
import type { GitOid } from "../core/digest.ts"
import { orThrow } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import { openRepository } from "./git.ts"
import { fixtureContext, GitFixture, oid } from "./git-fixture.ts"
import { type PatchIds, patchIdsOf } from "./git-patch-ids.ts"

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function made(): GitFixture {
  const fixture = new GitFixture()
  folders.push(fixture.folder)
  return fixture
}

async function idsOf(fixture: GitFixture, commits: readonly string[], limits: Partial<Limits> = {}): Promise<PatchIds> {
  const ctx = fixtureContext({ limits })
  const repository = orThrow(await openRepository(fixture.folder, ctx))
  try {
    return await patchIdsOf(repository, commits.map(oid), ctx)
  } finally {
    await repository.close()
  }
}

/** The same change on two branches: which commits those are. */
function picked(fixture: GitFixture, before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): [string, string] {
  fixture.commit({ base: "1\n" })
  fixture.git(["branch", "stable"])
  fixture.commit(before)
  const first = fixture.commit(after)
  fixture.git(["checkout", "-q", "stable"])
  fixture.commit({ ...before, other: "2\n" })
  fixture.git(["cherry-pick", "--allow-empty", first])
  return [first, fixture.git(["rev-parse", "HEAD"])]
}

test("a cherry-pick has the id of what was picked, also of lines that moved", async () => {
  const fixture = made()
  const [first, second] = picked(fixture, { a: "1\n2\n3\n4\n5\n" }, { a: "1\n2\n3\n4 changed\n5\n", b: "new\n" })
  const ids = await idsOf(fixture, [first, second])
  expect(ids.get(oid(second))).toBe(ids.get(oid(first)))
  const patch = `${fixture.git(["diff-tree", "-p", "--full-index", first])}\n`
  expect(ids.get(oid(first))).toBe(fixture.git(["patch-id", "--verbatim"], patch).split(" ")[0])
})

test("white space, other bytes of what is no text, and bytes behind a NUL make another patch", async () => {
  const clean = "text\n".repeat(2000)
  for (const [one, other] of [
    ["if (a)\n\tb\n", "if (a)\nb\n"],
    ["\0\x01\x02", "\0\x01\x03"],
    [`${clean}\0one\n`, `${clean}\0two\n`],
    [`${clean}\0\n`, `${clean}\x01\n`],
  ] as const) {
    const fixture = made()
    const start = fixture.commit({ base: "1\n", file: clean })
    const first = fixture.commit({ file: one })
    fixture.git(["checkout", "-q", start])
    const second = fixture.commit({ file: other })
    const ids = await idsOf(fixture, [first, second])
    expect(ids.size).toBe(2)
    expect(ids.get(oid(first))).not.toBe(ids.get(oid(second)))
  }
})

test("an empty change has no id, and the first commit has one", async () => {
  const fixture = made()
  const commits = [fixture.commit({ a: "1\n" }), fixture.commit({}), fixture.commit({ a: "2\n" })]
  expect([...(await idsOf(fixture, commits)).keys()]).toEqual([commits[0], commits[2]])
  expect((await idsOf(fixture, [])).size).toBe(0)
})

test("a line of a file that looks like the beginning of a patch begins none", async () => {
  const fixture = made()
  const victim = fixture.commit({ a: "1\n" })
  const forged = fixture.commit({ a: `commit ${victim}\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n+y\n` })
  const alone = await idsOf(fixture, [victim])
  const both = await idsOf(fixture, [forged, victim])
  expect(both.size).toBe(2)
  expect(both.get(oid(victim))).toBe(alone.get(oid(victim)))
})

test("what lies behind a commit that git cannot compare is still told, and of its own part nothing", async () => {
  const fixture = made()
  const commits = Array.from({ length: 6 }, (_, index) => fixture.commit({ a: `${index}\n`, b: `${"x".repeat(index)}\n` }))
  const whole = await idsOf(fixture, commits)
  expect(whole.size).toBe(6)
  rmSync(fixture.loose(fixture.git(["rev-parse", `${commits[2]}:b`])))
  const ids = await idsOf(fixture, commits)
  expect(ids.get(oid(commits[2] ?? ""))).toBeUndefined()
  expect(ids.get(oid(commits[5] ?? ""))).toBeDefined()
  for (const [commit, id] of ids) expect(id).toBe(whole.get(commit))
})

test("beyond the maximum of bytes nothing is told, and no id is of a part", async () => {
  const fixture = made()
  const commits = Array.from({ length: 5 }, (_, index) => fixture.commit({ [`f${index}`]: `${index}\n`.repeat(40_000) }))
  const whole = await idsOf(fixture, commits)
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 600_000 }), async (patchBytesMax) => {
      const cut = await idsOf(fixture, commits, { patchBytesMax })
      for (const [commit, id] of cut) expect(id).toBe(whole.get(commit))
      expect(cut.size).toBeLessThan(whole.size)
    }),
    { numRuns: 5 },
  )
})

test("no time is no ids, and no git is a fault", async () => {
  const fixture = made()
  const commit = fixture.commit({ a: "1\n" })
  expect((await idsOf(fixture, [commit], { patchSecondsMax: 0 })).size).toBe(0)
  const ctx = fixtureContext()
  const place = { folder: fixture.folder, environment: { PATH: "/nowhere" } }
  const commits: readonly GitOid[] = [oid(commit)]
  await expect(patchIdsOf({ place }, commits, ctx)).rejects.toThrow("git")
})
