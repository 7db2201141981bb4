import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import fc from "fast-check"
import { afterAll, beforeAll, expect, it } from "vitest"
import { sha256Of } from "../core/digest.ts"
import { explainFault, orThrow } from "../core/fault.ts"
import { limitsDefault } from "../core/limits.ts"
import { linesOf } from "../core/text.ts"
import { createContext } from "./create-context.ts"
import { Catalogue } from "./origin-catalogue.ts"
import { openOrigins, ownOrigins } from "./origin-index.ts"
import { applicationId, formatVersion } from "./origin-layout.ts"
import { writeOrigins } from "./origin-write.ts"

let folder = ""
let shipped = ""
const contextIn = (home: string) => createContext({ environment: { XDG_DATA_HOME: join(folder, home) }, cache: join(folder, "cache") })

const textOf = (name: string, serial: number, extra = ""): string =>
  `# ${name} serial ${serial}\n${Array.from({ length: 40 }, (_, line) => `AC_DEFUN([${name}_${line}])\n`).join("")}${extra}`

interface Told {
  readonly path: string
  readonly text: string
  readonly version?: string
  readonly day?: number
  readonly origin?: string
}

function add(catalogue: Catalogue, { path, text, version = "1.0", day = 10_000, origin = "lib" }: Told): string {
  const bytes = Buffer.from(text)
  const sha256 = sha256Of(bytes)
  catalogue.add(sha256, { origin, path, version, day }, linesOf(bytes))
  return sha256
}

function catalogueOf(told: readonly Told[], trust: "upstream" | "known" = "upstream"): Catalogue {
  const catalogue = new Catalogue(limitsDefault)
  for (const one of told) add(catalogue, one)
  for (const origin of new Set(told.map((one) => one.origin ?? "lib")))
    catalogue.origins.set(origin, { name: origin, trust, sources: [{ location: "a", id: "b" }], projects: [origin], gaps: ["a gap"] })
  return catalogue
}

const told: readonly Told[] = [
  { path: "m4/foo.m4", text: textOf("foo", 1), day: 100, version: "0.1" },
  { path: "m4/foo.m4", text: textOf("foo", 2, "AC_SUBST([x])\n"), day: 200, version: "0.2" },
  { path: "m4/foo.m4", text: textOf("foo", 3, "AC_SUBST([x])\nAC_SUBST([y])\n"), day: 300, version: "0.3" },
  { path: "m4/bar.m4", text: textOf("bar", 7), day: 100 },
  { path: "old/bar.m4", text: textOf("bar", 7), day: 50, origin: "other" },
]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "everybyte-origins-"))
  shipped = join(folder, "shipped.sqlite")
  await writeOrigins(catalogueOf(told), shipped)
})
afterAll(() => rm(folder, { recursive: true }))

const opened = async (home = "nobody", path = shipped) => orThrow(await openOrigins(contextIn(home), path))

it("knows every publication of a content, the earliest first", async () => {
  const index = await opened()
  const sha256 = sha256Of(textOf("bar", 7))
  expect(index.publicationsOf(sha256)).toEqual([
    { origin: "other", path: "old/bar.m4", version: "1.0", date: "1970-02-20", sha256 },
    { origin: "lib", path: "m4/bar.m4", version: "1.0", date: "1970-04-11", sha256 },
  ])
  expect(index.publicationsOf(sha256Of("unknown"))).toEqual([])
  expect(index.publicationsOf("no digest")).toEqual([])
  expect(index.origins.map(({ name, files, gaps }) => ({ name, files, gaps }))).toEqual([
    { name: "lib", files: 4, gaps: ["a gap"] },
    { name: "other", files: 1, gaps: ["a gap"] },
  ])
  index.close()
})

it("names the base of an edited text, whatever its name and its serial say, and which lines the base lacks", async () => {
  const index = await opened()
  const base = linesOf(Buffer.from(textOf("foo", 2, "AC_SUBST([x])\n")))
  fc.assert(
    fc.property(fc.nat(base.length - 1), fc.constantFrom("foo.m4", "renamed.m4"), fc.boolean(), (at, name, replaced) => {
      const lines = [...base.slice(0, at), "eval $payload\n", ...base.slice(replaced ? at + 1 : at)]
      const [nearest] = index.nearest({ name, lines, among: "renamed" }, 1)
      // With its one telling line replaced, it stands as near to its neighbours.
      if (!replaced) expect(nearest?.publication.version).toBe("0.2")
      expect(nearest?.publication.path).toBe("m4/foo.m4")
      expect([...(nearest?.query ?? [])].filter((number) => number < 0)).toHaveLength(1)
      expect(nearest?.query[at]).toBe(-1)
      const known = [...(nearest?.query ?? [])].filter((number) => number >= 0)
      expect(known.filter((number) => nearest?.lines.includes(number)).length).toBeGreaterThan(38)
    }),
  )
  expect(index.nearest({ name: "foo.m4", lines: base, among: "renamed" }, 3).map(({ publication }) => publication.version)).toEqual([
    "0.2",
    "0.3",
    "0.1",
  ])
  expect(index.nearest({ name: "new.m4", lines: ["something\n", "else\n"], among: "renamed" }, 3)).toEqual([])
  expect(index.nearest({ name: "foo.m4", lines: [], among: "renamed" }, 3)).toEqual([])
  index.close()
})

it("knows what each origin's editions claim to be", async () => {
  const index = await opened()
  expect(index.claimsOf("foo.m4")).toEqual(new Map([["lib", new Set(["serial 1", "serial 2", "serial 3"])]]))
  expect(index.claimsOf("bar.m4")).toEqual(
    new Map([
      ["lib", new Set(["serial 7"])],
      ["other", new Set(["serial 7"])],
    ]),
  )
  expect(index.claimsOf("none.m4").size).toBe(0)
  index.close()
})

it("gives the same bytes, in whatever order it was learned", async () => {
  const other = join(folder, "again.sqlite")
  await writeOrigins(catalogueOf(told.toReversed()), other)
  expect(await readFile(other)).toEqual(await readFile(shipped))
})

it("joins the user's index to the shipped one", async () => {
  const ctx = contextIn("joined")
  const mine: Told = { path: "m4/foo.m4", text: textOf("foo", 9, "AC_SUBST([mine])\n"), origin: "mine" }
  await writeOrigins(
    catalogueOf(
      [mine, told[3] ?? mine].map((one) => ({ ...one, origin: "mine" })),
      "known",
    ),
    ownOrigins(ctx.environment),
  )
  const index = orThrow(await openOrigins(ctx, shipped))
  expect(index.origins.map(({ name, trust }) => `${name} ${trust}`)).toEqual(["lib upstream", "other upstream", "mine known"])
  expect(index.publicationsOf(sha256Of(textOf("bar", 7))).map(({ origin }) => origin)).toEqual(["other", "lib", "mine"])
  const lines = linesOf(Buffer.from(mine.text))
  expect(index.nearest({ name: "foo.m4", lines, among: "renamed" }, 2).map(({ publication }) => publication.origin)).toEqual([
    "mine",
    "lib",
  ])
  expect(index.claimsOf("foo.m4").get("mine")).toEqual(new Set(["serial 9"]))
  index.close()
})

/** An index of the user's with these bytes; its digest is right, as a mistake would make it, or that of the whole file. */
async function withOwn(name: string, bytes: Uint8Array, digest = sha256Of(bytes)) {
  const ctx = contextIn(name)
  const path = ownOrigins(ctx.environment)
  await mkdir(join(path, ".."), { recursive: true })
  await writeFile(path, bytes)
  await writeFile(`${path}.sha256`, `${digest}\n`)
  return openOrigins(ctx, shipped)
}

/** Whatever an index with a right digest holds, it ends in answers or faults. */
function looksUp(index: ReturnType<typeof orThrow<Awaited<ReturnType<typeof opened>>>>): void {
  for (const ask of [
    () => index.publicationsOf(sha256Of(textOf("foo", 1))),
    () => index.nearest({ name: "foo.m4", lines: linesOf(Buffer.from(textOf("foo", 1))), among: "renamed" }, 3),
    () => index.claimsOf("foo.m4"),
  ]) {
    try {
      ask()
    } catch (error) {
      expect(error).toHaveProperty("fault")
    }
  }
}

it("refuses an index cut at any page, or changed anywhere", async () => {
  const whole = await readFile(shipped)
  const digest = sha256Of(whole)
  for (let size = 0; size < whole.byteLength; size += 4096) {
    const answer = await withOwn("cut", whole.subarray(0, size), digest)
    expect(answer.ok).toBe(false)
    if (!answer.ok) expect(explainFault(answer.fault)).toMatch(/not an index of known origins|damaged/)
  }
  for (let at = 7; at < whole.byteLength; at += 997) {
    const flipped = Buffer.from(whole)
    flipped[at] = (flipped[at] ?? 0) ^ 0x10
    expect((await withOwn("flipped", flipped, digest)).ok).toBe(false)
  }
})

it("ends in answers or faults though the digest of a damaged index is right", async () => {
  const whole = await readFile(shipped)
  for (let size = 4096; size < whole.byteLength; size += 4096) {
    const answer = await withOwn("cut-right", whole.subarray(0, size))
    if (!answer.ok) continue
    looksUp(answer.value)
    answer.value.close()
  }
  for (let at = 100; at < whole.byteLength; at += 331) {
    const flipped = Buffer.from(whole)
    flipped[at] = (flipped[at] ?? 0) ^ 0x11
    const answer = await withOwn("flipped-right", flipped)
    if (!answer.ok) continue
    looksUp(answer.value)
    answer.value.close()
  }
})

it("refuses what is no index, another version, a foreign schema, a folder, and the lack of the shipped one", async () => {
  const why = async (answer: Awaited<ReturnType<typeof openOrigins>>): Promise<string> => {
    expect(answer.ok).toBe(false)
    return answer.ok ? "" : explainFault(answer.fault)
  }
  expect(await why(await withOwn("text", Buffer.from("no database at all, though it is long enough to be one".repeat(9))))).toContain(
    "not an index",
  )
  expect(await why(await withOwn("empty", new Uint8Array(0)))).toContain("not an index")
  const older = Buffer.from(await readFile(shipped))
  older.writeUInt32BE(0, 60)
  expect(await why(await withOwn("older", older))).toContain(`it is of format 0, and this program reads format ${formatVersion}`)
  const foreign = join(folder, "foreign.sqlite")
  const database = new DatabaseSync(foreign)
  database.exec(`PRAGMA user_version=${formatVersion}; PRAGMA application_id=${applicationId}; CREATE TABLE other(x)`)
  database.close()
  expect(await why(await withOwn("foreign", await readFile(foreign)))).toContain("expected an index of known origins")
  const ctx = contextIn("folder")
  await mkdir(ownOrigins(ctx.environment), { recursive: true })
  expect(await why(await openOrigins(ctx, shipped))).toContain("not a file")
  expect(await why(await openOrigins(contextIn("nobody"), join(folder, "absent.sqlite")))).toContain("is missing")
  expect(existsSync(join(folder, "absent.sqlite"))).toBe(false)
})
