import type { Expression, Spanned, Statement } from "../imperative/ir.ts"
import { callAt, chainOf, doAt, maybeAt, nameAt, numberOf, repeatedAt, returnAt, spanOf, textAt, unknownAt } from "../lowering.ts"
import { fieldOf, fieldsOf, type SyntaxNode } from "../syntax.ts"
import { callOf, elementOf } from "./calls.ts"
import { classOf, functionOf, methodOf } from "./definitions.ts"
import { globalAt, heredocsOf, type Reader, selfAt } from "./reader.ts"
import { stringOf } from "./strings.ts"

type Form = (node: SyntaxNode, reader: Reader) => Expression
type Action = (node: SyntaxNode, reader: Reader) => readonly Statement[]

/** A whole text of Ruby. */
export function programOf(root: SyntaxNode, text: string): readonly Statement[] {
  const reader: Reader = {
    text,
    heredocs: heredocsOf(root),
    expressionOf: (node) => expressionOf(node, reader),
    blockOf: (node) => (node === undefined ? [] : statementsOf(node, reader)),
    bodyOf: (node) => lastReturns(node === undefined ? [] : statementsOf(node, reader)),
  }
  const object = (to: Expression): Statement => ({
    kind: "assign",
    to,
    of: { kind: "record", fields: new Map(), ...spanOf(root) },
    declares: true,
    ...spanOf(root),
  })
  return [object(selfAt(root)), object(globalAt(root)), ...statementsOf(root, reader)]
}

function lastReturns(body: readonly Statement[]): readonly Statement[] {
  const last = body.at(-1)
  return last?.kind === "do" ? [...body.slice(0, -1), returnAt(last.of)] : body
}

const bodies = new Set([
  "program",
  "body_statement",
  "block_body",
  "then",
  "else",
  "begin",
  "ensure",
  "do",
  "parenthesized_statements",
  "begin_block",
  "end_block",
  "rescue",
  "block",
  "do_block",
  "ERROR",
])

function statementsOf(node: SyntaxNode, reader: Reader): readonly Statement[] {
  const action = actions.get(node.type)
  if (action !== undefined) return action(node, reader)
  if (bodies.has(node.type)) return node.children.flatMap((child) => statementsOf(child, reader))
  return [doAt(expressionOf(node, reader))]
}

const nothing: Action = () => []

/** `if`, `unless`, `while`, `case` and what stands behind a statement: conditions are evaluated, each body may run. */
const branches: Action = (node, reader) => {
  const conditions = [...fieldsOf(node, "condition"), ...fieldsOf(node, "value")].map((one) => doAt(reader.expressionOf(one)))
  const alternatives = [
    ...fieldsOf(node, "consequence"),
    ...fieldsOf(node, "alternative"),
    ...fieldsOf(node, "body"),
    ...node.children.filter(({ type }) => /^(?:when|in_clause|else)$/.test(type)),
  ]
  const kept = [...new Set(alternatives)].map((one) => lastless(one, reader))
  return [...conditions, ...(/^(?:while|until)/.test(node.type) ? repeatedAt(node, kept.flat()) : [maybeAt(node, ...kept)])]
}
/** `for x in list`: the name stays after it. */
const forOf: Action = (node, reader) => {
  const [to, within] = [fieldOf(node, "pattern"), fieldOf(node, "value")]
  const over = within?.type === "in" ? within.children.at(-1) : within
  if (to === undefined || over === undefined) return branches(node, reader)
  const item = callAt(over, "(each)", [reader.expressionOf(over)])
  return repeatedAt(node, [setAt(to, reader.expressionOf(to), item), ...fieldsOf(node, "body").flatMap((one) => lastless(one, reader))])
}
const lastless = (node: SyntaxNode, reader: Reader): readonly Statement[] => reader.blockOf(node)

const assigned: Action = (node, reader) => {
  const [left, right] = [fieldOf(node, "left"), fieldOf(node, "right")]
  if (left === undefined || right === undefined) return []
  const of = reader.expressionOf(right)
  const operator = fieldOf(node, "operator")?.type
  if (left.type === "left_assignment_list") {
    const whole = nameAt(left, `(value ${left.start})`)
    return [
      { kind: "assign", to: whole, of, declares: true, ...spanOf(node) },
      ...left.children.map((child, index): Statement => {
        const name: Expression = { kind: "number", number: index, ...spanOf(child) }
        return setAt(child, reader.expressionOf(child), { kind: "member", of: whole, name, ...spanOf(child) })
      }),
    ]
  }
  const to = targetOf(left, reader)
  const method = fieldOf(left, "method")
  // A gem's specification names the scripts that build its native parts (Specification Reference, `extensions`).
  const builds =
    method !== undefined && reader.text.slice(method.start, method.end) === "extensions" ? [doAt(callAt(node, "(extensions)", [of]))] : []
  if (operator === "+=" || operator === "<<=") return [...builds, { kind: "assign", to, of, adds: true, ...spanOf(node) }]
  if (operator === "||=" || operator === "&&=") return [...builds, setAt(node, to, { kind: "either", of: [to, of], ...spanOf(node) })]
  if (operator !== undefined)
    return [setAt(node, to, { kind: "operation", operator: operator.slice(0, -1), of: [to, of], ...spanOf(node) })]
  return [...builds, setAt(node, to, of)]
}

const setAt = (at: Spanned, to: Expression, of: Expression): Statement => ({
  kind: "assign",
  to,
  of,
  ...(to.kind === "name" ? { declares: "new" } : {}),
  ...spanOf(at),
})

function targetOf(node: SyntaxNode, reader: Reader): Expression {
  const [receiver, method] = [fieldOf(node, "receiver"), fieldOf(node, "method")]
  if (node.type !== "call" || receiver === undefined || method === undefined) return reader.expressionOf(node)
  return { kind: "member", of: reader.expressionOf(receiver), name: reader.text.slice(method.start, method.end), ...spanOf(node) }
}

const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ["method", methodOf],
  ["singleton_method", methodOf],
  ["class", classOf],
  ["module", classOf],
  ["singleton_class", (node, reader) => reader.blockOf(fieldOf(node, "body"))],
  ...[
    "if",
    "unless",
    "if_modifier",
    "unless_modifier",
    "while",
    "until",
    "while_modifier",
    "until_modifier",
    "case",
    "case_match",
    "elsif",
    "when",
    "in_clause",
    "rescue_modifier",
  ].map((type): readonly [string, Action] => [type, branches]),
  ["for", forOf],
  ["assignment", assigned],
  ["operator_assignment", assigned],
  ["return", (node, reader) => [returnAt(node.children[0] === undefined ? textAt(node, "nil") : reader.expressionOf(node.children[0]))]],
  ["rescue", (node, reader) => [maybeAt(node, reader.blockOf(fieldOf(node, "body")))]],
  ["heredoc_body", nothing],
  ["uninterpreted", nothing],
  ["empty_statement", nothing],
])

function expressionOf(node: SyntaxNode, reader: Reader): Expression {
  const form = forms.get(node.type)
  if (form !== undefined) return form(node, reader)
  const isStatement = actions.has(node.type) || bodies.has(node.type)
  if (!isStatement)
    return unknownAt(
      node,
      node.type,
      node.children.map((child) => expressionOf(child, reader)),
    )
  return givenBy(node, reader)
}

/** Statements as an expression: an assignment gives what it assigned, others what their last statement gives. */
function givenBy(node: SyntaxNode, reader: Reader): Expression {
  const body = statementsOf(node, reader)
  const last = body.at(-1)
  if (last?.kind === "assign") return { kind: "after", body, of: last.to, ...spanOf(node) }
  if (last?.kind === "do") return { kind: "after", body: body.slice(0, -1), of: last.of, ...spanOf(node) }
  if (last?.kind !== "maybe") return { kind: "after", body, of: textAt(node, "nil"), ...spanOf(node) }
  const of = last.bodies.map((one): Expression => {
    const end = one.at(-1)
    return {
      kind: "after",
      body: end?.kind === "do" ? one.slice(0, -1) : one,
      of: end?.kind === "do" ? end.of : textAt(node, "nil"),
      ...spanOf(node),
    }
  })
  return { kind: "after", body: body.slice(0, -1), of: { kind: "either", of, ...spanOf(node) }, ...spanOf(node) }
}

const written = ({ start, end }: SyntaxNode, { text }: Reader): string => text.slice(start, end)
const items: Form = (node, reader) => ({
  kind: "list",
  items: node.children.filter(({ type }) => !/^%/.test(type)).map((child) => reader.expressionOf(child)),
  ...spanOf(node),
})
const name: Form = (node, reader) => nameAt(node, written(node, reader))
const inner: Form = (node, reader) =>
  node.children.length === 1 && node.children[0] !== undefined ? expressionOf(node.children[0], reader) : givenBy(node, reader)
const numeral: Form = (node, reader) => ({ kind: "number", number: numberOf(written(node, reader)) ?? 0, ...spanOf(node) })

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  [
    "identifier",
    (node, reader) =>
      written(node, reader) === "__dir__"
        ? callAt(node, "__dir__", [])
        : { kind: "name", name: written(node, reader), calls: true, ...spanOf(node) },
  ],
  ["constant", name],
  ["self", selfAt],
  ["instance_variable", (node, reader) => ({ kind: "member", of: selfAt(node), name: written(node, reader), ...spanOf(node) })],
  ["class_variable", (node, reader) => ({ kind: "member", of: selfAt(node), name: written(node, reader), ...spanOf(node) })],
  ["global_variable", (node, reader) => ({ kind: "member", of: globalAt(node), name: written(node, reader), ...spanOf(node) })],
  ["integer", numeral],
  ["float", numeral],
  ["character", (node, reader) => textAt(node, written(node, reader).slice(1))],
  ["simple_symbol", (node, reader) => textAt(node, written(node, reader).slice(1))],
  ["hash_key_symbol", (node, reader) => textAt(node, written(node, reader))],
  ...["string", "chained_string", "delimited_symbol", "bare_string", "bare_symbol"].map((type): readonly [string, Form] => [
    type,
    stringOf,
  ]),
  ["heredoc_beginning", (node, reader) => stringOf(reader.heredocs.get(node.start) ?? node, reader)],
  ["subshell", (node, reader) => ({ kind: "shell", of: stringOf(node, reader), ...spanOf(node) })],
  ["call", callOf],
  ["element_reference", elementOf],
  [
    "scope_resolution",
    (node, reader) => {
      const [scope, of] = [fieldOf(node, "scope"), fieldOf(node, "name")]
      if (of === undefined) return unknownAt(node, "a constant")
      return scope === undefined
        ? name(of, reader)
        : { kind: "member", of: expressionOf(scope, reader), name: written(of, reader), ...spanOf(node) }
    },
  ],
  ["binary", (node, reader) => chainOf(node, reader.expressionOf, operationOf)],
  [
    "unary",
    (node, reader) =>
      unknownAt(
        node,
        "an operation",
        node.children.map((child) => expressionOf(child, reader)),
      ),
  ],
  [
    "conditional",
    (node, reader) => {
      const of = [...fieldsOf(node, "consequence"), ...fieldsOf(node, "alternative")].map((child) => expressionOf(child, reader))
      const body = fieldsOf(node, "condition").map((one) => doAt(expressionOf(one, reader)))
      return { kind: "after", body, of: { kind: "either", of, ...spanOf(node) }, ...spanOf(node) }
    },
  ],
  ["parenthesized_statements", inner],
  ["right_assignment_list", items],
  ["array", items],
  ["string_array", items],
  ["symbol_array", items],
  [
    "splat_argument",
    (node, reader) => ({ kind: "spread", of: inner({ ...node, children: node.children.slice(-1) }, reader), ...spanOf(node) }),
  ],
  ["argument_list", items],
  ["lambda", functionOf],
  [
    "hash",
    (node, reader) => {
      const fields = new Map<string, Expression>()
      for (const pair of node.children) {
        const [key, value] = [fieldOf(pair, "key"), fieldOf(pair, "value")]
        const named = key === undefined ? undefined : expressionOf(key, reader)
        if (named?.kind === "text" && value !== undefined) fields.set(named.text, expressionOf(value, reader))
      }
      return { kind: "record", fields, ...spanOf(node) }
    },
  ],
])

/** `<<` writes, adds or shifts; `||` gives either; `%` formats. */
const operationOf = (operator: string, of: readonly Expression[], at: Spanned): Expression => {
  const [first, ...rest] = of
  if (/^(?:\|\||&&|and|or)$/.test(operator)) return { kind: "either", of, ...spanOf(at) }
  if (first === undefined || (operator !== "<<" && operator !== "%")) return { kind: "operation", operator, of, ...spanOf(at) }
  if (operator === "%") return rest.reduce((left, right): Expression => callAt(at, "(format)", [left, right]), first)
  const pushed = rest.reduce((left, right) => callAt(at, { kind: "member", of: left, name: "<<", ...spanOf(at) }, [right]), first)
  if (first.kind !== "name") return pushed
  return { kind: "after", body: [{ kind: "assign", to: first, of: pushed, declares: "new", ...spanOf(at) }], of: first, ...spanOf(at) }
}
