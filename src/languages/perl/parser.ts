import type { Expression, Spanned, Statement } from "../imperative/ir.ts"
import { callAt, doAt, functionAt, maybeAt, nameAt, repeatedAt, returnAt, spanOf, textAt, unknownAt } from "../lowering.ts"
import { Cursor, type Parser } from "./cursor.ts"
import { expressionOf, listOf, parsed } from "./expressions.ts"
import { lex } from "./lexer.ts"

/** A whole text of Perl (perlsyn). What is not understood is skipped up to the end of its statement, and said. */
export function programOf(cursor: Cursor): readonly Statement[] {
  const parser = parserOf(cursor)
  const body: Statement[] = []
  while (cursor.peek() !== undefined) body.push(...guarded(parser))
  return body
}

function parserOf(cursor: Cursor): Parser {
  const parser: Parser = {
    cursor,
    block: () => blockOf(parser),
    sub: (from) => functionOf(parser, from),
    expression: (level) => parsed(parser, level),
    list: () => listOf(parser),
    inside(text, at) {
      const inner = new Cursor(lex(text), insideDepthMax)
      const of = expressionOf(parserOf(inner))
      return of === undefined ? textAt(at, "") : placed(of, at)
    },
  }
  return parser
}

/** Levels of an expression inside a text. */
const insideDepthMax = 20

/** What was read of a text inside another stands where that text does. */
function placed(of: Expression, at: Spanned): Expression {
  const inner = (one: Expression): Expression => placed(one, at)
  switch (of.kind) {
    case "call":
      return { ...of, callee: inner(of.callee), args: of.args.map(inner), ...spanOf(at) }
    case "member":
      return { ...of, of: inner(of.of), name: typeof of.name === "string" ? of.name : inner(of.name), ...spanOf(at) }
    case "joined":
      return { ...of, parts: of.parts.map(inner), ...spanOf(at) }
    case "operation":
    case "either":
    case "unknown":
      return { ...of, of: of.of.map(inner), ...spanOf(at) }
    case "list":
      return { ...of, items: of.items.map(inner), ...spanOf(at) }
    case "after":
    case "function":
    case "record":
      return unknownAt(at, "an expression in a text")
    case "spread":
    case "shell":
      return { ...of, of: inner(of.of), ...spanOf(at) }
    default:
      return { ...of, ...spanOf(at) }
  }
}

function blockOf(parser: Parser): readonly Statement[] {
  const { cursor } = parser
  if (!cursor.is("{")) return []
  return (
    cursor.deeper(() => {
      cursor.at++
      const body: Statement[] = []
      while (cursor.peek() !== undefined && !cursor.is("}")) body.push(...guarded(parser))
      cursor.take("}")
      return body
    }) ?? []
  )
}

/** A statement, and past it whatever happens: each turn takes at least one token. */
function guarded(parser: Parser): readonly Statement[] {
  const { cursor } = parser
  const from = cursor.at
  const made = statementOf(parser)
  if (cursor.at === from) {
    cursor.at++
    while (cursor.peek() !== undefined && !cursor.is(";") && !cursor.is("}")) cursor.at++
    cursor.skip(from, "no statement of Perl")
  }
  return made
}

function statementOf(parser: Parser): readonly Statement[] {
  const { cursor } = parser
  const from = cursor.at
  if (cursor.take(";")) return []
  if (cursor.is("{")) return blockOf(parser)
  const token = cursor.peek()
  const word = token?.kind === "word" && !cursor.is("=>", 1) && !cursor.is(",", 1) ? token.text : undefined
  if (word !== undefined && cursor.is(":", 1) && /^[A-Z_]+$/.test(word)) {
    cursor.at += 2
    return []
  }
  const form = word === undefined ? undefined : forms.get(word)
  if (form !== undefined) {
    const made = form(parser, from)
    if (made !== undefined) return made
    cursor.at = from
  }
  return simpleOf(parser, from)
}

/** An expression, and what may stand behind it: `EXPR if EXPR`. */
function simpleOf(parser: Parser, from: number): readonly Statement[] {
  const { cursor } = parser
  const of = expressionOf(parser)
  if (of === undefined) return []
  const statement = asStatement(of)
  const token = cursor.peek()
  if (token?.kind === "word" && /^(?:if|unless|while|until|for|foreach|when)$/.test(token.text)) {
    cursor.at++
    const condition = expressionOf(parser)
    cursor.take(";")
    if (condition === undefined) return [statement]
    const isLoop = token.text.startsWith("for")
    const each: readonly Statement[] = isLoop ? [topic(condition)] : [doAt(condition)]
    return [...(isLoop ? [] : each), maybeAt(cursor.spanFrom(from), [...(isLoop ? each : []), statement])]
  }
  if (!cursor.take(";") && !cursor.is("}") && cursor.peek() !== undefined) {
    const bad = cursor.at
    while (cursor.peek() !== undefined && !cursor.is(";") && !cursor.is("}") && !cursor.is("{")) cursor.at++
    if (cursor.is("{")) cursor.passBrackets()
    cursor.skip(bad, "not understood")
    cursor.take(";")
  }
  return [statement]
}

const asStatement = (of: Expression): Statement =>
  of.kind === "after" && of.of.kind === "name" && of.of.name === "(returned)" && of.body[0] !== undefined ? of.body[0] : doAt(of)

const topic = (of: Expression, name = "$_"): Statement => ({
  kind: "assign",
  to: nameAt(of, name),
  of: callAt(of, "(each)", [of]),
  declares: true,
  ...spanOf(of),
})

type Form = (parser: Parser, from: number) => readonly Statement[] | undefined

/** `(EXPR)` behind `if` and its kin. */
function condition(parser: Parser): Expression | undefined {
  const { cursor } = parser
  if (!cursor.take("(")) return undefined
  const of = expressionOf(parser)
  cursor.take(")")
  return of
}

const branches: Form = (parser, from) => {
  const { cursor } = parser
  const isRepeated = /^(?:while|until)$/.test(wordAt(cursor))
  const conditions: Statement[] = []
  const bodies: (readonly Statement[])[] = []
  for (;;) {
    cursor.at++
    if (!cursor.is("(")) return undefined
    const of = condition(parser)
    if (of !== undefined) conditions.push(doAt(of))
    if (!cursor.is("{")) return undefined
    bodies.push(blockOf(parser))
    if (cursor.isWord("elsif")) continue
    if (cursor.isWord("else") || cursor.isWord("continue")) {
      cursor.at++
      bodies.push(blockOf(parser))
    }
    const at = cursor.spanFrom(from)
    return [...conditions, ...(isRepeated ? repeatedAt(at, bodies.flat()) : [maybeAt(at, ...bodies)])]
  }
}

/** `foreach my $x (LIST) {...}` and `for (A; B; C) {...}`. */
const loop: Form = (parser, from) => {
  const { cursor } = parser
  cursor.at++
  if (/^(?:my|our|state)$/.test(wordAt(cursor))) cursor.at++
  const variable = cursor.peek()
  const name = variable?.kind === "variable" ? variable.text : "$_"
  if (variable?.kind === "variable") cursor.at++
  if (!cursor.take("(")) return undefined
  const parts: Expression[] = []
  let isCounting = false
  while (cursor.peek() !== undefined && !cursor.is(")")) {
    const part = expressionOf(parser)
    if (part !== undefined) parts.push(part)
    if (cursor.take(";")) isCounting = true
    else if (!cursor.is(")")) break
  }
  cursor.take(")")
  if (!cursor.is("{")) return undefined
  const body = blockOf(parser)
  const [over] = parts
  const at = cursor.spanFrom(from)
  if (!isCounting && over !== undefined) return repeatedAt(at, [topic(over, name), ...body])
  return [...parts.slice(0, 1).map(doAt), ...repeatedAt(at, [...body, ...parts.slice(1).map(doAt)])]
}

const wordAt = (cursor: Cursor): string => {
  const token = cursor.peek()
  return token?.kind === "word" ? token.text : ""
}

/** A function's arguments are its `@_`, which it may name in its signature. */
function functionOf(parser: Parser, from: number): Expression & { readonly kind: "function" } {
  const { cursor } = parser
  const named: string[] = []
  while (cursor.is(":") || cursor.is("(")) {
    if (cursor.take(":")) cursor.at++
    else {
      const start = cursor.at
      cursor.passBrackets()
      for (let at = start; at < cursor.at; at++) {
        const token = cursor.peek(at - cursor.at)
        if (token?.kind === "variable" && /^[$@%]\w/.test(token.text)) named.push(token.text)
      }
    }
  }
  const body = blockOf(parser)
  const at = cursor.spanFrom(from)
  const first = named.map(
    (name): Statement => ({ kind: "assign", to: nameAt(at, name), of: callAt(at, "shift", [nameAt(at, "@_")]), declares: true, ...at }),
  )
  return functionAt(at, ["@_"], () => [...first, ...lastReturns(body)], { takesRest: true })
}

function lastReturns(body: readonly Statement[]): readonly Statement[] {
  const last = body.at(-1)
  return last?.kind === "do" ? [...body.slice(0, -1), returnAt(last.of)] : body
}

const sub: Form = (parser, from) => {
  const { cursor } = parser
  const name = cursor.peek(1)
  if (name?.kind !== "word") return undefined
  cursor.at += 2
  if (cursor.take(";")) return []
  const of = functionOf(parser, from)
  return [{ kind: "assign", to: nameAt(name, `&${name.text}`), of, declares: true, ...spanOf(of) }]
}

/** `use Module LIST` and `require`: a module of that name is loaded. */
const use: Form = (parser, from) => {
  const { cursor } = parser
  cursor.at++
  const module = cursor.next()
  const rest: Expression[] = []
  while (cursor.peek() !== undefined && !cursor.is(";") && !cursor.is("}")) {
    const part = listOf(parser)
    if (part === undefined) {
      cursor.at++
      continue
    }
    rest.push(part)
  }
  cursor.take(";")
  const at = cursor.spanFrom(from)
  if (module?.kind !== "word" || /^v?\d/.test(module.text)) return rest.map(doAt)
  return [...rest.map(doAt), doAt(callAt(at, "(use)", [textAt(module, module.text), ...rest]))]
}

const silent: Form = ({ cursor }) => {
  cursor.at++
  while (cursor.peek() !== undefined && !cursor.is(";") && !cursor.is("{")) cursor.at++
  cursor.take(";")
  return []
}

/** `BEGIN {...}` and its kin run as a text is loaded. */
const phase: Form = (parser) => {
  parser.cursor.at++
  return parser.cursor.is("{") ? blockOf(parser) : undefined
}

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ...["if", "unless", "while", "until", "given", "when", "elsif"].map((word): readonly [string, Form] => [word, branches]),
  ["for", loop],
  ["foreach", loop],
  ["sub", sub],
  ["use", use],
  ["no", silent],
  ["package", silent],
  ["format", silent],
  ...["BEGIN", "END", "INIT", "CHECK", "UNITCHECK", "default", "else", "try", "catch", "finally", "continue"].map(
    (word): readonly [string, Form] => [word, phase],
  ),
])
