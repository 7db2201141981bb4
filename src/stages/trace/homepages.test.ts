import { execFileSync } from "node:child_process"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { afterAll, expect, test } from "vitest"
import { orThrow } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { inRows } from "../../io/commit-rows.ts"
import { openRepository } from "../../io/git.ts"
import { fixtureContext, GitFixture } from "../../io/git-fixture.ts"
import { recordHistory } from "../../io/git-history.ts"
import { eventsOf } from "./events.ts"
import { homepagesOf } from "./homepages.ts"
import { identify } from "./identities.ts"

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) execFileSync("rm", ["-rf", folder])
})

function made(): GitFixture {
  const fixture = new GitFixture()
  folders.push(fixture.folder)
  return fixture
}

async function told(fixture: GitFixture, limits: Partial<Limits> = {}) {
  const ctx = fixtureContext({ limits })
  const repository = orThrow(await openRepository(fixture.folder, ctx))
  try {
    const history = await recordHistory(repository, ctx)
    const homepages = await homepagesOf(repository, history, ctx)
    const events = eventsOf(inRows(history), identify(inRows(history)), { leads: [], homepages })
    const own = events.filter(({ kind }) => kind === "homepage-changed")
    return { events: own.map(({ day, commit, detail }) => [day, commit, detail]), limits: homepages.limits }
  } finally {
    await repository.close()
  }
}

const manifest = (homepage: string, more = {}): string => JSON.stringify({ name: "x", homepage, ...more })
const day = "2023-11-14"

test("another value and a value gone are told with both, the commit and its day; a first one and another field are not", async () => {
  const fixture = made()
  fixture.commit({ "package.json": "{}", "sub/Cargo.toml": '[package]\nhomepage = "c"\n' })
  fixture.commit({ "package.json": manifest("one") })
  const other = fixture.commit({ "package.json": manifest('t"w\u202eo') })
  fixture.commit({
    "package.json": manifest('t"w\u202eo', { version: "2" }),
    "sub/Cargo.toml": '[package]\nhomepage = "c"\nversion = "2"\n',
  })
  const both = fixture.commit({ "package.json": manifest(""), "sub/Cargo.toml": '[package]\nhomepage = "d"\n' })
  fixture.git(["rm", "-q", "package.json"])
  fixture.commit({ a: "removed with its manifest\n" })
  expect(await told(fixture)).toEqual({
    events: [
      [day, other, 'homepage in package.json: "t\\"w\u202eo" in place of "one"'],
      [day, both, 'homepage in package.json: nothing in place of "t\\"w\u202eo", and 1 more field'],
    ].sort(([, a = ""], [, b = ""]) => (a < b ? -1 : 1)),
    limits: [],
  })
})

test("one content under two names is read as each", async () => {
  const fixture = made()
  const [before, after] = ['{"homepage": "a"}', '{"homepage": "b"}']
  fixture.commit({ "package.json": before, "a.spec": before })
  fixture.commit({ "package.json": after, "a.spec": after })
  expect((await told(fixture)).events.map(([, , detail]) => detail)).toEqual(['homepage in package.json: "b" in place of "a"'])
})

test("what is beyond the number of manifests is said", async () => {
  const fixture = made()
  fixture.commit({ "package.json": manifest("one"), "b/package.json": manifest("two") })
  fixture.commit({ "package.json": manifest("three") })
  fixture.commit({ "b/package.json": manifest("four") })
  const { events, limits } = await told(fixture, { manifestBlobsMax: 2 })
  expect(events).toHaveLength(1)
  expect(limits).toEqual([
    "1 change of manifests were not looked at for homepages: 2 versions or 1,073,741,824 bytes are (manifestBlobsMax, manifestBytesRunMax)",
  ])
})

test("of manifests with many fields only what differs is kept: 30 versions of 20,000 fields were some hundred megabytes once", async () => {
  const fixture = made()
  const rows = Array.from({ length: 20_000 }, (_, index) => `k${index} = "1"`)
  for (let version = 0; version < 30; version += 1)
    fixture.commit({ "pyproject.toml": `[project.urls]\nz = "${version}"\n${rows.join("\n")}\n` })
  const ctx = fixtureContext()
  const repository = orThrow(await openRepository(fixture.folder, ctx))
  const history = await recordHistory(repository, ctx)
  setFlagsFromString("--expose-gc")
  const collect: () => void = runInNewContext("gc")
  collect()
  const before = process.memoryUsage().heapUsed
  const homepages = await homepagesOf(repository, history, ctx)
  collect()
  const held = process.memoryUsage().heapUsed - before
  await repository.close()
  expect(homepages.changed).toHaveLength(29)
  expect(homepages.changed).toContainEqual({
    commit: expect.any(String),
    first: 'urls.z in pyproject.toml: "29" in place of "28"',
    fields: 1,
  })
  expect(held).toBeLessThan(10 * 2 ** 20)
})
