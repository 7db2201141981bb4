import type { ParseResult } from "@babel/parser"

/** Types of the syntax tree, as the parser gives it (the specification of Babel's AST, packages/babel-parser/ast/spec.md). */
export type File = ParseResult
export type StatementNode = File["program"]["body"][number]
type Of<Node, Type extends string> = Extract<Node, { readonly type: Type }>
export type ExpressionNode = Of<StatementNode, "ExpressionStatement">["expression"]
export type CallNode = Of<ExpressionNode, "CallExpression">
export type ArgumentNode = CallNode["arguments"][number]
export type FunctionNode = Of<ExpressionNode, "FunctionExpression" | "ArrowFunctionExpression"> | Of<StatementNode, "FunctionDeclaration">
export type ClassNode = Of<ExpressionNode, "ClassExpression"> | Of<StatementNode, "ClassDeclaration">
export type ObjectNode = Of<ExpressionNode, "ObjectExpression">
export type MethodNode =
  | Of<ObjectNode["properties"][number], "ObjectMethod">
  | Of<ClassNode["body"]["body"][number], "ClassMethod" | "ClassPrivateMethod">
export type ParameterNode = FunctionNode["params"][number] | MethodNode["params"][number]
export type PatternNode =
  | Of<ExpressionNode, "AssignmentExpression">["left"]
  | Of<StatementNode, "VariableDeclaration">["declarations"][number]["id"]
  | ParameterNode
export type JsxNode = Of<ExpressionNode, "JSXElement" | "JSXFragment">
/** What stands where an expression may. */
export type Converted =
  | ExpressionNode
  | ArgumentNode
  | Of<ExpressionNode, "AssignmentExpression">["left"]
  | CallNode["callee"]
  | Of<ExpressionNode, "BinaryExpression">["left"]
