import { type Act, text, unknown, type Value } from "../../model/code.ts"
import type { Analysed, Analysis, Language, Source } from "../language.ts"
import { type Token, tokensOf } from "../tokens.ts"
import { calls, type Does } from "./calls.ts"

/** Go: which functions of the standard library are called, with the literals that they are given, and what is embedded (go.dev/ref/spec). Nothing is bound. */
export const go: Language = {
  name: "go",
  claims: (path) => path.endsWith(".go"),
  load: async () => analyse,
}

function analyse(source: Source, { limits }: Analysis): Analysed {
  const tokens = [...tokensOf(source.text)]
  const imported = importsOf(tokens)
  const acts: Act[] = []
  for (const [index, token] of tokens.entries()) {
    if (acts.length > limits.scriptActsMax)
      return { acts, blind: [{ at: source.place(token.start, source.text.length), why: `more than ${limits.scriptActsMax} acts` }] }
    const path = token.kind === "name" && tokens[index - 1]?.text !== "." ? imported.get(token.text) : undefined
    const does = path === undefined || tokens[index + 1]?.text !== "." ? undefined : calls.get(`${path}.${tokens[index + 2]?.text}`)
    if (does === undefined) continue
    const given = tokens[index + 3]?.text === "(" ? literalsFrom(tokens, index + 4) : []
    acts.push({ ...actOf(does, given), at: source.place(token.start, token.end) })
  }
  // A directive that begins its line (pkg.go.dev/embed).
  for (const { index, 1: names = "" } of source.text.matchAll(/^\/\/go:embed[ \t]+([^\n]+)/gm))
    for (const name of names.trim().split(/\s+/))
      acts.push({ kind: "reads", path: text(name), at: source.place(index, index + names.length) })
  return { acts, blind: [] }
}

/** Packages by the names that they have in this file: the last element of the path where no other is given, `.` for all of it is not followed. */
function importsOf(tokens: readonly Token[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const add = (index: number): void => {
    const path = tokens[index]
    const before = tokens[index - 1]
    if (path?.kind !== "text") return
    const own = path.text.slice(path.text.lastIndexOf("/") + 1)
    found.set(before?.kind === "name" && before.text !== "import" ? before.text : own, path.text)
  }
  for (const [index, { kind, text: word }] of tokens.entries()) {
    if (kind !== "name" || word !== "import") continue
    if (tokens[index + 1]?.text !== "(") {
      add(index + 1)
      add(index + 2)
    } else for (let at = index + 2; at < tokens.length && tokens[at]?.text !== ")"; at += 1) add(at)
  }
  return found
}

/** Arguments up to the bracket that closes; what is more than a literal is not known. */
function literalsFrom(tokens: readonly Token[], start: number): readonly Value[] {
  const args: Value[] = []
  for (let index = start, depth = 0; index < Math.min(tokens.length, start + argumentTokensMax); index += 1) {
    const token = tokens[index]
    if (token === undefined || (token.text === ")" && token.kind === "sign" && depth === 0)) break
    if (token.kind === "sign" && /[([{]/.test(token.text)) depth += 1
    if (token.kind === "sign" && /[)\]}]/.test(token.text)) depth -= 1
    const ends = /^[,)]$/.test(tokens[index + 1]?.text ?? "") && tokens[index + 1]?.kind === "sign"
    const begins = /^[,(]$/.test(tokens[index - 1]?.text ?? "")
    if (depth === 0 && token.kind === "text" && ends && begins) args.push(text(token.text))
    else if (depth === 0 && token.text === ",") continue
    else if (depth === 0 && ends) args.push(unknown("more than a literal"))
  }
  return args
}

const argumentTokensMax = 200

type Done = Act extends infer A ? (A extends Act ? Omit<A, "at"> : never) : never

function actOf(does: Does, [first = unknown("no literal"), ...others]: readonly Value[]): Done {
  switch (does) {
    case "runs":
      return { kind: "runs", as: "program", what: first, with: others }
    case "loads":
      return { kind: "runs", as: "object", what: first }
    case "connects":
      return { kind: "connects", to: first }
    case "reads":
      return { kind: "reads", path: first }
    case "writes":
      return { kind: "writes", path: first, what: unknown("what the program writes") }
    case "deletes":
      return { kind: "deletes", path: first }
    case "looks up":
      return { kind: "looks up", name: first }
  }
}
