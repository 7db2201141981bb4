import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, expect, test } from "vitest"
import type { Context } from "./io/context.ts"
import { createContext } from "./io/create-context.ts"
import type { SbomAudit } from "./model/sbom.ts"
import { sbomForms } from "./reporters/sbom.ts"
import { auditSbom, isSbom } from "./sbom.ts"

const folder = mkdtempSync(join(tmpdir(), "everybyte-sbom-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, "sbom.json")
/** Nothing is fetched: what could be is said to be unavailable. */
const offline = (limits: Partial<Context["limits"]> = {}): Context =>
  createContext({ cache: join(folder, "cache"), offline: true, day: "2026-01-01", limits, environment: { HOME: folder } })

const bom = (components: unknown, some: object = {}): string =>
  JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components, ...some })

async function audited(text: string, ctx = offline()): Promise<SbomAudit | string> {
  writeFileSync(path, text)
  const result = await auditSbom({ path, replay: "never" }, ctx)
  return result.ok ? result.value.audited : `${result.fault.kind}: ${JSON.stringify(result.fault)}`
}

async function lines(text: string): Promise<readonly string[]> {
  const found = await audited(text)
  if (typeof found === "string") throw new Error(found)
  return found.components.map(({ verdict, listed, purl, name, reasons }) => `${verdict} ${listed} ${purl ?? name}: ${reasons.join("; ")}`)
}

test.each(["1.4", "1.5", "1.6", "1.7"])("CycloneDX %s is read, and another edition is refused", async (specVersion) => {
  expect(await audited(bom([], { specVersion }))).toMatchObject({ verdict: "undetermined", components: [] })
  expect(await audited(bom([], { specVersion: `${specVersion}.9` }))).toContain("CycloneDX 1.4 to 1.7")
})

test("a component that cannot be asked about is undetermined, each with its reason, also inside others", async () => {
  const found = await lines(
    bom(
      [
        { type: "library", name: "a", version: "1" },
        { type: "library", name: "b", purl: "pkg:conda/b@1", components: [{ type: "file", name: "inner" }] },
        { type: "library", name: "c", purl: "pkg:npm/c" },
        { type: "library", name: "d", purl: "not a purl" },
        { type: "library", name: "e", purl: "pkg:npm/%zz" },
        { type: "library", name: "f", purl: "/etc/passwd" },
        { type: "library", name: "g", purl: "https://evil.example/x.tar" },
      ],
      { metadata: { component: { type: "application", name: "root", components: [{ type: "library", name: "below" }] } } },
    ),
  )
  expect(found.map((line) => line.replace(/;.*/, ""))).toEqual([
    "undetermined 1 a 1: it has no package URL",
    expect.stringContaining('undetermined 1 pkg:conda/b@1: there is no registry "conda" here'),
    "undetermined 1 pkg:npm/c: its package URL has no version",
    "undetermined 1 not a purl: what stands for its package URL is none",
    expect.stringContaining("undetermined 1 pkg:npm/%zz: "),
    "undetermined 1 /etc/passwd: what stands for its package URL is none",
    "undetermined 1 https://evil.example/x.tar: what stands for its package URL is none",
    "undetermined 1 below: it has no package URL",
    "undetermined 1 inner: it has no package URL",
  ])
})

test("a package is audited once, however often and however it is spelled", async () => {
  const purls = ["pkg:npm/%40scope/p@1.0.0", "pkg:npm/@scope/p@1.0.0", "pkg:NPM/%40scope/p@1.0.0"]
  const found = await lines(bom(purls.map((purl) => ({ name: "p", purl }))))
  expect(found).toHaveLength(1)
  expect(found[0]).toMatch(/^undetermined 3 pkg:npm\/%40scope\/p@1\.0\.0: /)
})

test("what fails of one package is its own reason, and the others are audited nevertheless", async () => {
  const found = await lines(
    bom([
      { name: "p", purl: "pkg:npm/p@1.0.0" },
      { name: "q", purl: "pkg:npm/q@1.0.0" },
    ]),
  )
  expect(found.map((line) => line.slice(0, 31))).toEqual(["undetermined 1 pkg:npm/p@1.0.0:", "undetermined 1 pkg:npm/q@1.0.0:"])
})

test("wrong types are a reason, not a crash; a whole that is none is refused or is no SBOM", async () => {
  const found = await lines(
    bom([null, 7, "x", [], {}, { name: 1 }, { name: "a", purl: 5 }, { name: "b", hashes: [1] }, { name: "c", components: 1 }]),
  )
  expect(found).toHaveLength(9)
  for (const line of found) expect(line).toMatch(/^undetermined 1 component \d: it is not of the form of a component/)
  expect(await audited(bom("none"))).toMatch(/^malformed/)
  for (const text of ["", "{", "[]", "null", '{"bomFormat":"SPDX"}', "\xff"]) {
    writeFileSync(path, text, "latin1")
    expect(await isSbom(path, offline())).toEqual({ ok: true, value: false })
  }
  expect(await isSbom(folder, offline())).toEqual({ ok: true, value: false })
})

test("10,000 components in a chain, in a cycle of references and in a flat list are each looked at, and more than the maximum are told", async () => {
  const depth = 10_000
  const chain = `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[${'{"name":"x","components":['.repeat(depth)}${"]}".repeat(depth)}]}`
  expect(await audited(chain)).toMatchObject({ components: [{ name: "x", listed: depth }] })
  const flat = Array.from({ length: depth }, (_, index) => ({ name: `n${index}`, "bom-ref": `${index}`, purl: `pkg:conda/n${index}@1` }))
  const dependencies = flat.map((_, index) => ({ ref: `${index}`, dependsOn: [`${(index + 1) % depth}`] }))
  expect((await lines(bom(flat, { dependencies }))).length).toBe(depth)
  expect(await audited(bom(flat), offline({ sbomComponentsMax: depth - 1 }))).toMatch(/^over-limit.*sbomComponentsMax/)
  expect(await audited(bom(flat), offline({ sbomBytesMax: 1000 }))).toMatch(/^over-limit.*sbomBytesMax/)
})

test("huge texts are not repeated", async () => {
  const huge = "x".repeat(1_000_000)
  const found = await lines(
    bom([{ name: huge }, { name: "a", purl: `pkg:npm/${huge}@1` }, { name: "b", hashes: [{ alg: "SHA-256", content: huge }] }]),
  )
  expect(found.join("").length).toBeLessThan(1000)
  expect(found[1]).toContain("a text of more than 4096 characters")
})

test("the SBOM is never the policy", async () => {
  writeFileSync(path, bom([]))
  expect(await auditSbom({ path, policy: path }, offline())).toMatchObject({ ok: false, fault: { kind: "usage" } })
})

test("any JSON in the place of the components ends in lines or a fault, and is printed without control characters", async () => {
  const look = { columns: 100, colour: false, command: "everybyte" }
  const component = fc.record(
    { name: fc.string({ unit: "binary" }), purl: fc.oneof(fc.string({ unit: "binary" }), fc.webUrl()), version: fc.string() },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.jsonValue(), component), { maxLength: 8 }), async (components) => {
      const found = await audited(bom(components))
      if (typeof found === "string") throw new Error(found)
      expect(found.components.reduce((sum, { listed }) => sum + listed, 0)).toBeGreaterThanOrEqual(components.length)
      expect(sbomForms.text(found, look).replaceAll("\n", "")).not.toMatch(/\p{Cc}|\u202e/u)
    }),
    { numRuns: 200 },
  )
})
