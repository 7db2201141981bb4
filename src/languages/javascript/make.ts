import type { Expression, FunctionExpression, Spanned, Statement } from "../imperative/ir.ts"
import type { Converted, FunctionNode, MethodNode, PatternNode, StatementNode } from "./syntax.ts"

/** Nodes of the small tree, at the characters of a node of the parser's. */
export interface Located {
  readonly start?: number | null | undefined
  readonly end?: number | null | undefined
}

export const spot = ({ start, end }: Located): Spanned => ({ start: start ?? 0, end: end ?? 0 })

export const name = (at: Located, of: string): Expression => ({ kind: "name", name: of, ...spot(at) })
export const text = (at: Located, of: string): Expression => ({ kind: "text", text: of, ...spot(at) })
export const member = (at: Located, of: Expression, part: string | Expression): Expression => ({
  kind: "member",
  of,
  name: part,
  ...spot(at),
})
export const unknown = (at: Located, why: string, of: readonly Expression[] = []): Expression => ({ kind: "unknown", why, of, ...spot(at) })
export const either = (at: Located, ...of: readonly Expression[]): Expression => ({ kind: "either", of, ...spot(at) })
export const call = (at: Located, callee: Expression, args: readonly Expression[], makes = false): Expression => ({
  kind: "call",
  callee,
  args,
  ...(makes ? { makes: true } : {}),
  ...spot(at),
})
export const after = (at: Located, body: readonly Statement[], of: Expression): Expression => ({ kind: "after", body, of, ...spot(at) })
export const perform = (of: Expression): Statement => ({ kind: "do", of, start: of.start, end: of.end })
export const maybe = (at: Located, ...bodies: readonly (readonly Statement[])[]): Statement => ({ kind: "maybe", bodies, ...spot(at) })
export const assign = (
  at: Located,
  to: Expression,
  of: Expression,
  how: { readonly adds?: true; readonly declares?: true } = {},
): Statement => ({
  kind: "assign",
  to,
  of,
  ...how,
  ...spot(at),
})
export const declare = (at: Located, to: Expression, of: Expression): Statement => assign(at, to, of, { declares: true })

/** What the parts of the front end ask of each other. */
export interface Convert {
  expression(of: Converted): Expression
  statements(of: readonly StatementNode[]): readonly Statement[]
  body(of: FunctionNode | MethodNode): FunctionExpression
  /** Statements that give a pattern what a value holds. */
  pattern(to: PatternNode, of: Expression, declares: boolean): readonly Statement[]
  /** A name is given something in a loop: what it holds differs from round to round. */
  changes(name: string): void
}
