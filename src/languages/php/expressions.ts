import type { Expression, Spanned, Statement } from "../imperative/ir.ts"
import { callAt, chainOf, countedAt, doAt, nameAt, numberOf, spanOf, textAt, unknownAt } from "../lowering.ts"
import { fieldOf, fieldsOf, type SyntaxNode } from "../syntax.ts"
import { functionOf, madeOf } from "./definitions.ts"
import { type Reader, writtenAt } from "./reader.ts"
import { stringOf } from "./strings.ts"

type Form = (node: SyntaxNode, reader: Reader) => Expression

/** Expressions of the grammar tree-sitter-php (PHP Manual, Expressions). */
export function expressionOf(node: SyntaxNode, reader: Reader): Expression {
  const form = forms.get(node.type)
  return form === undefined ? unknownOf(node, reader) : form(node, reader)
}

const parts = ({ children }: SyntaxNode): readonly SyntaxNode[] => children.filter(({ type }) => /[a-z]/.test(type))
const unknownOf: Form = (node, reader) => unknownAt(node, node.type, parts(node).map(reader.expressionOf))
const inner: Form = (node, reader) => {
  const last = parts(node).at(-1)
  return last === undefined ? unknownOf(node, reader) : reader.expressionOf(last)
}
const numeral: Form = (node, reader) => ({ kind: "number", number: numberOf(writtenAt(node, reader)) ?? 0, ...spanOf(node) })

/** The arguments of a call, in their order; those with a name are looked at as the others. */
function argumentsOf(node: SyntaxNode, reader: Reader): readonly Expression[] {
  const list = fieldOf(node, "arguments") ?? node.children.find(({ type }) => type === "arguments")
  return (list?.children ?? []).flatMap((one) => {
    const value = parts(one)
      .filter(({ field, type }) => field !== "name" && type !== "reference_modifier")
      .at(-1)
    if (one.type === "variadic_unpacking") return [{ kind: "spread" as const, of: inner(one, reader), ...spanOf(one) }]
    return value === undefined ? [] : [reader.expressionOf(value)]
  })
}

/** A function by its name, or by what a variable holds: a text names it. */
const call: Form = (node, reader) => {
  const target = fieldOf(node, "function")
  const args = argumentsOf(node, reader)
  if (target === undefined) return unknownOf(node, reader)
  if (target.type === "name" || target.type === "qualified_name")
    return callAt(node, `${writtenAt(target, reader).replace(/^.*\\/, "")}()`, args)
  return callAt(node, "(call)", [reader.expressionOf(target), ...args])
}

const method: Form = (node, reader) => {
  const [object, name] = [fieldOf(node, "object") ?? fieldOf(node, "scope"), fieldOf(node, "name")]
  if (object === undefined || name === undefined) return unknownOf(node, reader)
  const key = name.type === "name" ? writtenAt(name, reader) : reader.expressionOf(name)
  return callAt(node, { kind: "member", of: reader.expressionOf(object), name: key, ...spanOf(node) }, argumentsOf(node, reader))
}

const member: Form = (node, reader) => {
  const [object, name] = [
    fieldOf(node, "object") ?? fieldOf(node, "scope") ?? node.children[0],
    fieldOf(node, "name") ?? node.children.at(-1),
  ]
  if (object === undefined || name === undefined) return unknownOf(node, reader)
  return { kind: "member", of: reader.expressionOf(object), name: writtenAt(name, reader).replace(/^\$/, ""), ...spanOf(node) }
}

const subscript: Form = (node, reader) => {
  const [of, index] = parts(node)
  if (of === undefined) return unknownOf(node, reader)
  const name: Expression =
    index === undefined
      ? unknownAt(node, "the next")
      : index.type === "name"
        ? textAt(index, writtenAt(index, reader))
        : reader.expressionOf(index)
  return { kind: "member", of: reader.expressionOf(of), name, ...spanOf(node) }
}

/** With keys a record, without a list. */
const array: Form = (node, reader) => {
  const items: Expression[] = []
  const fields = new Map<string, Expression>()
  for (const element of node.children) {
    const [key, value] = parts(element)
    if (key === undefined) continue
    if (value === undefined || element.type !== "array_element_initializer") {
      items.push(element.type === "array_element_initializer" ? reader.expressionOf(key) : reader.expressionOf(element))
      continue
    }
    const name = reader.expressionOf(key)
    if (name.kind === "text") fields.set(name.text, reader.expressionOf(value))
    else items.push(reader.expressionOf(value))
  }
  if (fields.size === 0) return { kind: "list", items, ...spanOf(node) }
  return { kind: "record", fields, rest: items, ...spanOf(node) }
}

const operationOf = (operator: string, of: readonly Expression[], at: Spanned): Expression => {
  // The point of a concatenation is punctuation to the tree.
  if (operator === "") return { kind: "joined", parts: of, ...spanOf(at) }
  if (/^(?:\?\?|\|\||&&|or|and|\?:)$/.test(operator)) return { kind: "either", of, ...spanOf(at) }
  return operator === "+" ? unknownAt(at, "a sum", of) : { kind: "operation", operator, of, ...spanOf(at) }
}

/** `=`, `.=` and the like: what is assigned is what the expression gives. */
const assigned: Form = (node, reader) => {
  const [left, right] = [fieldOf(node, "left"), fieldOf(node, "right")]
  if (left === undefined || right === undefined) return unknownOf(node, reader)
  const of = reader.expressionOf(right)
  const operator = fieldOf(node, "operator")?.type ?? "="
  if (left.type === "list_literal" || left.type === "array_creation_expression") {
    const whole = nameAt(left, `(value ${left.start})`)
    const body: readonly Statement[] = [
      { kind: "assign", to: whole, of, declares: true, ...spanOf(node) },
      ...parts(left).map((one, index): Statement => {
        const name: Expression = { kind: "number", number: index, ...spanOf(one) }
        return {
          kind: "assign",
          to: reader.expressionOf(one),
          of: { kind: "member", of: whole, name, ...spanOf(one) },
          declares: true,
          ...spanOf(one),
        }
      }),
    ]
    return { kind: "after", body, of: whole, ...spanOf(node) }
  }
  const to = reader.expressionOf(left)
  const value: Expression =
    operator === "=" || operator === ".="
      ? of
      : operator === "??="
        ? { kind: "either", of: [to, of], ...spanOf(node) }
        : { kind: "operation", operator: operator.slice(0, -1), of: [to, of], ...spanOf(node) }
  const statement: Statement = {
    kind: "assign",
    to,
    of: value,
    ...(operator === ".=" ? { adds: true } : to.kind === "name" ? { declares: true } : {}),
    ...spanOf(node),
  }
  return { kind: "after", body: [statement], of: to, ...spanOf(node) }
}

const includes: Form = (node, reader) => callAt(node, "include()", parts(node).map(reader.expressionOf))

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["variable_name", (node, reader) => nameAt(node, writtenAt(node, reader))],
  ["name", (node, reader) => nameAt(node, writtenAt(node, reader))],
  ["qualified_name", (node, reader) => nameAt(node, writtenAt(node, reader).replace(/^.*\\/, ""))],
  ["relative_scope", (node, reader) => nameAt(node, writtenAt(node, reader))],
  ["dynamic_variable_name", unknownOf],
  ...["string", "encapsed_string", "heredoc", "nowdoc"].map((type): readonly [string, Form] => [type, stringOf]),
  ["shell_command_expression", (node, reader) => ({ kind: "shell", of: stringOf(node, reader), ...spanOf(node) })],
  ["integer", numeral],
  ["float", numeral],
  ["boolean", (node, reader) => textAt(node, writtenAt(node, reader))],
  ["null", (node) => textAt(node, "")],
  ["function_call_expression", call],
  ["member_call_expression", method],
  ["nullsafe_member_call_expression", method],
  ["scoped_call_expression", method],
  ["member_access_expression", member],
  ["nullsafe_member_access_expression", member],
  ["scoped_property_access_expression", member],
  ["class_constant_access_expression", member],
  ["subscript_expression", subscript],
  ["object_creation_expression", (node, reader) => madeOf(node, reader, argumentsOf(node, reader))],
  ["array_creation_expression", array],
  ["binary_expression", (node, reader) => chainOf(node, reader.expressionOf, operationOf)],
  ["assignment_expression", assigned],
  ["augmented_assignment_expression", assigned],
  [
    "update_expression",
    (node, reader) => {
      const [of] = parts(node)
      if (of?.type !== "variable_name") return unknownOf(node, reader)
      return countedAt(node, reader.expressionOf(of), writtenAt(node, reader).includes("--") ? "-" : "+")
    },
  ],
  ["reference_assignment_expression", assigned],
  [
    "conditional_expression",
    (node, reader) => {
      const of = [...fieldsOf(node, "body"), ...fieldsOf(node, "alternative")].map(reader.expressionOf)
      const condition = fieldsOf(node, "condition").map(reader.expressionOf)
      return {
        kind: "after",
        body: condition.map(doAt),
        of: { kind: "either", of: of.length === 1 ? [...condition, ...of] : of, ...spanOf(node) },
        ...spanOf(node),
      }
    },
  ],
  [
    "match_expression",
    (node, reader) => {
      const of = (fieldOf(node, "body")?.children ?? []).flatMap((arm) => fieldsOf(arm, "return_expression")).map(reader.expressionOf)
      return { kind: "either", of, ...spanOf(node) }
    },
  ],
  ...["parenthesized_expression", "error_suppression_expression", "cast_expression", "clone_expression", "by_ref", "argument"].map(
    (type): readonly [string, Form] => [type, inner],
  ),
  ...["include_expression", "include_once_expression", "require_expression", "require_once_expression"].map(
    (type): readonly [string, Form] => [type, includes],
  ),
  ["print_intrinsic", (node, reader) => callAt(node, "echo()", parts(node).map(reader.expressionOf))],
  ["anonymous_function", functionOf],
  ["anonymous_function_creation_expression", functionOf],
  ["arrow_function", functionOf],
])
