import type { Expression } from "../imperative/ir.ts"
import { type Convert, unknown } from "./make.ts"
import type { JsxNode } from "./syntax.ts"

/** Of an element of JSX only the expressions that stand in it. */
export function markup(convert: Convert, of: JsxNode): Expression {
  const inside: Expression[] = []
  const attributes = of.type === "JSXElement" ? of.openingElement.attributes : []
  for (const one of attributes) {
    if (one.type === "JSXSpreadAttribute") inside.push(convert.expression(one.argument))
    else if (one.value?.type === "JSXExpressionContainer" && one.value.expression.type !== "JSXEmptyExpression")
      inside.push(convert.expression(one.value.expression))
    else if (one.value?.type === "JSXElement" || one.value?.type === "JSXFragment") inside.push(convert.expression(one.value))
  }
  for (const one of of.children) {
    if (one.type === "JSXExpressionContainer") {
      if (one.expression.type !== "JSXEmptyExpression") inside.push(convert.expression(one.expression))
    } else if (one.type === "JSXSpreadChild") inside.push(convert.expression(one.expression))
    else if (one.type === "JSXElement" || one.type === "JSXFragment") inside.push(convert.expression(one))
  }
  return unknown(of, "an element", inside)
}
