import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import type { GitOid } from "../../core/digest.ts"
import { GitFixture, oid } from "../../io/git-fixture.ts"
import type { Level } from "../../model/trace.ts"
import { isBuildPath, isTestPath } from "./build-paths.ts"
import { handsOf } from "./hands.ts"
import { treeOfHistory } from "./tree-fixture.ts"

type Options = Parameters<typeof treeOfHistory>[1] & { readonly since?: string }

async function handsIn(fixture: GitFixture, { since, ...options }: Options = {}) {
  const { repository, of, ctx } = await treeOfHistory(fixture, options)
  try {
    return await handsOf(repository, { ...of, ...(since === undefined ? {} : { since: oid(since) }) }, ctx)
  } finally {
    await repository.close()
  }
}

/** What plain `git blame` says: how many lines of each commit. A commit of a range that git did not look into has a `^`. */
function blameOf(fixture: GitFixture, paths: readonly string[], range = "HEAD"): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const path of paths) {
    const lines = fixture.git(["blame", "--root", "-l", "-s", range, "--", path]).split("\n")
    for (const line of lines) counts.set(line.split(" ")[0] ?? "", (counts.get(line.split(" ")[0] ?? "") ?? 0) + 1)
  }
  return counts
}

/** A person of their own for each author name. */
function commitBy(fixture: GitFixture, author: string, files: Readonly<Record<string, string>>): string {
  fixture.write(files)
  fixture.git(["add", "-A"])
  fixture.git(["commit", "-q", "--allow-empty", "-m", "change", "--author", `${author} <${author}@people.org>`])
  return fixture.git(["rev-parse", "HEAD"])
}

const none = { 0: 0, 1: 0, 2: 0, 3: 0, 4: 0 }
const numbered = (count: number, word = "line"): string => Array.from({ length: count }, (_, index) => `${word} ${index}\n`).join("")

/** A level for each commit, in the order of the list; what is not listed has none. */
const levelsBy =
  (levels: Readonly<Record<string, Level>>) =>
  (commit: GitOid): Level | undefined =>
    levels[commit]

test("lines are those of git blame, by level, and whom nobody seconded is told with theirs", async () => {
  const fixture = new GitFixture()
  const one = commitBy(fixture, "a", { "src/x.c": numbered(10), Makefile: "all:\n\ttrue\n" })
  const two = commitBy(fixture, "b", { "src/x.c": `new\n${numbered(10).replace("line 4", "line four")}`, empty: "" })
  const three = commitBy(fixture, "b", { "src/y.c": "1\n2\n3 without an end", Makefile: "all:\n\tfalse\n", "data.bin": "\0\x01\x02" })
  const blamed = blameOf(fixture, ["src/x.c", "src/y.c", "Makefile"])
  expect([one, two, three].map((commit) => blamed.get(commit))).toEqual([10, 2, 4])
  const hands = await handsIn(fixture, { levelOf: levelsBy({ [one]: 0, [two]: 2, [three]: 1 }) })
  expect(hands).toEqual({
    commit: three,
    lines: { ...none, 0: blamed.get(one), 1: blamed.get(three), 2: blamed.get(two) },
    opaqueBytes: { ...none, 1: 3 },
    singleHanded: [
      { person: expect.any(Number), lines: 10 },
      { person: expect.any(Number), lines: 4 },
    ],
    build: { lines: { ...none, 0: 1, 1: 1 } },
    notAssessed: [],
  })
  expect(new Set(hands.singleHanded.map(({ person }) => person)).size).toBe(2)
})

test("since an earlier commit only newer lines count: those of git blame for the range, and opaque files with another content", async () => {
  const fixture = new GitFixture()
  commitBy(fixture, "a", { "x.c": numbered(10), "same.c": numbered(5), "a.bin": "\0\x01", "moved.bin": "\0\x02\x02" })
  const since = commitBy(fixture, "a", { "x.c": `${numbered(10)}more\n` })
  fixture.git(["mv", "moved.bin", "elsewhere.bin"])
  fixture.git(["mv", "same.c", "renamed.c"])
  const two = commitBy(fixture, "b", { "x.c": `new\n${numbered(10)}more\n`, "a.bin": "\0\x01\x02\x03" })
  const blamed = blameOf(fixture, ["x.c", "renamed.c"], `${since}..HEAD`)
  expect([...blamed].filter(([commit]) => !commit.startsWith("^"))).toEqual([[two, 1]])
  const hands = await handsIn(fixture, { since })
  expect(hands.since).toBe(since)
  expect([hands.lines[0], hands.opaqueBytes[0], hands.notAssessed]).toEqual([1, 4, []])
})

test("a file that was moved, and one that was binary before it was a text, have the lines of git blame", async () => {
  const fixture = new GitFixture()
  const one = commitBy(fixture, "a", { "old.c": numbered(30), "t.txt": "\0\x01\n" })
  fixture.git(["mv", "old.c", "new.c"])
  const two = commitBy(fixture, "b", { "t.txt": "text\nnow\n" })
  const blamed = blameOf(fixture, ["new.c", "t.txt"])
  expect([blamed.get(one), blamed.get(two)]).toEqual([30, 2])
  const hands = await handsIn(fixture, { levelOf: levelsBy({ [one]: 3, [two]: 0 }) })
  expect(hands.lines).toEqual({ ...none, 0: 2, 3: 30 })
})

test("neither attributes, nor a list of revisions to ignore, nor white space of a path changes what is blamed", async () => {
  const fixture = new GitFixture()
  const one = commitBy(fixture, "a", { "x.c": "a\n", ":(top)x": "1\n", "-flag": "1\n", "é ü": "1\n", "a\tb": "1\n" })
  const two = commitBy(fixture, "b", { "x.c": "b\n", ".gitattributes": "* diff=evil\n" })
  fixture.git(["config", "diff.evil.textconv", "false"])
  fixture.git(["config", "blame.ignoreRevsFile", ".git-blame-ignore-revs"])
  const three = commitBy(fixture, "b", { ".git-blame-ignore-revs": `${two}\n` })
  const hands = await handsIn(fixture, { levelOf: levelsBy({ [one]: 0, [two]: 1, [three]: 2 }) })
  expect([hands.lines, hands.notAssessed]).toEqual([{ ...none, 0: 4, 1: 2, 2: 1 }, []])
})

test("escapes in a name are blamed; names that are no UTF-8, or that git would read as another's, are counted and said", async () => {
  const fixture = new GitFixture()
  const text = fixture.git(["hash-object", "-w", "--stdin"], "1\n2\n")
  const inner = fixture.git(["mktree"], `100644 blob ${text}\tf\n`)
  const tree = writtenTree(fixture, [
    ["40000", ".", inner],
    ["100644", "\\xfe", text],
    ["100644", "e\x1b[31m\nx", text],
    ["100644", "f", text],
    ["100644", "f\xff", text],
  ])
  const commit = fixture.git(["commit-tree", "-m", "x", tree])
  fixture.git(["update-ref", "refs/heads/main", commit])
  const hands = await handsIn(fixture)
  expect(hands.lines).toEqual({ ...none, 0: 6 })
  expect(hands.notAssessed).toEqual(["2 files whose names git cannot be asked for were not blamed: 4 lines"])
})

/** git mktree would refuse a name `.`, so the object is written as it is: mode SP name NUL id. */
function writtenTree(fixture: GitFixture, items: readonly (readonly [mode: string, name: string, id: string])[]): string {
  const bytes = items.flatMap(([mode, name, id]) => [Buffer.from(`${mode} ${name}\0`, "latin1"), Buffer.from(id, "hex")])
  return fixture.git(["hash-object", "-t", "tree", "-w", "--literally", "--stdin"], Buffer.concat(bytes))
}

test("a file of a million lines is not blamed, and said; so is what is beyond the number of files and the seconds of all", async () => {
  const fixture = new GitFixture()
  commitBy(fixture, "a", { "big.txt": "\n".repeat(1_000_000), "x.c": "1\n2\n", "configure.ac": "1\n", "z.c": "1\n" })
  const hands = await handsIn(fixture, { limits: { blameFilesMax: 2 } })
  expect(hands.lines[0]).toBe(3)
  expect(hands.build.lines[0]).toBe(1)
  expect(hands.notAssessed).toEqual([
    "1 file of more than 500,000 lines each (blameLinesMax) were not blamed: 1,000,000 lines",
    "1 file beyond 2 files (blameFilesMax) were not blamed: 1 line",
  ])
  const late = await handsIn(fixture, { limits: { blameSecondsRunMax: 0, blameLinesMax: 10 } })
  expect(late.lines).toEqual(none)
  expect(late.notAssessed[1]).toBe("3 files left after 0 seconds of all (blameSecondsRunMax) were not blamed: 4 lines")
})

test("a blame that takes too long is ended and said", async () => {
  const fixture = new GitFixture()
  commitBy(fixture, "a", { "x.c": "1\n2\n" })
  const hands = await handsIn(fixture, { limits: { blameSecondsMax: 0 } })
  expect(hands.notAssessed).toEqual(["1 file that took more than 0 seconds each (blameSecondsMax) were not blamed: 2 lines"])
})

test("lines where a shallow history was cut are nobody's, and lines that a merge brought have no level", async () => {
  const fixture = new GitFixture()
  const root = commitBy(fixture, "a", { "x.c": numbered(3), "a.bin": "\0\x01" })
  fixture.git(["checkout", "-q", "-b", "side"])
  commitBy(fixture, "b", { "y.c": "1\n" })
  fixture.git(["checkout", "-q", "main"])
  commitBy(fixture, "a", { "z.c": "1\n" })
  fixture.git(["merge", "-q", "--no-commit", "side"])
  commitBy(fixture, "a", { "x.c": `${numbered(3)}by the merge\n`, "b.bin": "\0\x01\x02" })
  const hands = await handsIn(fixture, { levelOf: (commit) => (commit === root ? 1 : 0) })
  expect([hands.lines, hands.opaqueBytes]).toEqual([
    { ...none, 0: 2, 1: 3 },
    { ...none, 1: 2 },
  ])
  expect(hands.notAssessed).toEqual([
    "lines that a merge itself brought, which have no level: 1",
    "opaque bytes that no commit but a merge brought, or none that was read: 3",
  ])
  const shallow = new GitFixture({ bare: true, folder: mkdtempSync(join(tmpdir(), "everybyte-shallow-")) })
  shallow.git(["fetch", "-q", "--depth=2", `file://${fixture.folder}`, "main:refs/heads/main"])
  const cut = await handsIn(shallow)
  expect(cut.lines).toEqual(none)
  expect(cut.notAssessed).toEqual([
    "lines at which the history was cut, so that who changed them last is not known: 5",
    "lines that a merge itself brought, which have no level: 1",
    "opaque bytes that no commit but a merge brought, or none that was read: 5",
  ])
})

test("only the paths that are asked for; a history that was not read whole; an id of 64 digits", async () => {
  const fixture = new GitFixture({ format: "sha256" })
  commitBy(fixture, "a", { "x.c": "1\n", "y.c": "1\n2\n" })
  commitBy(fixture, "a", { "x.c": "2\n" })
  expect((await handsIn(fixture, { paths: new Set(["y.c"]) })).lines).toEqual({ ...none, 0: 2 })
  const partly = await handsIn(fixture, { limits: { historyCommitsMax: 1 } })
  expect([partly.lines[0], partly.notAssessed]).toEqual([1, ["lines of commits that were not read: 2"]])
})

test("what builds is known by the names that tools look for", () => {
  const build =
    "configure.ac m4/x.m4 src/Makefile.am GNUmakefile Makefile.in CMakeLists.txt cmake/tuklib.cmake meson.build setup.py pyproject.toml package.json build.rs Cargo.toml xz.spec.in debian/rules .github/workflows/ci.yml Dockerfile.dev"
  const other = "src/main.c README tests/files/good.xz docs/makefile-notes.md debian/changelog src/m4thing.c"
  expect(build.split(" ").filter((path) => !isBuildPath(path))).toEqual([])
  expect(other.split(" ").filter(isBuildPath)).toEqual([])
  expect(["tests/x", "src/a_test.go", "x.spec.ts", "t/latest.c", "src/contest.c"].map(isTestPath)).toEqual([true, true, true, false, false])
})
