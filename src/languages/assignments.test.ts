import fc from "fast-check"
import { expect, test } from "vitest"
import { text, unknown, type Value } from "../model/code.ts"
import { Assignments } from "./assignments.ts"

const at = { path: "configure", lines: [1, 1] } as const
const environment = (name: string): Value => ({ kind: "environment", name, at })
const either = (...of: readonly Value[]): Value => ({ kind: "either", of })
const joined = (...parts: readonly Value[]): Value => ({ kind: "joined", parts })
const of = (value: Value): readonly string[] | undefined => {
  const assignments = new Assignments()
  assignments.set("SCAN", value)
  const programs = assignments.all.get("SCAN")
  return programs === undefined ? undefined : [...programs]
}

test.each<readonly [string, Value, readonly string[] | undefined]>([
  ["its name", text("scanner"), ["scanner"]],
  ["its path", text("/usr/bin/scanner"), ["scanner"]],
  ["that there is none", either(text("no"), text(""), text("SCAN-NOTFOUND")), []],
  ["one of several", either(text("scanner"), text("scan2")), ["scanner", "scan2"]],
  ["what a search of PATH gives", joined(environment("PATH"), text("/scanner"), either(text(""), environment("EXEEXT"))), ["scanner"]],
  ["what whoever builds put there", either(environment("SCAN"), environment("ac_cv_path_SCAN")), []],
  ["a command line", text("xz -dc"), undefined],
  ["what another variable holds", environment("OTHER"), undefined],
  ["what a variable holds whose name ends so", environment("build_SCAN"), undefined],
  ["what is not known", either(text("scanner"), unknown("read")), undefined],
  ["a name put together", joined(text("scan"), environment("SUFFIX")), undefined],
  ["a name that data ends", joined(text("/x"), { kind: "file", path: text("a"), at }), undefined],
])("a variable that holds %s", (_, value, expected) => {
  expect(of(value)).toEqual(expected)
})

test("what a cache variable holds is the variable's (ac_cv_path_SCAN)", () => {
  const assignments = new Assignments()
  assignments.set("SCAN", text("scanner"))
  assignments.set("ac_cv_path_SCAN", text("xz -dc"))
  expect(assignments.all.get("SCAN")).toBeUndefined()
})

test("names of shells' own loops are left out, and so is what unsets a variable", () => {
  const assignments = new Assignments()
  assignments.set("i", text("a"))
  assignments.set("SCAN", undefined)
  expect(assignments.all.size).toBe(0)
})

test("no order and no repetition of what is set makes a variable that is something else a program", () => {
  const values = [text("a"), text("b"), text("no"), text("xz -dc"), unknown("u"), environment("SCAN")]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...values), { minLength: 1 }), fc.boolean(), (all, isSplit) => {
      const [one, other] = [new Assignments(), new Assignments()]
      all.forEach((value, index) => {
        ;(isSplit && index % 2 === 1 ? other : one).set("SCAN", value)
      })
      one.merge(other.all)
      const isOther = all.some((value) => value.kind === "unknown" || (value.kind === "text" && value.text.includes(" ")))
      expect(one.all.has("SCAN")).toBe(true)
      expect(one.all.get("SCAN") === undefined).toBe(isOther)
    }),
  )
})
