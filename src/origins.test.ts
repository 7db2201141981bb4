import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeEach, expect, it } from "vitest"
import { explainFault, orThrow, type Result } from "./core/fault.ts"
import { createContext } from "./io/create-context.ts"
import { GitFixture } from "./io/git-fixture.ts"
import { ownOrigins, shippedOrigins } from "./io/origin-index.ts"
import { addOrigin, exportOrigins, importOrigins, listOrigins, lookupOrigin, updateOrigins } from "./origins.ts"

let folder = mkdtempSync(join(tmpdir(), "everybyte-own-"))
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  rmSync(folder, { recursive: true })
  folder = mkdtempSync(join(tmpdir(), "everybyte-own-"))
})

const contextOf = (home = "home") =>
  createContext({
    environment: { PATH: process.env["PATH"], XDG_DATA_HOME: join(folder, home) },
    cache: join(folder, "cache"),
    offline: true,
  })
const faultOf = <T>(result: Result<T>): string => (result.ok ? "no fault" : explainFault(result.fault))

function put(path: string, text: string): string {
  const full = join(folder, path)
  mkdirSync(join(full, ".."), { recursive: true })
  writeFileSync(full, text)
  return full
}

const macro = (serial: number): string => `# ours.m4 serial ${serial}\n${Array.from({ length: 30 }, (_, at) => `OURS_${at}\n`).join("")}`

it("has a shipped index whose origins explain, with their gaps named", async () => {
  const origins = orThrow(await listOrigins(contextOf()))
  expect(origins.map(({ name }) => name)).toEqual([
    "autoconf",
    "autoconf-archive",
    "automake",
    "gettext",
    "gnulib",
    "libtool",
    "pkg-config",
    "pkgconf",
  ])
  for (const { trust, files, sources, projects, name } of origins)
    expect([trust, files > 0, sources.length > 0, projects.includes(name)]).toEqual(["upstream", true, true, true])
  expect(origins.flatMap(({ gaps }) => gaps).length).toBeGreaterThan(5)
  expect(readFileSync(shippedOrigins).byteLength).toBeLessThan(20 * 2 ** 20)
})

it("adds a repository with all its history, known and not trusted, and looks up in it", async () => {
  const ctx = contextOf()
  const repository = new GitFixture()
  repository.commit({ "m4/ours.m4": macro(1) })
  repository.commit({ "m4/ours.m4": macro(2) })
  const { name, contents } = orThrow(await addOrigin(repository.folder, ctx))
  expect([name, contents]).toEqual([repository.folder, 2])
  expect(orThrow(await listOrigins(ctx)).at(-1)).toMatchObject({ name, trust: "known", files: 2, projects: [] })
  const exact = orThrow(await lookupOrigin(put("ours.m4", macro(1)), ctx))
  expect(exact.publications).toMatchObject([{ origin: name, path: "m4/ours.m4", date: "2023-11-14" }])
  const changed = orThrow(await lookupOrigin(put("theirs.m4", `${macro(3)}eval "$x"\n`), ctx))
  expect(changed.publications).toEqual([])
  expect(changed.nearest).toMatchObject({ lines: 32, removed: 1, added: [{ start: 1 }, { start: 32, lines: ['eval "$x"\n'] }] })
  expect(changed.claim).toEqual({ stated: "serial 3", publishedBy: [] })
  expect(orThrow(await lookupOrigin(put("ours.m4", `${macro(2)}\n`), ctx)).claim).toEqual({ stated: "serial 2", publishedBy: [name] })
})

it("reads again what was added, and keeps what it knew of what is gone", async () => {
  const ctx = contextOf()
  put("release/m4/ours.m4", macro(1))
  const gone = new GitFixture()
  gone.commit({ "a.m4": "gone\n" })
  orThrow(await addOrigin(join(folder, "release"), ctx))
  orThrow(await addOrigin(gone.folder, ctx))
  put("release/m4/ours.m4", macro(2))
  rmSync(gone.folder, { recursive: true })
  const updated = orThrow(await updateOrigins(ctx))
  expect(new Map(updated.map(({ name, fault }) => [name, fault === undefined]))).toEqual(
    new Map([
      [join(folder, "release"), true],
      [gone.folder, false],
    ]),
  )
  expect(orThrow(await lookupOrigin(put("one", macro(1)), ctx)).publications).toEqual([])
  expect(orThrow(await lookupOrigin(put("two", macro(2)), ctx)).publications).toHaveLength(1)
  expect(orThrow(await lookupOrigin(put("three", "gone\n"), ctx)).publications).toHaveLength(1)
})

it("gives to others by export and import, and the same text again", async () => {
  put("release/m4/ours.m4", macro(1))
  put("release/data.bin", "\0\u0001")
  orThrow(await addOrigin(join(folder, "release"), contextOf()))
  const text = [...orThrow(await exportOrigins(contextOf()))].join("")
  expect(text).not.toContain("OURS")
  const other = contextOf("other")
  expect(orThrow(await importOrigins(put("theirs.ndjson", text), other))).toEqual([join(folder, "release")])
  expect([...orThrow(await exportOrigins(other))].join("")).toBe(text)
  expect(orThrow(await listOrigins(other)).at(-1)).toMatchObject({
    trust: "known",
    sources: [{ location: `import:${join(folder, "theirs.ndjson")}` }],
  })
  expect(orThrow(await lookupOrigin(put("ours.m4", `${macro(1)}x\n`), other)).nearest?.added).toEqual([{ start: 32, lines: ["x\n"] }])
  expect(orThrow(await updateOrigins(other))).toEqual([])
  expect(faultOf(await importOrigins(join(folder, "theirs.ndjson"), contextOf()))).toContain("known already, read by yourself")
})

const header = '{"schema":"everybyte.origins/1","origins":["/a"]}\n'
const at = '"in":[{"origin":"/a","path":"p","version":"1","date":"2020-01-01"}]'
const digest = "ab".repeat(32)

it.each([
  ["nothing", ""],
  ["another file", "hello\n"],
  ["another version", header.replace("/1", "/2")],
  ["the name of an origin that explains", header.replace("/a", "gettext")],
  ["a broken record", `${header}{"lines":`],
  ["a short hash", `${header}{"lines":["00"]}\n`],
  ["a line that was not told", `${header}{"sha256":"${digest}","text":[0],${at}}\n`],
  ["an origin that was not told", `${header}{"sha256":"${digest}",${at.replace("/a", "/b")}}\n`],
  ["no day", `${header}{"sha256":"${digest}",${at.replace("2020-01-01", "2020-13-41")}}\n`],
  ["a content twice", `${header}${`{"sha256":"${digest}",${at}}\n`.repeat(2)}`],
  ["an unknown field", `${header}{"sha256":"${digest}",${at},"trust":"upstream"}\n`],
  ["a record without an end", header + "x".repeat(17 * 2 ** 20)],
])("refuses to import %s, and writes nothing", async (_, text) => {
  expect(faultOf(await importOrigins(put("bad.ndjson", text), contextOf()))).toMatch(/expected/)
  expect(existsSync(ownOrigins(contextOf().environment))).toBe(false)
})

it("knows a 50 MB macro and a million short lines by their digests, and hostile names as they are", async () => {
  const ctx = contextOf()
  const large = "AC_DEFUN([x])\n".repeat(50 * 2 ** 16)
  const short = "x\n".repeat(1_000_000)
  const names = ["__proto__", "constructor", "a\u001b[2Jb", "-o", "x y"]
  for (const [index, name] of names.entries()) put(`hostile/m4/${name}`, `text ${index}\n`)
  put("hostile/large.m4", large)
  put("hostile/short.m4", short)
  orThrow(await addOrigin(join(folder, "hostile"), ctx))
  for (const [index, name] of names.entries())
    expect(orThrow(await lookupOrigin(put("x", `text ${index}\n`), ctx)).publications).toMatchObject([{ path: `m4/${name}` }])
  for (const text of [large, short]) {
    expect(orThrow(await lookupOrigin(put("x", text), ctx)).publications).toHaveLength(1)
    expect(orThrow(await lookupOrigin(put("x", `${text}x`), ctx)).nearest).toBeUndefined()
  }
})

it("says why nothing was found", async () => {
  const ctx = contextOf()
  expect(orThrow(await lookupOrigin(put("x", "\0"), ctx)).why).toBe("it is not text")
  expect(orThrow(await lookupOrigin(put("x", "zzz yyy xxx\n"), ctx)).why).toContain("no published text")
  const small = { ...ctx, limits: { ...ctx.limits, textBytesMax: 3 } }
  expect(orThrow(await lookupOrigin(put("x", "zzz yyy xxx\n"), small)).why).toContain("textBytesMax")
  expect(faultOf(await lookupOrigin(join(folder, "absent"), ctx))).toContain("no such file")
  expect(faultOf(await addOrigin(join(folder, "absent"), ctx))).toContain("no such file")
})
