import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import type { GitOid } from "../../core/digest.ts"
import { GitFixture, oid } from "../../io/git-fixture.ts"
import type { HandCount, Hands, Level } from "../../model/trace.ts"
import { randoms } from "../../parsers/test-kit.ts"
import { isBuildPath, isTestPath } from "./build-paths.ts"
import { handsOf } from "./hands.ts"
import { treeOfHistory } from "./tree-fixture.ts"

type Options = Parameters<typeof treeOfHistory>[1] & {
  readonly since?: string
  readonly countOf?: (commit: GitOid) => HandCount | undefined
}

/** Without a count of its own, one of level 2 and above has a second. */
async function handsIn(fixture: GitFixture, { since, countOf, ...options }: Options = {}) {
  const { repository, of, ctx } = await treeOfHistory(fixture, options)
  const count = countOf ?? ((commit: GitOid): HandCount => ((of.levelOf(commit) ?? 0) > 1 ? 2 : 1))
  try {
    return await handsOf(repository, { ...of, countOf: count, ...(since === undefined ? {} : { since: oid(since) }) }, ctx)
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
  expect(hands.commit).toBe(three)
  expect([hands.all.lines, hands.all.bytes, hands.all.opaqueBytes]).toEqual([
    { levels: { ...none, 0: blamed.get(one), 1: blamed.get(three), 2: blamed.get(two) }, hands: { 1: 14, 2: 2, 3: 0 } },
    { levels: { ...none, 0: 9 * 7 + 5, 1: 4 + 16 + 7, 2: 4 + 10 }, hands: { 1: 68 + 27, 2: 14, 3: 0 } },
    { levels: { ...none, 1: 3 }, hands: { 1: 3, 2: 0, 3: 0 } },
  ])
  expect(hands.all.singleHanded).toEqual([
    { person: expect.any(Number), lines: 10, bytes: 68, opaqueBytes: 0 },
    { person: expect.any(Number), lines: 4, bytes: 27, opaqueBytes: 3 },
  ])
  expect(hands.build.lines).toEqual({ levels: { ...none, 0: 1, 1: 1 }, hands: { 1: 2, 2: 0, 3: 0 } })
  expect(hands.build.singleHanded.map(({ bytes }) => bytes)).toEqual([7, 5])
  expect(hands.notAssessed).toEqual([])
  expect(new Set(hands.all.singleHanded.map(({ person }) => person)).size).toBe(2)
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
  expect([hands.all.lines.levels[0], hands.all.opaqueBytes.levels[0], hands.notAssessed]).toEqual([1, 4, []])
})

test("a file that was moved, and one that was binary before it was a text, have the lines of git blame", async () => {
  const fixture = new GitFixture()
  const one = commitBy(fixture, "a", { "old.c": numbered(30), "t.txt": "\0\x01\n" })
  fixture.git(["mv", "old.c", "new.c"])
  const two = commitBy(fixture, "b", { "t.txt": "text\nnow\n" })
  const blamed = blameOf(fixture, ["new.c", "t.txt"])
  expect([blamed.get(one), blamed.get(two)]).toEqual([30, 2])
  const hands = await handsIn(fixture, { levelOf: levelsBy({ [one]: 3, [two]: 0 }) })
  expect(hands.all.lines.levels).toEqual({ ...none, 0: 2, 3: 30 })
})

test("neither attributes, nor a list of revisions to ignore, nor white space of a path changes what is blamed", async () => {
  const fixture = new GitFixture()
  const one = commitBy(fixture, "a", { "x.c": "a\n", ":(top)x": "1\n", "-flag": "1\n", "é ü": "1\n", "a\tb": "1\n" })
  const two = commitBy(fixture, "b", { "x.c": "b\n", ".gitattributes": "* diff=evil\n" })
  fixture.git(["config", "diff.evil.textconv", "false"])
  fixture.git(["config", "blame.ignoreRevsFile", ".git-blame-ignore-revs"])
  const three = commitBy(fixture, "b", { ".git-blame-ignore-revs": `${two}\n` })
  const hands = await handsIn(fixture, { levelOf: levelsBy({ [one]: 0, [two]: 1, [three]: 2 }) })
  expect([hands.all.lines.levels, hands.notAssessed]).toEqual([{ ...none, 0: 4, 1: 2, 2: 1 }, []])
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
  expect(hands.all.lines.levels).toEqual({ ...none, 0: 6 })
  expect(hands.notAssessed).toEqual(["2 files whose names git cannot be asked for were not blamed: 4 lines"])
  const told = hands.files.map(({ path, introduced, changed, lines }) => [path, introduced?.commit, changed?.commit, lines?.[0]])
  expect(told).toEqual([
    ["./f", commit, commit, undefined],
    ["\\xfe", commit, commit, 2],
    ["e\x1b[31m\nx", commit, commit, 2],
    ["f", commit, commit, 2],
    ["f\\xff", commit, commit, undefined],
  ])
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
  expect(hands.all.lines.levels[0]).toBe(3)
  expect(hands.build.lines.levels[0]).toBe(1)
  expect(hands.files.map(({ path, lines, introduced }) => [path, lines?.[0], introduced?.level])).toEqual([
    ["big.txt", undefined, 0],
    ["configure.ac", 1, 0],
    ["x.c", 2, 0],
    ["z.c", undefined, 0],
  ])
  expect(hands.notAssessed).toEqual([
    "1 file of more than 500,000 lines each (blameLinesMax) were not blamed: 1,000,000 lines",
    "1 file beyond 2 files (blameFilesMax) were not blamed: 1 line",
  ])
  const late = await handsIn(fixture, { limits: { blameSecondsRunMax: 0, blameLinesMax: 10 } })
  expect(late.all.lines.levels).toEqual(none)
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
  expect([hands.all.lines.levels, hands.all.opaqueBytes.levels]).toEqual([
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
  expect(cut.all.lines.levels).toEqual(none)
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
  expect((await handsIn(fixture, { paths: new Set(["y.c"]) })).all.lines.levels).toEqual({ ...none, 0: 2 })
  const partly = await handsIn(fixture, { limits: { historyCommitsMax: 1 } })
  expect([partly.all.lines.levels[0], partly.notAssessed]).toEqual([1, ["lines of commits that were not read: 2"]])
})

const pathsOf = ({ files }: Hands): readonly string[] => files.map(({ path }) => path)

test("each file has the commit that introduced it, the one that gave it its content, and its lines; the least evidence comes first", async () => {
  const fixture = new GitFixture()
  const one = commitBy(fixture, "a", { "old.c": numbered(30), "x.bin": "\0\x01", seconded: "1\n" })
  fixture.git(["mv", "old.c", "new.c"])
  const two = commitBy(fixture, "b", { empty: "" })
  const three = commitBy(fixture, "b", { "new.c": `${numbered(30)}more\n` })
  const hands = await handsIn(fixture, { levelOf: levelsBy({ [one]: 2, [two]: 1, [three]: 0 }) })
  expect(pathsOf(hands)).toEqual(["new.c", "empty", "seconded", "x.bin"])
  const log = (path: string, ...words: readonly string[]): readonly string[] =>
    fixture.git(["log", "--format=%H", ...words, "--", path]).split("\n")
  expect(hands.files.map(({ introduced, changed }) => [introduced?.commit, changed?.commit])).toEqual(
    hands.files.map(({ path }) => [log(path, "--follow").at(-1), log(path)[0]]),
  )
  const [file, , , opaque] = hands.files
  expect(file).toMatchObject({
    introduced: { level: 2, hands: 2 },
    changed: { level: 0, hands: 1, day: "2023-11-14" },
    lines: { ...none, 0: 1, 2: 30 },
  })
  expect(file?.introduced?.author).not.toBe(file?.changed?.author)
  expect([opaque?.opaqueBytes, opaque?.lines, file?.newer]).toEqual([2, undefined, undefined])
})

test("with an earlier release each newer run of lines has its commit, as git blame has it", async () => {
  const fixture = new GitFixture()
  const since = commitBy(fixture, "a", { "x.c": numbered(10), same: "1\n" })
  const two = commitBy(fixture, "b", { "x.c": `new\nnewer\n${numbered(10)}` })
  const three = commitBy(fixture, "c", { "x.c": `new\nnewer\n${numbered(10).replace("line 4", "four")}` })
  const hands = await handsIn(fixture, { since, levelOf: levelsBy({ [since]: 0, [two]: 2, [three]: 1 }) })
  expect(hands.files.map(({ path, isOlder }) => [path, isOlder])).toEqual([
    ["x.c", undefined],
    ["same", true],
  ])
  expect(hands.files[1]).toMatchObject({ introduced: { commit: since }, changed: { commit: since } })
  expect(hands.files[0]?.newer?.map(({ first, last, commit, level }) => [first, last, commit, level])).toEqual([
    [1, 2, two, 2],
    [7, 7, three, 1],
  ])
  const blamed = fixture
    .git(["blame", "-l", "-s", `${since}..HEAD`, "--", "x.c"])
    .split("\n")
    .map((line) => line.split(" ")[0])
  expect(blamed.flatMap((commit, index) => (commit?.startsWith("^") ? [] : [[index + 1, commit]]))).toEqual([
    [1, two],
    [2, two],
    [7, three],
  ])
  const cut = await handsIn(fixture, { since, limits: { handledRunsMax: 1 } })
  expect([cut.files[0]?.newer?.length, cut.all.lines.levels[0], cut.notAssessed]).toEqual([
    1,
    3,
    ["1 run of newer lines are counted and not listed (handledRunsMax)"],
  ])
})

test("of more files than are listed those with the least evidence are, and all are counted", async () => {
  const fixture = new GitFixture()
  commitBy(fixture, "a", { a: "1\n", b: "1\n", "c.bin": "\0" })
  const hands = await handsIn(fixture, { limits: { handledFilesMax: 2 } })
  expect([pathsOf(hands), hands.all.lines.levels[0], hands.all.opaqueBytes.levels[0]]).toEqual([["a", "b"], 2, 1])
  expect(hands.notAssessed).toEqual(["only 2 of 3 files are listed with who brought them (handledFilesMax)"])
})

test("sums by levels and by hands are the same whole: every line and byte of what git blames, of trees made by chance", async () => {
  for (let seed = 1; seed <= 3; seed += 1) {
    const random = randoms(seed)
    const fixture = new GitFixture()
    for (let step = 0; step < 12; step += 1) {
      const lines = Array.from({ length: 1 + (random() % 20) }, () => "x".repeat(random() % 5)).join(random() % 3 === 0 ? "\r\n" : "\n")
      const name = ["a.c", "Makefile", "sub/b.c", "c.bin"][random() % 4] ?? ""
      commitBy(fixture, `${random() % 3}`, { [name]: name.endsWith(".bin") ? `\0${lines}` : lines })
    }
    const levelOf = (commit: GitOid): Level => ([0, 1, 2, 3, 4] as const)[Number.parseInt(commit.slice(0, 2), 16) % 5] ?? 0
    const countOf = (commit: GitOid): HandCount => ([1, 2, 3] as const)[Number.parseInt(commit.slice(2, 4), 16) % 3] ?? 1
    const { all, build, files } = await handsIn(fixture, { levelOf, countOf })
    const sum = (by: object): number => Object.values(by).reduce((total: number, one: number) => total + one, 0)
    for (const { lines, bytes, opaqueBytes, singleHanded } of [all, build]) {
      for (const { levels, hands } of [lines, bytes, opaqueBytes]) expect(sum(levels)).toBe(sum(hands))
      for (const [part, { hands }] of [
        ["lines", lines],
        ["bytes", bytes],
        ["opaqueBytes", opaqueBytes],
      ] as const)
        expect(singleHanded.reduce((total, one) => total + one[part], 0)).toBe(hands[1])
    }
    const sizes = fixture
      .git(["ls-tree", "-r", "-l", "HEAD"])
      .split("\n")
      .map((line) => ({ path: line.split("\t")[1], size: Number(line.split(/\s+/)[3]) }))
    const sizeOf = (isWanted: (path: string) => boolean): number =>
      sizes.reduce((total, { path = "", size }) => total + (isWanted(path) ? size : 0), 0)
    expect([sum(all.bytes.levels), sum(all.opaqueBytes.levels), sum(build.bytes.levels)]).toEqual(
      [(path: string) => !path.endsWith(".bin"), (path: string) => path.endsWith(".bin"), (path: string) => path === "Makefile"].map(
        sizeOf,
      ),
    )
    expect(sum(all.lines.levels)).toBe(files.reduce((total, file) => total + sum(file.lines ?? {}), 0))
  }
})

test("what builds is known by the names that tools look for", () => {
  const build =
    "configure.ac m4/x.m4 src/Makefile.am GNUmakefile Makefile.in CMakeLists.txt cmake/tuklib.cmake meson.build setup.py pyproject.toml package.json build.rs Cargo.toml xz.spec.in debian/rules .github/workflows/ci.yml Dockerfile.dev"
  const other = "src/main.c README tests/files/good.xz docs/makefile-notes.md debian/changelog src/m4thing.c"
  expect(build.split(" ").filter((path) => !isBuildPath(path))).toEqual([])
  expect(other.split(" ").filter(isBuildPath)).toEqual([])
  expect(["tests/x", "src/a_test.go", "x.spec.ts", "t/latest.c", "src/contest.c"].map(isTestPath)).toEqual([true, true, true, false, false])
})
