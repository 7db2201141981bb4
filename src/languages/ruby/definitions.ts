import type { Expression, FunctionExpression, Statement } from "../imperative/ir.ts"
import { callAt, functionAt, nameAt, returnAt, spanOf, unknownAt } from "../lowering.ts"
import { childOf, fieldOf, type SyntaxNode } from "../syntax.ts"
import { type Reader, selfAt } from "./reader.ts"

const assign = (to: Expression, of: Expression): Statement => ({ kind: "assign", to, of, declares: true, ...spanOf(to) })

/** A method, a block or a lambda. */
export function functionOf(node: SyntaxNode, reader: Reader, more: Pick<FunctionExpression, "isMethod"> = {}): FunctionExpression {
  const names: string[] = []
  const first: Statement[] = []
  let rest: string | undefined
  const parameters = fieldOf(node, "parameters")
  for (const one of parameters?.children ?? []) {
    const at = one.type === "identifier" ? one : fieldOf(one, "name")
    if (at === undefined) continue
    const [name, value] = [reader.text.slice(at.start, at.end), fieldOf(one, "value")]
    if (one.type === "splat_parameter") rest = name
    else if (/^(?:keyword|block|hash_splat)/.test(one.type)) first.push(assign(nameAt(at, name), unknownAt(at, `parameter ${name}`)))
    else names.push(name)
    if (value === undefined) continue
    const given: Expression = { kind: "either", of: [nameAt(at, name), reader.expressionOf(value)], ...spanOf(at) }
    first.push(assign(nameAt(at, name), given))
  }
  const body = fieldOf(node, "body") ?? childOf(node, "block")
  const inner = body?.type === "block" || body?.type === "do_block" ? fieldOf(body, "body") : body
  const read = (): readonly Statement[] => [...first, ...reader.bodyOf(inner)]
  return functionAt(node, rest === undefined ? names : [...names, rest], read, {
    ...more,
    ...(rest === undefined ? {} : { takesRest: true }),
  })
}

/** A method is a name in its class, and a member of the class's object. */
export function methodOf(node: SyntaxNode, reader: Reader): readonly Statement[] {
  const name = fieldOf(node, "name")
  if (name === undefined) return reader.blockOf(fieldOf(node, "body"))
  const [written, made] = [reader.text.slice(name.start, name.end), functionOf(node, reader, { isMethod: true })]
  const member = (of: string): Expression => ({ kind: "member", of: selfAt(name), name: of, ...spanOf(name) })
  if (written !== "initialize") return [assign(nameAt(name, written), made), assign(member(written), nameAt(name, written))]
  return [
    assign(
      member("new"),
      functionAt(node, made.parameters, () => [...made.body(), returnAt(selfAt(name))]),
    ),
  ]
}

/** A class or module is the object that a function gives that runs its body at once; what it makes is that object too. */
export function classOf(node: SyntaxNode, reader: Reader): readonly Statement[] {
  const [name, body] = [fieldOf(node, "name"), fieldOf(node, "body")]
  const whole = functionAt(node, [], () => [
    assign(selfAt(node), { kind: "record", fields: new Map(), ...spanOf(node) }),
    assign(
      { kind: "member", of: selfAt(node), name: "new", ...spanOf(node) },
      functionAt(node, [], () => [returnAt(selfAt(node))]),
    ),
    ...reader.blockOf(body),
    returnAt(selfAt(node)),
  ])
  const made = callAt(node, whole, [])
  if (name === undefined || name.type !== "constant") return [{ kind: "do", of: made, ...spanOf(node) }]
  return [{ kind: "assign", to: nameAt(name, reader.text.slice(name.start, name.end)), of: made, declares: true, ...spanOf(node) }]
}
