import type { Expression } from "../imperative/ir.ts"
import { classOf } from "./classes.ts"
import { after, assign, type Convert, call, either, member, name, perform, spot, text, unknown } from "./make.ts"
import { markup } from "./markup.ts"
import { keyOf, record } from "./objects.ts"
import { original } from "./parse.ts"
import type { Converted, ExpressionNode } from "./syntax.ts"

type Node<Type extends Converted["type"]> = Extract<Converted, { readonly type: Type }>

export function expressionOf(convert: Convert, of: Converted): Expression {
  const inner = (one: Converted): Expression => convert.expression(one)
  switch (of.type) {
    case "StringLiteral":
      return text(of, original(of.value))
    case "NumericLiteral":
      return { kind: "number", number: of.value, ...spot(of) }
    case "TemplateLiteral":
      return template(convert, of)
    case "TaggedTemplateExpression":
      return call(of, inner(of.tag), [template(convert, of.quasi)])
    case "RegExpLiteral":
      return call(of, name(of, "RegExp"), [text(of, original(of.pattern)), text(of, of.flags)])
    case "Identifier":
      if (of.name === "undefined" || of.name === "NaN" || of.name === "Infinity") return unknown(of, of.name)
      return name(of, original(of.name))
    case "ThisExpression":
      return name(of, "this")
    case "Super":
      return name(of, "super")
    case "MetaProperty":
      return name(of, `${of.meta.name}.${of.property.name}`)
    case "MemberExpression":
    case "OptionalMemberExpression":
      if (of.object.type === "MetaProperty" && of.property.type === "Identifier") return name(of, `import.meta.${of.property.name}`)
      return member(
        of,
        inner(of.object),
        of.property.type === "PrivateName" ? `#${of.property.id.name}` : keyOf(convert, of.property, of.computed),
      )
    case "CallExpression":
    case "OptionalCallExpression":
      return call(of, inner(of.callee), of.arguments.map(inner))
    case "NewExpression":
      return call(of, inner(of.callee), of.arguments.map(inner), true)
    case "Import":
      return name(of, "import")
    case "ImportExpression":
      return call(of, name(of, "import"), [inner(of.source)])
    case "BinaryExpression":
      return binary(convert, of)
    case "LogicalExpression":
      return logical(convert, of)
    case "ConditionalExpression":
      return after(of, [perform(inner(of.test))], either(of, inner(of.consequent), inner(of.alternate)))
    case "AssignmentExpression":
      return assignment(convert, of)
    case "UpdateExpression":
      if (of.argument.type === "Identifier") convert.changes(of.argument.name)
      return counted(convert, of)
    case "UnaryExpression":
      return of.operator === "-" ? { kind: "operation", operator: "-", of: [inner(of.argument)], ...spot(of) } : unary(convert, of)
    case "SequenceExpression":
      return after(
        of,
        of.expressions.slice(0, -1).map((one) => perform(inner(one))),
        inner(of.expressions.at(-1) ?? { ...of, type: "ThisExpression" }),
      )
    case "ArrayExpression":
      return { kind: "list", items: of.elements.map((one) => (one === null ? unknown(of, "a hole") : inner(one))), ...spot(of) }
    case "SpreadElement":
      return { kind: "spread", of: inner(of.argument), ...spot(of) }
    case "ObjectExpression":
      return record(convert, of)
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return convert.body(of)
    case "ClassExpression":
      return classOf(convert, of)
    case "AwaitExpression":
      return inner(of.argument)
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "TSInstantiationExpression":
    case "TypeCastExpression":
      return inner(of.expression)
    case "YieldExpression":
      return of.argument === null || of.argument === undefined ? unknown(of, "what is sent in") : inner(of.argument)
    case "JSXElement":
    case "JSXFragment":
      return markup(convert, of)
    default:
      return unknown(of, of.type)
  }
}

function template(convert: Convert, of: Node<"TemplateLiteral">): Expression {
  const parts = of.quasis.flatMap((quasi, index): readonly Expression[] => {
    const hole = of.expressions[index]
    const known = text(quasi, original(quasi.value.cooked ?? quasi.value.raw))
    return hole === undefined || !isExpression(hole) ? [known] : [known, convert.expression(hole)]
  })
  return { kind: "joined", parts, ...spot(of) }
}

/** In types a template holds types. */
const isExpression = (of: Node<"TemplateLiteral">["expressions"][number]): of is Extract<typeof of, ExpressionNode> =>
  !of.type.startsWith("TS") || /^TS(As|Satisfies|NonNull|Instantiation)Expression$|^TSTypeAssertion$/.test(of.type)

/** Of a sum the terms in a row, however many: `a + b + c` nests to the left. */
function binary(convert: Convert, of: Node<"BinaryExpression">): Expression {
  const terms: Expression[] = []
  let left: Converted = of
  while (left.type === "BinaryExpression" && left.operator === of.operator) {
    terms.push(convert.expression(left.right))
    left = left.left
  }
  terms.push(left.type === "PrivateName" ? text(left, left.id.name) : convert.expression(left))
  return { kind: "operation", operator: of.operator, of: terms.reverse(), ...spot(of) }
}

function logical(convert: Convert, of: Node<"LogicalExpression">): Expression {
  const terms: ExpressionNode[] = []
  let left: ExpressionNode = of
  while (left.type === "LogicalExpression" && left.operator === of.operator) {
    terms.push(left.right)
    left = left.left
  }
  const all = [left, ...terms.reverse()].map((one) => convert.expression(one))
  if (of.operator !== "&&") return either(of, ...all)
  const last = all.at(-1) ?? unknown(of, "nothing")
  return after(of, all.slice(0, -1).map(perform), either(of, last))
}

function assignment(convert: Convert, of: Node<"AssignmentExpression">): Expression {
  const right = convert.expression(of.right)
  if (of.left.type === "Identifier" && of.operator !== "=") convert.changes(of.left.name)
  if (of.left.type !== "Identifier" && of.left.type !== "MemberExpression") return after(of, convert.pattern(of.left, right, false), right)
  const to = convert.expression(of.left)
  if (of.operator === "=") return after(of, [assign(of, to, right)], to)
  if (of.operator === "+=") return after(of, [assign(of, to, right, { adds: true })], to)
  const operator = of.operator.slice(0, -1)
  const result: Expression = /^(\|\||&&|\?\?)$/.test(operator)
    ? either(of, to, right)
    : { kind: "operation", operator, of: [to, right], ...spot(of) }
  return after(of, [assign(of, to, result)], to)
}

function counted(convert: Convert, of: Node<"UpdateExpression">): Expression {
  const to = convert.expression(of.argument)
  const one: Expression = { kind: "number", number: 1, ...spot(of) }
  return after(of, [assign(of, to, { kind: "operation", operator: of.operator === "++" ? "+" : "-", of: [to, one], ...spot(of) })], to)
}

function unary(convert: Convert, of: Node<"UnaryExpression">): Expression {
  const argument = convert.expression(of.argument)
  if (of.operator === "+") return call(of, name(of, "Number"), [argument])
  return of.operator === "~"
    ? { kind: "operation", operator: "~", of: [argument], ...spot(of) }
    : after(of, [perform(argument)], unknown(of, of.operator))
}
