import { type Act, type Blind, type Place, text, unknown, type Value } from "../../model/code.ts"
import type { Analysed, Analysis, Language, Source } from "../language.ts"
import { type Token, tokensOf } from "../tokens.ts"
import { calls, executableWords, type Row } from "./calls.ts"

/**
 * C, C++, Objective-C and assembler before the preprocessor: which functions of the platform are called or hidden behind a macro, with the literals that they are given,
 * and what is included that is no header. Nothing is expanded or bound, as the preprocessor's own words decide what is compiled.
 */
export const c: Language = {
  name: "c",
  claims: (path) => /\.(?:[chSs]|cc|cpp|cxx|c\+\+|hh|hpp|hxx|ipp|inc|inl|tcc|m|mm|[ly]|[chsS]\.in)$/.test(path),
  load: async () => analyse,
}

function analyse(source: Source, { limits, inner }: Analysis): Analysed {
  const acts: Act[] = []
  const blind: Blind[] = []
  const tokens = [...tokensOf(source.text)]
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index]
    if (token === undefined) continue
    if (acts.length > limits.scriptActsMax) {
      blind.push({ at: source.place(token.start, source.text.length), why: `more than ${limits.scriptActsMax} acts` })
      break
    }
    const at = source.place(token.start, token.end)
    if (token.kind === "text" && /^\s*\.incbin\b/.test(token.text)) acts.push({ kind: "reads", path: unknown("incbin"), at })
    if (token.kind !== "name") continue
    if (token.directive === token.text && (token.text === "include" || token.text === "embed")) {
      const path = tokens[index + 1]
      if (path?.kind === "text" && tokens[index - 1]?.text === "#" && !isHeader(path.text)) acts.push(included(token.text, path.text, at))
      continue
    }
    const row = calls.get(token.text)
    if (row === undefined || isMember(tokens, index)) continue
    const args = tokens[index + 1]?.text === "(" && tokens[index + 1]?.kind === "sign" ? argumentsFrom(tokens, index + 2) : undefined
    // Without arguments it is spoken of: handed on, or given another name.
    if (args === undefined && token.directive !== "define") continue
    for (const act of actsOf(row, args ?? [], at)) {
      acts.push(act)
      if (act.kind === "runs" && act.as === "text" && act.what.kind === "text") {
        const found = inner("shell", { text: act.what.text, place: () => at })
        acts.push(...found.acts)
        blind.push(...found.blind)
      }
    }
  }
  return { acts, blind }
}

const isHeader = (path: string): boolean =>
  /\.(?:h|hh|hpp|hxx|h\+\+|inc|inl|ipp|tcc|def|c|cc|cpp|cxx|in|y|l|x|xh|tab|tbl|table)$/i.test(path) || !path.includes(".")

const included = (word: string, path: string, at: Place): Act =>
  word === "include" ? { kind: "runs", as: "source", what: text(path), at } : { kind: "reads", path: text(path), at }

/** A method or member of that name is none of the platform's. */
function isMember(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text
  return (
    before === "." ||
    (before === ">" && tokens[index - 2]?.text === "-") ||
    (before === ":" && tokens[index - 3]?.kind === "name" && tokens[index - 3]?.text !== "std")
  )
}

/** Tokens of each argument; a call that does not end soon is cut there. */
function argumentsFrom(tokens: readonly Token[], start: number): readonly (readonly Token[])[] {
  const args: Token[][] = [[]]
  let depth = 0
  for (let index = start; index < Math.min(tokens.length, start + argumentTokensMax); index += 1) {
    const token = tokens[index]
    if (token === undefined) break
    if (token.kind === "sign" && /[)\]}]/.test(token.text) && depth === 0) break
    if (token.kind === "sign" && /[([{]/.test(token.text)) depth += 1
    if (token.kind === "sign" && /[)\]}]/.test(token.text)) depth -= 1
    if (token.kind === "sign" && token.text === "," && depth === 0) args.push([])
    else args.at(-1)?.push(token)
  }
  return args
}

const argumentTokensMax = 200

function actsOf(row: Row, args: readonly (readonly Token[])[], at: Place): readonly Act[] {
  const first = literalOf(args[0])
  switch (row.does) {
    case "shell":
      return [{ kind: "runs", as: "text", language: "shell", what: first, at }]
    case "program":
      return [{ kind: "runs", as: "program", what: first, with: args.slice(1).map(literalOf), at }]
    case "loads":
      return [{ kind: "runs", as: "object", what: first, at }]
    case "connects":
      return [{ kind: "connects", to: first, at }]
    case "looks up":
      return [{ kind: "looks up", name: first, at }]
    case "deletes":
      return [{ kind: "deletes", path: first, at }]
    case "writes":
      return [{ kind: "writes", path: first, what: unknown("what the program writes"), at }]
    case "opens": {
      const mode = args[row.mode] ?? []
      const isWritten = mode.some(({ kind, text: word }) =>
        kind === "text" ? /[wa+]/.test(word) : /^_?O_(?:WRONLY|RDWR|CREAT|APPEND|TRUNC)$/.test(word),
      )
      const path = literalOf(args[row.path])
      return [isWritten ? { kind: "writes", path, what: unknown("what the program writes"), at } : { kind: "reads", path, at }]
    }
    case "protects":
      return args.flat().some(({ text: word }) => executableWords.has(word))
        ? [{ kind: "runs", as: "object", what: unknown("memory"), at }]
        : []
  }
}

/** A literal, or several behind each other. */
function literalOf(tokens: readonly Token[] = []): Value {
  return tokens.length > 0 && tokens.every(({ kind }) => kind === "text")
    ? text(tokens.map(({ text: part }) => part).join(""))
    : unknown("more than a literal")
}
