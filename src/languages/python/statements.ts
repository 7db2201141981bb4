import type { Statement } from "../imperative/ir.ts"
import { callAt, doAt, maybeAt, nameAt, repeatedAt, returnAt, spanOf, textAt, unknownAt } from "../lowering.ts"
import { childOf, fieldOf, fieldsOf, type SyntaxNode } from "../syntax.ts"
import type { Around } from "./around.ts"
import { classOf, functionOf } from "./definitions.ts"
import { expressionOf } from "./expressions.ts"
import { importOf } from "./imports.ts"
import { assignsOf } from "./targets.ts"

type Form = (node: SyntaxNode, around: Around) => readonly Statement[]

/** Statements of the grammar tree-sitter-python (The Python Language Reference, 7 and 8; `print` and `exec` of Python 2). */
export function statementsOf(node: SyntaxNode, around: Around): readonly Statement[] {
  const form = forms.get(node.type)
  if (form !== undefined) return form(node, around)
  return [doAt(expressionOf(node, around.text))]
}

export const blockOf = (node: SyntaxNode | undefined, around: Around): readonly Statement[] =>
  (node?.children ?? []).flatMap((child) => statementsOf(child, around))

const block: Form = (node, around) => blockOf(node, around)
const nothing: Form = () => []
const each: Form = (node, { text }) => node.children.map((child) => doAt(expressionOf(child, text)))

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["module", block],
  ["block", block],
  ["ERROR", block],
  ["expression_statement", block],
  ["assignment", assignmentOf],
  ["augmented_assignment", augmentedOf],
  ["import_statement", (node, { text, fileOf }) => importOf(node, text, fileOf)],
  ["import_from_statement", (node, { text, fileOf }) => importOf(node, text, fileOf)],
  ["future_import_statement", nothing],
  ["return_statement", returnOf],
  ["yield", yieldOf],
  ["if_statement", ifOf],
  ["while_statement", ifOf],
  ["match_statement", ifOf],
  ["for_statement", forOf],
  ["with_statement", withOf],
  ["try_statement", tryOf],
  ["function_definition", (node, around) => functionOf(node, around, blockOf)],
  ["class_definition", (node, around) => classOf(node, around, blockOf)],
  ["decorated_definition", decoratedOf],
  ["exec_statement", execOf],
  ["print_statement", each],
  ["assert_statement", each],
  ["raise_statement", each],
  ["delete_statement", each],
  ["global_statement", nothing],
  ["nonlocal_statement", nothing],
  ["pass_statement", nothing],
  ["break_statement", nothing],
  ["continue_statement", nothing],
  ["string", nothing],
])

/** `a = b = value`: the value is computed once. */
function assignmentOf(node: SyntaxNode, around: Around): readonly Statement[] {
  const targets: SyntaxNode[] = []
  let at: SyntaxNode | undefined = node
  while (at?.type === "assignment") {
    const left = fieldOf(at, "left")
    if (left !== undefined) targets.push(left)
    at = fieldOf(at, "right")
  }
  if (at === undefined) return []
  let value = expressionOf(at, around.text)
  return targets.toReversed().flatMap((target) => {
    const to = expressionOf(target, around.text)
    const made = assignsOf(node, to, value, around.isGlobal)
    value = to
    return made
  })
}

function augmentedOf(node: SyntaxNode, around: Around): readonly Statement[] {
  const [left, right] = [fieldOf(node, "left"), fieldOf(node, "right")]
  if (left === undefined || right === undefined) return each(node, around)
  const [to, of] = [expressionOf(left, around.text), expressionOf(right, around.text)]
  const operator = (fieldOf(node, "operator")?.type ?? "+=").slice(0, -1)
  if (operator === "+") return [{ kind: "assign", to, of, adds: true, ...spanOf(node) }]
  return [{ kind: "assign", to, of: { kind: "operation", operator, of: [to, of], ...spanOf(node) }, ...spanOf(node) }]
}

function returnOf(node: SyntaxNode, { text }: Around): readonly Statement[] {
  const [value] = node.children
  return [returnAt(value === undefined ? textAt(node, "None") : expressionOf(value, text))]
}

/** What a generator gives is what its function gives; it goes on behind it. */
function yieldOf(node: SyntaxNode, { text }: Around): readonly Statement[] {
  return [maybeAt(node, [returnAt(expressionOf(node, text))])]
}

/** `if`, `while` and `match`: the conditions are evaluated, each body may run. */
function ifOf(node: SyntaxNode, around: Around): readonly Statement[] {
  const arms = [
    node,
    ...fieldsOf(node, "alternative"),
    ...(fieldOf(node, "body")?.children ?? []).filter(({ type }) => type === "case_clause"),
  ]
  const conditions = arms.flatMap((arm) => [...fieldsOf(arm, "condition"), ...fieldsOf(arm, "subject"), ...fieldsOf(arm, "guard")])
  const bodies = arms.flatMap((arm) => [...fieldsOf(arm, "consequence"), ...(node.type === "match_statement" ? [] : fieldsOf(arm, "body"))])
  return [
    ...conditions.map((condition) => doAt(expressionOf(condition, around.text))),
    ...(node.type === "while_statement"
      ? repeatedAt(
          node,
          bodies.flatMap((body) => blockOf(body, around)),
        )
      : [maybeAt(node, ...bodies.map((body) => blockOf(body, around)))]),
  ]
}

/** The target is any of what is gone through, which `(each)` gives: a name that no program can take. */
function forOf(node: SyntaxNode, around: Around): readonly Statement[] {
  const [left, right, body] = [fieldOf(node, "left"), fieldOf(node, "right"), fieldOf(node, "body")]
  const more = fieldOf(node, "alternative")
  if (left === undefined || right === undefined) return each(node, around)
  const of = callAt(right, "(each)", [expressionOf(right, around.text)])
  const target = assignsOf(left, expressionOf(left, around.text), of, around.isGlobal)
  return [...repeatedAt(node, [...target, ...blockOf(body, around)]), ...(more === undefined ? [] : blockOf(fieldOf(more, "body"), around))]
}

function withOf(node: SyntaxNode, around: Around): readonly Statement[] {
  const items = childOf(node, "with_clause")?.children ?? []
  const opened = items.flatMap((item): readonly Statement[] => {
    const value = fieldOf(item, "value")
    const [of, alias] = value?.type === "as_pattern" ? [value.children[0], fieldOf(value, "alias")?.children[0]] : [value]
    if (of === undefined) return []
    const made = expressionOf(of, around.text)
    return alias === undefined ? [doAt(made)] : assignsOf(item, expressionOf(alias, around.text), made, around.isGlobal)
  })
  return [...opened, ...blockOf(fieldOf(node, "body"), around)]
}

/** The body runs, as far as it comes; each handler may run behind it. */
function tryOf(node: SyntaxNode, around: Around): readonly Statement[] {
  const blocksOf = (one: SyntaxNode): readonly Statement[] => blockOf(fieldOf(one, "body") ?? childOf(one, "block"), around)
  const handlers = node.children.filter(({ type }) => type === "except_clause" || type === "except_group_clause")
  const others = node.children.filter(({ type }) => type === "else_clause" || type === "finally_clause")
  return [
    ...blockOf(fieldOf(node, "body"), around),
    ...(handlers.length === 0 ? [] : [maybeAt(node, ...handlers.map(blocksOf))]),
    ...others.flatMap(blocksOf),
  ]
}

/** A decorator is called with what it stands above. */
function decoratedOf(node: SyntaxNode, around: Around): readonly Statement[] {
  const definition = fieldOf(node, "definition")
  const name = definition === undefined ? undefined : fieldOf(definition, "name")
  const decorators = node.children
    .filter(({ type }) => type === "decorator")
    .flatMap(({ children }) => children.filter(({ type }) => type !== "@"))
  return [
    ...(definition === undefined ? [] : statementsOf(definition, around)),
    ...decorators.map((decorator) => {
      const of = expressionOf(decorator, around.text)
      return doAt(name === undefined ? of : callAt(decorator, of, [nameAt(name, around.text.slice(name.start, name.end))]))
    }),
  ]
}

function execOf(node: SyntaxNode, { text }: Around): readonly Statement[] {
  const code = fieldOf(node, "code")
  return [doAt(code === undefined ? unknownAt(node, "exec") : callAt(node, "exec", [expressionOf(code, text)]))]
}
