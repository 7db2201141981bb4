import { execFileSync } from "node:child_process"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { orThrow } from "../src/core/fault.ts"
import { canonicalJson, traceRepository } from "../src/index.ts"
import { fixtureContext, GitFixture } from "../src/io/git-fixture.ts"
import { eventKinds, type Trace } from "../src/model/trace.ts"
import { randoms } from "../src/parsers/test-kit.ts"
import { compareTrace, Traced } from "./results/traces.ts"

const fixtures: GitFixture[] = []
afterAll(() => {
  for (const { folder } of fixtures) execFileSync("rm", ["-rf", folder])
})

interface Who {
  readonly name: string
  readonly address: string
}
const one = { name: "Maintainer", address: "one@example.org" }
const two = { name: "Newcomer", address: "two@example.org" }

/** A repository of its own, and commits by whom and when they are told. */
class History {
  readonly fixture = new GitFixture()
  #count = 0

  constructor() {
    fixtures.push(this.fixture)
  }

  commit(author: Who, day: string, { committer = author, message = "change", paths = ["file"] } = {}): string {
    this.#count += 1
    this.fixture.write(Object.fromEntries(paths.map((path) => [path, `${this.#count}\n`])))
    this.fixture.git(["add", "-A"])
    this.#as(author, committer, day, ["commit", "-q", "--allow-empty", "-m", message])
    return this.fixture.git(["rev-parse", "HEAD"])
  }

  merge(branch: string, by: Who, day: string): void {
    this.#as(by, by, day, ["merge", "-q", "--no-ff", "-m", "merge", branch])
  }

  tag(name: string, by: Who, day: string): void {
    this.#as(by, by, day, ["tag", "-a", "-m", name, name])
  }

  #as(author: Who, committer: Who, day: string, args: readonly string[]): void {
    const time = `${Date.parse(`${day}T12:00:00Z`) / 1000} +0000`
    const env = {
      PATH: process.env["PATH"],
      HOME: this.fixture.folder,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.address,
      GIT_AUTHOR_DATE: time,
      GIT_COMMITTER_NAME: committer.name,
      GIT_COMMITTER_EMAIL: committer.address,
      GIT_COMMITTER_DATE: time,
    }
    execFileSync("git", args, { cwd: this.fixture.folder, env, stdio: ["ignore", "ignore", "pipe"] })
  }
}

const traced = async (folder: string, asked: { readonly range?: string; readonly aliases?: string } = {}): Promise<Trace> =>
  orThrow(await traceRepository({ repository: folder, wantsHands: false, ...asked }, fixtureContext()))

/** A newcomer's patches are taken, then he pushes, tags, and makes most. */
function handedOver(): History {
  const history = new History()
  for (const month of ["01", "02", "03", "04", "05"]) history.commit(one, `2020-${month}-01`)
  history.tag("v1", one, "2020-05-02")
  history.commit(two, "2020-06-01", { committer: one })
  history.fixture.git(["checkout", "-q", "-b", "stable"])
  history.commit(two, "2020-09-01", { paths: [".github/workflows/ci.yml"] })
  history.fixture.git(["checkout", "-q", "main"])
  for (const month of ["10", "11", "12"]) for (const day of ["01", "02", "03"]) history.commit(two, `2020-${month}-${day}`)
  history.tag("v2", two, "2020-12-04")
  return history
}

test("rights that change hands, on any branch, with their days; a range only filters what is shown", async () => {
  const { fixture } = handedOver()
  const trace = await traced(fixture.folder)
  const newcomer = trace.people.findIndex(({ address }) => address === two.address)
  const about = trace.events.filter(({ person }) => person === newcomer).map(({ kind, day }) => `${day} ${kind}`)
  expect(about).toEqual([
    "2020-06-01 first-patch",
    "2020-09-01 first-push",
    "2020-09-01 continuous-integration-changed",
    "2020-10-01 newcomer-share", // two of seven commits
    "2020-12-01 holder-changed", // eight of thirteen
    "2020-12-04 first-tag",
    "2020-12-04 new-release-signer",
  ])
  expect(trace.baseRates["first-patch"]).toEqual({ events: 2, people: 2 })
  expect(Object.keys(trace.elsewhere.kinds)).toEqual([...eventKinds])
  for (const { repositories } of Object.values(trace.elsewhere.kinds))
    expect(repositories).toBeLessThanOrEqual(trace.elsewhere.repositories.length)
  const shown = await traced(fixture.folder, { range: "v1..v2" })
  expect(shown.events.map(({ kind }) => kind)).not.toContain("first-push") // on the other branch
  expect(shown.events.find(({ kind }) => kind === "new-release-signer")).toEqual(
    trace.events.find(({ kind }) => kind === "new-release-signer"),
  )
  expect(shown.baseRates).toEqual(trace.baseRates)
})

test("a name equal to the maintainer's is somebody else until an address says otherwise", async () => {
  const history = new History()
  history.commit(one, "2020-01-01")
  history.commit({ name: one.name, address: "other@example.org" }, "2020-02-01")
  expect((await traced(history.fixture.folder)).people).toHaveLength(2)
  const aliases = join(mkdtempSync(join(tmpdir(), "everybyte-aliases-")), "a.json")
  writeFileSync(aliases, JSON.stringify({ schema: "everybyte.aliases/1", people: [[one.address, "other@example.org"]] }))
  const [person, ...others] = (await traced(history.fixture.folder, { aliases })).people
  expect([person?.authored, person?.unions.map(({ by }) => by), others]).toEqual([2, ["alias"], []])
})

test("every figure is what git says, of histories made by chance", async () => {
  for (let seed = 1; seed <= 4; seed += 1) {
    const random = randoms(seed)
    const pick = <T>(list: readonly T[]): T => list[random() % list.length] as T
    const people = [
      one,
      two,
      { name: "Bot[bot]", address: "9+bot[bot]@users.noreply.forge.org" },
      { name: one.name, address: "third@example.org" },
    ]
    const dayOf = (): string => new Date(Date.UTC(2015 + (random() % 8), random() % 12, 1 + (random() % 28))).toISOString().slice(0, 10)
    const history = new History()
    for (let step = 0; step < 40; step += 1) {
      const kind = random() % 10
      if (kind === 0) history.fixture.git(["checkout", "-q", "-B", `b${random() % 3}`])
      else if (kind === 1 && step > 2) history.tag(`t${step}`, pick(people), dayOf())
      else history.commit(pick(people), dayOf(), { committer: pick(people), paths: [`f${step}`] })
    }
    const main = history.fixture.git(["rev-parse", "--abbrev-ref", "HEAD"])
    history.fixture.git(["checkout", "-q", "-b", "side", "HEAD~3"])
    history.commit(two, dayOf(), { paths: ["side"] })
    history.fixture.git(["checkout", "-q", main])
    history.merge("side", one, dayOf())
    const trace = await traced(history.fixture.folder)
    const parts = [...(await compareTrace(history.fixture.folder, Traced.parse(JSON.parse(canonicalJson(trace))), {})).values()]
    expect(parts.flatMap(({ problems }) => problems)).toEqual([])
    expect(parts.filter(({ compared }) => compared > 0)).toHaveLength(4)
  }
})

test("a clone whose objects and refs lie otherwise is told the same", async () => {
  const { fixture } = handedOver()
  const clone = new GitFixture({ bare: true })
  fixtures.push(clone)
  clone.git(["fetch", "-q", fixture.folder, "refs/tags/*:refs/tags/*", "refs/heads/stable:refs/heads/stable"])
  clone.git(["fetch", "-q", fixture.folder, "refs/heads/main:refs/heads/main"])
  clone.git(["repack", "-q", "-a", "-d"])
  const [here, there] = [await traced(fixture.folder), await traced(clone.folder)]
  expect({ ...there, repository: { ...there.repository, location: "" } }).toEqual({
    ...here,
    repository: { ...here.repository, location: "" },
  })
})

test("a HEAD that cannot be read left out opaque files without a word", async () => {
  const { fixture } = handedOver()
  writeFileSync(join(fixture.gitDirectory, "refs", "heads", "main"), `${"1".repeat(40)}\n`)
  const trace = await traced(fixture.folder)
  expect([trace.repository.commits > 0, trace.opaque]).toEqual([true, undefined])
  expect(trace.limits.join("\n")).toContain("the commit that HEAD names, which cannot be read")
})

test("a file with a path that is too long, and one of two whose names read the same, were in no list, without a word", async () => {
  const fixture = new GitFixture()
  fixtures.push(fixture)
  const blob = fixture.git(["hash-object", "-w", "--stdin"], "\0one").trim()
  const tree = (entries: readonly (readonly [mode: string, type: string, oid: string, name: Buffer])[]): string =>
    fixture
      .git(
        ["mktree", "-z"],
        Buffer.concat(entries.flatMap(([mode, type, id, name]) => [Buffer.from(`${mode} ${type} ${id}\t`), name, Buffer.of(0)])),
      )
      .trim()
  let deep = tree([["100644", "blob", blob, Buffer.from("hidden.bin")]])
  for (let depth = 0; depth < 25; depth += 1) deep = tree([["40000", "tree", deep, Buffer.from("d".repeat(200))]])
  const root = tree([
    ["100644", "blob", blob, Buffer.from("\\xff.bin")],
    ["100644", "blob", blob, Buffer.from([0xff, ...Buffer.from(".bin")])],
    ["40000", "tree", deep, Buffer.from("d")],
  ])
  fixture.git(["update-ref", "refs/heads/main", fixture.git(["commit-tree", root, "-m", "all"]).trim()])
  const { opaque, limits } = await traced(fixture.folder)
  expect(opaque?.map(({ path }) => path)).toEqual(["\\xff.bin"])
  expect(limits).toContainEqual("1 folder or file of the tree that cannot be read or have a longer path than nameBytesMax")
  expect(limits.join("\n")).toContain("1 file of the tree with the name of another")
})

test("no repository, a range of nothing and an empty repository are told in a sentence", async () => {
  const fixture = new GitFixture()
  fixtures.push(fixture)
  expect(await traced(fixture.folder)).toMatchObject({ people: [], windows: [], events: [], repository: { commits: 0 } })
  const ctx = fixtureContext()
  expect(await traceRepository({ repository: join(fixture.folder, "none"), wantsHands: false }, ctx)).toMatchObject({ ok: false })
  fixture.commit({ a: "1\n" })
  expect(await traceRepository({ repository: fixture.folder, range: "v1..v2", wantsHands: false }, ctx)).toMatchObject({
    ok: false,
    fault: { kind: "usage" },
  })
})
