import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { entropyOf } from "../../core/entropy.ts"
import { GitFixture, oid } from "../../io/git-fixture.ts"
import type { Level } from "../../model/trace.ts"
import { Naming } from "./naming.ts"
import { binary, datedCommit, opaqueOf } from "./opaque-fixture.ts"

/** What git itself says of a path: commits that gave it a content, oldest first. */
const gitVersions = (fixture: GitFixture, path: string, args: readonly string[] = ["--full-history", "--no-merges", "--no-renames"]) =>
  fixture
    .git(["log", "--topo-order", "--format=%H", "--diff-filter=AMR", ...args, "HEAD", "--", path])
    .split("\n")
    .toReversed()

test("an opaque file has all its versions, what came beside them, and the days to the next tag", async () => {
  const fixture = new GitFixture()
  fixture.commit({
    "tests/good.xz": binary(1),
    "tests/bad.xz": binary(2),
    "tests/run.sh": "xz -t good.xz\n",
    README: "See tests/good.xz.\n",
  })
  fixture.commit({ "main.c": "int main;\n" })
  const second = fixture.commit({ "tests/good.xz": binary(3), "other.bin": binary(4) })
  fixture.git(["tag", "light", second])
  const { files, limits } = await opaqueOf(fixture)
  expect(limits).toEqual([])
  expect(files.map(({ path }) => path)).toEqual(["other.bin", "tests/bad.xz", "tests/good.xz"])
  const good = files[2]
  expect(good?.versions.map(({ commit }) => commit)).toEqual(gitVersions(fixture, "tests/good.xz"))
  expect(good?.versions.map(({ day, beside, besideOpaque, daysToTag }) => [day, beside, besideOpaque, daysToTag])).toEqual([
    ["2023-11-14", 3, 1, 0],
    ["2023-11-14", 1, 1, 0],
  ])
  expect(good?.namedBy).toEqual([
    { path: "tests/run.sh", kind: "test" },
    { path: "README", kind: "other" },
  ])
  expect([good?.size, good?.entropy, good?.oid]).toEqual([4, 2, fixture.git(["rev-parse", "HEAD:tests/good.xz"])])
})

test("days to a tag count from the commit, and a tag that states an earlier day counts from the commit it names", async () => {
  const fixture = new GitFixture()
  const day = 86_400
  const first = datedCommit(fixture, { "a.bin": binary(1) }, 100 * day)
  datedCommit(fixture, { "a.bin": binary(2) }, 103 * day)
  const third = datedCommit(fixture, { "a.bin": binary(3) }, 110 * day)
  fixture.git(["tag", "v1", `${third}~1`])
  fixture.git(["tag", "-a", "-m", "forged", "v0", third], "")
  const { files } = await opaqueOf(fixture)
  expect(files[0]?.versions.map(({ commit, daysToTag }) => [commit, daysToTag])).toEqual([
    [first, 3],
    [fixture.git(["rev-parse", "HEAD~1"]), 0],
    [third, Math.floor((1_700_000_000 - 110 * day) / day)],
  ])
})

test("a file that was moved keeps its versions under the old name; what came to the old name later is not its own", async () => {
  const fixture = new GitFixture()
  fixture.commit({ "old/data.bin": binary(1) })
  fixture.commit({ "old/data.bin": binary(2) })
  fixture.git(["mv", "old", "new"])
  fixture.commit({})
  const expected = gitVersions(fixture, "new/data.bin", ["--follow", "--find-renames=100%"])
  fixture.commit({ "old/data.bin": binary(9) })
  const { files } = await opaqueOf(fixture, { paths: new Set(["new/data.bin"]) })
  expect(files.map(({ path }) => path)).toEqual(["new/data.bin"])
  expect(files[0]?.versions.map(({ commit }) => commit)).toEqual(expected)
  expect(files[0]?.versions.map(({ path }) => path)).toEqual(["old/data.bin", "old/data.bin", undefined])
})

test("of files with one content that a commit moved, each goes on from the one of its base name", async () => {
  const fixture = new GitFixture()
  const names = ["a.bin", "b.bin", "c.bin"]
  fixture.commit(Object.fromEntries(names.map((name) => [`old/${name}`, binary(1)])))
  fixture.git(["mv", "old", "new"])
  fixture.git(["mv", "new/c.bin", "new/d.bin"])
  fixture.commit({})
  const { files } = await opaqueOf(fixture)
  expect(files.map(({ path, versions }) => [path, versions.map((version) => [version.path, version.besideOpaque])])).toEqual(
    [
      ["new/a.bin", "old/a.bin"],
      ["new/b.bin", "old/b.bin"],
      ["new/d.bin", "old/a.bin"],
    ].map(([path, old]) => [
      path,
      [
        [old, 2],
        [undefined, 5],
      ],
    ]),
  )
})

test("a text that is one long run of dashes is searched in one pass, and a name between dots and dashes is found", () => {
  const naming = new Naming(["x/data.bin", "y"])
  const run = Buffer.from(`${"-".repeat(3_000_000)}x --data.bin.. .data.bin`)
  expect(naming.namedIn(run, "utf-8")).toEqual(["data.bin"])
})

test("versions of parallel branches, a changed mode, a binary that text replaced, and a content that only a merge brought", async () => {
  const fixture = new GitFixture()
  const root = fixture.commit({ "a.bin": binary(1), "m.bin": binary(1), "t.bin": binary(1), "u.txt": "text\n" })
  fixture.git(["update-index", "--chmod=+x", "a.bin"])
  fixture.git(["commit", "-q", "-m", "mode"])
  fixture.git(["checkout", "-q", "-f", "-b", "side", root])
  fixture.commit({ "a.bin": binary(2), "t.bin": "now a text\n", "u.txt": binary(5) }, "side")
  fixture.git(["checkout", "-q", "main"])
  fixture.commit({ "x.txt": "x\n" })
  fixture.git(["merge", "-q", "--no-commit", "side"])
  fixture.commit({ "m.bin": binary(7) }, "merge with more")
  const { files, limits } = await opaqueOf(fixture)
  expect(files.map(({ path }) => path)).toEqual(["a.bin", "m.bin", "u.txt"])
  expect(files.map(({ versions }) => versions.length)).toEqual([2, 1, 2])
  expect(files[0]?.versions.map(({ commit }) => commit)).toEqual([root, fixture.git(["rev-parse", "side"])])
  expect(limits).toEqual([
    "1 opaque file with a content that no commit but a merge brought, or none that was read: their last version is not what the tree has",
  ])
})

test("branches that the commit does not reach say nothing, levels and people are those given", async () => {
  const fixture = new GitFixture()
  const first = fixture.commit({ "a.bin": binary(1) })
  fixture.git(["branch", "later"])
  fixture.git(["checkout", "-q", "later"])
  fixture.commit({ "a.bin": binary(2) })
  const levelOf = (): Level => 3
  const { files } = await opaqueOf(fixture, { commit: oid(first), levelOf })
  expect(files[0]?.versions).toEqual([
    { commit: first, day: "2023-11-14", author: 0, committer: 0, level: 3, beside: 0, besideOpaque: 0, namedBeside: [] },
  ])
})

test("names with terminal escapes or no UTF-8, empty files and links", async () => {
  const fixture = new GitFixture()
  const blob = fixture.git(["hash-object", "-w", "--stdin"], "\0\0\0")
  const empty = fixture.git(["hash-object", "-w", "--stdin"], "")
  const entry = (mode: string, id: string, name: string) =>
    Buffer.concat([Buffer.from(`${mode} blob ${id}\t`), Buffer.from(name, "latin1"), Buffer.from([0])])
  const rows = [
    entry("100644", blob, "e\x1b[31m.bin"),
    entry("100644", blob, "f\xff.bin"),
    entry("100644", empty, "g"),
    entry("120000", blob, "h"),
  ]
  const tree = fixture.git(["mktree", "-z"], Buffer.concat(rows))
  const commit = fixture.git(["commit-tree", "-m", "x", tree])
  fixture.git(["update-ref", "refs/heads/main", commit])
  const { files } = await opaqueOf(fixture)
  expect(files.map(({ path, entropy, versions }) => [path, entropy, versions.map((one) => one.commit)])).toEqual([
    ["e\x1b[31m.bin", 0, [commit]],
    ["f\\xff.bin", 0, [commit]],
  ])
})

test("a shallow clone does not say that its first commit brought all", async () => {
  const fixture = new GitFixture()
  fixture.commit({ "a.bin": binary(1), "b.bin": binary(1) })
  const last = fixture.commit({ "a.bin": binary(2) })
  const after = fixture.commit({ "b.bin": binary(3) })
  const shallow = new GitFixture({ bare: true, folder: mkdtempSync(join(tmpdir(), "everybyte-shallow-")) })
  shallow.git(["fetch", "-q", "--depth=2", `file://${fixture.folder}`, "main:refs/heads/main"])
  expect(shallow.git(["rev-list", "--count", last])).toBe("1")
  const { files, limits } = await opaqueOf(shallow)
  expect(files.map(({ path, versions }) => [path, versions.map(({ commit }) => commit)])).toEqual([
    ["a.bin", []],
    ["b.bin", [after]],
  ])
  expect(limits.length).toBe(1)
})

test("every maximum that is reached is said", async () => {
  const fixture = new GitFixture()
  for (const seed of [1, 2, 3, 4, 5]) fixture.commit({ "a.bin": binary(seed), "b.bin": binary(seed) })
  const few = await opaqueOf(fixture, { limits: { opaqueFilesMax: 1, opaqueVersionsMax: 3 } })
  expect(few.files.map(({ versions }) => versions.map(({ commit }) => commit))).toEqual([
    [0, 1, 4].map((at) => gitVersions(fixture, "a.bin")[at]),
  ])
  expect(few.limits).toEqual([
    "only 1 of 2 opaque files are listed (opaqueFilesMax)",
    "of 1 opaque file only the first and last of their versions are listed, 3 of each (opaqueVersionsMax)",
  ])
  const unlooked = await opaqueOf(fixture, { limits: { traceBlobsMax: 1 } })
  // Both files have one content; those of the older versions are not looked at.
  expect(unlooked.files.length).toBe(2)
  expect(unlooked.limits).toEqual([expect.stringContaining("4 contents of files were not looked at")])
})

test("namers are searched by whole words, twenty are told, tests and build files first", async () => {
  const fixture = new GitFixture()
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`doc/${index + 10}.txt`, "uses 'data.bin'\n"]))
  fixture.commit({ ...many, "data.bin": binary(1), "x.txt": "mydata.bin data.bin2\n", "z/Makefile.am": "EXTRA=$(srcdir)/data.bin\n" })
  const { files } = await opaqueOf(fixture)
  expect(files[0]?.namedBy).toEqual([
    { path: "z/Makefile.am", kind: "build" },
    ...Array.from({ length: 19 }, (_, index) => ({ path: `doc/${index + 10}.txt`, kind: "other" })),
  ])
})

test("the entropy of one value is 0, of all values 8, of none 0", () => {
  const all = Uint8Array.from({ length: 512 }, (_, index) => index % 256)
  expect([new Uint8Array(9), all, new Uint8Array(0)].map(entropyOf)).toEqual([0, 8, 0])
})

test("of each version it is told which texts of its commit name the file, as both were then", async () => {
  const fixture = new GitFixture()
  fixture.commit({ "gen.sh": "make > first.bin\n", "first.bin": binary(1), "Makefile.am": "nothing\n", "note.txt": "keep\n" })
  fixture.git(["mv", "first.bin", "second.bin"])
  fixture.commit({ "note.txt": "now second.bin\n" })
  fixture.commit({ "second.bin": binary(2), "Makefile.am": "EXTRA_DIST = second.bin\n" })
  fixture.commit({ "second.bin": binary(3), "Makefile.am": "EXTRA_DIST = other\n" })
  const { files } = await opaqueOf(fixture)
  expect(files[0]?.versions.map(({ path, namedBeside }) => [path, ...namedBeside])).toEqual([
    // gen.sh is still in the tree, where no file has this name any more.
    ["first.bin", { path: "gen.sh", kind: "other" }],
    [undefined, { path: "note.txt", kind: "other" }],
    [undefined, { path: "Makefile.am", kind: "build" }],
    [undefined],
  ])
  expect(files[0]?.namedBy).toEqual([{ path: "note.txt", kind: "other" }])
})
