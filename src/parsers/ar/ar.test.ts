import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { cut, faultOf, faultOrValue, kinds, mutant, shape, type Walked, walked } from "../test-kit.ts"
import { ar } from "./index.ts"

interface Member {
  readonly name?: string
  readonly content?: string | Uint8Array
  readonly mtime?: string
  readonly mode?: string
  readonly owner?: string
  readonly size?: string
  readonly end?: string
  readonly padding?: string
}

function member(given: Member = {}): Buffer {
  const { name = "a", content = "hello", mtime = "1000", mode = "100644", owner = "0", end = "`\n", padding = "\n" } = given
  const body = Buffer.from(content)
  const size = given.size ?? String(body.byteLength)
  const head = `${name.padEnd(16)}${mtime.padEnd(12)}${owner.padEnd(6)}${owner.padEnd(6)}${mode.padEnd(8)}${size.padEnd(10)}${end}`
  return Buffer.concat([Buffer.from(head, "latin1"), body, Buffer.from(body.byteLength % 2 === 0 ? "" : padding)])
}
const archive = (...members: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from("!<arch>\n"), ...members])
const walk = (bytes: Uint8Array, limits = {}): Promise<Walked> => walked(ar, [bytes], limits)
const names = (told: Walked) => told.entries.map(({ path }) => path)

test("members as dpkg-deb writes them: plain names, padding, every byte claimed", async () => {
  const told = await walk(archive(member({ name: "debian-binary.", content: "2.0\n" }), member({ name: "control.tar.xz", content: "odd" })))
  expect(names(told)).toEqual(["debian-binary.", "control.tar.xz"])
  expect(told.entries[1]).toMatchObject({ type: "file", mode: 0o644, size: 3, extents: [{ at: 132, start: 0, size: 3 }] })
  expect(shape(told)).toEqual(["header 0-8", "header 8-68", "content 68-72", "header 72-132", "content 132-135", "padding 135-136"])
  expect(told.anomalies).toEqual([])
})

test("a last member without its padding, which libarchive refuses, is told", async () => {
  const told = await walk(archive(member({ padding: "" })))
  expect([shape(told), kinds(told)]).toEqual([["header 0-8", "header 8-68", "content 68-73"], ["ar-padding"]])
  expect(kinds(await walk(archive(member({ content: "even", padding: "" }))))).toEqual([])
})

test("an empty archive", async () => {
  expect(shape(await walk(archive()))).toEqual(["header 0-8"])
})

test("names: System V, GNU's table, BSD", async () => {
  const table = member({ name: "//", content: "a-name-of-many-letters.o/\nanother-long-name.o/\n", mtime: "", mode: "", owner: "" })
  const bsd = member({ name: "#1/8", content: "b c.o\0\0\0body" })
  const told = await walk(archive(table, member({ name: "/0" }), member({ name: "/26" }), member({ name: "short.o/" }), bsd))
  expect(names(told)).toEqual(["a-name-of-many-letters.o", "another-long-name.o", "short.o", "b c.o"])
  expect(told.entries.at(-1)?.bytes.toString()).toBe("body")
  expect(told.anomalies).toEqual([])
})

test("a table of symbols was passed as framing, though nobody compares it with the members", async () => {
  const told = await walk(archive(member({ name: "/", content: "\0\0\0\0" }), member()))
  expect([names(told), shape(told)[2]]).toEqual([["a"], "unexplained 68-72"])
})

test("text in fields, names that no member has, names out of the archive and odd padding are told", async () => {
  const told = await walk(archive(member({ mtime: "hi there", owner: "x y" })))
  expect(kinds(told)).toEqual(["ar-field", "ar-field", "ar-field"])
  expect(shape(told).slice(1, 5)).toEqual(["header 8-24", "unexplained 24-36", "unexplained 36-42", "unexplained 42-48"])
  const unused = await walk(archive(member({ name: "//", content: "used/\nhidden text/\n" }), member({ name: "/0" })))
  expect(unused.anomalies.map(({ kind, offset, severity }) => [kind, offset, severity])).toEqual([["unused-name", 74, "review"]])
  expect(kinds(await walk(archive(member({ name: "../a" }))))).toEqual(["dangerous-name"])
  expect(shape(await walk(archive(member({ padding: "x" })))).at(-1)).toBe("unexplained 73-74")
})

describe("faults", () => {
  test.each<[string, Buffer]>([
    ["the magic", Buffer.from("!<arch>x")],
    ["the magic", Buffer.alloc(0)],
    ["whole member header", archive(member().subarray(0, 59))],
    ["the end of a member header", archive(member({ end: "xx" }))],
    ["a size", archive(member({ size: "-1" }))],
    ["a size", archive(member({ size: "" }))],
    ["4 more bytes of content", archive(member({ content: "h", size: "5", padding: "" }))],
    ["an offset", archive(member({ name: "/7" }))],
    ["an offset", archive(member({ name: "//", content: "name/\n" }), member({ name: "/1" }))],
    ["one table of names", archive(member({ name: "//", content: "name" }))],
    ["one table of names", archive(member({ name: "//", content: "a/\n\n" }), member({ name: "//", content: "b/\n\n" }))],
    ["whole table", archive(member({ name: "//", content: "a/", size: "9", padding: "" }))],
    ["a name that fits", archive(member({ name: "#1/9" }))],
    ["a whole name", archive(member({ name: "#1/9", size: "20" }))],
  ])("%s", async (expected, bytes) => {
    expect(await faultOf(walk(bytes))).toMatch(new RegExp(`^malformed at \\d+: .*${expected}`))
  })

  test("limits", async () => {
    expect(await faultOf(walk(archive(member(), member()), { entriesMax: 1 }))).toBe("entriesMax")
    expect(await faultOf(walk(archive(member({ name: "//", content: "a/\n\n" })), { extendedHeaderBytesMax: 3 }))).toBe(
      "extendedHeaderBytesMax",
    )
    expect(await faultOf(walk(archive(member({ name: "#1/5" })), { nameBytesMax: 4 }))).toBe("nameBytesMax")
  })
})

const rich = archive(
  member({ name: "/", content: "symbols!" }),
  member({ name: "//", content: "a-name-of-many-letters.o/\nanother-long-name.o/\n" }),
  ...["/0", "/26", "x/", "#1/3", "plain"].map((name) => member({ name, content: `content of ${name}` })),
)

test.each(["120644", "40755", "1006440"])(
  "a mode of something else than a file, %s, was dropped: libarchive makes something else of it",
  async (mode) => {
    expect(kinds(await walk(archive(member({ mode }))))).toEqual(["two-types"])
  },
)

test.each(["100644", "644", ""])("the mode %j is a file's", async (mode) =>
  expect(kinds(await walk(archive(member({ mode }))))).toEqual([]),
)

test("the same input whole, in random cuts and byte by byte tells the same", async () => {
  const whole = await walk(rich)
  expect(whole.entries).toHaveLength(5)
  expect(await walked(ar, cut(rich, 1, 1))).toEqual(whole)
  for (let seed = 0; seed < 40; seed += 1) expect(await walked(ar, cut(rich, seed, 60))).toEqual(whole)
})

test("mutants end in a fault or in claims that tile", async () => {
  let sound = 0
  for (let seed = 0; seed < 2000; seed += 1) if ((await faultOrValue(walk(mutant(rich, seed)))) !== undefined) sound += 1
  expect(sound).toBeGreaterThan(50)
  expect(sound).toBeLessThan(2000)
})

const hasAr = (() => {
  try {
    return execFileSync("ar", ["--version"], { encoding: "utf8" }).includes("GNU ar")
  } catch {
    return false
  }
})()
const folder = mkdtempSync(join(tmpdir(), "everybyte-ar-"))
afterAll(() => rmSync(folder, { recursive: true }))

test.skipIf(!hasAr)("GNU ar writes, with names of any length; we read the same, byte by byte explained", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]([a-z.]{0,40}[a-z])?$/), fc.uint8Array({ maxLength: 300 })), {
        minLength: 1,
        maxLength: 6,
        selector: ([name]) => name,
      }),
      async (files) => {
        for (const [name, content] of files) writeFileSync(join(folder, name), content)
        rmSync(join(folder, "OUT.a"), { force: true })
        execFileSync("ar", ["qcSD", "OUT.a", ...files.map(([name]) => name)], { cwd: folder })
        const told = await walk(readFileSync(join(folder, "OUT.a")))
        expect(told.entries.map(({ path, bytes }) => [path, [...bytes]])).toEqual(files.map(([name, content]) => [name, [...content]]))
        expect([told.anomalies, told.claims.filter(({ role }) => role === "unexplained")]).toEqual([[], []])
      },
    ),
    { numRuns: 30 },
  )
})
