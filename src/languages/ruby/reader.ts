import type { Expression, Statement } from "../imperative/ir.ts"
import { nameAt } from "../lowering.ts"
import type { SyntaxNode } from "../syntax.ts"

/** One text of Ruby while its tree is read: what the parts of the front end ask each other for. */
export interface Reader {
  readonly text: string
  /** Of the start of each `<<NAME` the body that it means. */
  readonly heredocs: ReadonlyMap<number, SyntaxNode>
  expressionOf(node: SyntaxNode): Expression
  /** Statements, and nothing of their value. */
  blockOf(node: SyntaxNode | undefined): readonly Statement[]
  /** Statements of which the last is what they give. */
  bodyOf(node: SyntaxNode | undefined): readonly Statement[]
}

/** The object that all methods of a class share here, and the one around all: names that no program can take. */
export const selfAt = (node: SyntaxNode): Expression => nameAt(node, "(self)")
export const globalAt = (node: SyntaxNode): Expression => nameAt(node, "(global)")

/** Bodies of here documents stand behind the line that begins them, in the order of their beginnings. */
export function heredocsOf(root: SyntaxNode): ReadonlyMap<number, SyntaxNode> {
  const [beginnings, bodies]: [SyntaxNode[], SyntaxNode[]] = [[], []]
  const open = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === "heredoc_beginning") beginnings.push(node)
    if (node.type === "heredoc_body") bodies.push(node)
    open.push(...node.children)
  }
  const inOrder = (a: SyntaxNode, b: SyntaxNode): number => a.start - b.start
  bodies.sort(inOrder)
  return new Map(
    beginnings.sort(inOrder).flatMap(({ start }, index) => {
      const body = bodies[index]
      return body === undefined ? [] : [[start, body] as const]
    }),
  )
}
