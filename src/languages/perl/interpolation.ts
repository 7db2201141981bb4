import type { Expression, Spanned } from "../imperative/ir.ts"
import { nameAt, spanOf, textAt, unknownAt } from "../lowering.ts"

const escapes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    n: "\n",
    t: "\t",
    r: "\r",
    f: "\f",
    b: "\b",
    a: "\x07",
    e: "\x1b",
    "0": "\0",
    U: "",
    L: "",
    E: "",
    Q: "",
    u: "",
    l: "",
  }),
)

/** `'...'`: only the backslash and the delimiter are escaped. */
export const plainOf = (text: string): string => text.replaceAll(/\\([\\'])/g, "$1")

const part =
  /\\(?:x\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([\s\S]))|([$@])(?:\{\s*\^?(\w+)\s*\}|((?:::)?[A-Za-z_]\w*(?:::\w+)*|\d+|&))((?:(?:->)?(?:\[[^\][]*\]|\{[^{}]*\}))*)|[$@]\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g

/** Reads a text inside another as an expression. */
type Inside = (text: string, at: Spanned) => Expression

/** `${\ EXPR}` and `@{[ EXPR ]}`: a reference that is made to be followed at once. */
function computed(at: Spanned, whole: string, inside: Inside | undefined): Expression {
  const code = /^\$\{\s*\\([\s\S]*)\}$/.exec(whole)?.[1] ?? /^@\{\s*\[([\s\S]*)\]\s*\}$/.exec(whole)?.[1]
  return code === undefined || inside === undefined ? unknownAt(at, "an expression in a text") : inside(code, at)
}

/** `"..."` and what interpolates like it (perlop, Gory details): text, variables, and elements of them. */
export function interpolated(at: Spanned, text: string, inside?: Inside): Expression {
  const parts: Expression[] = []
  let from = 0
  const add = (literal: string): void => {
    if (literal !== "") parts.push(textAt(at, literal))
  }
  for (const { 0: whole, 1: wide, 2: hex, 3: octal, 4: escaped, 5: sigil, 6: braced, 7: bare, 8: elements = "", index } of text.matchAll(
    part,
  )) {
    add(text.slice(from, index))
    from = index + whole.length
    if (escaped !== undefined) add(escapes.get(escaped) ?? escaped)
    else if (hex !== undefined) add(String.fromCharCode(Number.parseInt(hex, 16)))
    else if (octal !== undefined) add(String.fromCharCode(Number.parseInt(octal, 8) & 0xff))
    else if (wide !== undefined) add(Buffer.from(String.fromCodePoint(Math.min(Number.parseInt(wide, 16), 0x10_ffff))).toString("latin1"))
    else if (sigil !== undefined) parts.push(elementsOf(at, sigil, braced ?? bare ?? "", elements))
    else parts.push(computed(at, whole, inside))
  }
  add(text.slice(from))
  const [only] = parts
  if (only === undefined) return textAt(at, "")
  return parts.length === 1 && only.kind === "text" ? only : { kind: "joined", parts, ...spanOf(at) }
}

function elementsOf(at: Spanned, sigil: string, name: string, elements: string): Expression {
  const keys = [...elements.matchAll(/(->)?([[{])\s*["']?(\$?[^\]}"']*?)["']?\s*[\]}]/g)]
  const [first] = keys
  const isDirect = sigil === "$" && first !== undefined && first[1] === undefined
  const root = nameAt(at, isDirect ? `${first[2] === "[" ? "@" : "%"}${name}` : `${sigil}${name}`)
  return keys.reduce<Expression>(
    (of, [, , , key = ""]) => ({ kind: "member", of, name: key.startsWith("$") ? nameAt(at, key) : key, ...spanOf(at) }),
    root,
  )
}
