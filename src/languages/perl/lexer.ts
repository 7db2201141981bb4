import type { Spanned } from "../imperative/ir.ts"

/** `quote`: text between delimiters, `flavour` by the operator that it is (perlop, Quote and Quote-like Operators): "'" plain, '"' interpolated. */
export type Token = Spanned &
  (
    | { readonly kind: "word" | "variable" | "number" | "operator" | "handle"; readonly text: string }
    | { readonly kind: "quote"; readonly text: string; readonly flavour: "'" | '"' | "`" | "words" | "match" }
    | { readonly kind: "change"; readonly text: string; readonly to: string; readonly flags: string; readonly flavour: "s" | "tr" }
  )

export interface Lexed {
  readonly tokens: readonly Token[]
  /** Where the lexer found no token, and why. */
  readonly skipped: readonly (Spanned & { readonly why: string })[]
  /** What stands behind `__DATA__` or `__END__`. */
  readonly data: string | undefined
}

const word = /(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*)(?:(?:::|')(?=[A-Za-z_])[\w\x80-\xff]+)*(?:::)?/y
const variable =
  /(?:\$#?|@|%|&)(?:::)?(?:\{\s*\^?\w+\s*\}|\^[A-Z]|[A-Za-z_\x80-\xff][\w\x80-\xff]*(?:(?:::|')[A-Za-z_]\w*)*|\d+)|[$@][_&`'+!^@/\\,;.|"<>()[\]0:?-](?![\w])|\$#?\$+(?=[A-Za-z_])|\$\$(?![\w{])/y
const number = /0[xX][0-9a-fA-F_]+|0[bB][01_]+|\d[\d_]*(?:\.(?!\.)[\d_]*)?(?:[eE][+-]?\d+)?|\.\d+/y
const operator =
  /\$#(?=[{$])|<=>|\*\*=|\|\|=|&&=|\/\/=|\.\.\.|<<=|>>=|->|=>|=~|!~|==|!=|<=|>=|&&|\|\||\/\/|\.\.|::|\+\+|--|\*\*|\+=|-=|\*=|\/=|\.=|%=|x=(?!=)|&=|\|=|\^=|<<|>>|[-+*/%=<>!~\\?:.,;(){}[\]&|^$@]/y

/** Words behind which a term stands, so that `/` begins a pattern and `<` a handle. */
const before = new Set(
  "return and or not xor if elsif unless while until split grep map join push unshift x lt gt le ge eq ne cmp print die warn when".split(
    " ",
  ),
)
const closing: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
  ["<", ">"],
])
const quoting = new Set(["q", "qq", "qw", "qx", "qr", "m", "s", "tr", "y"])

/** Cuts a text of Perl into tokens, as far as this can be done without running it (perlop, perldata). */
export function lex(text: string): Lexed {
  const tokens: Token[] = []
  const skipped: (Spanned & { readonly why: string })[] = []
  const heredocs: { readonly tag: string; readonly indented: boolean; readonly index: number }[] = []
  let at = 0
  const push = (token: Token): void => {
    tokens.push(token)
    at = token.end
  }
  const matched = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  const expectsTerm = (): boolean => {
    const last = tokens.at(-1)
    if (last === undefined) return true
    if (last.kind === "word") return before.has(last.text)
    return last.kind === "operator" && !/^[)\]]$/.test(last.text)
  }
  /** Bodies of here documents stand behind the line. */
  const takeHeredocs = (): void => {
    for (const { tag, indented, index } of heredocs.splice(0)) {
      const start = at
      const end = new RegExp(`^${indented ? "[ \\t]*" : ""}${tag.replaceAll(/[^\w\s]/g, "\\$&")}\\r?$`, "m")
      const found = end.exec(text.slice(start))
      const stop = found === null ? text.length : start + found.index
      const token = tokens[index]
      if (token?.kind === "quote") tokens[index] = { ...token, text: text.slice(start, stop) }
      if (found === null) skipped.push({ start, end: text.length, why: "a here document that does not end" })
      at = found === null ? text.length : stop + found[0].length
    }
  }
  /** Documentation, from a line that begins with `=` and a word (perlpod). */
  const passPod = (): void => {
    if (!/^=[a-zA-Z]/.test(text.slice(at, at + 2))) return
    const cut = text.startsWith("=cut", at) ? at : text.indexOf("\n=cut", at)
    const line = cut === -1 ? -1 : text.indexOf("\n", cut + 1)
    at = line === -1 ? text.length : line
  }
  passPod()
  for (;;) {
    const space = /[^\S\n]*(?:#[^\n]*)?/y
    space.lastIndex = at
    at += space.exec(text)?.[0].length ?? 0
    if (at >= text.length) break
    if (text[at] === "\n") {
      at++
      takeHeredocs()
      passPod()
      continue
    }
    const start = at
    const isKey = /^\s*=>/.test(text.slice(at + 1, at + 40).replace(/^\w*/, ""))
    const heredoc = /<<(~?)(?:"([^"\n]*)"|'([^'\n]*)'|([A-Za-z_]\w*))/y
    heredoc.lastIndex = at
    const begins = expectsTerm() || tokens.at(-1)?.kind === "word" ? heredoc.exec(text) : null
    if (begins !== null) {
      const flavour = begins[3] === undefined ? '"' : "'"
      heredocs.push({ tag: begins[2] ?? begins[3] ?? begins[4] ?? "", indented: begins[1] === "~", index: tokens.length })
      push({ kind: "quote", text: "", flavour, start, end: at + begins[0].length })
      continue
    }
    const named = matched(word)
    const isMember =
      tokens.at(-1)?.kind === "operator" &&
      (tokens.at(-1)?.text === "->" || (tokens.at(-1)?.text === "{" && text[at + (named?.length ?? 0)] === "}"))
    if (named !== undefined) {
      if (named === "__END__" || named === "__DATA__") {
        const line = text.indexOf("\n", at)
        return { tokens, skipped, data: line === -1 ? "" : text.slice(line + 1) }
      }
      const quote = quoting.has(named) && !isKey && !isMember ? quoted(text, at + named.length, named) : undefined
      if (quote === undefined) push({ kind: "word", text: named, start, end: at + named.length })
      else if (quote === "open") {
        skipped.push({ start, end: text.length, why: "a quote that does not end" })
        break
      } else push({ ...quote, start })
      continue
    }
    const head = text[at] ?? ""
    if (head === '"' || head === "'" || head === "`") {
      const end = closed(text, at + 1, head, head)
      if (end === undefined) {
        skipped.push({ start, end: text.length, why: "a quote that does not end" })
        break
      }
      push({ kind: "quote", text: text.slice(at + 1, end), flavour: head, start, end: end + 1 })
      continue
    }
    if (expectsTerm() && head === "/") {
      const end = closed(text, at + 1, "/", "/")
      if (end !== undefined) {
        const flags = /[a-z]*/y
        flags.lastIndex = end + 1
        push({ kind: "quote", text: text.slice(at + 1, end), flavour: "match", start, end: end + 1 + (flags.exec(text)?.[0].length ?? 0) })
        continue
      }
    }
    const handle = head === "<" && (expectsTerm() || tokens.at(-1)?.kind === "word") ? matched(/<(?:\$?\w*|[\w.*?/~-]+)>/y) : undefined
    if (handle !== undefined) {
      push({ kind: "handle", text: handle.slice(1, -1), start, end: at + handle.length })
      continue
    }
    const isTerm = expectsTerm() || tokens.at(-1)?.kind === "word"
    const name = head === "$" || head === "@" || isTerm ? matched(variable) : undefined
    const digits = name === undefined ? matched(number) : undefined
    const sign = name === undefined && digits === undefined ? matched(operator) : undefined
    if (name !== undefined)
      push({ kind: "variable", text: name.replace(/^([$@%&]#?)\{\s*(\^?\w+)\s*\}$/, "$1$2"), start, end: at + name.length })
    else if (digits !== undefined) push({ kind: "number", text: digits, start, end: at + digits.length })
    else if (sign !== undefined) push({ kind: "operator", text: sign, start, end: at + sign.length })
    else {
      skipped.push({ start, end: start + 1, why: "no token of Perl" })
      at++
    }
  }
  return { tokens, skipped, data: undefined }
}

/** Where the delimiter closes; brackets nest. */
function closed(text: string, from: number, opening: string, close: string): number | undefined {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const one = text[at]
    if (one === "\\") at++
    else if (one === close) {
      if (depth === 0) return at
      depth--
    } else if (one === opening && opening !== close) depth++
  }
  return undefined
}

/** Distributes over the kinds, so that each keeps what it has. */
type Unplaced = Token extends infer T ? (T extends Token ? Omit<T, "start"> : never) : never

function quoted(text: string, from: number, by: string): Unplaced | "open" | undefined {
  let at = from
  while (/\s/.test(text[at] ?? "")) at++
  const opening = text[at] ?? ""
  if (
    opening === "" ||
    /[\w\s,;)]/.test(opening) ||
    (opening === "=" && (text[at + 1] === ">" || text[at + 1] === "=" || at > from)) ||
    (opening === "#" && at > from)
  )
    return undefined
  const close = closing.get(opening) ?? opening
  const end = closed(text, at + 1, opening, close)
  if (end === undefined) return "open"
  const content = text.slice(at + 1, end)
  const flagsFrom = (start: number): string => /^[a-z]*/.exec(text.slice(start, start + 16))?.[0] ?? ""
  if (by !== "s" && by !== "tr" && by !== "y") {
    const flags = by === "m" || by === "qr" ? flagsFrom(end + 1) : ""
    const flavour = by === "q" ? "'" : by === "qq" ? '"' : by === "qx" ? "`" : by === "qw" ? "words" : "match"
    return { kind: "quote", text: content, flavour, end: end + 1 + flags.length }
  }
  let second = end
  let [opens, closes] = [opening, close]
  if (closing.has(opening)) {
    second = end + 1
    while (/\s/.test(text[second] ?? "")) second++
    opens = text[second] ?? ""
    closes = closing.get(opens) ?? opens
  }
  const last = closed(text, second + 1, opens, closes)
  if (last === undefined) return "open"
  const flags = flagsFrom(last + 1)
  return {
    kind: "change",
    text: content,
    to: text.slice(second + 1, last),
    flags,
    flavour: by === "s" ? "s" : "tr",
    end: last + 1 + flags.length,
  }
}
