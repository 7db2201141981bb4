import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { shareParts } from "./share-parts.ts"

const data = fc.letrec((tie) => ({
  part: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<unknown>("a", "1", 1, true, "true", undefined, null, "undefined"),
    fc.array(tie("part"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "a:1"), tie("part"), { maxKeys: 3, noNullPrototype: true }),
    fc.array(tie("part"), { maxLength: 2 }).map((values) => new Map(values.entries())),
    fc.constant(new Set(["a"])),
  ),
})).part

describe("parts that are shared", () => {
  it("change nothing that is there", () => {
    fc.assert(
      fc.property(fc.array(fc.array(data, { maxLength: 4 }), { maxLength: 3 }), (lists) => {
        const whole = { ...lists }
        const before = structuredClone(whole)
        shareParts(whole)
        expect(whole).toStrictEqual(before)
      }),
    )
  })

  it("are one object where they are equal, and two where they are not", () => {
    const [same, other] = [() => ({ kind: "text", lines: [1, 2] }), { kind: "text", lines: ["1", 2] }]
    const whole = {
      acts: [
        { a: same(), b: [same()] },
        { a: same(), b: [other] },
        { a: same(), b: [other] },
      ],
      named: new Map([["x", same()]]),
    }
    shareParts(whole)
    const [first, second, third] = whole.acts
    expect(new Set([first?.a, first?.b[0], second?.a, third?.a, whole.named.get("x")]).size).toBe(1)
    expect(second?.b[0]).not.toBe(first?.a)
    expect(second?.b).toBe(third?.b)
    // Two acts are two although they are equal.
    expect(second).not.toBe(third)
  })
})
