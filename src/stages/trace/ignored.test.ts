import { execFileSync } from "node:child_process"
import { afterAll, expect, test } from "vitest"
import type { Limits } from "../../core/limits.ts"
import { GitFixture } from "../../io/git-fixture.ts"
import { ignoredFiles } from "./ignored.ts"
import { treeOfHistory } from "./tree-fixture.ts"

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) execFileSync("rm", ["-rf", folder])
})

function made(): GitFixture {
  const fixture = new GitFixture()
  folders.push(fixture.folder)
  return fixture
}

async function told(fixture: GitFixture, shipped: readonly string[], limits: Partial<Limits> = {}) {
  const { repository, of, ctx } = await treeOfHistory(fixture, { limits })
  try {
    return await ignoredFiles(repository, { ...of, countOf: () => 1, shipped }, ctx)
  } finally {
    await repository.close()
  }
}

test("each line that keeps a shipped file out has the commit that git blames for it, and what it matches", async () => {
  const fixture = made()
  const one = fixture.commit({ ".gitignore": "*.o\n/configure\n", "m4/.gitignore": "a.m4\n" })
  const two = fixture.commit({ "m4/.gitignore": "a.m4\nmade-*.m4\n", ".npmignore": "test/\n" })
  const { ignored, limits } = await told(fixture, ["configure", "m4/made-here.m4", "m4/made-there.m4", "sub/configure", "test/x", "README"])
  expect(limits).toEqual([])
  expect(ignored.map(({ file, line, pattern, added, ships, shipped }) => [file, line, pattern, added?.commit, ships, shipped])).toEqual([
    [".gitignore", 2, "/configure", one, ["configure"], 1],
    [".npmignore", 1, "test/", two, ["test/x"], 1],
    ["m4/.gitignore", 2, "made-*.m4", two, ["m4/made-here.m4", "m4/made-there.m4"], 2],
  ])
  expect(fixture.git(["blame", "-l", "-s", "HEAD", "--", "m4/.gitignore"]).split("\n")[1]).toContain(two)
  expect(ignored[0]?.added).toMatchObject({ day: "2023-11-14", level: 0, hands: 1 })
})

test("of several files the innermost that says something of a path decides; what it takes back is not ignored", async () => {
  const fixture = made()
  fixture.commit({ ".gitignore": "*.m4\n", "m4/.gitignore": "!kept.m4\nown.m4\n", "m4/sub/.gitignore": "!own.m4\n" })
  const { ignored } = await told(fixture, ["m4/kept.m4", "m4/own.m4", "m4/other.m4", "m4/sub/own.m4"])
  expect(ignored.map(({ file, pattern, ships }) => [file, pattern, ships])).toEqual([
    [".gitignore", "*.m4", ["m4/other.m4"]],
    ["m4/.gitignore", "own.m4", ["m4/own.m4"]],
  ])
})

test("an ignore file in a folder that git does not look into took back what the one above it keeps out", async () => {
  const fixture = made()
  fixture.write({
    ".gitignore": "build/\n/out\nopen/*\n",
    "build/.gitignore": "!evil.js\n",
    "out/deep/.gitignore": "!evil.js\n",
    "open/.gitignore": "!kept.js\n",
  })
  fixture.git(["add", "-f", "."])
  fixture.commit({ a: "a\n" })
  const shipped = ["build/evil.js", "out/deep/evil.js", "open/kept.js", "open/other.js"]
  const { ignored } = await told(fixture, shipped)
  const ours = ignored.flatMap(({ file, line, pattern, ships }) => ships.map((path) => `${file}:${line}:${pattern}\t${path}`))
  const gits = fixture.git(["check-ignore", "--no-index", "-v", "--stdin"], shipped.join("\n")).trimEnd().split("\n")
  expect(ours.sort()).toEqual(gits.filter((one) => !one.includes(":!")).sort())
  expect(ours).toHaveLength(3)
})

test("ignore files whose lines git does not tell in time were of nobody, without a word", async () => {
  const fixture = made()
  fixture.commit({ ".gitignore": "a\n", "s/.gitignore": "c\n" })
  const { ignored, limits } = await told(fixture, ["a", "s/c"], { blameSecondsRunMax: 0 })
  expect(ignored.map(({ added }) => added)).toEqual([undefined, undefined])
  expect(limits).toEqual(["2 ignore files of whose lines git did not tell the commits (blameSecondsMax, blameSecondsRunMax)"])
})

test("a link is no ignore file, and names that lead elsewhere are nobody's", async () => {
  const fixture = made()
  fixture.write({ patterns: "*\n" })
  execFileSync("ln", ["-s", "patterns", ".gitignore"], { cwd: fixture.folder })
  fixture.commit({ "sub/.gitignore": "*\n!.gitignore\n" })
  const { ignored } = await told(fixture, ["x", "sub/../x", "/etc/x", "sub//x", "sub/\\xff", "sub/\u001b[31m"])
  expect(ignored.map(({ file, ships }) => [file, ships])).toEqual([["sub/.gitignore", ["sub/\u001b[31m", "sub/\\xff"]]])
})

test("an absolute path never ended, and paths of two thousand folders are asked of the ignore files above them alone", async () => {
  const fixture = made()
  const folders = Array.from({ length: 4 }, (_, depth) => "d/".repeat(depth))
  fixture.commit(Object.fromEntries(folders.map((folder) => [`${folder}.gitignore`, "*.x\n"])))
  const deep = Array.from({ length: 50 }, (_, index) => `${"d/".repeat(2000)}${index}.x`)
  const { ignored } = await told(fixture, ["/", "/x.x", "//", ...deep])
  expect(ignored.map(({ file, shipped }) => [file, shipped])).toEqual([[`${"d/".repeat(3)}.gitignore`, 50]])
})

test("what is beyond a maximum is said", async () => {
  const fixture = made()
  fixture.commit({ ".gitignore": "a\nb\n", "s/.gitignore": "c\n" })
  const shipped = ["a", "b", "s/c"]
  expect(await told(fixture, shipped, { ignoreFilesMax: 1, ignoredMax: 1 })).toMatchObject({
    ignored: [{ pattern: "a" }],
    limits: ["1 ignore file beyond 1 (ignoreFilesMax)", "1 entry of ignore files beyond 1 (ignoredMax)"],
  })
  expect(await told(fixture, shipped, { ignoreSecondsMax: 0 })).toEqual({
    ignored: [],
    limits: ["2 ignore files of which git told nothing in time (ignoreSecondsMax), or that could not be read"],
  })
})
