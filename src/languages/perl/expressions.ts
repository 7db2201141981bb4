import type { Expression, Spanned, Statement } from "../imperative/ir.ts"
import { callAt, doAt, nameAt, spanOf } from "../lowering.ts"
import { levels, type Parser } from "./cursor.ts"
import type { Token } from "./lexer.ts"
import { recordOf } from "./records.ts"
import { termOf } from "./terms.ts"

/** How tightly an operator binds, and whether it leans to the right (perlop, Operator Precedence and Associativity). */
const binary: ReadonlyMap<string, readonly [level: number, leansRight?: boolean]> = new Map(
  Object.entries({
    or: [1],
    xor: [1],
    and: [2],
    "=": [6, true],
    "+=": [6, true],
    "-=": [6, true],
    ".=": [6, true],
    "*=": [6, true],
    "/=": [6, true],
    "x=": [6, true],
    "||=": [6, true],
    "//=": [6, true],
    "&&=": [6, true],
    "^=": [6, true],
    "|=": [6, true],
    "&=": [6, true],
    "%=": [6, true],
    "**=": [6, true],
    "<<=": [6, true],
    ">>=": [6, true],
    "?": [7, true],
    "..": [8],
    "...": [8],
    "||": [9],
    "//": [9],
    "&&": [10],
    "|": [11],
    "^": [11],
    "&": [12],
    "==": [13],
    "!=": [13],
    "<=>": [13],
    eq: [13],
    ne: [13],
    cmp: [13],
    isa: [14],
    "<": [14],
    ">": [14],
    "<=": [14],
    ">=": [14],
    lt: [14],
    gt: [14],
    le: [14],
    ge: [14],
    "<<": [16],
    ">>": [16],
    "+": [17],
    "-": [17],
    ".": [17],
    "*": [18],
    "/": [18],
    "%": [18],
    x: [18],
    "=~": [19],
    "!~": [19],
    "**": [21, true],
  } satisfies Record<string, readonly [number, boolean?]>),
)

/** An expression with its commas and words such as `or`; undefined where none begins. */
export const expressionOf = (parser: Parser): Expression | undefined => parsed(parser, levels.low)

/** What stands between commas; one is itself. */
export function listOf(parser: Parser): Expression | undefined {
  const { cursor } = parser
  const from = cursor.at
  const items: Expression[] = []
  let hasComma = false
  for (;;) {
    const item = parsed(parser, levels.assignment)
    if (item !== undefined) items.push(item)
    if (!cursor.take(",") && !cursor.take("=>")) break
    hasComma = true
  }
  const [only] = items
  if (items.length === 1 && !hasComma && only !== undefined) return only
  return items.length === 0 && !hasComma ? undefined : { kind: "list", items, ...cursor.spanFrom(from) }
}

export function parsed(parser: Parser, level: number): Expression | undefined {
  const { cursor } = parser
  return cursor.deeper(() => {
    const from = cursor.at
    let left = level < levels.assignment ? listOf(parser) : termOf(parser)
    if (left === undefined) return undefined
    for (;;) {
      const token = cursor.peek()
      const row = token === undefined || (token.kind !== "operator" && token.kind !== "word") ? undefined : binary.get(token.text)
      if (token === undefined || row === undefined || row[0] < level || (level < levels.assignment && row[0] > levels.list)) return left
      cursor.at++
      if (token.kind === "operator" && token.text === "?") {
        left = chosen(parser, left, from)
        continue
      }
      const right: Expression | undefined = parsed(parser, row[1] === true ? row[0] : row[0] + 1)
      if (right === undefined) {
        cursor.skip(cursor.at - 1, "an operator without an operand")
        return left
      }
      left = operationOf(token, left, right, cursor.spanFrom(from))
    }
  })
}

function chosen(parser: Parser, condition: Expression, from: number): Expression {
  const then = parsed(parser, levels.assignment)
  parser.cursor.take(":")
  const otherwise = parsed(parser, levels.assignment)
  const of = [then, otherwise].filter((one) => one !== undefined)
  const at = parser.cursor.spanFrom(from)
  return { kind: "after", body: [doAt(condition)], of: { kind: "either", of, ...at }, ...at }
}

function operationOf(token: Token, left: Expression, right: Expression, at: Spanned): Expression {
  const operator = "text" in token ? token.text : ""
  if (operator === "=") return { kind: "after", body: assignsOf(left, right, at), of: targetsOf(left), ...at }
  if (operator === ".=") return { kind: "after", body: [{ kind: "assign", to: left, of: right, adds: true, ...at }], of: left, ...at }
  if (/^(?:\|\||\/\/|&&)=$/.test(operator)) return setTo(left, { kind: "either", of: [left, right], ...at }, at)
  if (/^(?:[-+*/x^|&%]|\*\*|<<|>>)=$/.test(operator))
    return setTo(left, { kind: "operation", operator: operator.slice(0, -1), of: [left, right], ...at }, at)
  if (operator === ".") return { kind: "joined", parts: [left, right], ...at }
  if (/^(?:\|\||\/\/|&&|or|and|xor)$/.test(operator)) return { kind: "either", of: [left, right], ...at }
  if (operator === "=~" || operator === "!~") return bound(left, right, at)
  if (operator === "x") return callAt(at, "(repeat)", [left, right])
  if (operator === "..") return callAt(at, "(range)", [left, right])
  return { kind: "operation", operator, of: [left, right], ...at }
}

const setTo = (to: Expression, of: Expression, at: Spanned): Expression => ({
  kind: "after",
  body: [{ kind: "assign", to, of, ...at }],
  of: to,
  ...at,
})

/** `my` stands around what it declares as a call of `(my)`. */
const targetsOf = (left: Expression): Expression => (left.kind === "spread" ? left.of : left)

/** A list of targets gets the items of a list, an array all that are left. */
function assignsOf(left: Expression, right: Expression, at: Spanned): readonly Statement[] {
  const [to, declares] = [targetsOf(left), left.kind === "spread"]
  const set = (one: Expression, of: Expression): Statement => ({
    kind: "assign",
    to: one,
    of,
    ...(declares ? { declares: true } : {}),
    ...at,
  })
  if (to.kind !== "list") {
    const isArray = to.kind === "name" && to.name.startsWith("@") && right.kind !== "list"
    return [
      set(
        to,
        to.kind === "name" && to.name.startsWith("%") && right.kind === "list"
          ? recordOf(right.items, right)
          : isArray
            ? callAt(right, "(list)", [right])
            : right,
      ),
    ]
  }
  const whole = nameAt(at, `(value ${at.start})`)
  return [
    { kind: "assign", to: whole, of: right, declares: true, ...at },
    ...to.items.map((one, index) => {
      const name: Expression = { kind: "number", number: index, ...spanOf(one) }
      const isRest = one.kind === "name" && /^[@%]/.test(one.name)
      return set(one, isRest ? whole : { kind: "member", of: whole, name, ...spanOf(one) })
    }),
  ]
}

/** `EXPR =~ s/.../.../`: what is changed is assigned again; what a pattern found is `$1` and its kin. */
function bound(left: Expression, right: Expression, at: Spanned): Expression {
  const to = targetsOf(left)
  if (right.kind === "call" && right.callee.kind === "name" && /^\((?:s|tr)\)$/.test(right.callee.name)) {
    const of = callAt(at, right.callee, [to, ...right.args.slice(1)])
    const target = to.kind === "after" ? to.of : to
    if (target.kind !== "name" && target.kind !== "member") return of
    return {
      kind: "after",
      body: [
        ...(to === target ? [] : [doAt(to)]),
        { kind: "assign", to: target, of: callAt(at, right.callee, [target, ...right.args.slice(1)]), ...at },
      ],
      of: target,
      ...at,
    }
  }
  const found = callAt(at, "(match)", [to, right])
  const captured = ["$1", "$2", "$3"].map(
    (name): Statement => ({ kind: "assign", to: nameAt(at, name), of: nameAt(at, "(found)"), declares: true, ...at }),
  )
  return {
    kind: "after",
    body: [{ kind: "assign", to: nameAt(at, "(found)"), of: found, declares: true, ...at }, ...captured],
    of: nameAt(at, "(found)"),
    ...at,
  }
}
