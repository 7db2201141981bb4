import { evaluate } from "../imperative/evaluate.ts"
import type { Analyser } from "../language.ts"
import { Cursor } from "./cursor.ts"
import { lex } from "./lexer.ts"
import { programOf } from "./parser.ts"
import { perl } from "./platform.ts"

export const perlAnalyser: Analyser = (source, analysis) => {
  const cursor = new Cursor(lex(source.text), analysis.limits.syntaxDepthMax)
  const program = programOf(cursor)
  const found = evaluate(program, perl, source, analysis)
  return { ...found, blind: [...cursor.skipped.map(({ start, end, why }) => ({ at: source.place(start, end), why })), ...found.blind] }
}
