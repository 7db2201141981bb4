import type { Expression, Spanned } from "../imperative/ir.ts"
import { callAt, chainOf, nameAt, numberOf, spanOf, textAt, unknownAt } from "../lowering.ts"
import { fieldOf, fieldsOf, type SyntaxNode } from "../syntax.ts"
import { type Reader, written } from "./reader.ts"
import { actions, bind, blockOf, functionOf, setAt, silent, statementsOf } from "./statements.ts"
import { stringOf } from "./strings.ts"

type Form = (node: SyntaxNode, reader: Reader) => Expression

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

/** Variables that a text of a format names (The Rust Standard Library, `std::fmt`, named parameters). */
function captured(args: readonly Expression[], at: Spanned): { readonly named?: ReadonlyMap<string, Expression> } {
  const pattern = args.find((one) => one.kind === "text")
  const names = pattern?.kind === "text" ? pattern.text.matchAll(/(?<!\{)\{([A-Za-z_]\w*)(?::[^{}]*)?\}/g) : []
  const named = new Map([...names].map(([, name = ""]) => [name, nameAt(at, name)]))
  return named.size === 0 ? {} : { named }
}

const call: Form = (node, reader) => {
  const [target, list] = [fieldOf(node, "function"), fieldOf(node, "arguments")]
  if (target === undefined) return unknownAt(node, "a call")
  const callee = target.type === "generic_function" ? (fieldOf(target, "function") ?? target) : target
  const nodes = (list?.children ?? []).filter(({ type }) => !silent.has(type))
  const args = nodes.map((one) => expressionOf(one, reader))
  const [of, method] = [fieldOf(callee, "value"), fieldOf(callee, "field")]
  if (callee.type !== "field_expression" || of === undefined || method === undefined)
    return { ...callAt(node, expressionOf(callee, reader), args), ...(written(callee, reader).endsWith("!") ? captured(args, node) : {}) }
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
  ...["try_expression", "reference_expression", "parenthesized_expression", "await_expression", "unary_expression"].map(
    (type): readonly [string, Form] => [type, inner],
  ),
  ...["block", "unsafe_block", "async_block", "const_block"].map((type): readonly [string, Form] => [type, block]),
  ["if_expression", arms],
  ["match_expression", arms],
  [
    "type_cast_expression",
    (node, reader) => {
      const [of, to] = [fieldOf(node, "value"), fieldOf(node, "type")]
      if (of === undefined) return unknownAt(node, "a cast")
      const value = expressionOf(of, reader)
      return to !== undefined && written(to, reader) === "char" ? callAt(node, "(char)", [value]) : value
    },
  ],
  ["closure_expression", functionOf],
  ...["array_expression", "tuple_expression", "token_tree"].map((type): readonly [string, Form] => [type, list]),
  [
    "macro_invocation",
    (node, reader) => {
      const [macro, tokens] = [fieldOf(node, "macro"), node.children.find(({ type }) => type === "token_tree")]
      const args =
        tokens === undefined ? [] : tokens.children.filter(({ type }) => /[a-z]/.test(type)).map((one) => expressionOf(one, reader))
      const called = macro === undefined ? "" : written(macro, reader)
      if (called === "stringify" && tokens !== undefined) return textAt(node, written(tokens, reader).slice(1, -1).trim())
      return callAt(node, `${called}!`, args)
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
