import type { Expression, FunctionExpression, Statement } from "../imperative/ir.ts"
import { functionAt, nameAt, returnAt, spanOf, unknownAt } from "../lowering.ts"
import { fieldOf, type SyntaxNode } from "../syntax.ts"
import { type Reader, writtenAt } from "./reader.ts"

export function functionOf(node: SyntaxNode, reader: Reader): FunctionExpression {
  const [parameters, body] = [fieldOf(node, "parameters")?.children ?? [], fieldOf(node, "body")]
  const names: string[] = []
  const first: Statement[] = []
  let takesRest = false
  for (const one of parameters) {
    const [name, value] = [fieldOf(one, "name"), fieldOf(one, "default_value")]
    if (name === undefined) continue
    const at = nameAt(name, writtenAt(name, reader))
    names.push(writtenAt(name, reader))
    takesRest ||= one.type === "variadic_parameter"
    if (value !== undefined)
      first.push({
        kind: "assign",
        to: at,
        of: { kind: "either", of: [at, reader.expressionOf(value)], ...spanOf(one) },
        declares: true,
        ...spanOf(one),
      })
  }
  const isArrow = node.type === "arrow_function"
  const read = (): readonly Statement[] => [
    ...first,
    ...(body === undefined ? [] : isArrow ? [returnAt(reader.expressionOf(body))] : reader.statementsOf(body)),
  ]
  return functionAt(node, names, read, takesRest ? { takesRest: true } : {})
}

/** A class is one object, which `new` gives too: its methods and fields are the object's members, under `$this` and the class's name. */
export function classOf(node: SyntaxNode, reader: Reader): readonly Statement[] {
  const name = fieldOf(node, "name")
  const fields = new Map<string, Expression>()
  const methods: (readonly [string, FunctionExpression])[] = []
  for (const member of fieldOf(node, "body")?.children ?? node.children.find(({ type }) => type === "declaration_list")?.children ?? []) {
    const named = fieldOf(member, "name")
    if (member.type === "method_declaration" && named !== undefined) methods.push([writtenAt(named, reader), functionOf(member, reader)])
    for (const element of member.children) {
      const [field, value] = [fieldOf(element, "name") ?? element.children[0], fieldOf(element, "default_value") ?? element.children[1]]
      if (/^(?:property|const)_element$/.test(element.type) && field !== undefined && value !== undefined)
        fields.set(writtenAt(field, reader).replace(/^\$/, ""), reader.expressionOf(value))
    }
  }
  const self = nameAt(node, "$this")
  // The functions of a class see its object as a name around them.
  const whole = functionAt(node, [], () => [
    { kind: "assign", to: self, of: { kind: "record", fields, ...spanOf(node) }, declares: true, ...spanOf(node) },
    ...["self", "static"].map((word): Statement => ({ kind: "assign", to: nameAt(node, word), of: self, declares: true, ...spanOf(node) })),
    ...methods.map(
      ([method, of]): Statement => ({ kind: "assign", to: { kind: "member", of: self, name: method, ...spanOf(of) }, of, ...spanOf(of) }),
    ),
    returnAt(self),
  ])
  const of: Expression = { kind: "call", callee: whole, args: [], ...spanOf(node) }
  return [
    name === undefined
      ? { kind: "do", of, ...spanOf(node) }
      : { kind: "assign", to: nameAt(name, writtenAt(name, reader)), of, declares: true, ...spanOf(node) },
  ]
}

/** `new Class(arguments)`: the class's object, made with them. */
export function madeOf(node: SyntaxNode, reader: Reader, args: readonly Expression[]): Expression {
  const [type] = node.children
  if (type === undefined) return unknownAt(node, "an object")
  if (type.type === "declaration_list" || type.type === "anonymous_class")
    return {
      kind: "after",
      body: classOf(type.type === "anonymous_class" ? type : node, reader),
      of: unknownAt(node, "an object"),
      ...spanOf(node),
    }
  const of =
    type.type === "name" || type.type === "qualified_name"
      ? nameAt(type, writtenAt(type, reader).replace(/^.*\\/, ""))
      : reader.expressionOf(type)
  const callee: Expression = { kind: "member", of, name: "__construct", ...spanOf(type) }
  return {
    kind: "after",
    body: [{ kind: "do", of: { kind: "call", callee, args, ...spanOf(node) }, ...spanOf(node) }],
    of: of,
    ...spanOf(node),
  }
}
