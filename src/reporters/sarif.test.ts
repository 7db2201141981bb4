import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { gzipSync } from "node:zlib"
import { Ajv } from "ajv"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { z } from "zod"
import { entryOf, wholeReport } from "../../test/fixtures/whole-report.ts"
import { sha256Of } from "../core/digest.ts"
import type { Report, ReportEntry } from "../model/report.ts"
import { sarif } from "./sarif.ts"

/** The schema of the standard is of draft 4; what it uses of that means the same in draft 7, but for the name of its own id. */
const {
  id: _,
  $schema: __,
  ...schema
} = z
  .looseObject({ id: z.string(), $schema: z.string() })
  .parse(
    JSON.parse(readFileSync(createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8")),
  )
const valid = new Ajv({
  strict: false,
  unicodeRegExp: false,
  formats: { uri: isUri, "uri-reference": isReference, "date-time": true },
}).compile(schema)

function isReference(text: string): boolean {
  return /^(?:[\w.~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/.test(text) && URL.canParse(text, "http://base.example/")
}
function isUri(text: string): boolean {
  return URL.canParse(text)
}

const Result = z.looseObject({
  ruleId: z.string(),
  ruleIndex: z.int().optional(),
  level: z.string(),
  message: z.object({ text: z.string() }),
  locations: z.array(z.looseObject({ physicalLocation: z.looseObject({ artifactLocation: z.looseObject({ uri: z.string() }) }) })),
  relatedLocations: z.array(z.unknown()).optional(),
  partialFingerprints: z.record(z.string(), z.string()),
})
const Log = z.object({
  runs: z.tuple([
    z.looseObject({
      tool: z.object({ driver: z.looseObject({ rules: z.array(z.looseObject({ id: z.string() })) }) }),
      automationDetails: z.object({ id: z.string() }),
      invocations: z.tuple([
        z.looseObject({
          toolExecutionNotifications: z.array(z.object({ level: z.string(), message: z.object({ text: z.string() }) })),
        }),
      ]),
      artifacts: z.array(z.looseObject({ location: z.looseObject({ uri: z.string() }), hashes: z.record(z.string(), z.string()) })),
      results: z.array(Result),
    }),
  ]),
})

function runOf(report: Report): z.infer<typeof Log>["runs"][0] {
  const log: unknown = JSON.parse(sarif.render(report))
  expect(valid(log), JSON.stringify(valid.errors?.slice(0, 3))).toBe(true)
  return Log.parse(log).runs[0]
}

const { audit: _audit, yara: _yara, ...explained } = wholeReport
const withEntries = (...entries: readonly ReportEntry[]): Report => ({
  ...explained,
  anomalies: [],
  findings: [],
  ledger: { ...explained.ledger, entries, framing: [] },
})
const messages = (report: Report): readonly string[] => runOf(report).results.map(({ message }) => message.text)

test("the schema that judges here refuses what is no SARIF", () => {
  expect(valid({ version: "2.1.0", runs: [{ tool: {} }] })).toBe(false)
  expect(
    valid({ version: "2.1.0", runs: [{ tool: { driver: { name: "x" } }, results: [{ message: { text: "x" }, level: "bad" }] }] }),
  ).toBe(false)
})

test("each thing that asks for attention is a result of its rule, the worst first; each rule that it names is described", () => {
  const { results, tool } = runOf(explained)
  expect(results.map(({ ruleId, level }) => `${level} ${ruleId}`)).toEqual([
    "error release/signature",
    "warning explain/unexplained",
    "warning explain/unexplained",
    "warning explain/unexplained",
    "warning explain/framing",
    "warning explain/anomaly",
    "note explain/undetermined",
  ])
  for (const { ruleId, ruleIndex = -1 } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
})

test("after an audit only what it left open is a result, at the level that it got", () => {
  const { results } = runOf(wholeReport)
  expect(results).toHaveLength(1)
  expect(results[0]).toMatchObject({ ruleId: "explain/unexplained", level: "warning" })
  const [cause] = wholeReport.audit?.open ?? []
  if (cause === undefined || wholeReport.audit === undefined) throw new Error("nothing open")
  const alarmed = { ...wholeReport, audit: { ...wholeReport.audit, open: [{ ...cause, verdict: "alarm" as const }] } }
  expect(runOf(alarmed).results[0]?.level).toBe("error")
})

test("a result stands at its lines below the root, and names the digest of its file", () => {
  const runs = [
    { first: 3, last: 4, removed: 0 },
    { first: 9, last: 8, removed: 2 },
    { first: 1, last: 0, removed: 1 },
  ]
  const { results, artifacts } = runOf(withEntries(entryOf("p-1/m4/a b.m4", { unexplained: runs, lines: 20 })))
  expect(results[0]?.locations[0]?.physicalLocation).toEqual({
    artifactLocation: { uri: "m4/a%20b.m4", uriBaseId: "%SRCROOT%" },
    region: { startLine: 3, endLine: 4 },
  })
  expect(JSON.stringify(results[0]?.relatedLocations)).toMatch(/"endLine":8,"startLine":8.*"endLine":1,"startLine":1/)
  expect(artifacts.map(({ hashes }) => hashes["sha-256"])).toEqual([explained.artifact.sha256, entryOf("a").sha256])
})

test("a finding stands at its lines, and a file without lines as a whole", () => {
  const [finding] = explained.findings
  if (finding === undefined) throw new Error("no finding")
  const at = (place: object): unknown =>
    runOf({ ...withEntries(), findings: [{ ...finding, at: { path: "p-1/x", ...place } }] }).results[0]?.locations[0]
  expect(at({ lines: [3, 4] })).toMatchObject({ physicalLocation: { region: { startLine: 3, endLine: 4 } } })
  expect(at({ bytes: [10, 20] })).toMatchObject({ physicalLocation: { region: { byteOffset: 10, byteLength: 10 } } })
  expect(at({})).toMatchObject({ physicalLocation: { region: { startLine: 1 } } })
  const opaque = runOf(withEntries(entryOf("p-1/x", { opaque: true, size: 9 }))).results[0]?.locations[0]
  expect(opaque).toMatchObject({ physicalLocation: { region: { byteOffset: 0, byteLength: 9 } } })
})

test.each(["/etc/passwd", "../up", "a/../../b", "a//b", "./a", "", `long/${"x".repeat(4000)}`])(
  "the name %s is no reference: the result stands at the release and says it in words",
  (path) => {
    const [result] = runOf(withEntries(entryOf(path))).results
    expect(result?.locations[0]?.physicalLocation.artifactLocation.uri).toBe("p-1.tar")
    expect(result?.locations[0]).toHaveProperty("logicalLocations")
  },
)

test("foreign text is no scheme, link, placeholder or control character", () => {
  const evil = entryOf("p-1/javascript:alert(1)", {
    unexplained: [{ first: 1, last: 1, removed: 0 }],
    shown: [{ line: 1, text: "[here](http://x.example) {0} \\ \u202e\u001b[31m\nnext" }],
  })
  const [result] = runOf(withEntries(evil)).results
  expect(result?.locations[0]?.physicalLocation.artifactLocation.uri).toBe("javascript%3Aalert(1)")
  expect(result?.message.text).toContain("\n1: \\[here\\](http://x.example) {{0}} \\\\ \\\\u{{202e}}\\\\x1b\\[31m")
  expect(result?.message.text).not.toMatch(/[\u202e\u001b]/)
})

describe("fingerprints", () => {
  const of = (report: Report): readonly unknown[] => runOf(report).results.map((one) => one.partialFingerprints)
  test("are the same in each run, and in a report of another tool or place", () => {
    expect(of(explained)).toEqual(
      of({ ...explained, tool: { ...explained.tool, version: "9" }, artifact: { ...explained.artifact, target: "/b" } }),
    )
  })
  test("are others for other bytes, another path and another rule", () => {
    const one = entryOf("p-1/a")
    const others = [one, { ...one, sha256: "1".repeat(64) }, { ...one, path: "p-1/b" }, { ...one, mode: "0755" }]
    const seen = of(withEntries(...others)).map((each) => JSON.stringify(each))
    expect(new Set(seen).size).toBe(4)
  })
  test("do not tell a release's entry by its place among others or by its root", () => {
    const [alone] = of(withEntries(entryOf("p-1/b")))
    expect(of(withEntries(entryOf("p-1/a"), entryOf("p-1/b")))).toContainEqual(alone)
    const moved = withEntries(entryOf("p-2/b"))
    expect(of({ ...moved, artifact: { ...moved.artifact, root: "p-2/" } })).toEqual([alone])
  })
})

test("releases of one package are one category, and those of another are another", () => {
  const id = (some: Partial<Report["artifact"]>): string =>
    runOf({ ...explained, artifact: { ...explained.artifact, ...some } }).automationDetails.id.replace(/[^/]*$/, "")
  expect(id({ purl: "pkg:deb/debian/p@1?arch=source" })).toBe(id({ purl: "pkg:deb/debian/p@2" }))
  expect(id({ purl: "pkg:npm/%40scope/p@1" })).not.toBe(id({ purl: "pkg:npm/p@1" }))
  expect(id({ purl: "pkg:npm/../../x@1" })).toMatch(/^everybyte\/[^/]+\/$/)
})

test("what was not looked at is told", () => {
  const { invocations } = runOf(explained)
  expect(invocations[0].toolExecutionNotifications.map(({ message }) => message.text)).toContain("not looked at: p-1.debian.tar.xz")
})

/** Not judged by the schema, which compares each result with each other. */
const largeRunOf = (written: string): z.infer<typeof Log>["runs"][0] => Log.parse(JSON.parse(written)).runs[0]

test("what code-scanning views do not take is left out at the end, and told", () => {
  const noise = Array.from({ length: 25_100 }, (_, index) => entryOf(`p-1/${index}`))
  const { results, invocations } = largeRunOf(sarif.render(withEntries(...noise, entryOf("p-1/configure", { danger: "runs at build" }))))
  expect(results).toHaveLength(25_000)
  expect(results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe("configure")
  expect(invocations[0].toolExecutionNotifications[0]?.message.text).toMatch(/^101 results left out/)
})

test("so is what would be larger, packed, than they take", () => {
  const noise = Array.from({ length: 10_000 }, (_, index) =>
    entryOf(`p-1/${Array.from({ length: 20 }, (_, part) => sha256Of(`${index} ${part}`)).join("")}`),
  )
  const written = sarif.render(withEntries(...noise))
  expect(gzipSync(written).length).toBeLessThanOrEqual(10_000_000)
  const { results, invocations } = largeRunOf(written)
  expect(results.length).toBeLessThan(10_000)
  expect(invocations[0].toolExecutionNotifications[0]?.message.text).toContain("results left out")
})

test("any text makes valid SARIF", () => {
  const text = fc.string({ unit: "binary", maxLength: 40 })
  fc.assert(
    fc.property(text, text, text, (path, why, shown) => {
      const entry = entryOf(path, { explanation: { kind: "unexplained", why }, shown: [{ line: 1, text: shown }] })
      const report = withEntries(entry)
      const named = { ...report, artifact: { ...report.artifact, name: why, purl: shown, notLookedAt: [path] } }
      expect(messages(named)).toHaveLength(1)
    }),
    { numRuns: 300 },
  )
})
