import { Spec, Validation } from "@cyclonedx/cyclonedx-library"
import fc from "fast-check"
import { expect, test } from "vitest"
import { z } from "zod"
import { entryOf, wholeReport } from "../../test/fixtures/whole-report.ts"
import type { Report } from "../model/report.ts"
import { cyclonedx } from "./cyclonedx.ts"

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)

const Property = z.object({ name: z.string(), value: z.string() })
const Bom = z.object({
  metadata: z.object({ component: z.looseObject({ name: z.string(), version: z.string().optional(), properties: z.array(Property) }) }),
  components: z.array(z.looseObject({ name: z.string(), properties: z.array(Property) })),
})

async function bomOf(report: Report): Promise<z.infer<typeof Bom>> {
  const text = cyclonedx.render(report)
  expect(await validator.validate(text)).toBeNull()
  return Bom.parse(JSON.parse(text))
}

test("the validator that judges here refuses what is no CycloneDX", async () => {
  expect(await validator.validate('{"bomFormat":"CycloneDX","specVersion":"1.6","version":"one"}')).not.toBeNull()
})

test("the release is a component with its digest, who vouched for it, and the verdict", async () => {
  const { metadata } = await bomOf(wholeReport)
  expect(metadata.component).toMatchObject({
    purl: "pkg:deb/debian/p@1",
    version: "1",
    hashes: [{ alg: "SHA-256", content: wholeReport.artifact.sha256 }],
    evidence: { identity: [{ field: "hash", methods: [{ value: "sha256 promised by the registry" }] }] },
  })
  const properties = new Map(metadata.component.properties.map(({ name, value }) => [name, value]))
  expect(properties.get("everybyte:verdict")).toBe("alarm")
  expect(properties.get("everybyte:toRead")).toBe("4")
  expect(properties.get("everybyte:notLookedAt")).toBe("p-1.debian.tar.xz")
  expect(properties.get("everybyte:commit")).toBe(wholeReport.repository?.commit)
})

test.each([
  ["pkg:npm/%40scope/p@1.0%2B2?x=y", "1.0+2"],
  ["pkg:npm/%40scope/p", undefined],
  ["pkg:deb/debian/p@1%3A2-3", "1:2-3"],
])("the version of %s is %s", async (purl, version) => {
  const { metadata } = await bomOf({ ...wholeReport, artifact: { ...wholeReport.artifact, purl } })
  expect(metadata.component.version).toBe(version)
})

test("files that still ask for attention are listed, each once, and those beyond the maximum are counted", async () => {
  const { audit: _, ...explained } = wholeReport
  const of = (entries: Report["ledger"]["entries"]): Report => ({ ...explained, ledger: { ...explained.ledger, entries } })
  const { components } = await bomOf(
    of([
      entryOf("p-1/a"),
      entryOf("p-1/a"),
      entryOf("p-1/b"),
      entryOf("p-1/c", { toRead: 0, explanation: { kind: "baseline", artifact: "o", path: "c" } }),
    ]),
  )
  expect(components.map(({ name }) => name)).toEqual(["a", "b"])
  const many = Bom.parse(JSON.parse(cyclonedx.render(of(Array.from({ length: 10_007 }, (_, index) => entryOf(`p-1/${index}`))))))
  expect(many.components).toHaveLength(10_000)
  expect(many.metadata.component.properties).toContainEqual({ name: "everybyte:filesLeftOut", value: "7" })
})

test("any text makes a valid BOM without control characters", async () => {
  const text = fc.string({ unit: "binary", maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(text, text, async (path, why) => {
      const { audit: _, ...explained } = wholeReport
      const entries = [entryOf(path, { explanation: { kind: "unexplained", why } })]
      const report = {
        ...explained,
        reasons: [why],
        artifact: { ...explained.artifact, name: path, chain: [why] },
        ledger: { ...explained.ledger, entries },
      }
      const { metadata } = await bomOf(report)
      expect(metadata.component.name).not.toMatch(/[\p{Cc}\u202e]/u)
    }),
    { numRuns: 100 },
  )
})
