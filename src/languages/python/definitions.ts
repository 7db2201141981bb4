import type { Expression, Statement } from "../imperative/ir.ts"
import { callAt, doAt, functionAt, nameAt, returnAt, spanOf } from "../lowering.ts"
import { fieldOf, type SyntaxNode } from "../syntax.ts"
import { expressionOf } from "./expressions.ts"
import { parametersOf } from "./parameters.ts"
import { type Around, assignAt, blockOf } from "./statements.ts"

/** What a class's functions call `self` stands in the names around them, under a name that no program can take; so does the class itself. */
const selfName = "(self)"
const className = "(class)"

export function functionOf(node: SyntaxNode, around: Around): readonly Statement[] {
  const name = fieldOf(node, "name")
  if (name === undefined) return blockOf(fieldOf(node, "body"), around)
  return [assignAt(node, nameAt(name, around.text.slice(name.start, name.end)), made(node, around, false), around)]
}

/** `isMethod`: the first parameter is the object. */
function made(node: SyntaxNode, { text }: Around, isMethod: boolean): Expression {
  const body = fieldOf(node, "body")
  const { names, takesRest, first } = parametersOf(fieldOf(node, "parameters"), text, expressionOf)
  const [self] = isMethod ? names : []
  const read = (): readonly Statement[] => [
    ...(self === undefined
      ? []
      : [{ kind: "assign", to: nameAt(node, self), of: nameAt(node, selfName), declares: true, ...spanOf(node) } as const]),
    ...first,
    ...blockOf(body, { text, isGlobal: globalsOf(body, text) }),
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
export function classOf(node: SyntaxNode, around: Around): readonly Statement[] {
  const [name, body] = [fieldOf(node, "name"), fieldOf(node, "body")]
  const bases = fieldOf(node, "superclasses")?.children ?? []
  if (name === undefined) return blockOf(body, around)
  const inside: Around = { text: around.text, isGlobal: () => false }
  const whole = functionAt(node, [], () => [
    assignAt(node, nameAt(node, selfName), { kind: "record", fields: new Map(), ...spanOf(node) }, inside),
    ...membersOf(body, inside),
    returnAt(nameAt(node, className)),
  ])
  return [
    ...bases.map((base) => doAt(expressionOf(base.type === "keyword_argument" ? (fieldOf(base, "value") ?? base) : base, around.text))),
    assignAt(node, nameAt(name, around.text.slice(name.start, name.end)), callAt(node, whole, []), around),
  ]
}

function membersOf(body: SyntaxNode | undefined, inside: Around): readonly Statement[] {
  const methods: { readonly name: string; readonly at: SyntaxNode; readonly of: Expression }[] = []
  const others: Statement[] = []
  for (const child of body?.children ?? []) {
    const definition = child.type === "decorated_definition" ? fieldOf(child, "definition") : child
    const named = definition === undefined ? undefined : fieldOf(definition, "name")
    const decorators = child === definition ? "" : inside.text.slice(child.start, definition?.start)
    if (definition?.type !== "function_definition" || named === undefined) others.push(...blockOf({ ...child, children: [child] }, inside))
    else
      methods.push({
        name: inside.text.slice(named.start, named.end),
        at: named,
        of: made(definition, inside, !/@staticmethod\b/.test(decorators)),
      })
  }
  const start = methods.findLast(({ name }) => name === "__init__")
  const constructed = functionAt(body ?? { start: 0, end: 0 }, start?.of.kind === "function" ? start.of.parameters : [], () => [
    ...(start?.of.kind === "function" ? start.of.body() : []),
    returnAt(nameAt(body ?? { start: 0, end: 0 }, selfName)),
  ])
  const at = body ?? { start: 0, end: 0 }
  const member = (of: string, field: string): Expression => ({ kind: "member", of: nameAt(at, of), name: field, ...spanOf(at) })
  const fields = others.flatMap((one) => (one.kind === "assign" && one.to.kind === "name" ? [one.to.name] : []))
  return [
    ...others,
    assignAt(at, nameAt(at, className), constructed, inside),
    ...[...new Set(fields)].flatMap((field) =>
      [selfName, className].map((of) => assignAt(at, member(of, field), nameAt(at, field), inside)),
    ),
    ...methods
      .filter(({ name }) => name !== "__init__")
      .flatMap(({ name, at: named, of }) => [
        // One function under both: it is looked at once.
        assignAt(named, member(selfName, name), of, inside),
        assignAt(named, member(className, name), member(selfName, name), inside),
      ]),
  ]
}
