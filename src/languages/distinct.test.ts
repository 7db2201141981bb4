import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Limits } from "../core/limits.ts"
import { limitsDefault } from "../core/limits.ts"
import { unknown, type Value } from "../model/code.ts"
import { distinct, distinctOf } from "./distinct.ts"
import { Flow } from "./imperative/flow.ts"
import { isEither } from "./values.ts"

const limits: Limits = limitsDefault

describe("what is told apart", () => {
  it("is each once and in its order, of few and of many", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 120 }), (of) => {
        expect(distinct(of)).toEqual([...new Set(of)])
      }),
    )
  })

  it("is also what stands in one of several", () => {
    const [a, b]: readonly Value[] = [unknown("a"), unknown("b")]
    if (a === undefined || b === undefined) throw new Error("two")
    expect(distinctOf<Value, Extract<Value, { readonly kind: "either" }>>([a, { kind: "either", of: [b, a] }, b], isEither)).toEqual([a, b])
  })
})

describe("facts of a value", () => {
  it("are those of one evaluation: a parameter of a program around a text is nothing known in it", () => {
    const [outer, inner] = [new Flow(limits), new Flow(limits)]
    const parameter = outer.parameter("x")
    const either = outer.either([parameter, { kind: "file", path: parameter, at: { path: "a.js", lines: [1, 1] } }])
    expect([outer.isParametric(parameter), outer.isParametric(either), outer.carries(parameter)]).toEqual([true, true, true])
    expect([inner.isParametric(parameter), inner.isParametric(either), inner.carries(parameter)]).toEqual([false, false, false])
    expect(outer.isParametric(either)).toBe(true)
  })
})
