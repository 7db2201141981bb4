import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { sha256Of } from "../src/core/digest.ts"
import { type AuditRequest, auditRelease, createContext, type Fault, type Report, reporters } from "../src/index.ts"
import { makeRepository, temporary } from "./fixtures/repository.ts"
import { tarOf } from "./fixtures/tar.ts"

/** `audit --yara`: rules of the user's own over every content of a release, whatever explains it. All samples are made here. */
const inner = gzipSync(tarOf([{ name: "deep/note.txt", content: "far down, the needle\n" }]))
const files = { "a.c": "int a;\n", "tests/inner.tar.gz": inner }
const needle = 'rule needle : hay { meta: description = "a needle" severity = "alarm" strings: $n = "needle" condition: $n }\n'

let here: ReturnType<typeof temporary>
const at = (...names: string[]): string => join(here.path, ...names)
beforeEach(() => {
  here = temporary()
  makeRepository(at("r"), { "a.c": files["a.c"], "tests/inner.tar.gz": { content: inner } })
  const members = Object.entries(files).map(([path, content]) => ({ name: `made-1.0/${path}`, content }))
  writeFileSync(at("made-1.0.tar.gz"), gzipSync(tarOf(members)))
  mkdirSync(at("rules"))
  rules("a.yar", needle)
})
afterEach(() => here[Symbol.dispose]())

const rules = (name: string, text: string): void => writeFileSync(at("rules", name), text)

type Machine = Parameters<typeof createContext>[0]

async function asked(some: Partial<AuditRequest> = {}, machine: Machine = {}) {
  const environment = { PATH: process.env["PATH"], XDG_DATA_HOME: at("data"), XDG_CONFIG_HOME: at("config") }
  const ctx = createContext({ cache: at("cache"), offline: true, environment, day: "2026-01-01", ...machine })
  const request: AuditRequest = {
    target: at("made-1.0.tar.gz"),
    repository: at("r"),
    ref: undefined,
    subdirectory: undefined,
    submodules: new Map(),
    previous: undefined,
    acceptPrevious: false,
    yara: [at("rules")],
    ...some,
  }
  return await auditRelease(request, ctx)
}

async function audited(some?: Partial<AuditRequest>, machine?: Machine): Promise<Report> {
  const found = await asked(some, machine)
  if (!found.ok) throw new Error(JSON.stringify(found.fault))
  return found.value
}

async function refused(some?: Partial<AuditRequest>): Promise<Fault> {
  const found = await asked(some)
  if (found.ok) throw new Error("it was not refused")
  return found.fault
}

const outcomeOf = ({ rules: outcomes }: Report) => outcomes.find(({ rule }) => rule === "yara/match")
const foundIn = ({ findings }: Report) => findings.filter(({ rule }) => rule === "yara/match")

describe("a rule of the user's", () => {
  test("is found in a nested layer of an entry that the commit explains, once, as a review and with its places", async () => {
    const report = await audited()
    const [finding, ...more] = foundIn(report)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: "review", at: { path: "made-1.0/tests/inner.tar.gz" } })
    expect(finding?.message).toBe(
      `the YARA rule needle of ${at("rules/a.yar")} is true of what is decoded of it (decoded!deep/note.txt); tags hay; a needle`,
    )
    expect(finding?.evidence).toContainEqual({
      what: "$n at 14, 6 bytes",
      where: "made-1.0/tests/inner.tar.gz!decoded!deep/note.txt",
      digest: `sha256:${sha256Of(inner)}`,
    })
    expect(report.verdict).toBe("review")
    expect(report.yara).toEqual({
      engine: expect.stringMatching(/^YARA-X \d/),
      files: [{ path: at("rules/a.yar"), sha256: sha256Of(needle) }],
      scanned: 4, // a.c, inner.tar.gz, its tar, its member
      unscanned: { count: 0, first: [] },
    })
    expect(report.tool.trustedBase.map(({ name }) => name)).toContain("yara-x")
    for (const form of ["text", "sarif", "html", "markdown"] as const)
      expect(reporters[form].render(report, { colour: false, columns: 100, command: "everybyte" }), form).toContain("needle")
  })

  test("is an alarm where the policy says so, and only there", async () => {
    writeFileSync(at("p.json"), JSON.stringify({ schema: "everybyte.policy/1", rules: { "yara/match": "alarm" } }))
    expect((await audited({ policy: at("p.json") })).verdict).toBe("alarm")
  })

  test("that is true of nothing is absent, and the release is what it is without", async () => {
    rules("a.yar", needle.replaceAll("needle", "nothing of the kind").replace("rule nothing of the kind", "rule other"))
    const report = await audited()
    expect([report.verdict, foundIn(report), outcomeOf(report)?.outcome]).toEqual(["accounted", [], "absent"])
  })

  test("is not asked about where nobody names one", async () => {
    const report = await audited({ yara: undefined })
    expect([report.yara, outcomeOf(report)]).toEqual([undefined, undefined])
  })

  test("two rules over the same bytes are two items, and a private one is none", async () => {
    rules(
      "b.yara",
      'private rule hidden { strings: $n = "needle" condition: $n }\nrule again { strings: $n = "needle" condition: $n and hidden }\n',
    )
    const open = (await audited()).audit?.open.filter(({ kind }) => kind === "finding") ?? []
    expect(open).toHaveLength(2)
    expect(new Set(open.map(({ what }) => what)).size).toBe(2)
  })
})

describe("rules that are refused", () => {
  test.each([
    ["do not compile", "rule bad {\n  condition: zz\n}\n", /c\.yar:2:14: error\[E\d+\]: unknown identifier `zz`/],
    ["are no text", "\udcff", /c\.yar/],
    ["include others", 'include "a.yar"\n', /c\.yar:1: include is not supported/],
    ["ask for the time", 'import "time"\nrule t { condition: time.now() > 1 }\n', /c\.yar:1: the module time is not supported/],
    ["are nested too deeply for the engine", `rule d { condition: ${"(".repeat(100_000)}true${")".repeat(100_000)} }\n`, /c\.yar/],
  ])("%s: wrong usage, with file and reason", async (what, text, why) => {
    if (what === "are no text") writeFileSync(at("rules", "c.yar"), Buffer.from([0xff, 0xfe]))
    else rules("c.yar", text)
    expect(await refused()).toMatchObject({ kind: "usage", why: expect.stringMatching(why) })
  })

  test.each([
    ["the repository", () => at("r")],
    ["a folder that is audited", () => at("t")],
  ])("lie in %s", async (_, place) => {
    mkdirSync(at("t"), { recursive: true })
    writeFileSync(join(place(), "own.yar"), needle)
    const target = place() === at("t") ? { target: at("t") } : {}
    expect(await refused({ ...target, yara: [join(place(), "own.yar")] })).toMatchObject({
      kind: "usage",
      why: expect.stringMatching(/own\.yar is part of .*, which is audited/),
    })
  })

  test("a folder without any, and a path to nothing", async () => {
    mkdirSync(at("empty"))
    expect(await refused({ yara: [at("empty")] })).toMatchObject({ kind: "usage" })
    expect(await refused({ yara: [at("nowhere")] })).toMatchObject({ kind: "unavailable" })
  })
})

describe("what is not scanned", () => {
  test("for its size is not assessed, and the verdict says so", async () => {
    const report = await audited({}, { limits: { yaraBytesMax: 30 } })
    expect(report.yara?.unscanned.first).toEqual([{ path: "made-1.0/tests/inner.tar.gz", why: expect.stringContaining("yaraBytesMax=30") }])
    expect([report.verdict, outcomeOf(report)?.outcome]).toEqual(["undetermined", "not-assessed"])
  })

  test("as a rule would take for ever on it is not assessed, and the run ends", async () => {
    rules("a.yar", "rule slow { condition: for any i in (0..1000000000000): (uint8(i % 7) == 300) }\n")
    const report = await audited({}, { limits: { yaraSecondsMax: 1 } })
    expect(report.yara?.unscanned.first[0]?.why).toContain("yaraSecondsMax=1")
    expect([report.verdict, outcomeOf(report)?.outcome]).toEqual(["undetermined", "not-assessed"])
  })

  test("as a regular expression is heavy on it is not assessed, and the run ends", async () => {
    mkdirSync(at("t"))
    writeFileSync(at("t", "a.txt"), "a".repeat(4_000_000))
    rules("a.yar", "rule heavy { strings: $a = /(a|aa)+[^q]{1,1000}b.{0,2000}c[^x]{1,2000}z/s condition: $a }\n")
    const report = await audited({ target: at("t"), repository: undefined }, { limits: { yaraSecondsMax: 1 } })
    expect(report.yara?.unscanned).toEqual({ count: 1, first: [{ path: "a.txt", why: expect.stringContaining("yaraSecondsMax=1") }] })
  })

  test("after a slow one is scanned again: the engine is started anew", async () => {
    rules("a.yar", 'rule slow { strings: $a = "int a" condition: $a and for any i in (0..1000000000000): (uint8(i % 7) == 300) }\n')
    rules("b.yar", needle)
    const report = await audited({}, { limits: { yaraSecondsMax: 1 } })
    expect([foundIn(report).length, report.yara?.unscanned.count]).toEqual([1, 1])
  })

  test("beyond the matches that are listed of one rule is told", async () => {
    rules("a.yar", "rule any_content { condition: filesize > 0 }\n")
    const report = await audited({}, { limits: { yaraMatchesMax: 1 } })
    expect([foundIn(report).length, report.yara?.unscanned.count]).toEqual([1, 3])
  })
})

test("a second audit reads the kept report, and not with other rules", async () => {
  writeFileSync(at("main.js"), "the program\n")
  const machine = { program: at("main.js") }
  await audited({}, machine)
  const [name = ""] = readdirSync(at("cache", "reports"))
  const body = readFileSync(at("cache", "reports", name), "utf8")
    .slice(65)
    .replaceAll("a needle", "read, not made again")
  writeFileSync(at("cache", "reports", name), `${sha256Of(body)}\n${body}`)
  expect(foundIn(await audited({}, machine))[0]?.message).toContain("read, not made again")
  rules("a.yar", needle.replace("rule needle", "rule renamed"))
  expect(foundIn(await audited({}, machine))[0]?.message).toContain("renamed")
  expect((await audited({ yara: undefined }, machine)).yara).toBeUndefined()
})

test("the command line: 1 for a match, 2 for rules that do not compile", () => {
  const run = (...words: string[]) =>
    spawnSync(
      process.execPath,
      [join(import.meta.dirname, "../src/cli/main.ts"), "audit", "made-1.0.tar.gz", "--repository", "r", ...words],
      {
        cwd: here.path,
        encoding: "utf8",
        env: { ...process.env, XDG_CACHE_HOME: at("cache"), XDG_DATA_HOME: at("data"), EVERYBYTE_COMMAND: "" },
      },
    )
  const found = run("--yara", "rules")
  expect([found.status, found.stdout]).toEqual([1, expect.stringContaining("tests/inner.tar.gz  the YARA rule needle of rules/a.yar")])
  writeFileSync(at("bad.yar"), "rule bad { condition: zz }\n")
  const bad = run("--yara", "rules", "--yara", "bad.yar")
  expect([bad.status, bad.stderr]).toEqual([2, expect.stringContaining("bad.yar:1:23: error[E009]: unknown identifier `zz`")])
})
