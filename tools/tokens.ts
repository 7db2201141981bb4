/** A word, a literal or a sign of TypeScript source, comments and blanks left out. */
export interface Token {
  readonly kind: "word" | "string" | "template" | "number" | "regex" | "sign"
  /** A string's text without its quotes; the source text of everything else. */
  readonly text: string
  readonly line: number
  readonly start: number
  readonly end: number
}

/** Longest first. `<` and `>` stay single, so that type arguments nest. */
const signs = [
  "...",
  "===",
  "!==",
  "**=",
  "&&=",
  "||=",
  "??=",
  "=>",
  "==",
  "!=",
  "**",
  "&&",
  "||",
  "??",
  "?.",
  "++",
  "--",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
]

/** Words after which an expression begins, so that a slash opens a regular expression and `!` is a negation. */
const beforeExpression = new Set("return typeof instanceof in of new delete void throw case do else yield await extends default".split(" "))

export function opensExpression(before: Token | undefined): boolean {
  if (before === undefined) return true
  if (before.kind === "word") return beforeExpression.has(before.text)
  return before.kind === "sign" && ![")", "]", "}", "++", "--"].includes(before.text)
}

/**
 * Splits source text into tokens: enough of the grammar (ECMA-262, "Lexical Grammar") to find imports and forbidden words without
 * being misled by strings, comments, templates and regular expressions. A division after `)` or `}` is read as a division.
 */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = []
  /** Open braces; "${" marks one that returns to a template. */
  const braces: ("{" | "${")[] = []
  let at = source.startsWith("#!") ? source.indexOf("\n") : 0
  let line = 1
  let counted = 0

  const push = (kind: Token["kind"], end: number, text = source.slice(at, end)): void => {
    for (; counted < at; counted += 1) if (source[counted] === "\n") line += 1
    tokens.push({ kind, text, line, start: at, end })
    at = end
  }

  while (at < source.length) {
    const rest = source.slice(at, at + 3)
    const blank = match(/[\s\uFEFF]+/y, source, at)
    if (blank !== undefined) at += blank.length
    else if (rest.startsWith("//")) at = indexOr(source, "\n", at)
    else if (rest.startsWith("/*")) at = indexOr(source, "*/", at + 2) + 2
    else if (rest.startsWith('"') || rest.startsWith("'")) {
      const end = stringEnd(source, at)
      push("string", end, source.slice(at + 1, end - 1))
    } else if (rest.startsWith("`") || (rest.startsWith("}") && braces.at(-1) === "${")) {
      if (rest.startsWith("}")) braces.pop()
      const end = templateEnd(source, at + 1)
      if (source.startsWith("${", end - 2)) braces.push("${")
      push("template", end)
    } else {
      const word = match(/[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy, source, at)
      const number = match(/\.?\d(?:[\w.]|(?<=[eE])[+-])*/y, source, at)
      const regex =
        rest.startsWith("/") && opensExpression(tokens.at(-1))
          ? match(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/y, source, at)
          : undefined
      if (word !== undefined) push("word", at + word.length)
      else if (number !== undefined) push("number", at + number.length)
      else if (regex !== undefined) push("regex", at + regex.length)
      else {
        const sign = signs.find((candidate) => source.startsWith(candidate, at)) ?? source.slice(at, at + 1)
        if (sign === "{") braces.push("{")
        if (sign === "}") braces.pop()
        push("sign", at + sign.length)
      }
    }
  }
  return tokens
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0]
}

function indexOr(source: string, text: string, from: number): number {
  const at = source.indexOf(text, from)
  return at === -1 ? source.length : at
}

function stringEnd(source: string, start: number): number {
  const quote = source[start]
  let at = start + 1
  while (at < source.length && source[at] !== quote) at += source[at] === "\\" ? 2 : 1
  return at + 1
}

/** The end of a template's text run: behind its backtick, or behind the `${` that interrupts it. */
function templateEnd(source: string, start: number): number {
  let at = start
  while (at < source.length && source[at] !== "`" && !source.startsWith("${", at)) at += source[at] === "\\" ? 2 : 1
  return at + (source[at] === "`" ? 1 : 2)
}
