import type { Expression } from "../imperative/ir.ts"
import { type Convert, call, spot } from "./make.ts"
import { original } from "./parse.ts"
import type { Converted, ObjectNode } from "./syntax.ts"

/** The name of a member, where it is written. */
export function keyOf(convert: Convert, key: Converted, computed: boolean): string | Expression {
  if (computed) return convert.expression(key)
  if (key.type === "Identifier") return original(key.name)
  if (key.type === "StringLiteral") return original(key.value)
  if (key.type === "NumericLiteral") return String(key.value)
  return key.type === "PrivateName" ? `#${key.id.name}` : convert.expression(key)
}

export function record(convert: Convert, of: ObjectNode): Expression {
  const fields = new Map<string, Expression>()
  const rest: Expression[] = []
  for (const one of of.properties) {
    if (one.type === "SpreadElement") rest.push(convert.expression(one.argument))
    else {
      const key = keyOf(convert, one.key, one.computed)
      const value = one.type === "ObjectMethod" ? method(convert.body(one), one.kind) : propertyValue(convert, one.value)
      const name = typeof key === "string" ? key : key.kind === "text" ? key.text : undefined
      if (typeof key !== "string" && name === undefined) rest.push(key)
      if (name === undefined) rest.push(value)
      // What a setter is given is no value of the field.
      else fields.set(one.type === "ObjectMethod" && one.kind === "set" ? `set ${name}` : name, value)
    }
  }
  return { kind: "record", fields, rest, ...spot(of) }
}

type Property = Extract<ObjectNode["properties"][number], { readonly type: "ObjectProperty" }>

/** Patterns stand here only while the parser does not yet know that it reads one. */
function propertyValue(convert: Convert, of: Property["value"]): Expression {
  switch (of.type) {
    case "ObjectPattern":
    case "ArrayPattern":
    case "RestElement":
    case "AssignmentPattern":
    case "VoidPattern":
      return { kind: "unknown", why: of.type, of: [], ...spot(of) }
    default:
      return convert.expression(of)
  }
}

/** A getter is called where it is read; here once. */
export const method = (of: Expression, kind: string): Expression => (kind === "get" ? call(of, of, []) : of)
