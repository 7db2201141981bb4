import type { Expression, Spanned } from "../imperative/ir.ts"
import { blindAt, callAt, chainOf, doAt, functionAt, nameAt, numberOf, returnAt, spanOf, textAt, unknownAt } from "../lowering.ts"
import { fieldOf, fieldsOf, type SyntaxNode } from "../syntax.ts"
import { parametersOf } from "./parameters.ts"
import { stringOf } from "./strings.ts"
import { assignsOf } from "./targets.ts"

type Form = (node: SyntaxNode, text: string) => Expression

/** Expressions of the grammar tree-sitter-python (The Python Language Reference, 6). What has no form is kept as what flows through it. */
export function expressionOf(node: SyntaxNode, text: string): Expression {
  return (forms.get(node.type) ?? unknownOf)(node, text)
}

const unknownOf: Form = (node, text) =>
  unknownAt(
    node,
    node.type,
    node.children.map((child) => expressionOf(child, text)),
  )
const innerOf: Form = (node, text) => {
  const [inner] = node.children
  return inner === undefined ? unknownOf(node, text) : expressionOf(inner, text)
}
const constant =
  (name: string): Form =>
  (node) =>
    textAt(node, name)
const listOf: Form = (node, text) => ({ kind: "list", items: node.children.map((child) => expressionOf(child, text)), ...spanOf(node) })
const string: Form = (node, text) => stringOf(node, text, (inner) => expressionOf(inner, text))
const numeral: Form = (node, text) => {
  const number = numberOf(text.slice(node.start, node.end))
  return number === undefined ? unknownAt(node, "number") : { kind: "number", number, ...spanOf(node) }
}

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["identifier", (node, text) => nameAt(node, text.slice(node.start, node.end))],
  ["true", constant("True")],
  ["false", constant("False")],
  ["none", constant("None")],
  ["integer", numeral],
  ["float", numeral],
  ["string", string],
  ["concatenated_string", string],
  ["parenthesized_expression", innerOf],
  ["await", innerOf],
  ["yield", innerOf],
  ["type", innerOf],
  ["attribute", attributeOf],
  ["subscript", subscriptOf],
  ["call", callOf],
  ["binary_operator", (node, text) => chainOf(node, (inner) => expressionOf(inner, text), operationOf)],
  ["unary_operator", unaryOf],
  [
    "boolean_operator",
    (node, text) =>
      chainOf(
        node,
        (inner) => expressionOf(inner, text),
        (_, of, at) => ({ kind: "either", of, ...spanOf(at) }),
      ),
  ],
  ["conditional_expression", conditionalOf],
  ["named_expression", namedOf],
  ["lambda", lambdaOf],
  ["list", listOf],
  ["tuple", listOf],
  ["set", listOf],
  ["expression_list", listOf],
  ["pattern_list", listOf],
  ["tuple_pattern", listOf],
  ["list_pattern", listOf],
  ["list_splat", spreadOf],
  ["list_splat_pattern", spreadOf],
  ["dictionary", dictionaryOf],
  ["list_comprehension", comprehensionOf],
  ["set_comprehension", comprehensionOf],
  ["generator_expression", comprehensionOf],
  ["dictionary_comprehension", comprehensionOf],
  ["pair", (node, text) => ({ kind: "list", items: node.children.map((child) => expressionOf(child, text)), ...spanOf(node) })],
])

function attributeOf(node: SyntaxNode, text: string): Expression {
  const [of, name] = [fieldOf(node, "object"), fieldOf(node, "attribute")]
  if (of === undefined || name === undefined) return unknownOf(node, text)
  return { kind: "member", of: expressionOf(of, text), name: text.slice(name.start, name.end), ...spanOf(node) }
}

function subscriptOf(node: SyntaxNode, text: string): Expression {
  const [value, index] = [fieldOf(node, "value"), fieldOf(node, "subscript")]
  if (value === undefined || index === undefined) return unknownOf(node, text)
  const of = expressionOf(value, text)
  if (index.type !== "slice") return { kind: "member", of, name: expressionOf(index, text), ...spanOf(node) }
  return callAt(node, "[:]", [of, ...boundsOf(index, text)])
}

/** Start, stop and step, which the colons between them tell apart. */
function boundsOf(slice: SyntaxNode, text: string): readonly Expression[] {
  const bounds: Expression[] = ["None", "None", "None"].map((none) => textAt(slice, none))
  let [at, from] = [0, slice.start]
  for (const child of slice.children) {
    at += text.slice(from, child.start).split(":").length - 1
    if (at < bounds.length) bounds[at] = expressionOf(child, text)
    from = child.end
  }
  return bounds
}

function callOf(node: SyntaxNode, text: string): Expression {
  const [callee, list] = [fieldOf(node, "function"), fieldOf(node, "arguments")]
  if (callee === undefined || list === undefined) return unknownOf(node, text)
  if (list.type === "generator_expression") return callAt(node, expressionOf(callee, text), [expressionOf(list, text)])
  const named = new Map<string, Expression>()
  const args: Expression[] = []
  for (const one of list.children) {
    const [name, value] = one.type === "keyword_argument" ? [fieldOf(one, "name"), fieldOf(one, "value")] : []
    if (name !== undefined && value !== undefined) named.set(text.slice(name.start, name.end), expressionOf(value, text))
    else args.push(expressionOf(one, text))
  }
  const [of, member] = args
  if (text.slice(callee.start, callee.end) === "getattr" && of !== undefined && member !== undefined)
    return { kind: "member", of, name: member, ...spanOf(node) }
  return { kind: "call", callee: expressionOf(callee, text), args, ...(named.size === 0 ? {} : { named }), ...spanOf(node) }
}

/** `%` formats where a text stands before it, and `/` joins paths, which only the values tell. */
const operationOf = (operator: string, of: readonly Expression[], at: Spanned): Expression => {
  const [first, ...rest] = of
  if ((operator !== "%" && operator !== "/") || first === undefined) return { kind: "operation", operator, of, ...spanOf(at) }
  return rest.reduce((left, right) => callAt(at, operator, [left, right]), first)
}

function unaryOf(node: SyntaxNode, text: string): Expression {
  const [argument, sign] = [fieldOf(node, "argument"), fieldOf(node, "operator")?.type]
  const of = argument === undefined ? undefined : expressionOf(argument, text)
  if (of?.kind === "number" && sign === "-") return { ...of, number: -of.number, ...spanOf(node) }
  return of === undefined ? unknownOf(node, text) : unknownAt(node, "arithmetic", [of])
}

function conditionalOf(node: SyntaxNode, text: string): Expression {
  const [then, condition, otherwise] = node.children.map((child) => expressionOf(child, text))
  if (then === undefined || condition === undefined || otherwise === undefined) return unknownOf(node, text)
  return { kind: "after", body: [doAt(condition)], of: { kind: "either", of: [then, otherwise], ...spanOf(node) }, ...spanOf(node) }
}

function namedOf(node: SyntaxNode, text: string): Expression {
  const [name, value] = [fieldOf(node, "name"), fieldOf(node, "value")]
  if (name === undefined || value === undefined) return unknownOf(node, text)
  const to = expressionOf(name, text)
  return { kind: "after", body: [{ kind: "assign", to, of: expressionOf(value, text), ...spanOf(node) }], of: to, ...spanOf(node) }
}

function lambdaOf(node: SyntaxNode, text: string): Expression {
  const body = fieldOf(node, "body")
  const { names, takesRest, first } = parametersOf(fieldOf(node, "parameters"), text, expressionOf)
  return functionAt(node, names, () => [...first, ...(body === undefined ? [] : [returnAt(expressionOf(body, text))])], takesRest)
}

function spreadOf(node: SyntaxNode, text: string): Expression {
  const inner = node.children.at(-1)
  return inner === undefined ? unknownOf(node, text) : { kind: "spread", of: expressionOf(inner, text), ...spanOf(node) }
}

function dictionaryOf(node: SyntaxNode, text: string): Expression {
  const fields = new Map<string, Expression>()
  const rest: Expression[] = []
  for (const child of node.children) {
    const [key, value] = [fieldOf(child, "key"), fieldOf(child, "value")]
    const name = key === undefined ? undefined : expressionOf(key, text)
    if (name === undefined || value === undefined) rest.push(...child.children.map((one) => expressionOf(one, text)))
    else if (name.kind === "text" || name.kind === "number")
      fields.set(name.kind === "text" ? name.text : String(name.number), expressionOf(value, text))
    else rest.push(name, expressionOf(value, text))
  }
  return { kind: "record", fields, rest, ...spanOf(node) }
}

/** Loops inside each other that a comprehension may have. */
const clausesMax = 16

/** A comprehension is a call of what it makes for each: `(for)` is a name that no program can take. */
function comprehensionOf(node: SyntaxNode, text: string): Expression {
  const [body, ...clauses] = [
    fieldOf(node, "body"),
    ...node.children.filter(({ type }) => type === "for_in_clause" || type === "if_clause"),
  ]
  if (body === undefined) return unknownOf(node, text)
  if (clauses.filter(({ type }) => type === "for_in_clause").length > clausesMax)
    return blindAt(node, `more than ${clausesMax} loops in a comprehension`)
  const from = (start: number): Expression => {
    const next = clauses.findIndex(({ type }, index) => index >= start && type === "for_in_clause")
    const filters = clauses
      .slice(start, next === -1 ? undefined : next)
      .flatMap(({ children }) => children.map((child) => doAt(expressionOf(child, text))))
    const clause = next === -1 ? undefined : clauses[next]
    const [left, right] = clause === undefined ? [] : [fieldOf(clause, "left"), fieldsOf(clause, "right").at(-1)]
    if (clause === undefined || left === undefined || right === undefined)
      return { kind: "after", body: filters, of: expressionOf(body, text), ...spanOf(body) }
    const each = functionAt(clause, ["(item)"], () => [
      ...assignsOf(left, expressionOf(left, text), nameAt(left, "(item)"), () => false),
      returnAt(from(next + 1)),
    ])
    return { kind: "after", body: filters, of: callAt(clause, "(for)", [each, expressionOf(right, text)]), ...spanOf(clause) }
  }
  return from(0)
}
