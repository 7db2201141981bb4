import type { Expression } from "../imperative/ir.ts"
import { spanOf, textAt } from "../lowering.ts"
import { childOf, fieldOf, type SyntaxNode } from "../syntax.ts"

type ExpressionOf = (node: SyntaxNode) => Expression

const simple: ReadonlyMap<string, string> = new Map(
  Object.entries({ "\\": "\\", "'": "'", '"': '"', a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "\n": "" }),
)

/**
 * A literal, or several that stand one behind another (The Python Language Reference, 2.4.1 to 2.4.3). Its text is bytes: a character of the source that is
 * not ASCII stands as its bytes of UTF-8, `\xNN` as the byte, other escapes as UTF-8.
 */
export function stringOf(node: SyntaxNode, text: string, expressionOf: ExpressionOf): Expression {
  const parts =
    node.type === "concatenated_string"
      ? node.children.flatMap((one) => partsOf(one, text, expressionOf))
      : partsOf(node, text, expressionOf)
  const [only] = parts
  if (parts.length === 0) return textAt(node, "")
  return parts.length === 1 && only !== undefined ? { ...only, ...spanOf(node) } : { kind: "joined", parts, ...spanOf(node) }
}

function partsOf(node: SyntaxNode, text: string, expressionOf: ExpressionOf): readonly Expression[] {
  const opening = childOf(node, "string_start")
  const prefix =
    opening === undefined
      ? ""
      : text
          .slice(opening.start, opening.end)
          .replace(/['"]+$/, "")
          .toLowerCase()
  return node.children.flatMap((child) => {
    if (child.type === "string_content") return [textAt(child, contentOf(text.slice(child.start, child.end), prefix))]
    if (child.type !== "interpolation") return []
    const inner = fieldOf(child, "expression") ?? child.children[0]
    return inner === undefined ? [] : [expressionOf(inner)]
  })
}

function contentOf(written: string, prefix: string): string {
  const content = /[ft]/.test(prefix) ? written.replaceAll("{{", "{").replaceAll("}}", "}") : written
  if (prefix.includes("r") || !content.includes("\\")) return content
  return content.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|\r\n|([\s\S]))/g,
    (whole: string, hex?: string, short?: string, long?: string, octal?: string, one?: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
      if (short !== undefined || long !== undefined) return prefix.includes("b") ? whole : encoded(Number.parseInt(short ?? long ?? "", 16))
      return one === undefined ? "" : (simple.get(one) ?? whole)
    },
  )
}

/** A code point as its bytes of UTF-8, a character a byte. */
const encoded = (codePoint: number): string =>
  codePoint > 0x10_ffff ? "?" : Buffer.from(String.fromCodePoint(codePoint), "utf8").toString("latin1")
