import type { Statement } from "../imperative/ir.ts"
import { callAt, doAt, maybeAt, nameAt, repeatedAt, returnAt, spanOf, textAt } from "../lowering.ts"
import { fieldOf, fieldsOf, type SyntaxNode } from "../syntax.ts"
import { classOf, functionOf } from "./definitions.ts"
import { expressionOf } from "./expressions.ts"
import { type Reader, writtenAt } from "./reader.ts"

type Action = (node: SyntaxNode, reader: Reader) => readonly Statement[]

/** A whole text of PHP; what stands outside of its tags is printed as it is. */
export function programOf(root: SyntaxNode, text: string): readonly Statement[] {
  const reader: Reader = {
    text,
    expressionOf: (node) => expressionOf(node, reader),
    statementsOf: (node) => (node === undefined ? [] : statementsOf(node, reader)),
  }
  return statementsOf(root, reader)
}

function statementsOf(node: SyntaxNode, reader: Reader): readonly Statement[] {
  const action = actions.get(node.type)
  return action === undefined ? [doAt(expressionOf(node, reader))] : action(node, reader)
}

const block: Action = (node, reader) => node.children.flatMap((child) => statementsOf(child, reader))
const nothing: Action = () => []
const isPart = ({ type }: SyntaxNode): boolean => /[a-z]/.test(type)

/** Conditions are evaluated, each body may run. */
const branches: Action = (node, reader) => {
  const arms = [node, ...fieldsOf(node, "alternative")]
  const conditions = arms.flatMap((arm) => fieldsOf(arm, "condition"))
  const bodies = arms.flatMap((arm) => fieldsOf(arm, "body"))
  return [...conditions.map((one) => doAt(expressionOf(one, reader))), maybeAt(node, ...bodies.map((body) => statementsOf(body, reader)))]
}

/** `while`, `do` and `for`: what is done between the rounds comes after each. */
const loop: Action = (node, reader) => {
  const done = (field: string): readonly Statement[] => fieldsOf(node, field).map((one) => doAt(expressionOf(one, reader)))
  const body = fieldsOf(node, "body").flatMap((one) => statementsOf(one, reader))
  return [...done("initialize"), ...repeatedAt(node, [...done("condition"), ...body, ...done("update")])]
}

const foreach: Action = (node, reader) => {
  const [over, target] = node.children.filter((child) => isPart(child) && child.field !== "body")
  if (over === undefined || target === undefined) return []
  const names = (target.type === "pair" ? target.children.filter(isPart) : [target]).map((one) =>
    one.type === "by_ref" ? (one.children.at(-1) ?? one) : one,
  )
  const each = callAt(over, "(each)", [expressionOf(over, reader)])
  const assigns = names.map(
    (name): Statement => ({ kind: "assign", to: expressionOf(name, reader), of: each, declares: true, ...spanOf(name) }),
  )
  return repeatedAt(node, [...assigns, ...fieldsOf(node, "body").flatMap((body) => statementsOf(body, reader))])
}

const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ...[
    "program",
    "ERROR",
    "compound_statement",
    "expression_statement",
    "switch_block",
    "colon_block",
    "namespace_definition_body",
    "else_clause",
    "declaration_list",
  ].map((type): readonly [string, Action] => [type, block]),
  ...[
    "text",
    "text_interpolation",
    "php_tag",
    "?>",
    "namespace_use_declaration",
    "comment",
    "break_statement",
    "continue_statement",
    "empty_statement",
    "named_label_statement",
    "goto_statement",
    "unset_statement",
    "global_declaration",
  ].map((type): readonly [string, Action] => [type, nothing]),
  ["namespace_definition", (node, reader) => fieldsOf(node, "body").flatMap((body) => block(body, reader))],
  [
    "function_definition",
    (node, reader) => {
      const name = fieldOf(node, "name")
      return name === undefined
        ? []
        : [
            {
              kind: "assign",
              to: nameAt(name, `${writtenAt(name, reader)}()`),
              of: functionOf(node, reader),
              declares: true,
              ...spanOf(node),
            },
          ]
    },
  ],
  ...["class_declaration", "trait_declaration", "interface_declaration", "enum_declaration"].map((type): readonly [string, Action] => [
    type,
    classOf,
  ]),
  ["if_statement", branches],
  ...["while_statement", "do_statement", "for_statement"].map((type): readonly [string, Action] => [type, loop]),
  ["foreach_statement", foreach],
  [
    "switch_statement",
    (node, reader) => [
      ...fieldsOf(node, "condition").map((one) => doAt(expressionOf(one, reader))),
      maybeAt(
        node,
        ...(fieldOf(node, "body")?.children ?? []).map((arm) =>
          arm.children.filter((child) => isPart(child) && child.field !== "value").flatMap((child) => statementsOf(child, reader)),
        ),
      ),
    ],
  ],
  [
    "try_statement",
    (node, reader) => [
      ...fieldsOf(node, "body").flatMap((body) => statementsOf(body, reader)),
      maybeAt(
        node,
        ...node.children
          .filter(({ type }) => type === "catch_clause")
          .map((one) => fieldsOf(one, "body").flatMap((body) => statementsOf(body, reader))),
      ),
      ...node.children
        .filter(({ type }) => type === "finally_clause")
        .flatMap((one) => fieldsOf(one, "body").flatMap((body) => statementsOf(body, reader))),
    ],
  ],
  [
    "return_statement",
    (node, reader) => {
      const value = node.children.find(isPart)
      return [returnAt(value === undefined ? textAt(node, "") : expressionOf(value, reader))]
    },
  ],
  [
    "echo_statement",
    (node, reader) => [
      doAt(
        callAt(
          node,
          "echo()",
          node.children.filter(isPart).map((one) => expressionOf(one, reader)),
        ),
      ),
    ],
  ],
  [
    "const_declaration",
    (node, reader) =>
      node.children.flatMap((element): readonly Statement[] => {
        const [name, value] = element.children
        return name === undefined || value === undefined
          ? []
          : [
              {
                kind: "assign",
                to: nameAt(name, writtenAt(name, reader)),
                of: expressionOf(value, reader),
                declares: true,
                ...spanOf(element),
              },
            ]
      }),
  ],
])
