import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { sha256Of } from "../src/core/digest.ts"
import { type AuditRequest, auditRelease, createContext, type Limits, type Report, reporters, traceRepository } from "../src/index.ts"
import { armored, makeKey } from "../src/io/git-signed-fixture.ts"
import { findProgram } from "../src/io/program.ts"
import type { ReleasePeople } from "../src/model/people.ts"
import { temporary, writeFiles } from "./fixtures/repository.ts"
import { tarOf } from "./fixtures/tar.ts"

/** What an audit tells of people, on a repository that is made: a newcomer's patches are taken, then they push, bring a file that is no text, and tag the release. */
let here: ReturnType<typeof temporary>
const at = (...names: string[]): string => join(here.path, ...names)
const repository = (): string => at("r")

interface Who {
  readonly name: string
  readonly address: string
}
const maker: Who = { name: "Maker", address: "maker@one.example.org" }
const newcomer: Who = { name: "Newcomer", address: "newcomer@two.example.org" }

function git(by: Who, day: string, args: readonly string[], author = by): string {
  const time = `${Date.parse(`${day}T12:00:00Z`) / 1000} +0000`
  const env = {
    PATH: process.env["PATH"],
    HOME: here.path,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.address,
    GIT_AUTHOR_DATE: time,
    GIT_COMMITTER_NAME: by.name,
    GIT_COMMITTER_EMAIL: by.address,
    GIT_COMMITTER_DATE: time,
  }
  return execFileSync("git", args, { cwd: repository(), env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim()
}

function commit(by: Who, day: string, files: Parameters<typeof writeFiles>[1], author = by): string {
  writeFiles(repository(), files)
  git(by, day, ["add", "-A"])
  git(by, day, ["commit", "-q", "--allow-empty", "-m", `of ${day}`], author)
  return git(by, day, ["rev-parse", "HEAD"])
}

const tag = (by: Who, day: string, name: string): string => git(by, day, ["tag", "-a", "-m", name, name])

const source = { "src/a.c": "int a;\n", ".mailmap": "Maker <maker@one.example.org> <maker@old.example.org>\n" }
const binary = { "tests/bad.bin": { content: Buffer.from([0, 1, 2, 3, 255]) } }

beforeEach(() => {
  here = temporary()
  mkdirSync(repository())
  git(maker, "2020-01-01", ["init", "-q", "-b", "main"])
  commit({ ...maker, address: "maker@old.example.org" }, "2020-01-01", source)
  commit(maker, "2020-02-01", { "src/b.c": "int b;\n" })
  tag(maker, "2020-02-02", "v1.0.0")
  commit(maker, "2020-03-01", { "src/c.c": "int c;\n" }, newcomer)
  commit(newcomer, "2020-03-10", binary)
  commit(maker, "2020-03-11", { "src/b.c": "int bb;\n" })
  tag(newcomer, "2020-03-12", "v1.1.0")
  commit(maker, "2020-04-01", { "src/later.c": "int later;\n" })
  release("made-1.1.0", { ...source, "src/b.c": "int bb;\n", "src/c.c": "int c;\n", "tests/bad.bin": binary["tests/bad.bin"].content })
  release("made-1.0.0", { ...source, "src/b.c": "int b;\n" })
})
afterEach(() => here[Symbol.dispose]())

function release(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  writeFileSync(
    at(`${root}.tar.gz`),
    gzipSync(tarOf(Object.entries(files).map(([path, content]) => ({ name: `${root}/${path}`, content })))),
  )
}

interface Some extends Partial<AuditRequest> {
  readonly environment?: Record<string, string | undefined> | undefined
  readonly keyrings?: readonly string[] | undefined
  readonly limits?: Partial<Limits> | undefined
}

const contextOf = ({ environment, keyrings = [], limits }: Pick<Some, "environment" | "keyrings" | "limits"> = {}) =>
  createContext({
    keyrings,
    limits,
    cache: at("cache"),
    offline: true,
    day: "2026-01-01",
    program: at("made-1.0.0.tar.gz"),
    environment: { PATH: process.env["PATH"], XDG_DATA_HOME: at("data"), XDG_CONFIG_HOME: at("config"), ...environment },
  })

async function audited({ environment, keyrings, limits, ...some }: Some = {}): Promise<Report> {
  const request: AuditRequest = {
    target: at("made-1.1.0.tar.gz"),
    repository: repository(),
    ref: undefined,
    subdirectory: undefined,
    submodules: new Map(),
    previous: undefined,
    acceptPrevious: false,
    ...some,
  }
  const found = await auditRelease(request, contextOf({ environment, keyrings, limits }))
  if (!found.ok) throw new Error(JSON.stringify(found.fault))
  return found.value
}

function assessed({ people }: Report): ReleasePeople {
  if (people?.kind !== "assessed") throw new Error(JSON.stringify(people))
  return people
}
const nameOf = ({ people }: ReleasePeople, id: number | undefined): string | undefined => (id === undefined ? undefined : people[id]?.name)

describe("an audit of a release that a newcomer tagged", () => {
  test("tells who wrote and committed what is new since the tag before, with which evidence", async () => {
    const people = assessed(await audited())
    expect(people.range).toMatchObject({ since: { tag: "v1.0.0", how: "tag" }, commits: 3, merges: 0, levels: { 0: 2, 2: 1 } })
    expect(people.people.map(({ name, range: { authored, committed } }) => [name, authored, committed])).toEqual([
      ["Maker", 1, 2],
      ["Newcomer", 2, 1],
    ])
    expect(people.people[0]?.unions).toEqual([{ name: "Maker", address: "maker@old.example.org", by: "mailmap" }])
  })

  test("tells who signed its tag and that it is a new one, and each right with its base rate", async () => {
    const people = assessed(await audited())
    expect(people.tag).toMatchObject({
      name: "v1.1.0",
      day: "2020-03-12",
      isNewSigner: true,
      signature: "none",
      before: { tags: 1, own: 0 },
    })
    expect(nameOf(people, people.tag?.person)).toBe("Newcomer")
    const rights = people.events.filter(({ kind }) => ["first-push", "first-tag", "new-release-signer"].includes(kind))
    expect(rights.map(({ kind, person, day }) => [kind, nameOf(people, person), day])).toEqual([
      ["first-push", "Newcomer", "2020-03-10"],
      ["first-tag", "Newcomer", "2020-03-12"],
      ["new-release-signer", "Newcomer", "2020-03-12"],
    ])
    expect(people.baseRates.find(({ kind }) => kind === "first-push")).toMatchObject({ events: 2, people: 2 })
  })

  test("tells which opaque file of it is new, and who brought it", async () => {
    const people = assessed(await audited())
    expect(people.opaque).toMatchObject([
      { path: "tests/bad.bin", size: 5, versions: 1, last: { day: "2020-03-10", level: 0, daysToTag: 2 } },
    ])
    expect(nameOf(people, people.opaque[0]?.last?.author)).toBe("Newcomer")
  })

  test("tells an opaque file that only a merge brought, and of too many that they are not listed", async () => {
    git(maker, "2020-05-01", ["checkout", "-q", "-b", "side", "HEAD~1"])
    commit(maker, "2020-05-01", { "src/side.c": "int s;\n" })
    git(maker, "2020-05-02", ["checkout", "-q", "main"])
    git(maker, "2020-05-02", ["merge", "-q", "--no-ff", "--no-commit", "side"])
    commit(newcomer, "2020-05-02", { "tests/merged.bin": { content: Buffer.from([0, 7]) } })
    tag(newcomer, "2020-05-02", "v1.2.0")
    commit(newcomer, "2020-05-03", { "tests/other.bin": { content: Buffer.from([0, 8]) } })
    tag(newcomer, "2020-05-03", "v1.2.1")
    release("made-1.2.0", { "tests/merged.bin": Buffer.from([0, 7]) })
    const merged = assessed(await audited({ target: at("made-1.2.0.tar.gz") }))
    expect(merged.range.merges).toBe(1)
    expect(merged.opaque).toEqual([expect.objectContaining({ path: "tests/merged.bin", size: 2, versions: 0 })])
    expect(merged.opaque[0]).not.toHaveProperty("last")
    release("made-1.2.1", { "tests/merged.bin": Buffer.from([0, 7]), "tests/other.bin": Buffer.from([0, 8]) })
    const few = { target: at("made-1.2.1.tar.gz"), previous: at("made-1.1.0.tar.gz"), limits: { opaqueFilesMax: 1 } }
    const cut = assessed(await audited(few))
    expect(cut.opaque.map(({ path }) => path)).toEqual(["tests/merged.bin"])
    expect(cut.notAssessed).toContain("1 more opaque file of the release that changed: not listed (opaqueFilesMax)")
  })

  test("says what trace says of the same commits", async () => {
    const people = assessed(await audited())
    const traced = await traceRepository({ repository: repository(), range: "v1.0.0..v1.1.0", wantsHands: false }, contextOf())
    if (!traced.ok) throw new Error(JSON.stringify(traced.fault))
    const { evidence, events, baseRates, people: all } = traced.value
    expect(people.range.levels).toEqual(evidence.levels)
    expect(people.events.map(({ person, ...event }) => ({ ...event, who: nameOf(people, person) }))).toEqual(
      events.map(({ person, ...event }) => ({ ...event, who: person === undefined ? undefined : all[person]?.name })),
    )
    for (const { kind, events, people: ever } of people.baseRates) expect({ events, people: ever }).toEqual(baseRates[kind])
    expect(people.among.people).toBe(all.length)
  })

  test("is the same but for that: no verdict, no cause and no count rests on people", async () => {
    const { people, ...report } = await audited()
    expect(people?.kind).toBe("assessed")
    expect(report).toEqual(await audited({ wantsPeople: false }))
    expect(report.verdict).toBe("accounted")
  })

  test("gives the same bytes each time", async () => {
    const [first, again] = [await audited(), await audited({ wantsExhibits: true })]
    expect(reporters.json.render(again)).toBe(reporters.json.render(first))
  })
})

test("with keys, a level above 2 and a verified tag are told, by the keys that verify them", async () => {
  const key = await makeKey(maker.address, new Date("2019-06-01"))
  writeFileSync(at("keys.asc"), key.toPublic().armor())
  commit(maker, "2020-05-01", { "src/d.c": "int d;\n" }, newcomer)
  const payload = `${git(maker, "2020-05-01", ["cat-file", "commit", "HEAD"])}\n`
  const signature = await armored(payload, [key], new Date("2020-05-01T12:00:00Z"))
  const signed = written("commit", payload.replace("\n\n", `\ngpgsig ${signature.replaceAll("\n", "\n ")}\n\n`))
  git(maker, "2020-05-01", ["update-ref", "refs/heads/main", signed])
  tag(maker, "2020-05-02", "v1.2.0")
  const tagged = `${git(maker, "2020-05-02", ["cat-file", "tag", "v1.2.0"])}\n`
  const own = written("tag", `${tagged}${await armored(tagged, [key], new Date("2020-05-02T12:00:00Z"))}\n`)
  git(maker, "2020-05-02", ["update-ref", "refs/tags/v1.2.0", own])
  release("made-1.2.0", { "src/d.c": "int d;\n" })
  const target = at("made-1.2.0.tar.gz")
  const people = assessed(await audited({ target, keyrings: [at("keys.asc")] }))
  expect(people.range).toMatchObject({ commits: 2, levels: { 0: 1, 3: 1 } })
  expect(people.tag).toMatchObject({ signature: "verified", keys: [key.getFingerprint()] })
  const without = assessed(await audited({ target }))
  expect([without.range.levels[2], without.tag?.signature, without.tag?.keys]).toEqual([1, "stated", []])
})

function written(type: "commit" | "tag", input: string): string {
  return execFileSync("git", ["hash-object", "-t", type, "-w", "--stdin"], { cwd: repository(), input, encoding: "utf8" }).trim()
}

describe("what is new is new since", () => {
  test("the release that it is compared with", async () => {
    tag(maker, "2020-03-11", "v1.0.9")
    git(maker, "2020-03-11", ["tag", "-f", "v1.0.9", "v1.1.0~1"])
    expect(assessed(await audited()).range).toMatchObject({ since: { tag: "v1.0.9", how: "tag" }, commits: 1 })
    const people = assessed(await audited({ previous: at("made-1.0.0.tar.gz") }))
    expect(people.range).toMatchObject({ since: { tag: "v1.0.0", how: "previous" }, commits: 3 })
  })

  test("the tag before, where no tag names the version of that release, which is said", async () => {
    git(maker, "2020-03-11", ["tag", "other", "v1.0.0"])
    git(maker, "2020-03-11", ["tag", "-d", "v1.0.0"])
    const people = assessed(await audited({ previous: at("made-1.0.0.tar.gz") }))
    expect(people.range.since).toMatchObject({ tag: "other", how: "tag" })
    expect(people.notAssessed).toContainEqual(
      expect.stringMatching(/made-1\.0\.0\.tar\.gz, which it is compared with: no tag names its version$/),
    )
  })

  test("nothing, for a first release", async () => {
    const people = assessed(await audited({ target: at("made-1.0.0.tar.gz") }))
    expect([people.range.since, people.range.commits]).toEqual([undefined, 2])
    expect(people.opaque).toEqual([])
  })
})

test("of a release that is a folder of the repository, the tag and the files are its own, in an audit and in a trace", async () => {
  const inner = { LICENSE: "free\n", "data.bin": binary["tests/bad.bin"] }
  commit(newcomer, "2020-05-01", Object.fromEntries(Object.entries(inner).map(([path, file]) => [`packages/inner/${path}`, file])))
  for (const name of ["a-other@2.0.0", "inner@2.0.0"]) tag(maker, "2020-05-02", name)
  commit(newcomer, "2020-05-03", { "packages/inner/data.bin": { content: Buffer.from([0, 9]) } })
  for (const name of ["a-other@2.0.1", "inner@2.0.1"]) tag(newcomer, "2020-05-04", name)
  release("inner-2.0.1", { LICENSE: "free\n", "data.bin": Buffer.from([0, 9]) })
  const target = at("inner-2.0.1.tar.gz")
  const report = await audited({ target, ref: "inner@2.0.1" })
  expect(report.repository?.subdirectory).toBe("packages/inner/")
  const people = assessed(report)
  expect([people.range.since?.tag, people.tag?.name]).toEqual(["inner@2.0.0", "inner@2.0.1"])
  expect(people.opaque.map(({ path }) => path)).toEqual(["packages/inner/data.bin"])
  const traced = await traceRepository({ repository: repository(), release: target, wantsHands: false }, contextOf())
  expect(traced.ok && traced.value.opaque?.map(({ path }) => path)).toEqual(["packages/inner/data.bin"])
})

describe("people are not assessed", () => {
  test("without a repository", async () =>
    expect((await audited({ repository: undefined })).people).toEqual({ kind: "not-assessed", why: "no repository was given" }))

  test("of a commit that no branch or tag reaches", async () => {
    const orphan = git(maker, "2020-03-12", ["commit-tree", "-m", "apart", "v1.1.0^{tree}"])
    const { people, verdict } = await audited({ ref: orphan })
    expect(people).toEqual({ kind: "not-assessed", why: "no branch or tag that was read reaches the release's commit" })
    expect(verdict).toBe("accounted")
  })

  test("where git tells no history: the rest of the audit stands, and it is not kept", async () => {
    mkdirSync(at("bin"))
    const real = findProgram("git", contextOf())
    // The history of people is asked for with names as .mailmap has them.
    writeFileSync(at("bin", "git"), `#!/bin/sh\ncase "$*" in *%aN*) exit 128;; esac\nexec ${real} "$@"\n`, { mode: 0o755 })
    const environment = { PATH: `${at("bin")}:${process.env["PATH"]}` }
    const { people, ...report } = await audited({ environment })
    expect(people?.kind).toBe("not-assessed")
    expect(report.verdict).toBe("accounted")
    const { people: after } = await audited({ environment: { PATH: process.env["PATH"] } })
    expect(after?.kind).toBe("assessed")
  })

  test("whole where the clone is shallow, which is said", async () => {
    execFileSync("git", ["clone", "-q", "--bare", "--depth", "2", "--branch", "v1.1.0", `file://${repository()}`, at("shallow")], {
      stdio: "pipe",
    })
    const people = assessed(await audited({ repository: at("shallow") }))
    expect(people.notAssessed).toContainEqual(expect.stringMatching(/^what came before 1 commit at which the clone ends/))
    expect(people.notAssessed).toContain("a shallow clone: its history is cut")
  })
})

describe("a kept audit", () => {
  test("is made again when a branch was pushed anew: it tells the people that are there now, with the same verdict", async () => {
    const before = assessed(await audited())
    expect(before.events.map(({ kind }) => kind)).toContain("first-push")
    // Another history with the same trees: the maintainer committed all of it.
    git(maker, "2020-03-12", ["checkout", "-q", "--orphan", "anew"])
    git(maker, "2020-03-12", ["rm", "-q", "-r", "-f", "."])
    commit(maker, "2020-01-01", source)
    git(maker, "2020-01-01", ["checkout", "-q", "v1.1.0", "--", "."])
    commit(maker, "2020-03-12", {})
    git(maker, "2020-03-12", ["tag", "-f", "-a", "-m", "again", "v1.1.0", "HEAD"])
    git(maker, "2020-03-12", ["branch", "-f", "main", "HEAD"])
    git(maker, "2020-03-12", ["tag", "-d", "v1.0.0"])
    const after = await audited()
    expect(assessed(after).people.map(({ name }) => name)).toEqual(["Maker"])
    expect(after.verdict).toBe("accounted")
  })

  test("has the people that it was kept with, and reads no history", async () => {
    const first = await audited()
    for (const name of readdirSync(at("cache", "reports"))) {
      const path = at("cache", "reports", name)
      const body = readFileSync(path, "utf8").slice(65).replace('"commits":3', '"commits":99')
      writeFileSync(path, `${sha256Of(body)}\n${body}`)
    }
    const { people, ...again } = await audited()
    expect(people).toMatchObject({ range: { commits: 99 } })
    expect({ ...again, people: first.people }).toEqual(first)
  })
})
