import type { Expression, Spanned, Statement } from "../imperative/ir.ts"
import { callAt, doAt, functionAt, maybeAt, nameAt, returnAt, spanOf, textAt, unknownAt } from "../lowering.ts"
import { fieldOf, fieldsOf, type SyntaxNode } from "../syntax.ts"
import { namesOf, usesOf } from "./patterns.ts"
import { type Reader, written } from "./reader.ts"

type Action = (node: SyntaxNode, reader: Reader) => readonly Statement[]

/** Items and statements (the grammar tree-sitter-rust; The Rust Reference, 6 and 8.1). */
export function statementsOf(node: SyntaxNode, reader: Reader): readonly Statement[] {
  const action = actions.get(node.type)
  if (action !== undefined) return action(node, reader)
  return silent.has(node.type) ? [] : [doAt(reader.expressionOf(node))]
}

export const blockOf = (node: SyntaxNode | undefined, reader: Reader): readonly Statement[] =>
  (node?.children ?? []).flatMap((child) => statementsOf(child, reader))

/** A block whose last expression is what it gives. */
const bodyOf = (node: SyntaxNode | undefined, reader: Reader): readonly Statement[] => {
  const body = node?.type === "block" ? blockOf(node, reader) : node === undefined ? [] : [doAt(reader.expressionOf(node))]
  const last = body.at(-1)
  return last?.kind === "do" ? [...body.slice(0, -1), returnAt(last.of)] : body
}

export const silent = new Set([
  "attribute_item",
  "inner_attribute_item",
  "struct_item",
  "enum_item",
  "type_item",
  "empty_statement",
  "macro_definition",
  "extern_crate_declaration",
  "union_item",
  "function_signature_item",
  "line_comment",
])

export const setAt = (at: Spanned, name: string, of: Expression): Statement => ({
  kind: "assign",
  to: nameAt(at, name),
  of,
  declares: true,
  ...spanOf(at),
})

/** Each name in a pattern gets what is taken apart, or the part of a tuple at its place. */
export const bind = (pattern: SyntaxNode | undefined, of: Expression, reader: Reader): readonly Statement[] => {
  if (pattern === undefined) return [doAt(of)]
  const names = namesOf(pattern)
  const [only] = names
  if (names.length === 1 && only !== undefined) return [setAt(only, written(only, reader), of)]
  const whole = `(value ${pattern.start})`
  const isTuple = pattern.type === "tuple_pattern"
  return [
    setAt(pattern, whole, of),
    ...names.map((name, index) => {
      const part: Expression = {
        kind: "member",
        of: nameAt(name, whole),
        name: { kind: "number", number: index, ...spanOf(name) },
        ...spanOf(name),
      }
      return setAt(name, written(name, reader), isTuple ? part : nameAt(name, whole))
    }),
  ]
}

export function functionOf(node: SyntaxNode, reader: Reader): Expression & { readonly kind: "function" } {
  const parameters = (fieldOf(node, "parameters")?.children ?? []).filter(
    ({ type }) => type !== "|" && type !== "self_parameter" && type !== "attribute_item",
  )
  const patterns = parameters.map((one) => fieldOf(one, "pattern") ?? one)
  const names = patterns.map((one) => (one.type === "identifier" ? written(one, reader) : `(parameter ${one.start})`))
  const first = patterns.flatMap((one, index) => (one.type === "identifier" ? [] : bind(one, nameAt(one, names[index] ?? ""), reader)))
  return functionAt(node, names, () => [...first, ...bodyOf(fieldOf(node, "body"), reader)])
}

/** The functions of an `impl` or `trait` stand under its type. */
const implOf: Action = (node, reader) => {
  const type = fieldOf(node, "type") ?? fieldOf(node, "name")
  const body = fieldOf(node, "body")?.children ?? []
  const fields = new Map<string, Expression>()
  for (const one of body) {
    const name = fieldOf(one, "name")
    if (one.type === "function_item" && name !== undefined) fields.set(written(name, reader), functionOf(one, reader))
  }
  const of: Expression = { kind: "record", fields, ...spanOf(node) }
  return [
    ...body.filter((one) => one.type === "const_item").flatMap((one) => statementsOf(one, reader)),
    type === undefined ? doAt(of) : setAt(type, written(type, reader).replace(/<[\s\S]*$/, ""), of),
  ]
}

const constant: Action = (node, reader) => {
  const [name, value] = [fieldOf(node, "name"), fieldOf(node, "value")]
  return name === undefined || value === undefined ? [] : [setAt(name, written(name, reader), reader.expressionOf(value))]
}

export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ["source_file", blockOf],
  ["declaration_list", blockOf],
  ["ERROR", blockOf],
  ["foreign_mod_item", () => []],
  ["expression_statement", blockOf],
  ["use_declaration", (node, reader) => usesOf(node, reader.text)],
  [
    "mod_item",
    (node, reader) => {
      const [name, body] = [fieldOf(node, "name"), fieldOf(node, "body")]
      const file = name === undefined || body !== undefined ? undefined : reader.fileOf(written(name, reader))
      return file === undefined ? blockOf(body, reader) : [doAt(callAt(node, "(module)", [textAt(node, file)]))]
    },
  ],
  [
    "function_item",
    (node, reader) => {
      const name = fieldOf(node, "name")
      return name === undefined ? [] : [setAt(name, written(name, reader), functionOf(node, reader))]
    },
  ],
  ["impl_item", implOf],
  ["trait_item", implOf],
  ["const_item", constant],
  ["static_item", constant],
  [
    "let_declaration",
    (node, reader) => {
      const [value, other] = [fieldOf(node, "value"), fieldOf(node, "alternative")]
      return [
        ...(value === undefined ? [] : bind(fieldOf(node, "pattern"), reader.expressionOf(value), reader)),
        ...(other === undefined ? [] : [maybeAt(other, blockOf(other, reader))]),
      ]
    },
  ],
  [
    "let_condition",
    (node, reader) => {
      const value = fieldOf(node, "value")
      return value === undefined ? [] : bind(fieldOf(node, "pattern"), reader.expressionOf(value), reader)
    },
  ],
  ["let_chain", blockOf],
  ["return_expression", (node, reader) => node.children.slice(0, 1).map((value) => returnAt(reader.expressionOf(value)))],
  [
    "for_expression",
    (node, reader) => {
      const value = fieldOf(node, "value")
      const of = value === undefined ? unknownAt(node, "a loop") : callAt(value, "(each)", [reader.expressionOf(value)])
      return [maybeAt(node, [...bind(fieldOf(node, "pattern"), of, reader), ...blockOf(fieldOf(node, "body"), reader)])]
    },
  ],
  ...["while_expression", "loop_expression"].map((type): readonly [string, Action] => [
    type,
    (node, reader) => [
      ...fieldsOf(node, "condition").flatMap((one) => statementsOf(one, reader)),
      maybeAt(node, blockOf(fieldOf(node, "body"), reader)),
    ],
  ]),
  [
    "assignment_expression",
    (node, reader) => {
      const [left, right] = [fieldOf(node, "left"), fieldOf(node, "right")]
      return left === undefined || right === undefined
        ? []
        : [{ kind: "assign", to: reader.expressionOf(left), of: reader.expressionOf(right), ...spanOf(node) }]
    },
  ],
  [
    "compound_assignment_expr",
    (node, reader) => {
      const [left, right] = [fieldOf(node, "left"), fieldOf(node, "right")]
      if (left === undefined || right === undefined) return []
      const [to, of, operator] = [
        reader.expressionOf(left),
        reader.expressionOf(right),
        fieldOf(node, "operator")?.type.slice(0, -1) ?? "+",
      ]
      if (operator === "+") return [{ kind: "assign", to, of, adds: true, ...spanOf(node) }]
      return [{ kind: "assign", to, of: { kind: "operation", operator, of: [to, of], ...spanOf(node) }, ...spanOf(node) }]
    },
  ],
])
