/** A node of a syntax tree: its grammar's name for it, the field of its parent that it fills, and its characters [start, end) in the text. Comments and brackets are no nodes. */
export interface SyntaxNode {
  readonly type: string
  readonly field: string | undefined
  readonly start: number
  readonly end: number
  readonly children: readonly SyntaxNode[]
}

/** What a parser made of a text. `skipped`: characters [start, end) that it found no place for, and why. */
export interface Syntax {
  readonly root: SyntaxNode
  readonly skipped: readonly Skipped[]
}

export interface Skipped {
  readonly start: number
  readonly end: number
  readonly why: string
}

/** A text to its syntax tree, whatever the text is. */
export type Parse = (text: string) => Syntax

/** The child that fills a field. */
export const fieldOf = ({ children }: SyntaxNode, field: string): SyntaxNode | undefined => children.find((child) => child.field === field)

export const fieldsOf = ({ children }: SyntaxNode, field: string): readonly SyntaxNode[] =>
  children.filter((child) => child.field === field)

export const childOf = ({ children }: SyntaxNode, type: string): SyntaxNode | undefined => children.find((child) => child.type === type)
