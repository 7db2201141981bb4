import fc from "fast-check"
import { expect, test } from "vitest"
import { Alike } from "./alike.ts"

test("the same number for the same content, and for no other", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 2, maxLength: 6 }), (values) => {
      const alike = new Alike()
      for (const one of [...values, ...values.map((value) => structuredClone(value))])
        for (const other of values)
          expect(alike.numberOf(one) === alike.numberOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other))
    }),
  )
})

test("a property that is undefined is none", () => {
  const alike = new Alike()
  expect(alike.numberOf({ a: 1, b: undefined })).toBe(alike.numberOf({ a: 1 }))
})

test("parts that are shared again and again are looked at once (written out, this is 2^200 texts)", () => {
  const shared = (): unknown => {
    let value: unknown = "x"
    for (let depth = 0; depth < 200; depth++) value = { kind: "join", of: [value, value] }
    return value
  }
  const alike = new Alike()
  expect(alike.numberOf(shared())).toBe(alike.numberOf(shared()))
})
