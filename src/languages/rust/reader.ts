import type { Expression } from "../imperative/ir.ts"
import type { SyntaxNode } from "../syntax.ts"

/** One text of Rust; `text` is what was written, also where the parser was given something else in its place. */
export interface Reader {
  readonly text: string
  /** The file of the release that `mod name;` in this one means. */
  fileOf(module: string): string | undefined
  expressionOf(node: SyntaxNode): Expression
}

export const written = ({ start, end }: SyntaxNode, { text }: Reader): string => text.slice(start, end)
