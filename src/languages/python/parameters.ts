import type { Expression, FunctionExpression, Statement } from "../imperative/ir.ts"
import { nameAt, spanOf, unknownAt } from "../lowering.ts"
import { fieldOf, type SyntaxNode } from "../syntax.ts"

export interface Parameters {
  readonly names: readonly string[]
  readonly takesRest: Pick<FunctionExpression, "takesRest">
  /** What the body starts with: defaults, and the names that only a keyword gives. */
  readonly first: readonly Statement[]
}

/** The parameters of a function (The Python Language Reference, 8.7): by position, then `*rest`, then by keyword alone. */
export function parametersOf(
  list: SyntaxNode | undefined,
  text: string,
  expressionOf: (node: SyntaxNode, text: string) => Expression,
): Parameters {
  const names: string[] = []
  const first: Statement[] = []
  let rest: string | undefined
  let isBehindRest = false
  for (const one of list?.children ?? []) {
    if (one.type === "keyword_separator" || one.type === "*") isBehindRest = true
    const at = identifierOf(one)
    if (at === undefined) continue
    const name = text.slice(at.start, at.end)
    const isRest = /^\*[^*]/.test(text.slice(one.start, one.end))
    if (isRest) [rest, isBehindRest] = [name, true]
    else if (isBehindRest || text.startsWith("**", one.start)) first.push(assigned(at, name, unknownAt(at, `parameter ${name}`)))
    else names.push(name)
    const value = fieldOf(one, "value")
    if (value !== undefined)
      first.push(assigned(at, name, { kind: "either", of: [nameAt(at, name), expressionOf(value, text)], ...spanOf(at) }))
  }
  return { names: rest === undefined ? names : [...names, rest], takesRest: rest === undefined ? {} : { takesRest: true }, first }
}

const assigned = (at: SyntaxNode, name: string, of: Expression): Statement => ({
  kind: "assign",
  to: nameAt(at, name),
  of,
  declares: true,
  ...spanOf(at),
})

function identifierOf(node: SyntaxNode): SyntaxNode | undefined {
  if (node.type === "identifier") return node
  const inner = fieldOf(node, "name") ?? node.children.find(({ type }) => type === "identifier" || type.endsWith("_pattern"))
  return inner === undefined ? undefined : identifierOf(inner)
}
