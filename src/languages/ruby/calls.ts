import type { Expression } from "../imperative/ir.ts"
import { callAt, nameAt, spanOf, textAt, unknownAt } from "../lowering.ts"
import { fieldOf, type SyntaxNode } from "../syntax.ts"
import { functionOf } from "./definitions.ts"
import type { Reader } from "./reader.ts"

const sends = new Set(["send", "public_send", "__send__", "method", "public_method", "instance_method"])

/** A call: of a method on what stands before it, else of a function of the program or of `Kernel`. A block is its last argument. */
export function callOf(node: SyntaxNode, reader: Reader): Expression {
  const [receiver, method, list, block] = ["receiver", "method", "arguments", "block"].map((field) => fieldOf(node, field))
  const on = receiver === undefined ? undefined : reader.expressionOf(receiver)
  const name = method === undefined ? "call" : reader.text.slice(method.start, method.end)
  const named = new Map<string, Expression>()
  const args: Expression[] = []
  for (const one of list?.children ?? []) {
    const [key, value] = one.type === "pair" ? [fieldOf(one, "key"), fieldOf(one, "value")] : []
    if (key !== undefined && value !== undefined)
      named.set(reader.text.slice(key.start, key.end).replace(/^:/, ""), reader.expressionOf(value))
    else if (one.type === "block_argument") args.push(passedOf(one, reader))
    else args.push(reader.expressionOf(one))
  }
  if (block !== undefined) args.push(functionOf(block, reader))
  const rest = { ...(named.size === 0 ? {} : { named }), ...spanOf(node) }
  const [first] = args
  if (sends.has(name) && first !== undefined) {
    const callee: Expression = { kind: "member", of: on ?? nameAt(node, "Kernel"), name: first, ...spanOf(node) }
    return /method$/.test(name) ? callee : { kind: "call", callee, args: args.slice(1), ...rest }
  }
  if (on === undefined) return { kind: "call", callee: nameAt(node, name), args, ...rest }
  return { kind: "call", callee: { kind: "member", of: on, name, ...spanOf(node) }, args, ...rest }
}

/** `&:name` calls the method of that name of what it is given; `&method(:x)` and `&block` are functions already. */
function passedOf(node: SyntaxNode, reader: Reader): Expression {
  const inner = node.children.at(-1)
  if (inner === undefined) return unknownAt(node, "a block")
  if (inner.type !== "simple_symbol") return reader.expressionOf(inner)
  const item = nameAt(inner, "(item)")
  const name = reader.text.slice(inner.start + 1, inner.end)
  const of: Expression = callAt(inner, { kind: "member", of: item, name, ...spanOf(inner) }, [])
  return {
    kind: "function",
    parameters: ["(item)"],
    isArrow: true,
    body: () => [{ kind: "return", of, ...spanOf(inner) }],
    ...spanOf(node),
  }
}

/** `x[i]`, `x[from..to]`, `x[from, length]`. */
export function elementOf(node: SyntaxNode, reader: Reader): Expression {
  const [object, ...indices] = node.children
  const [index, second] = indices
  if (object === undefined || index === undefined) return unknownAt(node, "an element")
  const of = reader.expressionOf(object)
  if (reader.text.slice(object.start, object.end) === "Dir") {
    return callAt(node, { kind: "member", of, name: "[]", ...spanOf(node) }, indices.map(reader.expressionOf))
  }
  if (index.type !== "range" && second === undefined) return { kind: "member", of, name: reader.expressionOf(index), ...spanOf(node) }
  return callAt(node, "(slice)", [
    of,
    ...(index.type === "range" ? boundsOf(index, reader) : [reader.expressionOf(index), textAt(node, "+")]),
  ])
}

function boundsOf(range: SyntaxNode, reader: Reader): readonly Expression[] {
  const bound = (field: string): Expression => {
    const found = fieldOf(range, field)
    return found === undefined ? textAt(range, "nil") : reader.expressionOf(found)
  }
  const isOpen = /\.\.\.$|\.\.\.[^.]/.test(reader.text.slice(range.start, range.end))
  return [bound("begin"), bound("end"), textAt(range, isOpen ? "..." : "..")]
}
