import fc from "fast-check"
import { expect, it } from "vitest"
import { manifestBytesMax, tomlOf } from "./toml.ts"

it("reads UTF-8 that came as a byte a character", () => {
  expect(tomlOf(Buffer.from('name = "Zoë"').toString("latin1"))).toEqual({ name: "Zoë" })
})

it("gives nothing for what is no TOML, is too large, or nests too deep", () => {
  for (const text of ["a =", "[a]\n[a]\n", `a = ${"[".repeat(100_000)}`, "#".repeat(manifestBytesMax + 1)])
    expect(tomlOf(text)).toBeUndefined()
})

it("is not led astray by keys of many parts, which nest without a bound: a schema looks no deeper than it asks", () => {
  expect(Object.keys(Object(tomlOf(`${"a.".repeat(100_000)}b = 1`)))).toEqual(["a"])
})

it("sets no prototype", () => {
  expect(tomlOf('[__proto__]\nrequires = ["x"]\n')).not.toHaveProperty("requires")
  expect({}).not.toHaveProperty("requires")
})

it("never throws", () => {
  const word = fc.constantFrom("[", "]", "[[", "]]", "=", '"', "'''", "a", ".", "\n", "{", "}", ",", "1e9", "\\u", "__proto__", "#", "\0")
  fc.assert(fc.property(fc.array(word, { maxLength: 60 }), (words) => void tomlOf(words.join(""))))
})
