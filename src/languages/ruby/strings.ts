import type { Expression } from "../imperative/ir.ts"
import { spanOf, textAt } from "../lowering.ts"
import type { SyntaxNode } from "../syntax.ts"
import type { Reader } from "./reader.ts"

const simple: ReadonlyMap<string, string> = new Map(
  Object.entries({ a: "\x07", b: "\b", e: "\x1b", f: "\f", n: "\n", r: "\r", s: " ", t: "\t", v: "\v", "\n": "" }),
)

/** A literal with its parts (the grammar tree-sitter-ruby): quotes, `%q` and `%Q`, symbols, here documents, backquotes. Its text is bytes. */
export function stringOf(node: SyntaxNode, reader: Reader): Expression {
  const parts = partsOf(node, reader)
  const [only] = parts
  if (only === undefined) return textAt(node, "")
  return parts.length === 1 ? { ...only, ...spanOf(node) } : { kind: "joined", parts, ...spanOf(node) }
}

function partsOf(node: SyntaxNode, reader: Reader): readonly Expression[] {
  const written = ({ start, end }: SyntaxNode): string => reader.text.slice(start, end)
  if (node.type === "chained_string") return node.children.flatMap((child) => partsOf(child, reader))
  const isRaw = /^(?:'|%q|%w|%i)/.test(reader.text.slice(node.start, node.start + 2)) || node.type === "bare_string"
  return node.children.flatMap((child): readonly Expression[] => {
    if (child.type === "interpolation") return child.children.filter(({ type }) => type !== "#{").map((inner) => reader.expressionOf(inner))
    if (child.type === "escape_sequence") return [textAt(child, isRaw ? written(child) : unescaped(written(child)))]
    return /_content$/.test(child.type) ? [textAt(child, contentOf(child, written(child)))] : []
  })
}

/** Of a here document the line that begins it is none of its content. */
const contentOf = ({ type }: SyntaxNode, written: string): string => (type === "heredoc_content" ? written.replace(/^\n/, "") : written)

function unescaped(written: string): string {
  const [, hex, octal, point, one] = /^\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|u\{?([0-9a-fA-F]{1,6})\}?|([\s\S]))/.exec(written) ?? []
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
  if (point !== undefined) {
    return Buffer.from(String.fromCodePoint(Math.min(Number.parseInt(point, 16), 0x10_ffff)), "utf8").toString("latin1")
  }
  return one === undefined ? written : (simple.get(one) ?? one)
}
