import { expect, test } from "vitest"
import { orThrow } from "../../core/fault.ts"
import { openRepository } from "../../io/git.ts"
import { fixtureContext, GitFixture, oid } from "../../io/git-fixture.ts"
import { recordHistory } from "../../io/git-history.ts"
import { headOf } from "../../io/git-named.ts"
import { rangeOf } from "./range.ts"

test("a range has what git rev-list says it has, by tags, branches and ids", async () => {
  const fixture = new GitFixture()
  const commits = ["1", "2", "3"].map((text) => fixture.commit({ a: text }))
  fixture.git(["tag", "v1", commits[0] ?? ""])
  fixture.git(["checkout", "-q", "-b", "side", commits[0] ?? ""])
  fixture.commit({ b: "1" })
  fixture.git(["checkout", "-q", "main"])
  fixture.git(["merge", "-q", "-m", "both", "side"])
  const ctx = fixtureContext()
  const repository = orThrow(await openRepository(fixture.folder, ctx))
  const history = await recordHistory(repository, ctx)
  const head = headOf(repository)
  await repository.close()
  for (const text of ["main", "v1..main", "side..main", "main..side", `${commits[1]?.slice(0, 8)}..refs/heads/main`, `v1..${commits[2]}`]) {
    const range = rangeOf(history, text, head)
    const expected = fixture
      .git(["rev-list", ...(text.includes("..") ? [text] : [text])])
      .split("\n")
      .filter((line) => line !== "")
    expect([
      text,
      history.commits
        .filter((commit) => range.has(commit.oid))
        .map((commit) => commit.oid)
        .sort(),
    ]).toEqual([text, expected.sort()])
  }
  expect(rangeOf(history, "v1..side", head).tip).toBe(oid(fixture.git(["rev-parse", "side"])))
  expect(() => rangeOf(history, "v1..nothing", head)).toThrow("no tag, branch or commit")
  expect(() => rangeOf(history, "", head)).toThrow("no tag, branch or commit")
})

test("a tag that is called like another commit's id was taken in its place", async () => {
  const fixture = new GitFixture()
  const first = fixture.commit({ a: "1" })
  const second = fixture.commit({ a: "2" })
  fixture.git(["update-ref", `refs/tags/${first}`, second])
  const ctx = fixtureContext()
  const repository = orThrow(await openRepository(fixture.folder, ctx))
  const history = await recordHistory(repository, ctx)
  await repository.close()
  expect(rangeOf(history, first, undefined).tip).toBe(first)
})
