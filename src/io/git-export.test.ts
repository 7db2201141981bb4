import { execFileSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { extract } from "tar-stream"
import { afterAll, describe, expect, test } from "vitest"
import { explainFault, orThrow, type Result } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import { openRepository, type Repository } from "./git.ts"
import { exportHistory, exportTree, type TreeExport } from "./git-export.ts"
import { fixtureContext, GitFixture, oid } from "./git-fixture.ts"

const out = mkdtempSync(join(tmpdir(), "everybyte-export-"))
afterAll(() => rmSync(out, { recursive: true, force: true }))
let files = 0

/** Opens R, lets `use` write to a new file, and sees that nothing of ours is left. */
async function written(
  location: string,
  use: (repository: Repository, file: string, ctx: ReturnType<typeof fixtureContext>) => Promise<Result<void>>,
  limits: Partial<Limits> = {},
): Promise<Result<string>> {
  const ctx = fixtureContext({ limits })
  const repository = orThrow(await openRepository(location, ctx))
  const file = join(out, `${files++}`)
  try {
    const result = await use(repository, file, ctx)
    return result.ok ? { ok: true, value: file } : result
  } finally {
    await repository.close()
    expect(readdirSync(join(ctx.cache, "tmp"))).toEqual([])
    rmSync(ctx.cache, { recursive: true, force: true })
  }
}

const tree = (location: string, commit: string, some: Partial<TreeExport> = {}, limits: Partial<Limits> = {}): Promise<Result<string>> =>
  written(
    location,
    (repository, file, ctx) => exportTree(repository, { commit: oid(commit), subdirectory: "", prefix: "", file, ...some }, ctx),
    limits,
  )

async function faultOf(result: Promise<Result<string>>): Promise<string> {
  const told = await result
  return told.ok ? "done" : explainFault(told.fault)
}

/** Path -> content, or what it is; with a star when it is executable. */
async function membersOf(result: Promise<Result<string>>): Promise<Record<string, string>> {
  const unpacker = extract()
  const found: Record<string, string> = {}
  unpacker.end(readFileSync(orThrow(await result)))
  for await (const member of unpacker) {
    const parts: Uint8Array[] = []
    for await (const part of member) if (part instanceof Uint8Array) parts.push(part)
    const { name, type = "file", mode = 0, linkname } = member.header
    const star = type === "file" && (mode & 0o100) !== 0 ? "*" : ""
    if (type !== "directory") found[`${name}${star}`] = type === "file" ? Buffer.concat(parts).toString("latin1") : `${type} ${linkname}`
  }
  return found
}

describe("a commit's tree", () => {
  test("is what a checkout would have: files, modes, links, and nothing left out or filled in for an archive", async () => {
    const fixture = new GitFixture()
    fixture.write({ "run.sh": "#!/bin/sh\n" })
    chmodSync(join(fixture.folder, "run.sh"), 0o755)
    symlinkSync("../../etc/passwd", join(fixture.folder, "link"))
    const commit = fixture.commit({
      ".gitattributes":
        "[attr]gone export-ignore\nsecret export-ignore\n/tests export-ignore\nversion export-subst\n*.m4 gone\nident.c ident\ncrlf.txt eol=crlf\n",
      "sub/.gitattributes": "* export-ignore export-subst\n",
      secret: "kept\n",
      "tests/a": "a\n",
      "m4/x.m4": "m4\n",
      "sub/deep": "$Format:%H$\n",
      version: "$Format:%H$\n",
      "ident.c": "$Id$\n",
      "crlf.txt": "x\n",
      "-f": "minus\n",
      "a b\n'\"$(touch x)": "name\n",
      ü: "umlaut\n",
    })
    const found = await membersOf(tree(fixture.folder, commit))
    expect(Object.keys(found).sort()).toEqual(
      fixture
        .git(["ls-tree", "-r", "-z", "--name-only", commit])
        .split("\0")
        .filter((name) => name !== "")
        .map((name) => (name === "run.sh" ? "run.sh*" : name))
        .sort(),
    )
    expect(found).toMatchObject({
      secret: "kept\n",
      "tests/a": "a\n",
      "m4/x.m4": "m4\n",
      version: "$Format:%H$\n",
      "sub/deep": "$Format:%H$\n",
      link: "symlink ../../etc/passwd",
    })
    expect(found["crlf.txt"]).toBe("x\r\n")
    expect(found["ident.c"]).toMatch(/^\$Id: [0-9a-f]{40} \$\n$/)
  })

  test("below a folder, and with one in front", async () => {
    const fixture = new GitFixture()
    const commit = fixture.commit({ "lib/a b/c.c": "c\n", "lib/d": "d\n", other: "o\n" })
    expect(await membersOf(tree(fixture.folder, commit, { subdirectory: "lib/" }))).toEqual({ "a b/c.c": "c\n", d: "d\n" })
    expect(await membersOf(tree(fixture.folder, commit, { subdirectory: "lib/a b/" }))).toEqual({ "c.c": "c\n" })
    expect(Object.keys(await membersOf(tree(fixture.folder, commit, { prefix: "deps/x y/" })))).toContain("deps/x y/other")
    expect(Object.keys(await membersOf(tree(fixture.folder, commit, { prefix: "--output=/x/" })))).toContain("--output=/x/other")
    for (const subdirectory of ["nowhere/", "../x/", "-x/", "other/", ":/x/"])
      expect(await faultOf(tree(fixture.folder, commit, { subdirectory }))).toMatch(
        /git cannot write the commit out \(.*git clone --mirror/,
      )
  })

  test("of a bundle, a bare repository and one with SHA-256 ids", async () => {
    const fixture = new GitFixture({ format: "sha256" })
    const commit = fixture.commit({ a: "a\n" })
    const bundle = `${fixture.folder}.bundle`
    fixture.git(["bundle", "create", "-q", bundle, "--all"])
    const bare = `${fixture.folder}-bare`
    fixture.git(["clone", "-q", "--mirror", fixture.folder, bare])
    for (const location of [fixture.folder, bundle, bare]) expect(await membersOf(tree(location, commit))).toEqual({ a: "a\n" })
  })

  test("with an object missing is a fault", async () => {
    const fixture = new GitFixture()
    const commit = fixture.commit({ a: "a\n", b: "b\n" })
    rmSync(fixture.loose(fixture.git(["rev-parse", "HEAD:b"])))
    expect(await faultOf(tree(fixture.folder, commit))).toContain("git cannot write the commit out")
    expect(await faultOf(tree(fixture.folder, "1".repeat(40)))).toContain("git cannot write the commit out")
  })

  test("that is larger than a layer may be is a fault, and so is a file in its place", async () => {
    const fixture = new GitFixture()
    const commit = fixture.commit({ a: "a".repeat(100_000) })
    expect(await faultOf(tree(fixture.folder, commit, {}, { layerBytesMax: 50_000 }))).toContain("--limit layerBytesMax=NUMBER")
    const there = join(out, "there")
    writeFileSync(there, "mine")
    expect(await faultOf(tree(fixture.folder, commit, { file: there }))).toContain(there)
    expect(readFileSync(there, "utf8")).toBe("mine")
  })

  test("was closed to the sandbox's user under a strict umask", async () => {
    const fixture = new GitFixture()
    const commit = fixture.commit({ a: "a\n" })
    const before = process.umask(0o077)
    try {
      for (const file of [await tree(fixture.folder, commit), await history(fixture.folder, commit)])
        expect(statSync(orThrow(file)).mode & 0o777).toBe(0o644)
    } finally {
      process.umask(before)
    }
  })
})

const history = (location: string, commit: string): Promise<Result<string>> =>
  written(location, (repository, file, ctx) => exportHistory(repository, oid(commit), file, ctx))

/** The bundle as the sandbox would fetch it: ref -> commit. */
function fetched(bundle: string): Record<string, string> {
  const folder = mkdtempSync(join(out, "fetched-"))
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", env: { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1" } })
  git("init", "-q", ".")
  git("fetch", "-q", bundle, "+refs/*:refs/*")
  const lines = git("for-each-ref", "--format=%(refname) %(objectname)")
    .split("\n")
    .filter((line) => line !== "")
  return Object.fromEntries(lines.map((line) => line.split(" ")))
}

describe("a commit's history", () => {
  test("is a bundle that git can fetch, with the tags on the way and no other branch", async () => {
    const fixture = new GitFixture()
    const first = fixture.commit({ a: "1\n" })
    fixture.git(["tag", "-a", "-m", "one", "v1"])
    const second = fixture.commit({ a: "2\n" })
    fixture.git(["tag", "v2;$(id)"])
    fixture.commit({ a: "3\n" })
    fixture.git(["tag", "v3"])
    fixture.git(["tag", "blob", "HEAD:a"])
    const found = fetched(orThrow(await history(fixture.folder, second)))
    expect(found).toEqual({
      "refs/heads/replayed": second,
      "refs/tags/v1": fixture.git(["rev-parse", "v1"]),
      "refs/tags/v2;$(id)": second,
    })
    expect(fetched(orThrow(await history(fixture.folder, first)))).toMatchObject({ "refs/heads/replayed": first })
  })

  test("was cut after as many tags as a command line takes", async () => {
    const fixture = new GitFixture()
    const commit = fixture.commit({ a: "1\n" })
    const names = Array.from({ length: 6000 }, (_, at) => `refs/tags/${"long-".repeat(10)}${String(at).padStart(4, "0")}`)
    writeFileSync(join(fixture.gitDirectory, "packed-refs"), names.map((name) => `${commit} ${name}\n`).join(""))
    const bundle = orThrow(await history(fixture.folder, commit))
    expect(fixture.git(["bundle", "list-heads", bundle]).split("\n")).toHaveLength(6001)
  })

  test("with an object missing, or cut on purpose, is a fault", async () => {
    const fixture = new GitFixture()
    const first = fixture.commit({ a: "1\n" })
    const second = fixture.commit({ a: "2\n" })
    const shallow = `${fixture.folder}-shallow`
    fixture.git(["clone", "-q", "--depth=1", `file://${fixture.folder}`, shallow])
    expect(await faultOf(history(shallow, second))).toContain("git clone --mirror")
    rmSync(fixture.loose(first))
    expect(await faultOf(history(fixture.folder, second))).toContain("git clone --mirror")
  })
})

test("hooks, configuration, attributes, grafts and replaced objects of R have no effect, and R is not changed", async () => {
  const fixture = new GitFixture()
  const first = fixture.commit({ a: "first\n" })
  const commit = fixture.commit({ a: "true\n", "b.up": "lower\n" })
  fixture.git(["tag", "v1"])
  const { gitDirectory } = fixture
  const marker = join(fixture.folder, "ran")
  const hook = `#!/bin/sh\ntouch '${marker}'\n`
  for (const name of ["post-checkout", "reference-transaction", "pre-auto-gc", "post-index-change"]) {
    mkdirSync(join(gitDirectory, "hooks"), { recursive: true })
    writeFileSync(join(gitDirectory, "hooks", name), hook, { mode: 0o755 })
  }
  fixture.git(["config", "filter.up.smudge", `touch '${marker}'; tr a-z A-Z`])
  fixture.git(["config", "tar.tar.command", `touch '${marker}'`])
  fixture.git(["config", "core.fsmonitor", `touch '${marker}'`])
  mkdirSync(join(gitDirectory, "info"), { recursive: true })
  writeFileSync(join(gitDirectory, "info", "attributes"), "a export-ignore\n*.up filter=up\n")
  writeFileSync(join(gitDirectory, "info", "grafts"), `${commit}\n`)
  const other = fixture.git(["hash-object", "-w", "--stdin"], "evil\n")
  fixture.git(["replace", fixture.git(["rev-parse", `${commit}:a`]), other])
  rmSync(marker, { force: true })
  const before = execFileSync("find", [gitDirectory, "-newermt", "2000-01-01", "-printf", "%p %T@ %s\n"], { encoding: "utf8" })
  expect(await membersOf(tree(fixture.folder, commit))).toEqual({ a: "true\n", "b.up": "lower\n" })
  const bundle = orThrow(await history(fixture.folder, commit))
  expect(fetched(bundle)).toEqual({ "refs/heads/replayed": commit, "refs/tags/v1": commit })
  const verified = execFileSync("git", ["bundle", "verify", bundle], {
    cwd: fixture.folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  })
  expect(verified).toContain("complete history")
  expect(first).not.toBe(commit)
  expect(existsSync(marker)).toBe(false)
  expect(execFileSync("find", [gitDirectory, "-newermt", "2000-01-01", "-printf", "%p %T@ %s\n"], { encoding: "utf8" })).toBe(before)
})
