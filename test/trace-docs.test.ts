import { execFileSync, spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { orThrow } from "../src/core/fault.ts"
import { canonicalJson, traceRepository } from "../src/index.ts"
import { inRows } from "../src/io/commit-rows.ts"
import { openRepository } from "../src/io/git.ts"
import { fixtureContext, GitFixture } from "../src/io/git-fixture.ts"
import { recordHistory } from "../src/io/git-history.ts"
import type { RecordedHistory } from "../src/model/history.ts"
import type { Trace, Window } from "../src/model/trace.ts"
import { identify } from "../src/stages/trace/identities.ts"
import { ownCommitsOf } from "../src/stages/trace/own-commits.ts"
import { releaseRangeOf } from "../src/stages/trace/release-range.ts"
import { windowsOf } from "../src/stages/trace/windows.ts"
import { compareTrace, type PartName, partNames, Traced } from "./results/traces.ts"
import { pageAnswers } from "./trace-page.ts"

const one = { name: "One", address: "author-1@example.org" }
const two = { name: "Two", address: "author-2@example.org" }

interface Made {
  readonly committer?: typeof one
  readonly files?: Readonly<Record<string, string>>
  readonly message?: string
}

const fixture = new GitFixture()
const environment = (author: typeof one, committer: typeof one, day: string) => ({
  PATH: process.env["PATH"],
  HOME: fixture.folder,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: author.name,
  GIT_AUTHOR_EMAIL: author.address,
  GIT_AUTHOR_DATE: `${day}T23:30:00-05:00`,
  GIT_COMMITTER_NAME: committer.name,
  GIT_COMMITTER_EMAIL: committer.address,
  GIT_COMMITTER_DATE: `${day}T23:30:00-05:00`, // the next day in UTC
})
const git = (env: NodeJS.ProcessEnv, ...args: readonly string[]): string =>
  execFileSync("git", args, { cwd: fixture.folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })

let count = 0
function commit(author: typeof one, day: string, { committer = author, files, message = "change" }: Made = {}): void {
  count += 1
  fixture.write(files ?? { file: `${"line\n".repeat(count)}` })
  const env = environment(author, committer, day)
  git(env, "add", "-A")
  git(env, "commit", "-q", "-m", message)
}

const binary = String.fromCharCode(...Array.from({ length: 128 }, (_, index) => index))

/** Two people, one of whom takes over; a pick, a merge, a bad clock, a late tag, an opaque file. */
function make(): void {
  commit(one, "2022-12-01", { message: "a\n\nReviewed-by: Two <author-2@example.org>" })
  commit(one, "2023-03-09", { files: { "SECURITY.md": "tell us\n", ".gitignore": "*.o\n", "package.json": '{"homepage": "one"}' } })
  git(environment(one, one, "2023-03-10"), "tag", "-a", "-m", "v1", "v1")
  commit(two, "2023-03-10", { committer: one })
  commit({ name: "TWO", address: "Author-2@Example.org" }, "2023-06-01", { files: { "data.bin": binary, test: "uses data.bin\n" } })
  git(environment(two, two, "2023-06-02"), "checkout", "-q", "-b", "side", "HEAD~1")
  commit(two, "2023-06-03", { files: { side: "1\n" }, message: "side" })
  git(environment(two, two, "2023-06-04"), "checkout", "-q", "main")
  commit(one, "2023-06-05")
  git(environment(one, one, "2023-06-06"), "cherry-pick", "side")
  git(environment(two, two, "2023-06-07"), "checkout", "-q", "-b", "topic", "HEAD~1")
  commit(one, "2023-07-01", { files: { topic: "1\n" } })
  git(environment(two, two, "2023-07-02"), "checkout", "-q", "main")
  git(environment(two, two, "2023-07-02"), "merge", "-q", "--no-ff", "-m", "merge", "topic")
  commit(two, "2023-05-01", { files: { clock: "behind\n" } })
  commit(one, "2024-03-01", { committer: two, files: { other: "1\n" } })
  writeFileSync(join(fixture.folder, "data.gz"), gzipSync("abcdefghijk".repeat(100)))
  commit(two, "2024-03-08", { files: { last: "1\n", "package.json": '{"homepage": "two"}', "more.bin": "\x01".repeat(200) } })
  commit(two, "2024-03-09", { files: { after: "1\n" } }) // the window's end, in UTC
  git(environment(two, two, "2024-06-01"), "tag", "-a", "-m", "v2", "v2")
  git(environment(two, two, "2024-06-01"), "tag", "light", "HEAD~2")
}

const version = /(\d+)\.(\d+)/.exec(spawnSync("git", ["--version"], { encoding: "utf8" }).stdout ?? "")
const isNew = version !== null && Number(version[1]) * 100 + Number(version[2]) >= 239
const isGnu = spawnSync("date", ["-u", "-d", "2024-03-10 -365 days", "+%F"]).status === 0
const why = isNew && isGnu ? "" : " (NOT RUN: git 2.39 or GNU date is absent)"
if (why !== "") process.stderr.write(`the commands of docs/trace.md${why}\n`)

describe.skipIf(why !== "")(`the commands of docs/trace.md, on a made repository${why}`, () => {
  let trace: Trace
  let released: Trace
  let window: Window | undefined
  let history: RecordedHistory | undefined
  let own: Trace["ownCommits"][number] | undefined
  let lines: (label: string) => readonly string[]
  const id = (address: string): number => trace.people.findIndex((person) => person.address.toLowerCase() === address)
  const eventOf = (kind: string, person: number) => trace.events.find((event) => event.kind === kind && event.person === person)

  beforeAll(async () => {
    make()
    lines = pageAnswers(fixture.folder, { who: "<author-2@", environment: environment(one, one, "2024-01-01") })
    const ctx = fixtureContext()
    trace = orThrow(await traceRepository({ repository: fixture.folder, wantsHands: true }, ctx))
    writeFileSync(join(fixture.folder, "made.o"), "made\n")
    const release = join(fixture.folder, "x-2.tar")
    git(environment(one, one, "2024-06-02"), "archive", "--prefix=x-2/", "--add-file=made.o", "-o", release, "HEAD")
    released = orThrow(await traceRepository({ repository: fixture.folder, release, range: "v1..main", wantsHands: true }, ctx))
    const repository = orThrow(await openRepository(fixture.folder, ctx))
    history = await recordHistory(repository, ctx)
    await repository.close()
    const identities = identify(inRows(history), [])
    window = windowsOf(inRows(history), identities, ["2024-03-10"])[0]
    own = ownCommitsOf(history, identities, window === undefined ? [] : [window])[0]
  })
  afterAll(() => {
    execFileSync("rm", ["-rf", fixture.folder])
  })

  test("the repository and its people", () => {
    const { commits, merges, branches, tags } = trace.repository
    expect(["commits", "merges", "branches", "tags"].map((label) => lines(label)[0])).toEqual([commits, merges, branches, tags].map(String))
    expect(lines("from, to")).toEqual(["2022-12-02", "2024-03-10"])
    const persons = trace.people.map(({ address, authored, committed }) => [address.toLowerCase(), authored, committed] as const)
    expect(lines("written").toSorted()).toEqual(persons.map(([address, authored]) => `${authored} ${address}`).toSorted())
    expect(lines("committed").toSorted()).toEqual(persons.map(([address, , committed]) => `${committed} ${address}`).toSorted())
  })

  test("a window, cut in UTC, and who held it", () => {
    expect(lines("commits of the window")).toEqual([String(window?.commits)])
    expect(window?.commits).toBe(9)
    expect(lines("by whom")[0]).toBe(`${window?.holders[0]?.commits} ${two.address}`)
    expect(window?.holders[0]?.person).toBe(id(two.address))
    expect(lines("absence factors")).toEqual([String(window?.absence50), String(window?.absence80)])
    expect(lines("own commits")).toEqual([`${own?.own} ${window?.commits}`])
    expect(own?.own).toBe(6)
    expect(lines("release holder").toSorted()).toEqual([`1 ${one.address}`, `1 ${two.address}`])
    expect(window?.releaseHolder).toBeUndefined()
  })

  test("events: firsts, tags, clocks", () => {
    const newcomer = id(two.address)
    const day = (label: string): string | undefined => lines(label)[0]?.split(" ")[1]
    expect(day("first-patch")).toBe(eventOf("first-patch", newcomer)?.day)
    expect(day("first-push")).toBe(eventOf("first-push", newcomer)?.day)
    expect(day("first-merge-for-others")).toBe("2024-03-02")
    expect(eventOf("first-merge-for-others", newcomer)?.day).toBe("2023-07-03") // the merge, which the page says is not in its command
    const tag = eventOf("first-tag", newcomer)
    expect(lines("first-tag").find((line) => line.includes(`<${two.address}>`))).toContain(
      String(trace.events.find(({ kind }) => kind === "new-release-signer")?.day),
    )
    expect(tag?.tag).toBe("light")
    expect(lines("security-policy-changed")).toEqual([expect.stringContaining(one.address)])
    expect(lines("security-policy-changed")[0]?.split(" ")[0]).toBe(eventOf("security-policy-changed", id(one.address))?.day)
    expect(lines("commit-time-regression").map((line) => line.split(" ")[0])).toEqual(
      trace.events.filter(({ kind }) => kind === "commit-time-regression").map(({ commit: oid }) => oid),
    )
    expect(lines("homepage-changed").map((line) => line.split(" ")[1])).toEqual(
      trace.events.filter(({ kind }) => kind === "homepage-changed").map(({ commit: oid }) => oid),
    )
    expect(lines("homepage-changed")).toHaveLength(1)
    expect(lines("tag-lag")).toEqual(["v2 84"])
    expect(trace.events.find(({ kind }) => kind === "tag-lag")?.detail).toContain("84 days")
  })

  test("all of it beside git's lists, and nothing that is changed passes", async () => {
    const handed = orThrow(await traceRepository({ repository: fixture.folder, range: "v1..v2", wantsHands: true }, fixtureContext()))
    const { hands } = Traced.parse(JSON.parse(canonicalJson(handed)))
    const compared = async (one: unknown, lines: number, parts: readonly PartName[]): Promise<readonly (readonly [string, number])[]> => {
      const own = structuredClone(hands)
      if (own !== undefined) own.all.lines.levels["0"] = (own.all.lines.levels["0"] ?? 0) + lines
      const handed = own === undefined ? undefined : { range: { from: "v1", to: "v2" }, hands: own }
      const found = await compareTrace(fixture.folder, Traced.parse(JSON.parse(JSON.stringify(one))), { handed, parts })
      expect([...found.values()].filter((part) => part.compared === 0)).toEqual([])
      return [...found].map(([name, { problems }]) => [name, problems.length] as const)
    }
    expect(await compared(trace, 0, partNames)).toEqual(partNames.map((name) => [name, 0]))
    const wrong = async (part: PartName, change: (one: Trace) => unknown, lines = 0): Promise<void> =>
      expect(await compared(change(trace), lines, [part])).not.toEqual([[part, 0]])
    await wrong("figures", (one) => ({ ...one, windows: one.windows.map((window) => ({ ...window, absence80: window.absence80 + 1 })) }))
    await wrong("figures", (one) => ({ ...one, windows: one.windows.slice(1) }))
    await wrong("figures", (one) => ({ ...one, ownCommits: one.ownCommits.map((years) => ({ ...years, own: years.own + 1 })) }))
    await wrong("figures", (one) => ({ ...one, people: one.people.map((person) => ({ ...person, committed: person.committed + 1 })) }))
    // A homepage's needs the contents of manifests, which are not read again here.
    for (const kind of new Set(trace.events.map((event) => event.kind).filter((one) => one !== "homepage-changed")))
      await wrong("events", (one) => ({ ...one, events: one.events.filter((event) => event.kind !== kind) }))
    await wrong("events", (one) => ({ ...one, events: [...one.events, { ...one.events[0], day: "2000-01-01" }] }))
    await wrong("evidence", (one) => ({ ...one, evidence: { ...one.evidence, twins: 2 } }))
    await wrong("evidence", (one) => ({ ...one, evidence: { ...one.evidence, levels: { ...one.evidence.levels, 2: 0 } } }))
    await wrong("evidence", (one) => ({ ...one, evidence: { ...one.evidence, authors: one.evidence.authors.slice(1) } }))
    await wrong("opaque", (one) => ({ ...one, opaque: [] }))
    await wrong("opaque", (one) => ({ ...one, opaque: one.opaque?.map((file) => ({ ...file, entropy: file.entropy + 0.01 })) }))
    await wrong("opaque", (one) => ({ ...one, opaque: one.opaque?.map((file) => ({ ...file, namedBy: [] })) }))
    await wrong("opaque", (one) => ({
      ...one,
      opaque: one.opaque?.map((file) => ({ ...file, versions: file.versions.map((version) => ({ ...version, beside: 5 })) })),
    }))
    await wrong("opaque", (one) => ({
      ...one,
      opaque: one.opaque?.map((file) => ({ ...file, versions: file.versions.map((version) => ({ ...version, daysToTag: 5 })) })),
    }))
    await wrong("hands", (one) => one, 1)
  }, 120_000)

  test("evidence: who committed what another wrote, claims, picks", () => {
    const { commits, merges } = trace.repository
    expect(lines("author = committer")).toEqual([`${commits - merges - 3} ${commits - merges}`])
    expect(lines("claims")).toHaveLength(1)
    expect(lines("twins")).toEqual(["1"])
    expect(lines("who stands behind").toSorted()).toEqual([`2 ${one.address}`, expect.stringContaining(two.address)])
  })

  test("what is new in a release, and whose it is", () => {
    const tag = history?.tags.find(({ name }) => name === "v2")
    if (history === undefined || tag === undefined) throw new Error("the fixture has a tag v2")
    const found = releaseRangeOf(history, { commit: tag.commit, tag, previous: undefined, tagsMax: 16 })
    expect(lines("the tag before the release")).toEqual([found?.from?.tag])
    const fresh = history.commits.filter(({ oid, parents }) => parents.length < 2 && found?.range.has(oid) === true)
    expect(lines("commits that are new in it")).toEqual([String(fresh.length)])
    for (const [label, whose] of [
      ["whose they are", fresh.map(({ author }) => author)],
      ["who put them there", fresh.map(({ committer }) => committer)],
    ] as const) {
      const addresses = whose.map((index) => history?.signatures[index]?.address.toLowerCase() ?? "")
      const counts = Map.groupBy(addresses, (address) => address)
      expect(lines(label).toSorted()).toEqual([...counts].map(([address, all]) => `${all.length} ${address}`).toSorted())
    }
    expect(lines("who set its tag")).toEqual([expect.stringContaining(two.address)])
    expect(lines("paths that are another")).toContain("data.bin")
  })

  test("opaque files and hands", () => {
    expect(Number(lines("control characters")[0])).toBeGreaterThan(0)
    expect(lines("versions").filter((line) => line.startsWith(":"))).toHaveLength(1)
    expect([lines("beside"), lines("size"), lines("entropy")]).toEqual([["1"], ["128"], ["7"]])
    expect(lines("the next tag")).toEqual([expect.stringContaining("light")])
    expect(lines("texts that name it")).toEqual(["HEAD:test"])
    const [data, packed] = ["data.bin", "data.gz"].map((path) => trace.opaque?.find((file) => file.path === path))
    const last = data?.versions.at(-1)
    expect(lines("named there by")).toEqual(last?.namedBeside.map(({ path }) => `${last.commit}:${path}`))
    const { sizeRank, count: siblings, sizeMedian } = data?.siblings ?? {}
    expect(lines("rank, siblings, median")).toEqual([`${sizeRank} ${siblings} ${sizeMedian}`])
    expect(lines("rank, siblings, median")).toEqual(["2 2 128"])
    const { stopped, content } = packed?.structure ?? {}
    expect([lines("read whole"), stopped]).toEqual([["whole"], undefined])
    expect(lines("decoded")).toEqual([String(content?.size)])
    expect(lines("the longest run")).toEqual(["1100 0"])
    expect(content?.repeats).toEqual({ bytes: 1100, runs: 1, longest: [{ period: 11, start: 0, end: 1100 }] })
  })

  test("hands: lines and bytes by commit, who introduced and changed a file, and who seconds have stood behind", () => {
    const { hands } = trace
    const file = hands?.files.find(({ path }) => path === "file")
    const sum = (by: object = {}): number => Object.values(by).reduce((total: number, one: number) => total + one, 0)
    const [all, ...single] = lines("lines; single-handed").map((line) => Number(line.split(" ")[0]))
    expect([all, sum(single)]).toEqual([sum(file?.lines), (file?.lines?.[0] ?? 0) + (file?.lines?.[1] ?? 0)])
    const byCommit = lines("by commit").map((line) => line.split(" "))
    expect(byCommit.reduce((total, [, count]) => total + Number(count), 0)).toBe(all)
    expect(byCommit.reduce((total, [, , bytes]) => total + Number(bytes), 0)).toBe(5 * (all ?? 0)) // each is `line LF`
    expect(lines("changed last")).toEqual([file?.changed?.commit, file?.introduced?.commit])
    expect(lines("appears first")).toEqual([String(Date.parse("2023-03-11T04:30:00Z") / 1000)])
    expect(lines("whose commits")).toHaveLength(2)
    // One committed the only patch of Two's before Two pushed: the line of One's that Two committed has one hand.
    const { levels, hands: counts } = hands?.all.lines ?? {}
    expect([levels?.[2], counts?.[2]]).toEqual([3, 2])
  })

  test("a release: newer lines, and what is shipped and kept out", () => {
    const file = released.hands?.files.find(({ path }) => path === "file")
    const newer = (file?.newer ?? []).flatMap(({ first, last, commit: oid }) =>
      Array.from({ length: last - first + 1 }, (_, index) => `${first + index}:${oid}`),
    )
    expect(newer.length).toBeGreaterThan(0)
    expect(lines("newer lines").map((line) => line.split(" ")[0])).toEqual(newer)
    const [ignored, ...others] = released.release?.ignored ?? []
    expect(others).toEqual([])
    expect(lines("which line")).toEqual([`${ignored?.file}:${ignored?.line}:${ignored?.pattern}\tmade.o`])
    expect(lines("which commit")[0]).toContain(ignored?.added?.commit)
    expect(ignored?.ships).toEqual(["made.o"])
  })
})
