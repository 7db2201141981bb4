import type { Expression, Spanned, Statement } from "../imperative/ir.ts"
import { callAt, chainOf, doAt, functionAt, maybeAt, nameAt, numberOf, returnAt, spanOf, textAt, unknownAt } from "../lowering.ts"
import { fieldOf, fieldsOf, type SyntaxNode } from "../syntax.ts"
import { namesOf, usesOf } from "./patterns.ts"
import { stringOf } from "./strings.ts"

/** One text of Rust; `text` is what was written, also where the parser was given something else in its place. */
export interface Reader {
  readonly text: string
  /** The file of the release that `mod name;` in this one means. */
  fileOf(module: string): string | undefined
}

type Form = (node: SyntaxNode, reader: Reader) => Expression
type Action = (node: SyntaxNode, reader: Reader) => readonly Statement[]

const written = ({ start, end }: SyntaxNode, { text }: Reader): string => text.slice(start, end)

/** Items and statements (the grammar tree-sitter-rust; The Rust Reference, 6 and 8.1). */
export function statementsOf(node: SyntaxNode, reader: Reader): readonly Statement[] {
  const action = actions.get(node.type)
  if (action !== undefined) return action(node, reader)
  return silent.has(node.type) ? [] : [doAt(expressionOf(node, reader))]
}

const blockOf = (node: SyntaxNode | undefined, reader: Reader): readonly Statement[] =>
  (node?.children ?? []).flatMap((child) => statementsOf(child, reader))

/** A block whose last expression is what it gives. */
const bodyOf = (node: SyntaxNode | undefined, reader: Reader): readonly Statement[] => {
  const body = node?.type === "block" ? blockOf(node, reader) : node === undefined ? [] : [doAt(expressionOf(node, reader))]
  const last = body.at(-1)
  return last?.kind === "do" ? [...body.slice(0, -1), returnAt(last.of)] : body
}

const silent = new Set([
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

const setAt = (at: Spanned, name: string, of: Expression): Statement => ({
  kind: "assign",
  to: nameAt(at, name),
  of,
  declares: true,
  ...spanOf(at),
})

/** Each name in a pattern gets what is taken apart, or the part of a tuple at its place. */
const bind = (pattern: SyntaxNode | undefined, of: Expression, reader: Reader): readonly Statement[] => {
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

function functionOf(node: SyntaxNode, reader: Reader): Expression & { readonly kind: "function" } {
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
  return name === undefined || value === undefined ? [] : [setAt(name, written(name, reader), expressionOf(value, reader))]
}

const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
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
        ...(value === undefined ? [] : bind(fieldOf(node, "pattern"), expressionOf(value, reader), reader)),
        ...(other === undefined ? [] : [maybeAt(other, blockOf(other, reader))]),
      ]
    },
  ],
  [
    "let_condition",
    (node, reader) => {
      const value = fieldOf(node, "value")
      return value === undefined ? [] : bind(fieldOf(node, "pattern"), expressionOf(value, reader), reader)
    },
  ],
  ["let_chain", blockOf],
  ["return_expression", (node, reader) => node.children.slice(0, 1).map((value) => returnAt(expressionOf(value, reader)))],
  [
    "for_expression",
    (node, reader) => {
      const value = fieldOf(node, "value")
      const of = value === undefined ? unknownAt(node, "a loop") : callAt(value, "(each)", [expressionOf(value, reader)])
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
        : [{ kind: "assign", to: expressionOf(left, reader), of: expressionOf(right, reader), ...spanOf(node) }]
    },
  ],
  [
    "compound_assignment_expr",
    (node, reader) => {
      const [left, right] = [fieldOf(node, "left"), fieldOf(node, "right")]
      if (left === undefined || right === undefined) return []
      const [to, of, operator] = [
        expressionOf(left, reader),
        expressionOf(right, reader),
        fieldOf(node, "operator")?.type.slice(0, -1) ?? "+",
      ]
      if (operator === "+") return [{ kind: "assign", to, of, adds: true, ...spanOf(node) }]
      return [{ kind: "assign", to, of: { kind: "operation", operator, of: [to, of], ...spanOf(node) }, ...spanOf(node) }]
    },
  ],
])

export function expressionOf(node: SyntaxNode, reader: Reader): Expression {
  const form = forms.get(node.type)
  if (form !== undefined) return form(node, reader)
  if (actions.has(node.type)) return { kind: "after", body: statementsOf(node, reader), of: textAt(node, ""), ...spanOf(node) }
  return unknownAt(
    node,
    node.type,
    node.children.filter(({ type }) => !silent.has(type)).map((child) => expressionOf(child, reader)),
  )
}

/** What stands around an expression and changes nothing that flows: references, `?`, casts, blocks. */
const inner: Form = (node, reader) => {
  const value = fieldOf(node, "value") ?? node.children.find(({ type }) => /[a-z]/.test(type) && type !== "mutable_specifier")
  return value === undefined ? unknownAt(node, node.type) : expressionOf(value, reader)
}

const block: Form = (node, reader) => {
  const body =
    node.type === "block" ? blockOf(node, reader) : node.children.flatMap((child) => (child.type === "block" ? blockOf(child, reader) : []))
  const last = body.at(-1)
  if (last?.kind !== "do") return { kind: "after", body, of: textAt(node, ""), ...spanOf(node) }
  return { kind: "after", body: body.slice(0, -1), of: last.of, ...spanOf(node) }
}

/** `if` and `match`: what is looked at is bound, and any of the arms gives what it gives. */
const arms: Form = (node, reader) => {
  const condition = fieldOf(node, "condition")
  const value = node.type === "match_expression" ? fieldOf(node, "value") : undefined
  const subject = value === undefined ? undefined : `(value ${value.start})`
  const of = (fieldOf(node, "body")?.children ?? []).flatMap((arm): readonly Expression[] => {
    const [pattern, result] = [fieldOf(arm, "pattern"), fieldOf(arm, "value")]
    if (result === undefined) return []
    return [
      {
        kind: "after",
        body: subject === undefined ? [] : bind(pattern, nameAt(arm, subject), reader),
        of: expressionOf(result, reader),
        ...spanOf(arm),
      },
    ]
  })
  const branches = [...fieldsOf(node, "consequence"), ...fieldsOf(node, "alternative").flatMap(({ children }) => children)].map((one) =>
    expressionOf(one, reader),
  )
  const body = [
    ...(condition === undefined ? [] : statementsOf(condition, reader)),
    ...(value === undefined || subject === undefined ? [] : [setAt(value, subject, expressionOf(value, reader))]),
  ]
  return { kind: "after", body, of: { kind: "either", of: [...of, ...branches], ...spanOf(node) }, ...spanOf(node) }
}

const fills = new Set(["read_to_string", "read_to_end", "read_exact", "push_str", "extend_from_slice", "push"])

const call: Form = (node, reader) => {
  const [target, list] = [fieldOf(node, "function"), fieldOf(node, "arguments")]
  if (target === undefined) return unknownAt(node, "a call")
  const callee = target.type === "generic_function" ? (fieldOf(target, "function") ?? target) : target
  const nodes = (list?.children ?? []).filter(({ type }) => !silent.has(type))
  const args = nodes.map((one) => expressionOf(one, reader))
  const [of, method] = [fieldOf(callee, "value"), fieldOf(callee, "field")]
  if (callee.type !== "field_expression" || of === undefined || method === undefined)
    return callAt(node, expressionOf(callee, reader), args)
  const [on, name] = [expressionOf(of, reader), written(method, reader)]
  const [given] = args
  if (name === "parse" && /TokenStream/.test(written(target, reader))) return callAt(node, "(tokens)", [on])
  if (given !== undefined && fills.has(name)) {
    // Into the argument what is read, or into the receiver what is given.
    const [to, what] = name.startsWith("read") ? [given, on] : [on, given]
    if (to.kind === "name")
      return { kind: "after", body: [{ kind: "assign", to, of: what, adds: true, ...spanOf(node) }], of: to, ...spanOf(node) }
  }
  return callAt(node, { kind: "member", of: on, name, ...spanOf(callee) }, args)
}

const index: Form = (node, reader) => {
  const [value, at] = node.children
  if (value === undefined || at === undefined) return unknownAt(node, "an element")
  const of = expressionOf(value, reader)
  return at.type === "range_expression"
    ? callAt(node, "(slice)", [of])
    : { kind: "member", of, name: expressionOf(at, reader), ...spanOf(node) }
}

const list: Form = (node, reader) => ({
  kind: "list",
  items: node.children.filter(({ type }) => type !== "attribute_item").map((child) => expressionOf(child, reader)),
  ...spanOf(node),
})
const name: Form = (node, reader) => nameAt(node, written(node, reader))
const numeral: Form = (node, reader) => ({ kind: "number", number: numberOf(written(node, reader)) ?? 0, ...spanOf(node) })
const path: Form = (node, reader) => {
  const [of, last] = [fieldOf(node, "path"), fieldOf(node, "name")]
  if (last === undefined) return unknownAt(node, "a path")
  return of === undefined
    ? name(last, reader)
    : { kind: "member", of: expressionOf(of, reader), name: written(last, reader), ...spanOf(node) }
}
const member: Form = (node, reader) => {
  const [of, field] = [fieldOf(node, "value"), fieldOf(node, "field")]
  return of === undefined || field === undefined
    ? unknownAt(node, "a field")
    : { kind: "member", of: expressionOf(of, reader), name: written(field, reader), ...spanOf(node) }
}
const operationOf = (operator: string, of: readonly Expression[], at: Spanned): Expression => ({
  kind: "operation",
  operator,
  of,
  ...spanOf(at),
})
const string: Form = (node, reader) => stringOf(node, reader.text)

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ...["identifier", "self", "crate", "super", "type_identifier", "primitive_type"].map((type): readonly [string, Form] => [type, name]),
  ["scoped_identifier", path],
  ["scoped_type_identifier", path],
  ["generic_type", (node, reader) => expressionOf(fieldOf(node, "type") ?? { ...node, type: "unknown" }, reader)],
  ["field_expression", member],
  ["call_expression", call],
  ["index_expression", index],
  ["binary_expression", (node, reader) => chainOf(node, (one) => expressionOf(one, reader), operationOf)],
  ...[
    "try_expression",
    "reference_expression",
    "parenthesized_expression",
    "type_cast_expression",
    "await_expression",
    "unary_expression",
  ].map((type): readonly [string, Form] => [type, inner]),
  ...["block", "unsafe_block", "async_block", "const_block"].map((type): readonly [string, Form] => [type, block]),
  ["if_expression", arms],
  ["match_expression", arms],
  ["closure_expression", functionOf],
  ...["array_expression", "tuple_expression", "token_tree"].map((type): readonly [string, Form] => [type, list]),
  [
    "macro_invocation",
    (node, reader) => {
      const [macro, tokens] = [fieldOf(node, "macro"), node.children.find(({ type }) => type === "token_tree")]
      const args =
        tokens === undefined ? [] : tokens.children.filter(({ type }) => /[a-z]/.test(type)).map((one) => expressionOf(one, reader))
      return callAt(node, `${macro === undefined ? "" : written(macro, reader)}!`, args)
    },
  ],
  ...["string_literal", "raw_string_literal", "char_literal"].map((type): readonly [string, Form] => [type, string]),
  ["integer_literal", numeral],
  ["float_literal", numeral],
  [
    "struct_expression",
    (node, reader) => {
      const fields = new Map<string, Expression>()
      for (const one of fieldOf(node, "body")?.children ?? []) {
        const [field, value] = [fieldOf(one, "field"), fieldOf(one, "value")]
        if (field !== undefined && value !== undefined) fields.set(written(field, reader), expressionOf(value, reader))
      }
      return { kind: "record", fields, ...spanOf(node) }
    },
  ],
])
