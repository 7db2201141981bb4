import type { Expression, Statement } from "../imperative/ir.ts"
import { classOf } from "./classes.ts"
import { assign, type Convert, declare, type Located, maybe, member, name, perform, spot, unknown } from "./make.ts"
import { original } from "./parse.ts"
import type { PatternNode, StatementNode } from "./syntax.ts"

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
  return found.id === null || found.id === undefined ? [] : [declare(found, name(found, original(found.id.name)), convert.body(found))]
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
    case "ExportAllDeclaration": {
      if (of.exportKind === "type") return []
      const local = `#all of ${of.start}`
      return [
        { kind: "import", module: convert.expression(of.source), name: local, ...spot(of) },
        shared(of, `*${of.start}`, name(of, local)),
      ]
    }
    case "ExportNamedDeclaration":
      return of.exportKind === "type" ? [] : named(convert, of)
    case "ExportDefaultDeclaration":
      return byDefault(convert, of)
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

/** What a module has for others is told as CommonJS does (ECMAScript, 16.2.3). */
const shared = (at: Located, as: string, of: Expression): Statement => assign(at, member(at, name(at, "exports"), as), of)

function named(convert: Convert, of: Node<"ExportNamedDeclaration">): readonly Statement[] {
  const { source, declaration } = of
  if (!source && declaration) {
    const made = declaration.type === "FunctionDeclaration" ? [] : convert.statements([declaration])
    const names = declaredIn(declaration)
    return [...made, ...names.map((one) => shared(of, one, name(of, one)))]
  }
  return [
    ...(source && of.specifiers.length === 0 ? [{ kind: "import" as const, module: convert.expression(source), ...spot(of) }] : []),
    ...of.specifiers.flatMap((one): readonly Statement[] => {
      const theirs = nameIn(one.exported)
      const part = one.type === "ExportSpecifier" ? nameIn(one.local) : undefined
      if (!source) return part === undefined ? [] : [shared(one, theirs, name(one, part))]
      const local = `#one of ${one.start}`
      const taken = part === undefined ? {} : { part }
      return [
        { kind: "import", module: convert.expression(source), name: local, ...taken, ...spot(of) },
        shared(one, theirs, name(one, local)),
      ]
    }),
  ]
}

const nameIn = (of: Node<"ExportNamedDeclaration">["specifiers"][number]["exported"]): string =>
  original(of.type === "Identifier" ? of.name : of.value)

function declaredIn(declaration: NonNullable<Node<"ExportNamedDeclaration">["declaration"]>): readonly string[] {
  if (declaration.type === "VariableDeclaration") return declaration.declarations.flatMap(({ id }) => namesIn(id))
  return "id" in declaration && declaration.id?.type === "Identifier" ? [original(declaration.id.name)] : []
}

/** Names that a pattern gives something; of those in lists and records the plain ones. */
function namesIn(pattern: PatternNode): readonly string[] {
  switch (pattern.type) {
    case "Identifier":
      return [original(pattern.name)]
    case "ObjectPattern":
      return pattern.properties.flatMap((one) =>
        one.type === "ObjectProperty" && one.value.type === "Identifier" ? namesIn(one.value) : [],
      )
    case "ArrayPattern":
      return pattern.elements.flatMap((one) => (one?.type === "Identifier" ? namesIn(one) : []))
    default:
      return []
  }
}

function byDefault(convert: Convert, of: Node<"ExportDefaultDeclaration">): readonly Statement[] {
  const { declaration } = of
  switch (declaration.type) {
    case "ClassDeclaration":
    case "FunctionDeclaration": {
      const local = declaration.id ? [shared(of, "default", name(of, original(declaration.id.name)))] : []
      if (declaration.type === "ClassDeclaration") return [...convert.statements([declaration]), ...local]
      return local.length > 0 ? local : [shared(of, "default", convert.body(declaration))]
    }
    case "TSDeclareFunction":
    case "TSInterfaceDeclaration":
    case "EnumDeclaration":
    case "StructDeclaration":
      return []
    default:
      return [shared(of, "default", convert.expression(declaration))]
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
