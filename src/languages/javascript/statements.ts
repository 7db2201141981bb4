import type { Expression, Statement } from "../imperative/ir.ts"
import { classOf } from "./classes.ts"
import { assign, type Convert, declare, maybe, member, name, perform, spot, unknown } from "./make.ts"
import { original } from "./parse.ts"
import type { StatementNode } from "./syntax.ts"

type Node<Type extends StatementNode["type"]> = Extract<StatementNode, { readonly type: Type }>

/** Functions that are declared come first, as they may be called above. */
export function statementsOf(convert: Convert, of: readonly StatementNode[], loop: Loops): readonly Statement[] {
  const declared = of.filter((one) => functionIn(one) !== undefined)
  return [...declared.flatMap((one) => hoisted(convert, one)), ...of.flatMap((one) => statementOf(convert, one, loop))]
}

/** Converts what is repeated: names that change in it hold something else in each round. */
export interface Loops {
  of(node: StatementNode, body: () => readonly Statement[]): readonly Statement[]
}

function functionIn(of: StatementNode): Node<"FunctionDeclaration"> | undefined {
  if (of.type === "FunctionDeclaration") return of
  if (of.type !== "ExportNamedDeclaration" && of.type !== "ExportDefaultDeclaration") return undefined
  return of.declaration?.type === "FunctionDeclaration" ? of.declaration : undefined
}

function hoisted(convert: Convert, of: StatementNode): readonly Statement[] {
  const found = functionIn(of)
  if (found === undefined) return []
  const made = convert.body(found)
  return found.id === null || found.id === undefined ? [perform(made)] : [declare(found, name(found, original(found.id.name)), made)]
}

function statementOf(convert: Convert, of: StatementNode, loops: Loops): readonly Statement[] {
  const all = (one: StatementNode): readonly Statement[] => convert.statements(one.type === "BlockStatement" ? one.body : [one])
  switch (of.type) {
    case "ExpressionStatement": {
      const made = convert.expression(of.expression)
      // Of an assignment that stands alone nobody asks for the value.
      return made.kind === "after" && of.expression.type === "AssignmentExpression" ? made.body : [perform(made)]
    }
    case "VariableDeclaration":
      return of.declarations.flatMap(({ id, init }) =>
        init === null || init === undefined ? [] : convert.pattern(id, convert.expression(init), true),
      )
    case "ReturnStatement":
      return of.argument === null || of.argument === undefined ? [] : [{ kind: "return", of: convert.expression(of.argument), ...spot(of) }]
    case "ThrowStatement":
      return [perform(convert.expression(of.argument))]
    case "BlockStatement":
      return convert.statements(of.body)
    case "LabeledStatement":
      return all(of.body)
    case "WithStatement":
      return [perform(convert.expression(of.object)), ...all(of.body)]
    case "IfStatement":
      return branches(convert, of, all)
    case "SwitchStatement":
      return [
        perform(convert.expression(of.discriminant)),
        maybe(
          of,
          ...of.cases.map((one) => [...(one.test ? [perform(convert.expression(one.test))] : []), ...convert.statements(one.consequent)]),
        ),
      ]
    case "TryStatement":
      return tried(convert, of)
    case "ClassDeclaration":
      return of.id === null || of.id === undefined
        ? [perform(classOf(convert, of))]
        : [declare(of, name(of, original(of.id.name)), classOf(convert, of))]
    case "WhileStatement":
    case "DoWhileStatement":
      return loops.of(of, () => [perform(convert.expression(of.test)), ...all(of.body)])
    case "ForStatement":
      return counting(convert, of, loops, all)
    case "ForInStatement":
    case "ForOfStatement":
      return overItems(convert, of, loops, all)
    default:
      return moduleStatement(convert, of)
  }
}

/** `if ... else if ...`, however many. */
function branches(convert: Convert, of: Node<"IfStatement">, all: (one: StatementNode) => readonly Statement[]): readonly Statement[] {
  const bodies: (readonly Statement[])[] = []
  const first = perform(convert.expression(of.test))
  let at: StatementNode | null | undefined = of
  while (at?.type === "IfStatement") {
    bodies.push([...(at === of ? [] : [perform(convert.expression(at.test))]), ...all(at.consequent)])
    at = at.alternate
  }
  if (at !== null && at !== undefined) bodies.push(all(at))
  return [first, maybe(of, ...bodies)]
}

function tried(convert: Convert, of: Node<"TryStatement">): readonly Statement[] {
  const { handler } = of
  const caught = handler === null || handler === undefined ? [] : convert.statements(handler.body.body)
  // No name of a program begins so.
  const thrown = `#error ${of.start}`
  const error = handler?.param ? convert.pattern(handler.param, name(handler.param, thrown), true) : []
  const finalizer = of.finalizer === null || of.finalizer === undefined ? [] : convert.statements(of.finalizer.body)
  const body = convert.statements(of.block.body)
  return [...(handler ? [{ kind: "try" as const, body, thrown, handler: [...error, ...caught], ...spot(of) }] : body), ...finalizer]
}

function counting(
  convert: Convert,
  of: Node<"ForStatement">,
  loops: Loops,
  all: (one: StatementNode) => readonly Statement[],
): readonly Statement[] {
  const { init } = of
  const first = !init ? [] : init.type === "VariableDeclaration" ? convert.statements([init]) : [perform(convert.expression(init))]
  const rest = (one: Parameters<Convert["expression"]>[0] | null | undefined): readonly Statement[] =>
    one ? [perform(convert.expression(one))] : []
  return [...first, ...loops.of(of, () => [...rest(of.test), ...all(of.body), ...rest(of.update)])]
}

function overItems(
  convert: Convert,
  of: Node<"ForInStatement"> | Node<"ForOfStatement">,
  loops: Loops,
  all: (one: StatementNode) => readonly Statement[],
): readonly Statement[] {
  const right = convert.expression(of.right)
  const item: Expression = of.type === "ForOfStatement" ? member(of, right, unknown(of, "an item")) : unknown(of, "a key", [right])
  const to = of.left
  const given =
    to.type === "VariableDeclaration"
      ? to.declarations.flatMap(({ id }) => convert.pattern(id, item, true))
      : convert.pattern(to, item, false)
  return loops.of(of, () => [...given, ...all(of.body)])
}

function moduleStatement(convert: Convert, of: StatementNode): readonly Statement[] {
  switch (of.type) {
    case "ImportDeclaration": {
      if (of.importKind === "type" || of.importKind === "typeof") return []
      const module = convert.expression(of.source)
      const whole: Statement = { kind: "import", module, ...spot(of) }
      return of.specifiers.length === 0
        ? [whole]
        : of.specifiers.map((one): Statement => {
            const local = original(one.local.name)
            if (one.type === "ImportNamespaceSpecifier") return { ...whole, name: local }
            if (one.type === "ImportDefaultSpecifier") return { ...whole, name: local, part: "default" }
            return {
              ...whole,
              name: local,
              part: one.imported.type === "Identifier" ? original(one.imported.name) : original(one.imported.value),
            }
          })
    }
    case "ExportAllDeclaration":
      return of.exportKind === "type" ? [] : [{ kind: "import", module: convert.expression(of.source), ...spot(of) }]
    case "ExportNamedDeclaration":
      if (of.exportKind === "type") return []
      if (of.source) return [{ kind: "import", module: convert.expression(of.source), ...spot(of) }]
      return of.declaration && of.declaration.type !== "FunctionDeclaration" ? convert.statements([of.declaration]) : []
    case "ExportDefaultDeclaration": {
      const { declaration } = of
      switch (declaration.type) {
        case "ClassDeclaration":
          return convert.statements([declaration])
        case "FunctionDeclaration":
        case "TSDeclareFunction":
        case "TSInterfaceDeclaration":
        case "EnumDeclaration":
        case "StructDeclaration":
          return []
        default:
          return [perform(convert.expression(declaration))]
      }
    }
    case "TSImportEqualsDeclaration": {
      const local = original(of.id.name)
      if (of.importKind === "type" || of.moduleReference.type !== "TSExternalModuleReference") return []
      return [{ kind: "import", module: convert.expression(of.moduleReference.expression), name: local, ...spot(of) }]
    }
    case "TSExportAssignment":
      return [assign(of, member(of, name(of, "module"), "exports"), convert.expression(of.expression))]
    case "TSModuleDeclaration":
      return of.declare === true || of.body === undefined || of.body.type !== "TSModuleBlock" ? [] : convert.statements(of.body.body)
    case "TSEnumDeclaration":
      return of.declare === true ? [] : [declare(of, name(of, original(of.id.name)), members(convert, of))]
    default:
      return []
  }
}

function members(convert: Convert, of: Node<"TSEnumDeclaration">): Expression {
  const fields = new Map<string, Expression>()
  for (const { id, initializer } of of.body.members) {
    const key = id.type === "Identifier" ? id.name : id.type === "StringLiteral" ? original(id.value) : undefined
    if (key !== undefined && initializer) fields.set(key, convert.expression(initializer))
  }
  return { kind: "record", fields, ...spot(of) }
}
