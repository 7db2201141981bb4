import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { sha256Of } from "../core/digest.ts"
import { orThrow } from "../core/fault.ts"
import { isList, isNumber, isRecord, shapedJson } from "../core/shape.ts"
import type { RecordedHistory } from "../model/history.ts"
import { listCache } from "./cache.ts"
import type { Context } from "./context.ts"
import { openRepository } from "./git.ts"
import { fixtureContext, GitFixture } from "./git-fixture.ts"
import { recordHistory } from "./git-history.ts"
import { stepKinds, take } from "./git-steps-fixture.ts"

async function recorded(location: string, ctx: Context): Promise<unknown> {
  const repository = orThrow(await openRepository(location, ctx))
  try {
    return plain(await recordHistory(repository, ctx))
  } finally {
    await repository.close()
  }
}

/** With signatures in place of their numbers, which nobody sees. */
function plain({ signatures, commits, tags, ...rest }: RecordedHistory): unknown {
  const at = (index: number): string => JSON.stringify(signatures[index])
  return {
    ...rest,
    signatures: signatures.map((one) => JSON.stringify(one)).sort(),
    commits: commits.map(({ oid, parents, author, authored, committer, committed, subject, trailers, changes }) => ({
      ...{ oid, parents, author: at(author), authored, committer: at(committer), committed, subject, trailers },
      changes: changes.map(({ path, before, after }) => ({ path, before, after })),
    })),
    tags: tags.map(({ annotated, ...tag }) => (annotated === undefined ? tag : { ...tag, ...annotated, tagger: at(annotated.tagger) })),
  }
}

const store = (ctx: Context): string => join(ctx.cache, "histories")
const keptFile = (ctx: Context): string => join(store(ctx), readdirSync(store(ctx))[0] ?? "")
/** Changes when the file is written anew. */
const written = (ctx: Context): number | undefined => (existsSync(store(ctx)) ? statSync(keptFile(ctx)).ino : undefined)

const withBit = (bytes: Buffer, place: number): Buffer => Buffer.from(bytes.map((byte, at) => (at === place ? byte ^ 1 : byte)))

/** Where the two parts begin behind the note. */
function partsOf(bytes: Buffer): { readonly rows: number; readonly bulk: number } {
  const rows = 72 + Number.parseInt(bytes.toString("latin1", 64, 72), 16)
  const sizes = shapedJson(bytes.toString("utf8", 72, rows), isRecord({ rows: isRecord({ sizes: isList(isNumber) }) }))?.rows.sizes ?? []
  return { rows, bulk: sizes.reduce((sum, size) => sum + Math.ceil(size / 8) * 8, rows) }
}

const commitAt = (fixture: GitFixture, seconds: number, parent: string): string => {
  const line = `A <a@example.org> ${seconds} +0000`
  const head = `tree ${fixture.git(["rev-parse", `${parent}^{tree}`])}\nparent ${parent}`
  return fixture.git(["hash-object", "-t", "commit", "-w", "--stdin"], `${head}\nauthor ${line}\ncommitter ${line}\n\nx\n`)
}

/** A history of some commits, a merged branch, one that is not merged, and tags, that was read once. */
async function readOnce(): Promise<{ readonly fixture: GitFixture; readonly ctx: Context }> {
  const fixture = new GitFixture()
  fixture.commit({ ".mailmap": "Proper <proper@example.org> <author-1@example.org>\n", a: "1\n" }, "one\n\nReviewed-by: B <b@example.org>")
  fixture.git(["checkout", "-q", "-b", "side"])
  fixture.commit({ "odd \xe9\n": "1\n" }, "side \u{1f600}")
  fixture.git(["checkout", "-q", "-b", "loose"])
  fixture.commit({ loose: "1\n" })
  fixture.git(["checkout", "-q", "main"])
  fixture.commit({ a: "2\n" })
  fixture.git(["merge", "-q", "--no-ff", "-m", "merge", "side"])
  fixture.git(["tag", "-a", "-m", "x", "v1"])
  fixture.git(["tag", "light", "HEAD~1"])
  const ctx = fixtureContext()
  await recorded(fixture.folder, ctx)
  return { fixture, ctx }
}

const isFresh = async ({ folder }: GitFixture, ctx: Context): Promise<void> =>
  expect(await recorded(folder, ctx)).toEqual(await recorded(folder, { ...fixtureContext(), limits: ctx.limits }))

describe("only what is new is read", () => {
  test.each<[string, (fixture: GitFixture) => void]>([
    ["of nothing new", () => undefined],
    ["of a commit of contents that were there before", (fixture) => fixture.commit({ b: "1\n" })],
    [
      "of new commits and tags",
      (fixture) => [fixture.commit({ b: "new\n" }), fixture.git(["tag", "-a", "-m", "x", "v2"]), fixture.git(["tag", "old", "HEAD~2"])],
    ],
    [
      "when a merged branch and a light tag are gone",
      (fixture) => [fixture.git(["branch", "-q", "-D", "side"]), fixture.git(["tag", "-d", "light"])],
    ],
    [
      "when a branch that was not merged is merged and gone",
      (fixture) => [fixture.git(["merge", "-q", "-m", "m", "loose"]), fixture.git(["branch", "-q", "-D", "loose"])],
    ],
  ])("%s", async (_, change) => {
    const { fixture, ctx } = await readOnce()
    const before = written(ctx)
    change(fixture)
    await isFresh(fixture, ctx)
    expect(before).toBeDefined()
    expect(written(ctx)).toBe(before)
  })
})

test("a HEAD that names another branch has the .mailmap of that one, known or new", async () => {
  const { fixture, ctx } = await readOnce()
  fixture.git(["checkout", "-q", "side"])
  await isFresh(fixture, ctx)
  fixture.commit({ ".mailmap": "Other <other@example.org> <author-1@example.org>\n" })
  await isFresh(fixture, ctx)
  const before = written(ctx)
  fixture.git(["checkout", "-q", "main"])
  await isFresh(fixture, ctx)
  expect(written(ctx)).not.toBe(before)
})

test("what another version of git told is not used", async () => {
  const { fixture, ctx } = await readOnce()
  const before = written(ctx)
  const bytes = readFileSync(keptFile(ctx))
  const { rows } = partsOf(bytes)
  const note = bytes.toString("utf8", 72, rows).replace(/"git":"[^"]*"/, '"git":"1.0"')
  const signed = Buffer.from(note.length.toString(16).padStart(8, "0") + note)
  writeFileSync(keptFile(ctx), Buffer.concat([Buffer.from(sha256Of(signed)), signed, bytes.subarray(rows)]))
  await isFresh(fixture, ctx)
  expect(written(ctx)).not.toBe(before)
})

test("git tells stored commits again where others state times long before their parents': each is told once", async () => {
  const { fixture, ctx } = await readOnce()
  let tip = fixture.git(["rev-parse", "main"])
  for (let index = 0; index < 20; index += 1) tip = commitAt(fixture, 1000 - index, tip)
  fixture.git(["update-ref", "refs/heads/skewed", tip])
  rmSync(store(ctx), { recursive: true })
  await recorded(fixture.folder, ctx)
  const before = written(ctx)
  fixture.commit({ b: "1\n" })
  await isFresh(fixture, ctx)
  expect(written(ctx)).toBe(before)
})

describe("all is read and kept anew", () => {
  test.each<[string, (fixture: GitFixture) => unknown]>([
    ["after a branch that was not merged is gone", (fixture) => fixture.git(["branch", "-q", "-D", "loose"])],
    ["after a branch was rewritten", (fixture) => fixture.git(["update-ref", "refs/heads/loose", "HEAD"])],
    ["after an annotated tag is gone", (fixture) => fixture.git(["tag", "-d", "v1"])],
    ["after .mailmap says other names", (fixture) => fixture.commit({ ".mailmap": "Other <other@example.org> <author-1@example.org>\n" })],
    ["after .mailmap is gone", (fixture) => [fixture.git(["rm", "-q", ".mailmap"]), fixture.commit({ b: "1\n" })]],
    [
      "after a merge brought another .mailmap",
      (fixture) => {
        fixture.git(["checkout", "-q", "loose"])
        fixture.commit({ ".mailmap": "Other <other@example.org> <author-1@example.org>\n" })
        fixture.git(["checkout", "-q", "main"])
        fixture.git(["merge", "-q", "--no-ff", "-m", "m", "loose"])
      },
    ],
    ["after the objects were packed", (fixture) => fixture.git(["repack", "-q", "-a", "-d"])],
    [
      "after many new commits",
      (fixture) => {
        let tip = fixture.git(["rev-parse", "HEAD"])
        for (let index = 0; index < 70; index += 1) tip = commitAt(fixture, 1_700_000_001 + index, tip)
        fixture.git(["update-ref", "refs/heads/many", tip])
      },
    ],
  ])("%s", async (_, change) => {
    const { fixture, ctx } = await readOnce()
    const before = written(ctx)
    change(fixture)
    await isFresh(fixture, ctx)
    expect(written(ctx)).not.toBe(before)
    const after = written(ctx)
    await isFresh(fixture, ctx)
    expect(written(ctx)).toBe(after)
  })

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ["cut", (bytes) => bytes.subarray(0, -8)],
    ["empty", () => Buffer.alloc(0)],
    ["changed by a bit of its note", (bytes) => withBit(bytes, 100)],
    ["changed by a bit of the columns that every run reads", (bytes) => withBit(bytes, partsOf(bytes).rows + 8)],
    ["changed by a bit of those that only some ask for", (bytes) => withBit(bytes, partsOf(bytes).bulk + 8)],
    ["changed by a bit at its end", (bytes) => withBit(bytes, bytes.byteLength - 1)],
    ["longer", (bytes) => Buffer.concat([bytes, Buffer.alloc(8)])],
    ["something else", () => Buffer.from("f".repeat(200))],
  ])("where what is kept is %s", async (_, change) => {
    const { fixture, ctx } = await readOnce()
    const path = keptFile(ctx)
    const whole = readFileSync(path)
    writeFileSync(path, change(whole))
    await isFresh(fixture, ctx)
    expect(readFileSync(path).equals(whole)).toBe(true)
  })

  test("with other limits, and a limit that is reached beside what is kept is told", async () => {
    const { fixture, ctx } = await readOnce()
    fixture.commit({ b: "1\n" })
    for (const limits of [{ historyCommitsMax: 5 }, { historyCommitsMax: 6 }, { historyChangesMax: 5 }])
      await isFresh(fixture, { ...ctx, limits: { ...ctx.limits, ...limits } })
  })
})

test("another repository at the same path is told as what it is", async () => {
  const { fixture, ctx } = await readOnce()
  const other = new GitFixture()
  other.commit({ a: "1\n" })
  rmSync(fixture.folder, { recursive: true })
  renameSync(other.folder, fixture.folder)
  await isFresh(fixture, ctx)
})

test("a clone of the same that lacks an object says so, and one that is whole again is told whole", async () => {
  const { fixture, ctx } = await readOnce()
  const path = fixture.loose(fixture.git(["rev-parse", "HEAD~1^{tree}"]))
  const bytes = readFileSync(path)
  const whole = await recorded(fixture.folder, ctx)
  rmSync(path)
  await isFresh(fixture, ctx)
  expect(await recorded(fixture.folder, ctx)).toMatchObject({ limits: [expect.stringMatching(/^parts of the history are absent/)] })
  writeFileSync(path, bytes)
  expect(await recorded(fixture.folder, ctx)).toEqual(whole)
})

test("what is new and cannot be read whole is told as a first run tells it", async () => {
  const { fixture, ctx } = await readOnce()
  fixture.commit({ b: "1\n" })
  fixture.commit({ b: "2\n" })
  rmSync(fixture.loose(fixture.git(["rev-parse", "HEAD~1^{tree}"])))
  await isFresh(fixture, ctx)
})

test("a history with something left out is not kept, nor one that is larger than allowed, nor where nothing can be written", async () => {
  const { fixture, ctx } = await readOnce()
  rmSync(store(ctx), { recursive: true })
  const small = { ...ctx, limits: { ...ctx.limits, keptHistoryBytesMax: 100 } }
  await recorded(fixture.folder, small)
  await recorded(fixture.folder, { ...ctx, limits: { ...ctx.limits, historyCommitsMax: 2 } })
  expect(written(ctx)).toBeUndefined()
  writeFileSync(store(ctx), "in the way\n")
  await isFresh(fixture, ctx)
})

test("a shallow clone that grows, and one that is cut elsewhere", async () => {
  const { fixture } = await readOnce()
  const ctx = fixtureContext()
  const shallow = new GitFixture({ folder: mkdtempSync(join(tmpdir(), "everybyte-shallow-")) })
  const fetch = (depth: string): string =>
    shallow.git(["fetch", "-q", "--no-tags", depth, `file://${fixture.folder}`, "+main:refs/heads/cut"])
  fetch("--depth=2")
  await isFresh(shallow, ctx)
  const before = written(ctx)
  fixture.commit({ b: "1\n" })
  shallow.git(["fetch", "-q", "--no-tags", `file://${fixture.folder}`, "+main:refs/heads/cut"])
  await isFresh(shallow, ctx)
  expect(written(ctx)).toBe(before)
  for (const depth of ["--deepen=1", "--depth=1", "--unshallow"]) {
    fetch(depth)
    await isFresh(shallow, ctx)
  }
})

test("of a bundle nothing is kept, nor where objects are borrowed", async () => {
  const { fixture, ctx } = await readOnce()
  const bundle = join(fixture.folder, "all.bundle")
  fixture.git(["bundle", "create", "-q", bundle, "--all"])
  const other = fixtureContext()
  await recorded(bundle, other)
  expect(written(other)).toBeUndefined()
  renameSync(join(fixture.gitDirectory, "objects"), join(fixture.gitDirectory, "others"))
  mkdirSync(join(fixture.gitDirectory, "objects/info"), { recursive: true })
  writeFileSync(join(fixture.gitDirectory, "objects/info/alternates"), "../others\n")
  await isFresh(fixture, other)
  expect(written(other)).toBeUndefined()
  expect((await listCache(ctx)).map(({ name, kind }) => `${kind} ${name}`)).toEqual(["other histories of traces"])
})

const step = fc.tuple(fc.constantFrom(...stepKinds), fc.nat(1000), fc.integer({ min: 0, max: 2 ** 32 - 1 }))

test("whatever happens to a repository, the next run tells what a first run tells", { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }), async (rounds) => {
      const fixture = new GitFixture()
      fixture.commit({ a: "1\n" })
      const ctx = fixtureContext()
      await isFresh(fixture, ctx)
      for (const round of rounds) {
        for (const one of round) take(fixture, one)
        await isFresh(fixture, ctx)
      }
      rmSync(fixture.folder, { recursive: true })
      rmSync(ctx.cache, { recursive: true })
    }),
    { numRuns: 12 },
  )
})
