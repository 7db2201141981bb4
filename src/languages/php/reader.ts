import type { Expression, Statement } from "../imperative/ir.ts"
import type { SyntaxNode } from "../syntax.ts"

/** One text of PHP while its tree is read: what the parts of the front end ask each other for. */
export interface Reader {
  readonly text: string
  expressionOf(node: SyntaxNode): Expression
  statementsOf(node: SyntaxNode | undefined): readonly Statement[]
}

export const writtenAt = ({ start, end }: SyntaxNode, { text }: Reader): string => text.slice(start, end)
