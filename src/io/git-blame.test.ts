import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { expect, test } from "vitest"
import { orThrow } from "../core/fault.ts"
import { openRepository } from "./git.ts"
import { type BlamedFile, blameFiles, parseIncremental } from "./git-blame.ts"
import { ownCommitGraph } from "./git-commit-graph.ts"
import { fixtureContext, GitFixture, oid } from "./git-fixture.ts"

const whole = (_: number, blamed: BlamedFile): Promise<BlamedFile> => Promise.resolve(blamed)

/** Enough files for a commit-graph to be made. */
const names = Array.from({ length: 20 }, (_, index) => `${index}.c`)

/** Every file has a line of the first commit and one of another. */
function changedFiles(folder?: string): { readonly fixture: GitFixture; readonly commits: readonly string[] } {
  const fixture = new GitFixture(folder === undefined ? {} : { folder })
  const first = fixture.commit(Object.fromEntries(names.map((name) => [name, `one of ${name}\nlast\n`])))
  const later = names.map((name) => fixture.commit({ [name]: `changed in ${name}\nlast\n` }, name))
  return { fixture, commits: [first, ...later] }
}

async function blamed(location: string, commit: string) {
  const ctx = fixtureContext()
  const repository = orThrow(await openRepository(location, ctx))
  try {
    const graph = await ownCommitGraph(repository, oid(commit), ctx)
    const files = names.map((path) => ({ path, lines: 2 }))
    const answers = await blameFiles(repository, { commit: oid(commit), since: undefined, files, tell: whole }, ctx)
    return {
      hasGraph: graph !== undefined,
      answers: answers.map((one) => (typeof one === "string" ? one : one.runs.map(({ commit: by, first, lines }) => [by, first, lines]))),
    }
  } finally {
    await repository.close()
  }
}

const expected = (commits: readonly string[]) =>
  names.map((_, index) => [
    [commits[index + 1], 1, 1],
    [commits[0], 2, 1],
  ])

test("many files are blamed with a commit-graph of our own, in a repository, a bundle and a folder with an odd name", async () => {
  const parent = mkdtempSync(join(tmpdir(), "everybyte-odd-"))
  const folder = join(parent, 'a:b "c" \\d')
  mkdirSync(folder)
  const { fixture, commits } = changedFiles(folder)
  const tip = commits.at(-1) ?? ""
  fixture.git(["bundle", "create", "-q", join(parent, "all.bundle"), "--all"])
  for (const location of [folder, join(parent, "all.bundle")])
    expect(await blamed(location, tip)).toEqual({ hasGraph: true, answers: expected(commits) })
})

test("a commit-graph of the repository that lies about changed paths is not believed, though git itself does", async () => {
  const { fixture, commits } = changedFiles()
  const tip = commits.at(-1) ?? ""
  fixture.git(["commit-graph", "write", "--reachable", "--changed-paths"])
  const path = join(fixture.gitDirectory, "objects/info/commit-graph")
  const graph = withoutChangedPaths(readFileSync(path))
  rmSync(path)
  writeFileSync(path, graph)
  expect(fixture.git(["blame", "-s", "-l", "--root", "0.c"])).not.toContain(commits[1])
  expect(await blamed(fixture.folder, tip)).toEqual({ hasGraph: true, answers: expected(commits) })
})

/** gitformat-commit-graph(5): after a header of 8 bytes a table of chunks, each `id (4) offset (8)`; BDAT begins with 12 bytes about its filters. */
function withoutChangedPaths(graph: Buffer): Buffer {
  const chunks = Array.from({ length: (graph[6] ?? 0) + 1 }, (_, index) => 8 + 12 * index)
  const at = chunks.findIndex((entry) => graph.toString("latin1", entry, entry + 4) === "BDAT")
  const [start, end] = [chunks[at] ?? 0, chunks[at + 1] ?? 0].map((entry) => Number(graph.readBigUInt64BE(entry + 4)))
  return Buffer.from(graph.fill(0, (start ?? 0) + 12, end))
}

test("a shallow clone is blamed without a commit-graph", async () => {
  const { fixture, commits } = changedFiles()
  const tip = commits.at(-1) ?? ""
  const shallow = new GitFixture({ bare: true, folder: mkdtempSync(join(tmpdir(), "everybyte-shallow-")) })
  shallow.git(["fetch", "-q", "--depth=1", `file://${fixture.folder}`, "main:refs/heads/main"])
  expect(await blamed(shallow.folder, tip)).toEqual({ hasGraph: false, answers: names.map(() => [[tip, 1, 2]]) })
})

test("a path that is not there, one that leads elsewhere, and another number of lines are no answer", async () => {
  const fixture = new GitFixture()
  const commit = oid(fixture.commit({ "a/b": "1\n", c: "1\n" }))
  const ctx = fixtureContext()
  const repository = orThrow(await openRepository(fixture.folder, ctx))
  const files = ["a/../c", "a//b", "./c", "/c", "", "none", "\\xff", "c"].map((path) => ({ path, lines: path === "c" ? 2 : 1 }))
  const answers = await blameFiles(repository, { commit, since: undefined, files, tell: whole }, ctx)
  await repository.close()
  expect(answers).toEqual(["name", "name", "name", "name", "name", "git", "name", "git"])
})

test("any bytes are read as runs that tile a file, or as nothing", () => {
  const [one, two] = ["a".repeat(40), "b".repeat(40)]
  const run = fc
    .tuple(fc.constantFrom(one, two), fc.nat({ max: 9 }), fc.nat({ max: 9 }))
    .map((parts) => `${parts[0]} 1 ${parts[1]} ${parts[2]}`)
  fc.assert(
    fc.property(fc.array(fc.oneof(run, fc.constant("boundary"), fc.string())), fc.uint8Array(), (lines, tail) => {
      const blamed = parseIncremental(Buffer.concat([Buffer.from(lines.map((line) => `${line}\n`).join("")), tail]))
      let next = 1
      for (const { first, lines: count } of blamed?.runs ?? []) {
        expect(first).toBe(next)
        next += count
      }
    }),
  )
})

test("runs are put in the order of lines and joined; what is no run of the file's own is nothing", () => {
  const [one, two] = ["a".repeat(40), "b".repeat(40)]
  const told = (...lines: readonly string[]) => parseIncremental(Buffer.from(lines.join("\n")))
  const text = [
    `${one} 9 4 1`,
    "author x",
    "boundary",
    `summary ${one} 1 1 9`,
    "filename a",
    `${two} 3 1 2`,
    "filename a",
    `${one} 7 3 1`,
    "",
  ]
  expect(told(...text, `${one} 1 1`)).toEqual({
    runs: [
      { commit: two, first: 1, lines: 2 },
      { commit: one, first: 3, lines: 2 },
    ],
    older: new Set([one]),
  })
  expect(told(`${one} 1 2 1`, "")).toBeUndefined() // line 1 is missing
  expect(told(`${one} 1 1 2`, `${two} 1 2 1`, "")).toBeUndefined() // line 2 twice
})
