import type { Expression, Statement } from "../imperative/ir.ts"
import { assign, type Convert, declare, either, member, name, unknown } from "./make.ts"
import { keyOf } from "./objects.ts"
import { original } from "./parse.ts"
import type { PatternNode } from "./syntax.ts"

/** Destructuring (ECMAScript 14.3.3): each name gets its part. */
export function patternOf(convert: Convert, to: PatternNode, of: Expression, declares: boolean): readonly Statement[] {
  const give = (target: Expression): Statement => (declares ? declare(to, target, of) : assign(to, target, of))
  switch (to.type) {
    case "Identifier":
      return [give(name(to, original(to.name)))]
    case "AssignmentPattern":
      return patternOf(convert, to.left, either(to, of, convert.expression(to.right)), declares)
    case "RestElement":
      return patternOf(convert, to.argument, of, declares)
    case "TSParameterProperty":
      return patternOf(convert, to.parameter, of, declares)
    case "ObjectPattern":
    case "ArrayPattern": {
      const whole = of.kind === "name" ? of : name(to, `#${to.start}`)
      const kept = of.kind === "name" ? [] : [declare(to, whole, of)]
      return [...kept, ...(to.type === "ObjectPattern" ? fields(convert, to, whole, declares) : items(convert, to, whole, declares))]
    }
    case "VoidPattern":
      return []
    default:
      return [give(convert.expression(to))]
  }
}

type Pattern<Type extends PatternNode["type"]> = Extract<PatternNode, { readonly type: Type }>

function fields(convert: Convert, to: Pattern<"ObjectPattern">, whole: Expression, declares: boolean): readonly Statement[] {
  return to.properties.flatMap((one) => {
    if (one.type === "RestElement") return patternOf(convert, one.argument, whole, declares)
    const part = member(one, whole, keyOf(convert, one.key, one.computed))
    return isPattern(one.value) ? patternOf(convert, one.value, part, declares) : []
  })
}

function items(convert: Convert, to: Pattern<"ArrayPattern">, whole: Expression, declares: boolean): readonly Statement[] {
  return to.elements.flatMap((one, index) => {
    if (one === null) return []
    if (one.type === "RestElement") return patternOf(convert, one.argument, member(one, whole, unknown(one, "the rest")), declares)
    return patternOf(convert, one, member(one, whole, String(index)), declares)
  })
}

type Value = Extract<Pattern<"ObjectPattern">["properties"][number], { readonly type: "ObjectProperty" }>["value"]

const isPattern = (of: Value): of is Extract<Value, PatternNode> =>
  [
    "Identifier",
    "MemberExpression",
    "ObjectPattern",
    "ArrayPattern",
    "AssignmentPattern",
    "TSAsExpression",
    "TSNonNullExpression",
  ].includes(of.type)
