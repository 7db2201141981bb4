import type { Limits } from "../core/limits.ts"
import { evaluate } from "./imperative/evaluate.ts"
import type { Statement } from "./imperative/ir.ts"
import type { Platform } from "./imperative/platform.ts"
import type { Analyser, Analysis, Source } from "./language.ts"
import type { Syntax, SyntaxNode } from "./syntax.ts"

type Parse = (text: string, limits: Limits) => Syntax

/** A front end: the syntax tree of a text, read as statements, evaluated with the language's table. What the parser skipped is what was not looked at. */
export const analyserOf =
  (
    parse: Parse,
    platform: Platform,
    statementsOf: (root: SyntaxNode, source: Source, analysis: Analysis) => readonly Statement[],
  ): Analyser =>
  (source, analysis) => {
    const { root, skipped } = parse(source.text, analysis.limits)
    const found = evaluate(statementsOf(root, source, analysis), platform, source, analysis)
    return { ...found, blind: [...skipped.map(({ start, end, why }) => ({ at: source.place(start, end), why })), ...found.blind] }
  }
