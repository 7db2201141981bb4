import type { Expression, Spanned } from "../imperative/ir.ts"
import { callAt, countedAt, nameAt, numberOf, spanOf, textAt, unknownAt } from "../lowering.ts"
import { levels, type Parser } from "./cursor.ts"
import { interpolated, plainOf } from "./interpolation.ts"
import type { Token } from "./lexer.ts"
import { recordOf } from "./records.ts"
import { wordOf } from "./words.ts"

/** What stands between operators (perldata, perlref), with the elements, methods and calls behind it; undefined where none begins. */
export function termOf(parser: Parser): Expression | undefined {
  const { cursor } = parser
  const from = cursor.at
  const token = cursor.peek()
  if (token === undefined) return undefined
  const first = begunBy(parser, token)
  return first === undefined ? undefined : behind(parser, first, from)
}

function begunBy(parser: Parser, token: Token): Expression | undefined {
  const { cursor } = parser
  switch (token.kind) {
    case "number":
      cursor.at++
      return { kind: "number", number: numberOf(token.text) ?? 0, ...spanOf(token) }
    case "quote":
      cursor.at++
      return quoteOf(parser, token)
    case "change": {
      cursor.at++
      const [topic, what] = [nameAt(token, "$_"), textAt(token, token.text)]
      if (token.flavour === "tr") return callAt(token, "(tr)", [topic, what, textAt(token, token.to), textAt(token, token.flags)])
      const inside = token.flags.includes("e") ? parser.inside(token.to, token) : interpolated(token, token.to)
      const to = token.flags.includes("ee") ? callAt(token, "&eval", [inside]) : inside
      return callAt(token, "(s)", [topic, what, to, textAt(token, token.flags)])
    }
    case "handle":
      cursor.at++
      return handleOf(parser, token)
    case "variable":
      cursor.at++
      return variableOf(parser, token)
    case "word":
      return wordOf(parser, token)
    case "operator":
      return signOf(parser, token)
  }
}

function quoteOf(parser: Parser, token: Extract<Token, { readonly kind: "quote" }>): Expression {
  if (token.flavour === "'") return textAt(token, plainOf(token.text))
  if (token.flavour === "`") return { kind: "shell", of: interpolated(token, token.text, parser.inside), ...spanOf(token) }
  if (token.flavour === "words") {
    const words = token.text.split(/\s+/).filter((word) => word !== "")
    return { kind: "list", items: words.map((word) => textAt(token, word)), ...spanOf(token) }
  }
  return token.flavour === "match"
    ? callAt(token, "(pattern)", [textAt(token, token.text)])
    : interpolated(token, token.text, parser.inside)
}

/** `<$fh>`, `<FH>`, `<DATA>`, `<*.c>`. */
function handleOf({ cursor }: Parser, token: Spanned & { readonly text: string }): Expression {
  if (token.text === "DATA" && cursor.data !== undefined) return textAt(token, cursor.data)
  if (/^\$?\w*$/.test(token.text)) return nameAt(token, token.text.startsWith("$") ? token.text : `*${token.text || "STDIN"}`)
  return callAt(token, "&glob", [interpolated(token, token.text)])
}

/** `$x[...]` is of `@x`, `$x{...}` of `%x`; `&x` is a function, which is called where it is named so. */
function variableOf(parser: Parser, token: Spanned & { readonly text: string }): Expression {
  const { cursor } = parser
  const [, sigil = "$", name = ""] = /^(\$#?|[@%&])(.*)$/.exec(token.text) ?? []
  if (/^\$#?\$*$/.test(token.text) && cursor.peek()?.kind === "word") {
    const of = cursor.next()
    const name = nameAt(token, `$${of !== undefined && "text" in of ? of.text : ""}`)
    // Brackets behind it are of what it refers to.
    return { kind: "after", body: [], of: name, ...spanOf(token) }
  }
  if (sigil === "&")
    return callAt(
      token,
      `&${name}`,
      [cursor.is("(") ? argumentsOf(parser) : nameAt(token, "@_")].flatMap((one) => (one.kind === "list" ? one.items : [one])),
    )
  if (sigil === "$" && cursor.is("[")) return nameAt(token, `@${name}`)
  if (sigil === "$" && cursor.is("{")) return nameAt(token, `%${name}`)
  return nameAt(token, token.text)
}

/** The arguments between parentheses. */
export function argumentsOf(parser: Parser): Expression {
  const { cursor } = parser
  const from = cursor.at
  cursor.take("(")
  const of = cursor.is(")") ? undefined : parser.expression(levels.low)
  if (!cursor.take(")")) {
    cursor.at = from
    cursor.passBrackets()
    cursor.skip(from, "not understood")
  }
  const at = cursor.spanFrom(from)
  return of === undefined ? { kind: "list", items: [], ...at } : of.kind === "list" ? of : { kind: "list", items: [of], ...at }
}

function signOf(parser: Parser, token: Spanned & { readonly text: string }): Expression | undefined {
  const { cursor } = parser
  const from = cursor.at
  const next = cursor.peek(1)
  switch (token.text) {
    case "(": {
      const list = argumentsOf(parser)
      const [only] = list.kind === "list" ? list.items : []
      return list.kind === "list" && list.items.length === 1 && only !== undefined && !cursor.is("=") && !cursor.is("[") ? only : list
    }
    case "[": {
      cursor.at++
      const of = cursor.is("]") ? undefined : parser.expression(levels.low)
      if (!cursor.take("]")) cursor.skip(from, "not understood")
      const at = cursor.spanFrom(from)
      return of?.kind === "list" ? { ...of, ...at } : { kind: "list", items: of === undefined ? [] : [of], ...at }
    }
    case "{": {
      cursor.at++
      const of = cursor.is("}") ? undefined : parser.list()
      if (!cursor.take("}")) {
        cursor.at = from
        cursor.passBrackets()
        cursor.skip(from, "not understood")
      }
      return recordOf(of?.kind === "list" ? of.items : of === undefined ? [] : [of], cursor.spanFrom(from))
    }
    case "-":
      // A test of a file, or an option of ours.
      if (next?.kind === "word" && /^[a-zA-Z]$/.test(next.text) && next.start === token.end && !cursor.is("=>", 2)) {
        cursor.at += 2
        const of = parser.expression(levels.unary)
        return unknownAt(cursor.spanFrom(from), "a test of a file", of === undefined ? [] : [of])
      }
      if (next?.kind === "word") {
        cursor.at += 2
        return textAt(next, `-${next.text}`)
      }
      break
    case "@":
    case "$":
    case "$#":
    case "%":
    case "&":
    case "*": {
      cursor.at++
      const of = cursor.is("{") ? dereferenced(parser) : cursor.peek()?.kind === "variable" ? termOf(parser) : undefined
      if (of === undefined && token.text === "*" && next?.kind === "word") {
        cursor.at++
        return nameAt(next, `*${next.text}`)
      }
      if (of === undefined) return undefined
      return token.text === "&"
        ? callAt(
            cursor.spanFrom(from),
            of,
            cursor.is("(") ? [argumentsOf(parser)].flatMap((one) => (one.kind === "list" ? one.items : [one])) : [],
          )
        : of
    }
    default:
      if (!/^(?:[!~\\+]|\+\+|--|<)$/.test(token.text)) return undefined
  }
  cursor.at++
  const of = parser.expression(levels.tight)
  if (of === undefined) return undefined
  const at = cursor.spanFrom(from)
  if (token.text === "\\" || token.text === "+") return of
  if (of.kind === "number" && token.text === "-") return { ...of, number: -of.number, ...at }
  if (/^(?:\+\+|--)$/.test(token.text) && of.kind === "name") return countedAt(at, of, token.text.slice(1))
  return token.text === "~" ? { kind: "operation", operator: "~", of: [of], ...at } : unknownAt(at, "arithmetic", [of])
}

/** `@{...}`: what a block gives. */
function dereferenced(parser: Parser): Expression {
  const from = parser.cursor.at
  const body = parser.block()
  const at = parser.cursor.spanFrom(from)
  const last = body.at(-1)
  return last?.kind === "do"
    ? { kind: "after", body: body.slice(0, -1), of: last.of, ...at }
    : { kind: "after", body, of: unknownAt(at, "a reference"), ...at }
}

/** `->[...]`, `->{...}`, `->(...)`, `->method(...)`, and brackets that stand behind another. */
function behind(parser: Parser, first: Expression, from: number): Expression {
  const { cursor } = parser
  let of = first
  for (;;) {
    const isArrow = cursor.is("->")
    const ahead = isArrow ? 1 : 0
    const isElement = cursor.is("[", ahead) || cursor.is("{", ahead)
    const at = (): Spanned => cursor.spanFrom(from)
    if (
      isElement &&
      (isArrow || of.kind === "member" || (of.kind === "name" && /^[@%]/.test(of.name)) || of.kind === "list" || of.kind === "after")
    ) {
      cursor.at += ahead
      const name = keyOf(parser)
      of = { kind: "member", of, name, ...at() }
    } else if (cursor.is("(", ahead) && (isArrow || of.kind === "member")) {
      cursor.at += ahead
      const list = argumentsOf(parser)
      of = callAt(at(), of, list.kind === "list" ? list.items : [])
    } else if (isArrow) {
      cursor.at++
      const method = cursor.next()
      if (method?.kind !== "word" && method?.kind !== "variable") return unknownAt(at(), "a reference", [of])
      const name = method.kind === "word" ? method.text : nameAt(method, method.text)
      const callee: Expression = { kind: "member", of, name, ...at() }
      const list = cursor.is("(") ? argumentsOf(parser) : undefined
      of = callAt(at(), callee, list?.kind === "list" ? list.items : [])
    } else if (cursor.is("++") || cursor.is("--")) {
      const operator = cursor.is("++") ? "+" : "-"
      cursor.at++
      if (of.kind === "name") of = countedAt(at(), of, operator)
    } else return of
  }
}

/** A word between braces is a text. */
function keyOf(parser: Parser): Expression {
  const { cursor } = parser
  const from = cursor.at
  const close = cursor.is("[") ? "]" : "}"
  const [word, next] = [cursor.peek(1), cursor.peek(2)]
  if (close === "}" && word?.kind === "word" && next?.kind === "operator" && next.text === "}") {
    cursor.at += 3
    return textAt(word, word.text)
  }
  cursor.at++
  const of = cursor.is(close) ? undefined : parser.expression(levels.low)
  if (!cursor.take(close)) {
    cursor.at = from
    cursor.passBrackets()
    cursor.skip(from, "not understood")
  }
  return of ?? unknownAt(cursor.spanFrom(from), "an element")
}
