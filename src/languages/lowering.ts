import { unknown } from "../model/code.ts"
import type { Expression, FunctionExpression, Spanned, Statement } from "./imperative/ir.ts"
import type { Row } from "./imperative/platform.ts"
import type { SyntaxNode } from "./syntax.ts"

/** What the front ends of tree-sitter's grammars have in common: from nodes to the tree of `imperative/ir.ts`. */

/** Operators inside operators that a chain may change between; more is no arithmetic of a person. */
const changesMax = 100

export const spanOf = ({ start, end }: Spanned): Spanned => ({ start, end })

export const nameAt = (at: Spanned, name: string): Expression => ({ kind: "name", name, ...spanOf(at) })
export const textAt = (at: Spanned, text: string): Expression => ({ kind: "text", text, ...spanOf(at) })
export const unknownAt = (at: Spanned, why: string, of: readonly Expression[] = []): Expression => ({
  kind: "unknown",
  why,
  of,
  ...spanOf(at),
})
export const callAt = (at: Spanned, callee: Expression | string, args: readonly Expression[]): Expression => ({
  kind: "call",
  callee: typeof callee === "string" ? nameAt(at, callee) : callee,
  args,
  ...spanOf(at),
})
/** What is not looked at: `(blind)` is a name that no program can take, and that every table has. */
export const blindAt = (at: Spanned, why: string): Expression => callAt(at, "(blind)", [textAt(at, why)])
export const doAt = (of: Expression): Statement => ({ kind: "do", of, ...spanOf(of) })
export const maybeAt = (at: Spanned, ...bodies: readonly (readonly Statement[])[]): Statement => ({ kind: "maybe", bodies, ...spanOf(at) })
/** A body that runs many times: what counts in it is another number in each round. */
export const repeatedAt = (at: Spanned, body: readonly Statement[]): readonly Statement[] => [
  ...[...countersOf(body)].map((name): Statement => {
    const before: Expression = { kind: "either", of: [nameAt(at, name), unknownAt(at, "it changes in a loop")], ...spanOf(at) }
    return { kind: "assign", to: nameAt(at, name), of: before, declares: true, ...spanOf(at) }
  }),
  maybeAt(at, body),
]

/** Names that a number is added to, or another operation with one is done on: `i += 1`, `i = i * 2`. */
function countersOf(body: readonly Statement[], found = new Set<string>()): ReadonlySet<string> {
  for (const one of body) {
    if (one.kind === "maybe") for (const inner of one.bodies) countersOf(inner, found)
    if (one.kind === "do" && one.of.kind === "after") countersOf(one.of.body, found)
    if (one.kind !== "assign" || one.to.kind !== "name") continue
    const { to, of } = one
    const counts = one.adds === true ? of.kind === "number" : of.kind === "operation" && isCount(to.name, of.of)
    if (counts) found.add(to.name)
  }
  return found
}

const isCount = (to: string, [left, right]: readonly Expression[]): boolean =>
  left?.kind === "name" && left.name === to && right?.kind === "number"

/** `i++` and its kin. */
export const countedAt = (at: Spanned, to: Expression, operator: string): Expression => ({
  kind: "after",
  body: [
    {
      kind: "assign",
      to,
      of: { kind: "operation", operator, of: [to, { kind: "number", number: 1, ...spanOf(at) }], ...spanOf(at) },
      ...spanOf(at),
    },
  ],
  of: to,
  ...spanOf(at),
})

export const returnAt = (of: Expression): Statement => ({ kind: "return", of, ...spanOf(of) })

/** A function whose body is read when it is first looked at, and once. It has no `this`: what a language calls its object is a name around it. */
export function functionAt(
  at: Spanned,
  parameters: readonly string[],
  read: () => readonly Statement[],
  more: Pick<FunctionExpression, "takesRest" | "isMethod"> = {},
): FunctionExpression {
  let known: readonly Statement[] | undefined
  const body = (): readonly Statement[] => {
    known ??= read()
    return known
  }
  return { kind: "function", parameters, body, isArrow: true, ...more, ...spanOf(at) }
}

/**
 * Binary operators that lean to the left, as a loop: a sum of ten thousand strings is one operation, not ten thousand inside each other.
 * `make` is given a run of the same operator.
 */
export function chainOf(
  node: SyntaxNode,
  expressionOf: (node: SyntaxNode) => Expression,
  make: (operator: string, of: readonly Expression[], at: Spanned) => Expression,
): Expression {
  const links: { readonly operator: string; readonly right: SyntaxNode; readonly end: number }[] = []
  let first = node
  for (;;) {
    const [left, right] = [first.children.find(({ field }) => field === "left"), first.children.find(({ field }) => field === "right")]
    if (first.type !== node.type || left === undefined || right === undefined) break
    links.push({ operator: first.children.find(({ field }) => field === "operator")?.type ?? "", right, end: first.end })
    first = left
  }
  links.reverse()
  if (first === node) return unknownAt(node, "operator", node.children.map(expressionOf))
  const changes = links.filter(({ operator }, index) => operator !== links[index + 1]?.operator).length
  if (changes > changesMax) return unknownAt(node, "arithmetic", [first, ...links.map(({ right }) => right)].map(expressionOf))
  let made = expressionOf(first)
  let run: Expression[] = [made]
  for (const [index, { operator, right, end }] of links.entries()) {
    run.push(expressionOf(right))
    if (links[index + 1]?.operator === operator) continue
    made = make(operator, run, { start: first.start, end })
    run = [made]
  }
  return made
}

/** A number of C's kin: decimal, hexadecimal, octal, binary, with underscores and suffixes. */
export function numberOf(written: string): number | undefined {
  const digits = written.replaceAll("_", "").toLowerCase()
  const whole = /^(?:0x[0-9a-f]+|0o[0-7]+|0b[01]+|[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?|\.[0-9]+)/.exec(digits)?.[0]
  return whole === undefined ? undefined : Number(/^0[0-7]+$/.test(whole) ? `0o${whole}` : whole)
}

/** The row of `(blind)`. */
export const blindRow: Row = (call) => {
  const why = call.world.constant(call.args[0]) ?? "not looked at"
  call.world.blind(call.at, why)
  return unknown(why)
}
