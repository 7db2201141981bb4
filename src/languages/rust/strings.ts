import type { Expression } from "../imperative/ir.ts"
import { textAt } from "../lowering.ts"
import type { SyntaxNode } from "../syntax.ts"

const simple: ReadonlyMap<string, string> = new Map(Object.entries({ n: "\n", r: "\r", t: "\t", "0": "\0" }))

/** A literal of text, bytes or one character (The Rust Reference, Literal expressions). */
export function stringOf(node: SyntaxNode, text: string): Expression {
  const written = text.slice(node.start, node.end)
  if (node.type === "char_literal") return textAt(node, unescaped(written.replace(/^b?'/, "").replace(/'$/, "")))
  const from = written.indexOf('"') + 1
  const end = written.lastIndexOf('"')
  const content = from === 0 || end < from ? "" : written.slice(from, end)
  return textAt(node, node.type === "raw_string_literal" ? content : unescaped(content))
}

const unescaped = (written: string): string =>
  written.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u\{([0-9a-fA-F_]{1,8})\}|\r?\n\s*|([\s\S]))/g,
    (_, hex?: string, point?: string, one?: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      if (point === undefined) return one === undefined ? "" : (simple.get(one) ?? one)
      const code = Number.parseInt(point.replaceAll("_", ""), 16)
      return code > 0x10_ffff ? "?" : Buffer.from(String.fromCodePoint(code), "utf8").toString("latin1")
    },
  )
