/** What is looked at of C, Go and their kin: names, literals and single characters; comments are none. */
export interface Token {
  readonly kind: "name" | "text" | "sign"
  /** Of a literal: its content, escapes undone. */
  readonly text: string
  readonly start: number
  readonly end: number
  /** The directive of the preprocessor in whose line it stands. */
  readonly directive: string | undefined
}

/**
 * Sticky: blanks and spliced lines, the start of a comment, literals, names, numbers, anything (ISO/IEC 9899, 6.4). An unclosed literal ends with its line.
 * Nothing can fail after a long match, so time is linear in the text.
 */
const next =
  /(?<blank>[ \t\r\f\v]+|\\\r?\n)|(?<newline>\n)|(?<comment>\/[/*])|(?<plain>`[^`]*`?)|(?<raw>(?:u8|[uUL])?R"(?<mark>[^()\\\s"]{0,16})\()|(?<quoted>(?:u8|[uUL])?"[^"\\\n]*(?:\\(?:\r?\n|[^\n])[^"\\\n]*)*"?)|(?<letter>'[^'\\\n]*(?:\\[^\n][^'\\\n]*)*'?)|(?<name>[A-Za-z_$][\w$]*)|(?<digits>\.?\d(?:[\w.']|[eEpP][+-])*)|(?<sign>[\s\S])/y

/** Tokens in order. */
export function* tokensOf(source: string): Generator<Token> {
  let directive: string | undefined
  let atHash = false
  let beginsLine = true
  for (let start = 0, end = 0; start < source.length; start = end) {
    next.lastIndex = start
    const groups = next.exec(source)?.groups
    if (groups === undefined) return
    const { blank, newline, comment, plain, raw, mark = "", quoted, name, sign } = groups
    end = next.lastIndex
    if (comment !== undefined) end = comment === "/*" ? behind(source, "*/", end) : endOfLine(source, end)
    if (newline !== undefined) {
      directive = undefined
      atHash = false
      beginsLine = true
    }
    if (newline !== undefined || blank !== undefined || comment !== undefined) continue
    if (plain !== undefined) {
      yield { kind: "text", text: plain.slice(1, plain.length > 1 && plain.endsWith("`") ? -1 : undefined), start, end, directive }
    } else if (raw !== undefined) {
      const close = `)${mark}"`
      const text = source.slice(end, behind(source, close, end))
      end += text.length
      yield { kind: "text", text: text.endsWith(close) ? text.slice(0, -close.length) : text, start, end, directive }
    } else if (quoted !== undefined) {
      const text = quoted.slice(quoted.indexOf('"') + 1)
      yield { kind: "text", text: unescaped(text.endsWith('"') ? text.slice(0, -1) : text), start, end, directive }
    } else if (name !== undefined) {
      if (atHash) directive = name
      yield { kind: "name", text: name, start, end, directive }
    } else if (sign !== undefined) yield { kind: "sign", text: sign, start, end, directive }
    atHash = sign === "#" && beginsLine
    beginsLine = false
  }
}

function behind(source: string, what: string, from: number): number {
  const at = source.indexOf(what, from)
  return at === -1 ? source.length : at + what.length
}

/** A comment of one line goes on where the line is spliced (5.1.1.2, phase 2). */
function endOfLine(source: string, from: number): number {
  let at = source.indexOf("\n", from)
  while (at !== -1 && (source[at - 1] === "\\" || source.slice(at - 2, at) === "\\\r")) at = source.indexOf("\n", at + 1)
  return at === -1 ? source.length : at
}

const letters: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" }

/** 6.4.4.4: octal, hexadecimal, letters; anything else stands for itself, and a spliced line for nothing. */
const unescaped = (text: string): string =>
  text.replace(/\\(?:x([0-9a-fA-F]{1,8})|([0-7]{1,3})|\r?\n|([\s\S]))/g, (_, hex?: string, octal?: string, letter?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16) & 0xff)
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
    return letter === undefined ? "" : (letters[letter] ?? letter)
  })
