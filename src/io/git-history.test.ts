import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { expect, test } from "vitest"
import { FaultError, orThrow } from "../core/fault.ts"
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

/** An object as it is written here, so that nothing of git's own checks applies. */
const raw = (fixture: GitFixture, type: "commit" | "tag", text: string): string =>
  fixture.git(["hash-object", "-t", type, "-w", "--stdin", "--literally"], Buffer.from(text, "latin1"))

const who = "A <a@example.org> 1600000000 +0000"
const tagText = (object: string, { type = "commit", tagger = `tagger ${who}\n` } = {}): string =>
  `object ${object}\ntype ${type}\ntag x\n${tagger}\nm\n`

/** A ref as a file: git itself would not point one at what is absent. */
function ref(fixture: GitFixture, name: string, id: string): void {
  mkdirSync(dirname(join(fixture.gitDirectory, name)), { recursive: true })
  writeFileSync(join(fixture.gitDirectory, name), `${id}\n`)
}

function rawCommit(fixture: GitFixture, lines: readonly string[], message: string, parents: readonly string[] = []): string {
  const tree = fixture.git(["mktree"])
  const head = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), ...lines]
  return raw(fixture, "commit", `${head.join("\n")}\n\n${message}`)
}
const by = (who: string, time: string | number): readonly string[] => [`author ${who} ${time} +0000`, `committer ${who} ${time} +0000`]

test("people, times, trailers, changes and tags as git itself tells them", async () => {
  const fixture = new GitFixture()
  const first = fixture.commit({ a: "1\n", ".mailmap": "Proper Name <proper@example.org> <author-1@example.org>\n" }, "one")
  const second = fixture.commit({ a: "2\n", b: "3\n" }, "two\n\ntext\n\nReviewed-by: B <b@example.org>\nFixes: 12")
  fixture.git(["tag", "-a", "-m", "release", "v1", first])
  fixture.git(["tag", "light", second])
  const { commits: inTime, signatures, tags, branches, limits } = await recorded(fixture)
  // All of one second: by id.
  const commits = [second, first].map((id) => inTime.find(({ oid }) => oid === id))
  expect(commits.map((commit) => [commit?.parents, commit?.subject])).toEqual([
    [[first], "two"],
    [[], "one"],
  ])
  expect(signatures).toEqual([
    { name: "Author One", address: "author-1@example.org", mapped: { name: "Proper Name", address: "proper@example.org" } },
  ])
  expect(commits[0]?.trailers).toEqual([
    { token: "Reviewed-by", value: "B <b@example.org>" },
    { token: "Fixes", value: "12" },
  ])
  expect(commits.map((commit) => commit?.changes.map(({ path }) => path))).toEqual([
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
    [0, "x\x1b[31mred"],
    [1, ""],
    [4294967295, "café"],
  ])
  expect(commits.map(({ author }) => signatures[author]?.name)).toEqual(["Andr\\xe9", "", "André"])
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
  const merge = commits.find(({ parents }) => parents.length > 1)
  expect(new Set(merge?.parents)).toEqual(new Set(sides))
  expect(merge?.changes).toEqual([])
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
  expect([tags.length, branches.length, limits]).toEqual([
    10_000,
    1,
    ["1 tag is of no commit, or could not be read, first refs/tags/zblob"],
  ])
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

/** A commit in whose file something else stands. */
function broken(fixture: GitFixture, bytes: string | Uint8Array): string {
  const id = rawCommit(fixture, by("A <a@example.org>", 1), "broken\n")
  rmSync(fixture.loose(id))
  writeFileSync(fixture.loose(id), bytes)
  return id
}

const absent = "4".repeat(40)
test.each<[string, string, (fixture: GitFixture, commit: string) => string]>([
  ["a tag of an absent object", "tags", () => absent],
  ["a branch of an absent object", "heads", () => absent],
  ["a commit that is none", "heads", (fixture) => raw(fixture, "commit", "garbage")],
  ["a tag that is none", "tags", (fixture, commit) => raw(fixture, "tag", `object ${commit}\ngarbage`)],
  ["a tag that calls its commit a blob", "tags", (fixture, commit) => raw(fixture, "tag", tagText(commit, { type: "blob" }))],
  ["a branch of an object whose file is broken", "heads", (fixture) => broken(fixture, "not deflated")],
  ["a tag of an object whose file holds another one", "tags", (fixture, commit) => broken(fixture, readFileSync(fixture.loose(commit)))],
  ["a tag object of an absent commit", "tags", (fixture) => raw(fixture, "tag", tagText(absent))],
])("%s emptied the whole history; now it alone is left out, and said", async (_, kind, made) => {
  const fixture = new GitFixture()
  const commit = fixture.commit({ a: "1\n" })
  fixture.git(["tag", "-a", "-m", "x", "v1", commit])
  fixture.git(["tag", "v2", commit])
  ref(fixture, `refs/${kind}/bad`, made(fixture, commit))
  const { commits, tags, branches, limits } = await recorded(fixture)
  expect([commits.map(({ oid }) => oid), tags.map(({ name }) => name), branches.length]).toEqual([[commit], ["v1", "v2"], 1])
  const noun = kind === "tags" ? "tag" : "branch"
  expect(limits).toEqual([`1 ${noun} is of no commit, or could not be read, first refs/${kind}/bad`])
})

test("branches whose tips lack their parent, more than git is started again for, took the good branches with them", async () => {
  const fixture = new GitFixture()
  const first = fixture.commit({ a: "1\n" })
  const second = fixture.commit({ a: "2\n" })
  const tree = fixture.git(["rev-parse", `${second}^{tree}`])
  // Younger than the good ones: git comes to them first.
  const signed = `author A <a@example.org> 1800000000 +0000\ncommitter A <a@example.org> 1800000000 +0000`
  for (let index = 0; index < 40; index += 1)
    ref(fixture, `refs/heads/a${index}`, raw(fixture, "commit", `tree ${tree}\nparent ${absent}\n${signed}\n\n${index}\n`))
  const { commits, limits } = await recorded(fixture)
  expect(new Set(commits.map(({ oid }) => oid))).toEqual(new Set([first, second]))
  expect(commits.find(({ oid }) => oid === second)).toMatchObject({ parents: [first], changes: [{ path: "a" }] })
  expect(limits).toEqual([expect.stringMatching(/^parts of the history are absent, first at commit [0-9a-f]{40}$/)])
})

test("refs of which none leads to a commit are a fault, and no refs are no commits", async () => {
  const fixture = new GitFixture()
  expect((await recorded(fixture)).limits).toEqual(["it has no commits"])
  ref(fixture, "refs/heads/main", absent)
  const fault = await recorded(fixture).catch((error: unknown) => (error instanceof FaultError ? error.fault : error))
  expect(fault).toMatchObject({ kind: "unavailable", why: "it has 1 branch or tag, and no commit of them can be read" })
})

test("a tag of a tag was left out, and a tag without a tagger was told as made by nobody in 1970", async () => {
  const fixture = new GitFixture()
  const commit = fixture.commit({ a: "1\n" })
  const inner = raw(fixture, "tag", tagText(commit))
  const nested = raw(fixture, "tag", tagText(inner, { type: "tag" }))
  ref(fixture, "refs/tags/nested", nested)
  ref(fixture, "refs/tags/old", raw(fixture, "tag", tagText(commit, { tagger: "" })))
  ref(fixture, "refs/tags/odd", raw(fixture, "tag", tagText(commit, { tagger: "tagger nobody 16 +0000\n" })))
  const { tags, signatures, limits } = await recorded(fixture)
  expect(tags).toEqual([
    { name: "nested", commit, annotated: { oid: nested, tagger: 1, tagged: 1600000000, isSigned: false } },
    { name: "odd", commit },
    { name: "old", commit },
  ])
  expect([signatures.map(({ name }) => name), limits]).toEqual([["Author One", "A"], []])
})

test("a commit without an author line was made by a person called %aN", async () => {
  const fixture = new GitFixture()
  ref(fixture, "refs/heads/main", raw(fixture, "commit", `tree ${fixture.git(["mktree"])}\n\nmessage\n`))
  const { commits, signatures } = await recorded(fixture)
  expect(commits.map(({ author, committer, authored }) => [author, committer, authored])).toEqual([[0, 0, 0]])
  expect(signatures).toEqual([{ name: "", address: "", mapped: { name: "", address: "" } }])
})

test("times beyond what a date can hold are those of the year 9999", async () => {
  const fixture = new GitFixture()
  const commit = rawCommit(fixture, by("A <a@example.org>", "9".repeat(19)), "x\n")
  ref(fixture, "refs/heads/main", commit)
  const far = `tagger A <a@example.org> ${"9".repeat(400)} +0000\n`
  ref(fixture, "refs/tags/v1", raw(fixture, "tag", tagText(commit, { tagger: far })))
  const { commits, tags } = await recorded(fixture)
  const last = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000
  expect([commits[0]?.authored, commits[0]?.committed, tags[0]?.annotated?.tagged]).toEqual([last, last, last])
})

test("long names are cut, two that begin alike stay two, and a subject of megabytes is read", async () => {
  const fixture = new GitFixture()
  const long = ["1", "2"].map((end) => "n".repeat(1_100_000) + end)
  const [one = "", two = ""] = long.map((name, index) => rawCommit(fixture, by(`${name} <a@example.org>`, index), "x".repeat(3_000_000)))
  ref(fixture, "refs/heads/one", one)
  ref(fixture, "refs/heads/two", two)
  const { commits, signatures, limits } = await recorded(fixture)
  expect(new Set(commits.map(({ author }) => author)).size).toBe(2)
  expect(new Set(signatures.map(({ name }) => name)).size).toBe(2)
  for (const { name } of signatures) expect(name).toMatch(/^n{1000}\.\.\. \(\d+ bytes, sha256:[0-9a-f]{64}\)$/)
  expect(commits.map(({ subject }) => subject)).toEqual(["x".repeat(500), "x".repeat(500)])
  expect(limits).toEqual([
    "10 fields or paths over 1,048,576 bytes, shown by the beginning and a digest",
    "2 persons have a name or address over 1,000 bytes, shown by the beginning and a digest",
  ])
})
