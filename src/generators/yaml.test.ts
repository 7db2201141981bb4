import fc from "fast-check"
import { expect, it } from "vitest"
import { yamlBytesMax, yamlOf } from "./yaml.ts"

it("reads UTF-8 that came as a byte a character, and JSON with commas too many", () => {
  expect(yamlOf(Buffer.from("name: Zoë").toString("latin1"))).toEqual({ name: "Zoë" })
  expect(yamlOf('{\n\t"a": ["\\u0041", 1, {}, null,],\n}\n')).toEqual({ a: ["A", 1, {}, null] })
})

it("gives nothing for what is no YAML, is many documents or too large, or has an alias", () => {
  for (const text of ["a: [b", "a: 1\n---\nb: 2\n", "a: &a 1\nb: *a\n", "a: &a [x, x]\nb: [*a, *a]\n", "#".repeat(yamlBytesMax + 1)])
    expect(yamlOf(text)).toBeUndefined()
})

// V8 compiled a pattern of the library at the end of its stack, and ended the process for the lack of memory.
it("that nests without end ended the whole process", () => {
  for (const unit of ['{"a":', "[", "- ", "? ", ": ", "- ? "]) expect(yamlOf(unit.repeat(100_000))).toBeUndefined()
  expect(yamlOf(Array.from({ length: 1000 }, (_, at) => `${" ".repeat(at)}a:\n`).join(""))).toBeUndefined()
})

it("takes time that grows with the number of keys, not with its square", () => {
  expect(Object.keys(Object(yamlOf(Array.from({ length: 30_000 }, (_, at) => `k${at}: 1\n`).join("")))).length).toBe(30_000)
})

it("sets no prototype", () => {
  expect(yamlOf("__proto__: {requires: x}\n")).not.toHaveProperty("requires")
  expect({}).not.toHaveProperty("requires")
})

it("never throws", () => {
  const word = fc.constantFrom(
    "[",
    "]",
    "{",
    "}",
    ":",
    " ",
    "\n",
    "- ",
    "? ",
    "&a",
    "*a",
    "!!x",
    "|",
    ">",
    '"',
    "'",
    "#",
    "<<: ",
    "%",
    "\t",
    "a",
    "\0",
    "---\n",
  )
  fc.assert(fc.property(fc.array(word, { maxLength: 60 }), (words) => void yamlOf(words.join(""))))
})
