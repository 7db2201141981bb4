import { constantFrom, assert as fcAssert, integer, property, string, tuple } from "fast-check"
import { expect, it } from "vitest"
import { confusion } from "./confusable.ts"

it.each([
  ["Left-Pad", "left-pad", "differs in case alone from"],
  ["leftpad", "left-pad", "has the letters of"],
  ["ko1our", "kolour", "looks like"],
  ["rnarker", "marker", "looks like"],
  ["kolourr", "kolour", "is one letter away from"],
  ["koluor", "kolour", "is one letter away from"],
  ["example.org/own-go/tool", "example.org/own/tool", "has a word more or less than"],
  ["example.org/marrker.v3", "example.org/marker.v3", "is one letter away from"],
])("%s %s: %s", (name, other, how) => {
  expect(confusion(name, other)).toBe(how)
})

it.each([
  ["kolour", "kolour"],
  ["abcd", "abce"],
  ["kolour", "colours"],
  ["tool-go", "tool"],
  ["one.example/x", "x"],
  ["@one/kolour", "@two/kolours"],
  ["@one/kolour", "@one/kolours"],
  ["example.org/own/tool-go", "example.org/own/tool"],
  ["example.org/own/tool-go/v2", "example.org/own/tool/v2"],
])("%s is not taken for %s", (name, other) => {
  expect(confusion(name, other)).toBeUndefined()
})

const name = string({ unit: constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789-_./@"), maxLength: 24 })
const long = string({ unit: constantFrom(..."abcdfhjknpqtuvwxy"), minLength: 8, maxLength: 20 })

it("takes no name for itself, and two for one another in both directions", () => {
  fcAssert(
    property(name, name, (a, b) => {
      expect(confusion(a, a)).toBeUndefined()
      expect(confusion(a, b)).toBe(confusion(b, a))
    }),
  )
})

it("sees one letter that is left out, added, exchanged or other", () => {
  fcAssert(
    property(tuple(long, integer({ min: 0, max: 18 }), constantFrom(..."rmz")), ([text, at, letter]) => {
      const index = Math.min(at, text.length - 2)
      const [a = "", b = ""] = [text[index], text[index + 1]]
      const changed = [
        text.slice(0, index) + text.slice(index + 1),
        text.slice(0, index) + letter + text.slice(index),
        text.slice(0, index) + b + a + text.slice(index + 2),
        text.slice(0, index) + letter + text.slice(index + 1),
      ]
      for (const one of changed) expect(one === text || confusion(one, text) !== undefined, `${one} ${text}`).toBe(true)
    }),
  )
})

it("sees no likeness in names whose lengths differ by more than one", () => {
  fcAssert(
    property(long, string({ unit: constantFrom(..."abcd"), minLength: 2, maxLength: 5 }), (text, more) => {
      expect(confusion(text, text + more)).toBeUndefined()
    }),
  )
})
