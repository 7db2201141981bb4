import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { expect, test } from "vitest"
import { orThrow } from "../../core/fault.ts"
import { rowsOf } from "../../io/commit-rows.ts"
import type { Context } from "../../io/context.ts"
import { openRepository } from "../../io/git.ts"
import { fixtureContext, GitFixture } from "../../io/git-fixture.ts"
import { recordRows } from "../../io/git-history.ts"
import { stepKinds, take } from "../../io/git-steps-fixture.ts"
import type { HistoryRows } from "../../model/history.ts"
import { eventsOf } from "./events.ts"
import { noHomepages } from "./homepages.ts"
import { identify } from "./identities.ts"
import { monthlyEnds, surveyOf, untimely } from "./windows.ts"

/** What a report has of a history, people by what they are. */
function toldOf(history: HistoryRows): unknown {
  const identities = identify(history)
  const { windows, leads } = surveyOf(history, identities, monthlyEnds(history.rows))
  const events = eventsOf(history, identities, { leads, homepages: noHomepages })
  return {
    ...{ people: identities.people, windows, events, untimely: untimely(history.rows) },
    ...{ tags: history.tags.length, limits: history.limits },
  }
}

async function told(location: string, ctx: Context): Promise<unknown> {
  const repository = orThrow(await openRepository(location, ctx))
  try {
    const { history, whole } = await recordRows(repository, ctx)
    const own = toldOf(history)
    const { commits } = await whole()
    expect(own).toEqual(toldOf({ ...history, rows: rowsOf(commits) }))
    return own
  } finally {
    await repository.close()
  }
}

const isFresh = async (location: string, ctx: Context): Promise<void> =>
  expect(await told(location, ctx)).toEqual(await told(location, fixtureContext()))

const step = fc.tuple(fc.constantFrom(...stepKinds), fc.nat(1000), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
/** Within two years, where windows and events meet. */
const near = fc.tuple(fc.constantFrom(...stepKinds), fc.nat(1000), fc.integer({ min: 1_600_000_000, max: 1_660_000_000 }))

test("whatever happens to a repository, the next run tells the people, windows and events of a first run", {
  timeout: 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.oneof(near, step), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
      async (rounds) => {
        const fixture = new GitFixture()
        fixture.commit({ a: "1\n", "SECURITY.md": "x\n" })
        const ctx = fixtureContext()
        await isFresh(fixture.folder, ctx)
        for (const round of rounds) {
          for (const one of round) take(fixture, one)
          await isFresh(fixture.folder, ctx)
        }
        rmSync(fixture.folder, { recursive: true })
        rmSync(ctx.cache, { recursive: true })
      },
    ),
    { numRuns: 12 },
  )
})

/** Commits of a line, each by another person, and what is done to the repository between a first and a second run. */
test.each<[string, (fixture: GitFixture) => unknown]>([
  [
    "a branch is put where only a merge led: what it names was pushed by its committer",
    (fixture) => fixture.git(["branch", "new", "HEAD^2"]),
  ],
  ["that branch is gone again", (fixture) => fixture.git(["branch", "-q", "-D", "other"])],
  ["a tag is put there", (fixture) => fixture.git(["tag", "-a", "-m", "x", "late", "HEAD^2"])],
  ["a branch is moved on by a merge, so that its old tip is a second parent", (fixture) => turned(fixture)],
  ["a branch is moved back", (fixture) => fixture.git(["update-ref", "refs/heads/other", "HEAD~1"])],
  ["a commit that was made long before is merged late", (fixture) => [at(fixture, "side", 1_500_000_000), merged(fixture, "side")]],
  [".mailmap joins two people", (fixture) => fixture.commit({ ".mailmap": "Ann <author-1@example.org> <ann@example.org>\n" })],
  ["a folder stands where there never was a .mailmap", (fixture) => fixture.commit({ ".mailmap/x": "1\n" })],
])("the same is told as by a first run when %s", async (_, change) => {
  const fixture = new GitFixture()
  fixture.commit({ a: "1\n" })
  fixture.git(["branch", "side"])
  at(fixture, "side", 1_600_000_000)
  fixture.commit({ b: "1\n" })
  merged(fixture, "side")
  fixture.git(["branch", "other", "HEAD^2"])
  const ctx = fixtureContext()
  await isFresh(fixture.folder, ctx)
  change(fixture)
  await isFresh(fixture.folder, ctx)
  await isFresh(fixture.folder, ctx)
})

/** A commit of Ann's on a branch. */
function at(fixture: GitFixture, branch: string, seconds: number): void {
  const who = `Ann <ann@example.org> ${seconds} +0000`
  const [tree, parent] = [fixture.git(["rev-parse", `${branch}^{tree}`]), fixture.git(["rev-parse", branch])]
  const text = `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n\nx\n`
  fixture.git(["update-ref", `refs/heads/${branch}`, fixture.git(["hash-object", "-t", "commit", "-w", "--stdin"], text)])
}

const merged = (fixture: GitFixture, branch: string): string => fixture.git(["merge", "-q", "--no-ff", "-m", "merge", branch])

/** A merge whose first parent is the side, as after `git pull` there and a push of it. */
function turned(fixture: GitFixture): void {
  at(fixture, "side", 1_700_000_000)
  const [tree, side, main] = ["HEAD^{tree}", "side", "HEAD"].map((name) => fixture.git(["rev-parse", name]))
  const who = "Ann <ann@example.org> 1800000000 +0000"
  const text = `tree ${tree}\nparent ${side}\nparent ${main}\nauthor ${who}\ncommitter ${who}\n\nx\n`
  fixture.git(["update-ref", "refs/heads/main", fixture.git(["hash-object", "-t", "commit", "-w", "--stdin"], text)])
}

test("a shallow clone that grows, is cut elsewhere and is whole again", async () => {
  const fixture = new GitFixture()
  for (const index of [1, 2, 3, 4]) fixture.commit({ a: `${index}\n` })
  const shallow = new GitFixture({ folder: mkdtempSync(join(tmpdir(), "everybyte-shallow-")) })
  const ctx = fixtureContext()
  for (const depth of ["--depth=2", "--deepen=1", "--depth=1", "--unshallow"]) {
    shallow.git(["fetch", "-q", "--no-tags", depth, `file://${fixture.folder}`, "+main:refs/heads/cut"])
    await isFresh(shallow.folder, ctx)
    if (depth === "--unshallow") continue
    fixture.commit({ b: `${depth}\n` })
    shallow.git(["fetch", "-q", "--no-tags", `file://${fixture.folder}`, "+main:refs/heads/cut"])
    await isFresh(shallow.folder, ctx)
  }
})
