import { expect, test } from "vitest"
import { appliesTo, isMetBy, parseRelations, type Relation } from "./relation.ts"

const one = (text: string): Relation => {
  const [[found] = []] = parseRelations(text)
  if (found === undefined) throw new Error(`no relation: ${text}`)
  return found
}

test("names, alternatives, versions, architectures, profiles (Policy, 7.1)", () => {
  expect(parseRelations("a, b (>= 1:2.0~rc1-1) | c:any,\n d (<<3) [amd64 !i386] <!nocheck> <a !b>, ,")).toEqual([
    [{ name: "a", version: undefined, architectures: [], profiles: [] }],
    [
      { name: "b", version: { operator: ">=", than: "1:2.0~rc1-1" }, architectures: [], profiles: [] },
      { name: "c", version: undefined, architectures: [], profiles: [] },
    ],
    [
      {
        name: "d",
        version: { operator: "<<", than: "3" },
        architectures: ["amd64", "!i386"],
        profiles: [["!nocheck"], ["a", "!b"]],
      },
    ],
  ])
  expect(parseRelations("")).toEqual([])
})

test("what is no relation is left out, however long", () => {
  expect(parseRelations("../../etc, $x, a (>= ), b (1.0), -c")).toEqual([])
  expect(parseRelations(`${"(".repeat(1e6)}, a`)).toHaveLength(1)
})

test.each([
  ["a", "1", true],
  ["a", undefined, true],
  ["a (>= 1)", undefined, false],
  ["a (>= 1.0)", "1.0", true],
  ["a (>= 1.0)", "1.0~rc1", false],
  ["a (<< 1.0)", "1.0~rc1", true],
  ["a (<< 1.0)", "1.0", false],
  ["a (<= 1.0)", "1.0", true],
  ["a (< 1.0)", "1.0", true],
  ["a (> 1.0)", "1.0", true],
  ["a (>> 1.0)", "1.0", false],
  ["a (>> 1.0)", "1:0.1", true],
  ["a (= 1.0)", "1.0-1", false],
])("%s is met by %s: %s", (text, version, expected) => {
  expect(isMetBy(one(text), version)).toBe(expected)
})

test.each([
  ["a", true],
  ["a [amd64]", true],
  ["a [i386 linux-any]", true],
  ["a [any-amd64]", true],
  ["a [i386]", false],
  ["a [!amd64 !arm64]", false],
  ["a [!i386]", true],
  ["a [kfreebsd-any]", false],
  ["a <!nocheck>", true],
  ["a <nocheck>", false],
  ["a <!nocheck !cross>", true],
  ["a <!nocheck cross>", false],
  ["a <cross> <!nodoc>", true],
  ["a [i386] <!nocheck>", false],
])("%s in a plain build on amd64: %s", (text, expected) => {
  expect(appliesTo(one(text), "amd64")).toBe(expected)
})
