import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { orThrow } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import type { RecordedHistory } from "../model/history.ts"
import { openRepository } from "./git.ts"
import { fixtureContext, GitFixture } from "./git-fixture.ts"
import { recordHistory } from "./git-history.ts"

async function recorded(fixture: GitFixture, limits: Partial<Limits> = {}): Promise<RecordedHistory> {
  const ctx = fixtureContext({ limits })
  const repository = orThrow(await openRepository(fixture.folder, ctx))
  try {
    return await recordHistory(repository, ctx)
  } finally {
    await repository.close()
  }
}

/** A commit object as it is written here, so that nothing of git's own checks applies. */
function rawCommit(fixture: GitFixture, lines: readonly string[], message: string, parents: readonly string[] = []): string {
  const tree = fixture.git(["mktree"])
  const head = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), ...lines]
  return fixture.git(
    ["hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
    Buffer.from(`${head.join("\n")}\n\n${message}`, "latin1"),
  )
}
const by = (who: string, time: string | number): readonly string[] => [`author ${who} ${time} +0000`, `committer ${who} ${time} +0000`]

test("people, times, trailers, changes and tags as git itself tells them", async () => {
  const fixture = new GitFixture()
  const first = fixture.commit({ a: "1\n", ".mailmap": "Proper Name <proper@example.org> <author-1@example.org>\n" }, "one")
  const second = fixture.commit({ a: "2\n", b: "3\n" }, "two\n\ntext\n\nReviewed-by: B <b@example.org>\nFixes: 12")
  fixture.git(["tag", "-a", "-m", "release", "v1", first])
  fixture.git(["tag", "light", second])
  const { commits, signatures, tags, branches, limits } = await recorded(fixture)
  expect(commits.map(({ oid, parents, subject }) => [oid, parents, subject])).toEqual([
    [second, [first], "two"],
    [first, [], "one"],
  ])
  expect(signatures).toEqual([
    { name: "Author One", address: "author-1@example.org", mapped: { name: "Proper Name", address: "proper@example.org" } },
  ])
  expect(commits[0]?.trailers).toEqual([
    { token: "Reviewed-by", value: "B <b@example.org>" },
    { token: "Fixes", value: "12" },
  ])
  expect(commits.map(({ changes }) => changes.map(({ path }) => path))).toEqual([
    ["a", "b"],
    [".mailmap", "a"],
  ])
  expect(tags.map(({ name, commit, annotated }) => [name, commit, annotated?.tagger, annotated?.isSigned])).toEqual([
    ["light", second, undefined, undefined],
    ["v1", first, 0, false],
  ])
  expect([branches, limits]).toEqual([[{ name: "refs/heads/main", tip: second }], []])
})

test("a name in another encoding, escapes, dates in 1970 and 2106 and none at all are told as they are", async () => {
  const fixture = new GitFixture()
  const one = rawCommit(fixture, by("Andr\xe9 <a@b.org>", 0), "x\x1b[31mred\n")
  const two = rawCommit(fixture, [...by("Andr\xe9 <a@b.org>", 4294967295), "encoding ISO-8859-1"], "caf\xe9\n", [one])
  const three = rawCommit(fixture, ["author nobody", "committer <> 1 +0000"], "", [two])
  fixture.git(["update-ref", "refs/heads/main", three])
  const { commits, signatures } = await recorded(fixture)
  expect(commits.map(({ committed, subject }) => [committed, subject])).toEqual([
    [1, ""],
    [4294967295, "café"],
    [0, "x\x1b[31mred"],
  ])
  expect(commits.map(({ author }) => signatures[author]?.name)).toEqual(["", "André", "Andr\\xe9"])
})

test("empty, octopus, shallow and cut histories", async () => {
  expect(await recorded(new GitFixture())).toMatchObject({ commits: [], tags: [], branches: [], signatures: [] })
  const fixture = new GitFixture()
  const root = fixture.commit({ a: "1\n" })
  const sides = ["x", "y", "z"].map((name) => {
    fixture.git(["checkout", "-q", "-b", name, root])
    return fixture.commit({ [name]: "1\n" }, name)
  })
  fixture.git(["checkout", "-q", "main"])
  fixture.git(["merge", "-q", "-m", "all", "x", "y", "z"])
  const { commits } = await recorded(fixture)
  expect(commits.length).toBe(5)
  expect(new Set(commits[0]?.parents)).toEqual(new Set(sides))
  expect(commits[0]?.changes).toEqual([])
  expect((await recorded(fixture, { historyCommitsMax: 2 })).limits).toEqual([
    "only 2 commits were read: --limit historyCommitsMax=NUMBER allows more",
  ])
  expect((await recorded(fixture, { historyChangesMax: 1 })).limits).toEqual([
    "3 changes of files were counted and not kept (historyChangesMax)",
  ])
  const shallow = new GitFixture({ folder: mkdtempSync(join(tmpdir(), "everybyte-shallow-")) })
  shallow.git(["fetch", "-q", "--depth=1", `file://${fixture.folder}`, "main:refs/heads/cut"])
  const cut = await recorded(shallow)
  expect([cut.commits.length, cut.limits]).toEqual([1, ["a shallow clone: its history is cut"]])
})

test("ten thousand refs, tags of no commit, and refs that are no history", async () => {
  const fixture = new GitFixture()
  const commit = fixture.commit({ a: "1\n" })
  const blob = fixture.git(["rev-parse", `${commit}:a`])
  const many = Array.from({ length: 10_000 }, (_, index) => `${commit} refs/tags/t${String(index).padStart(5, "0")}\n`)
  writeFileSync(join(fixture.gitDirectory, "packed-refs"), many.join(""))
  appendFileSync(join(fixture.gitDirectory, "packed-refs"), `${blob} refs/tags/zblob\n${commit} refs/pull/1/head\n${commit} refs/notes/x\n`)
  const { tags, branches, limits } = await recorded(fixture)
  expect([tags.length, branches.length, limits]).toEqual([10_000, 1, ["1 tags are of no commit, or could not be read"]])
})

test("a mailmap maps taggers too, and one that is a folder or no file is said", async () => {
  const fixture = new GitFixture()
  const commit = fixture.commit({ ".mailmap": "New <new@example.org> Author One <author-1@example.org>\n" })
  fixture.git(["tag", "-a", "-m", "x", "v1", commit])
  expect((await recorded(fixture)).signatures.map(({ mapped }) => mapped.address)).toEqual(["new@example.org"])
  fixture.git(["rm", "-q", ".mailmap"])
  fixture.commit({ ".mailmap/x": "1\n" })
  const { signatures, limits } = await recorded(fixture)
  expect([signatures.map(({ mapped }) => mapped.address), limits]).toEqual([
    ["author-1@example.org"],
    [".mailmap is absent, too large or no file, and was not used"],
  ])
})
