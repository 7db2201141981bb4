import type { Expression, Statement } from "../imperative/ir.ts"
import { after, type Convert, call, perform, spot } from "./make.ts"
import { keyOf, method } from "./objects.ts"
import type { ClassNode } from "./syntax.ts"

/** A class is a record of its methods and fields, static or not; `constructor` is what `new` calls, and all of its objects are one. */
export function classOf(convert: Convert, of: ClassNode): Expression {
  const fields = new Map<string, Expression>()
  const rest: Expression[] = of.superClass === null || of.superClass === undefined ? [] : [convert.expression(of.superClass)]
  const body: Statement[] = (of.decorators ?? []).map((one) => perform(convert.expression(one.expression)))
  const put = (key: string | Expression, value: Expression): void => {
    if (typeof key === "string") fields.set(key, value)
    else rest.push(key, value)
  }
  for (const one of of.body.body) {
    if (one.type === "ClassMethod" || one.type === "ClassPrivateMethod") {
      const key = keyOf(convert, one.key, one.type === "ClassMethod" && one.computed === true)
      put(one.kind === "set" && typeof key === "string" ? `set ${key}` : key, method(convert.body(one), one.kind))
    } else if (one.type === "ClassProperty" || one.type === "ClassPrivateProperty" || one.type === "ClassAccessorProperty") {
      if (one.value !== null && one.value !== undefined)
        put(keyOf(convert, one.key, one.type !== "ClassPrivateProperty" && one.computed === true), convert.expression(one.value))
    } else if (one.type === "StaticBlock") {
      const block = one.body
      body.push(perform(call(one, { kind: "function", parameters: [], body: () => convert.statements(block), ...spot(one) }, [])))
    }
  }
  const made: Expression = { kind: "record", fields, rest, ...spot(of) }
  return body.length === 0 ? made : after(of, body, made)
}
