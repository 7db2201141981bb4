import type { Expression, FunctionExpression, Statement } from "../imperative/ir.ts"
import { callAt, doAt, functionAt, nameAt, returnAt, spanOf } from "../lowering.ts"
import { fieldOf, type SyntaxNode } from "../syntax.ts"
import type { Around, Block } from "./around.ts"
import { expressionOf } from "./expressions.ts"
import { parametersOf } from "./parameters.ts"
import { assignsOf } from "./targets.ts"

/** What a class's functions call `self` stands in the names around them, under a name that no program can take; so does the class itself. */
const selfName = "(self)"
const className = "(class)"

export function functionOf(node: SyntaxNode, around: Around, blockOf: Block): readonly Statement[] {
  const name = fieldOf(node, "name")
  if (name === undefined) return blockOf(fieldOf(node, "body"), around)
  return assignsOf(node, nameAt(name, around.text.slice(name.start, name.end)), made(node, around, blockOf), around.isGlobal)
}

/** `isMethod`: the first parameter is the object. */
function made(node: SyntaxNode, { text, fileOf }: Around, blockOf: Block, isMethod = false): FunctionExpression {
  const body = fieldOf(node, "body")
  const { names, takesRest, first } = parametersOf(fieldOf(node, "parameters"), text, expressionOf)
  const [self] = isMethod ? names : []
  const read = (): readonly Statement[] => [
    ...(self === undefined ? [] : assignsOf(node, nameAt(node, self), nameAt(node, selfName), () => false)),
    ...first,
    ...blockOf(body, { text, fileOf, isGlobal: globalsOf(body, text) }),
  ]
  return functionAt(node, self === undefined ? names : names.slice(1), read, takesRest)
}

/** Names that a function declares to be another's (7.12, 7.13), not looking into functions inside it. */
function globalsOf(body: SyntaxNode | undefined, text: string): (name: string) => boolean {
  const names = new Set<string>()
  const open = body === undefined ? [] : [body]
  if (body === undefined || !/\b(?:global|nonlocal)\b/.test(text.slice(body.start, body.end))) return () => false
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === "global_statement" || node.type === "nonlocal_statement")
      for (const { start, end } of node.children) names.add(text.slice(start, end))
    else if (node.type !== "function_definition" && node.type !== "lambda") open.push(...node.children)
  }
  return (name) => names.has(name)
}

/**
 * A class is what a function gives that runs its body at once: something to call, which gives the one object that all of the class's
 * functions share here.
 */
export function classOf(node: SyntaxNode, around: Around, blockOf: Block): readonly Statement[] {
  const [name, body] = [fieldOf(node, "name"), fieldOf(node, "body")]
  const bases = fieldOf(node, "superclasses")?.children ?? []
  if (name === undefined) return blockOf(body, around)
  const inside: Around = { ...around, isGlobal: () => false }
  const whole = functionAt(node, [], () => [
    ...assignsOf(node, nameAt(node, selfName), { kind: "record", fields: new Map(), ...spanOf(node) }, inside.isGlobal),
    ...membersOf(body, inside, blockOf),
    returnAt(nameAt(node, className)),
  ])
  return [
    ...bases.map((base) => doAt(expressionOf(base.type === "keyword_argument" ? (fieldOf(base, "value") ?? base) : base, around.text))),
    ...assignsOf(node, nameAt(name, around.text.slice(name.start, name.end)), callAt(node, whole, []), around.isGlobal),
  ]
}

function membersOf(body: SyntaxNode | undefined, inside: Around, blockOf: Block): readonly Statement[] {
  const methods: { readonly name: string; readonly of: FunctionExpression }[] = []
  const others: Statement[] = []
  for (const child of body?.children ?? []) {
    const definition = child.type === "decorated_definition" ? fieldOf(child, "definition") : child
    const named = definition === undefined ? undefined : fieldOf(definition, "name")
    const decorators = child === definition ? "" : inside.text.slice(child.start, definition?.start)
    if (definition?.type !== "function_definition" || named === undefined) others.push(...blockOf({ ...child, children: [child] }, inside))
    else
      methods.push({
        name: inside.text.slice(named.start, named.end),
        of: made(definition, inside, blockOf, !/@staticmethod\b/.test(decorators)),
      })
  }
  const at = body ?? { start: 0, end: 0 }
  const start = methods.findLast(({ name }) => name === "__init__")?.of
  const constructed = functionAt(at, start?.parameters ?? [], () => [...(start?.body() ?? []), returnAt(nameAt(at, selfName))])
  const member = (of: string, field: string): Expression => ({ kind: "member", of: nameAt(at, of), name: field, ...spanOf(at) })
  const fields = others.flatMap((one) => (one.kind === "assign" && one.to.kind === "name" ? [one.to.name] : []))
  const set = (to: Expression, of: Expression): readonly Statement[] => assignsOf(at, to, of, inside.isGlobal)
  return [
    ...others,
    ...set(nameAt(at, className), constructed),
    ...[...new Set(fields)].flatMap((field) => [selfName, className].flatMap((of) => set(member(of, field), nameAt(at, field)))),
    ...methods
      .filter(({ name }) => name !== "__init__")
      // One function under both names: it is looked at once.
      .flatMap(({ name, of }) => [...set(member(selfName, name), of), ...set(member(className, name), member(selfName, name))]),
  ]
}
