import type { Expression } from "../imperative/ir.ts"
import { spanOf, textAt } from "../lowering.ts"
import { fieldOf, type SyntaxNode } from "../syntax.ts"
import { type Reader, writtenAt } from "./reader.ts"

const simple: ReadonlyMap<string, string> = new Map(
  Object.entries({ n: "\n", t: "\t", r: "\r", v: "\v", e: "\x1b", f: "\f", "\\": "\\", $: "$", '"': '"', "`": "`" }),
)

/** A literal (PHP Manual, Strings): single quotes and nowdoc as they are, the others with escapes and variables. Its text is bytes. */
export function stringOf(node: SyntaxNode, reader: Reader): Expression {
  const whole = fieldOf(node, "value") ?? node
  const isPlain = node.type === "string" || node.type === "nowdoc"
  const parts = whole.children.flatMap((child): readonly Expression[] => {
    if (/_(?:start|end)$/.test(child.type) || child.type === "<<<" || /^b?"?$/.test(child.type)) return []
    const written = writtenAt(child, reader)
    if (child.type === "escape_sequence") return [textAt(child, isPlain ? written.replace(/^\\([\\'])$/, "$1") : unescaped(written))]
    if (/^(?:string_content|string_value|nowdoc_string|heredoc_content)$/.test(child.type)) return [textAt(child, written)]
    return /[a-z]/.test(child.type) ? [reader.expressionOf(child)] : []
  })
  const [only] = parts
  if (only === undefined) return textAt(node, "")
  return parts.length === 1 ? { ...only, ...spanOf(node) } : { kind: "joined", parts, ...spanOf(node) }
}

function unescaped(written: string): string {
  const [, hex, octal, point, one] = /^\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|u\{([0-9a-fA-F]{1,6})\}|([\s\S]))/.exec(written) ?? []
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
  if (point !== undefined)
    return Buffer.from(String.fromCodePoint(Math.min(Number.parseInt(point, 16), 0x10_ffff)), "utf8").toString("latin1")
  return one === undefined ? written : (simple.get(one) ?? written)
}
