import { readFileSync } from "node:fs"
import { Ajv2020 } from "ajv/dist/2020.js"
import { expect, test } from "vitest"
import { z } from "zod"
import { canonicalJson } from "../src/core/canonical-json.ts"
import type { GitOid, Sha256 } from "../src/core/digest.ts"
import type { Report } from "../src/model/report.ts"
import { ReportSchema } from "../src/model/report-schema.ts"
import { wholeReport } from "./fixtures/whole-report.ts"
import type { Report as ResultsReport } from "./results/report-schema.ts"

/** Every field of a type as JSON keeps it, spelled out: TypeScript compares words exactly, and nested objects only to some depth. */
type Fields<T, At extends string = ""> = T extends GitOid | Sha256
  ? `${At}: ${string}`
  : T extends string | number | boolean
    ? `${At}: ${T}`
    : T extends readonly (infer Item)[]
      ? Fields<Item, `${At}[${number extends T["length"] ? "" : T["length"]}]`>
      : {
          // What stands inside itself is spelled out once.
          [K in keyof T & string]-?: K extends "instead"
            ? `${At}.instead`
            : Fields<Exclude<T[K], undefined>, `${At}${Tag<T>}.${K}${undefined extends T[K] ? "?" : ""}`>
        }[keyof T & string]
/** Which member of a union a field is of. */
type Tag<T> = T extends { readonly kind: infer K extends string } | { readonly from: infer K extends string } ? `(${K})` : ""
type Same<A, B> = [A, B] extends [B, A] ? true : false

/** Published without `additionalProperties: false`: a later edition of `everybyte.report/1` may say more. */
const published: object = z.toJSONSchema(ReportSchema, { io: "input" })
const valid = new Ajv2020({ strictTypes: false }).compile(published)
const golden: unknown = JSON.parse(readFileSync(new URL("golden/made.json", import.meta.url), "utf8"))

test("the schema has the very fields of the type", () => {
  // Does not compile when one of them changes alone.
  const same: Same<Fields<Report>, Fields<z.infer<typeof ReportSchema>>> = true
  expect(same).toBe(true)
  const resultsReadOnlyWhatIsPublished: z.input<typeof ReportSchema> extends ResultsReport ? true : false = true
  expect(resultsReadOnlyWhatIsPublished).toBe(true)
})

test("what is published is what the source says", () =>
  expect(canonicalJson(published)).toMatchFileSnapshot("../schema/report.schema.json"))

test.each([
  ["the golden report", golden],
  ["a report with every field", JSON.parse(JSON.stringify(wholeReport))],
  [
    "a report of which nobody could say who stands behind it",
    { ...wholeReport, people: { kind: "not-assessed", why: "no repository was given" } },
  ],
])("%s conforms, and has no field that the schema does not know", (_, report) => {
  expect(valid(report), JSON.stringify(valid.errors)).toBe(true)
  expect(ReportSchema.parse(report)).toEqual(report)
})

test("a report that lacks a field it must have, or has another kind of thing in it, does not conform", () => {
  const spoilt = [...spoiled(JSON.parse(JSON.stringify(wholeReport)))]
  expect(spoilt.length).toBeGreaterThan(300)
  expect(spoilt.filter(({ report }) => valid(report)).map(({ at }) => at)).toEqual([])
})

/** The report once for each value in it, with a thing in its place that no field takes. */
function* spoiled(report: unknown): Generator<{ at: string; report: unknown }> {
  for (const path of paths(report)) yield { at: path.join("."), report: replaced(report, path) }
}

function* paths(value: unknown): Generator<readonly string[]> {
  if (typeof value !== "object" || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    yield [key]
    for (const rest of paths(inner)) yield [key, ...rest]
  }
}

function replaced(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return null
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? replaced(item, rest) : item))
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : []
  return Object.fromEntries(entries.map(([name, inner]) => [name, name === key ? replaced(inner, rest) : inner]))
}
