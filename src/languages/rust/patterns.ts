import type { Statement } from "../imperative/ir.ts"
import { spanOf, textAt } from "../lowering.ts"
import { fieldOf, type SyntaxNode } from "../syntax.ts"

/** The names that a pattern binds: its identifiers, but for the types in it. */
export function namesOf(pattern: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = []
  const open = [pattern]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === "identifier" || node.type === "shorthand_field_identifier") found.push(node)
    else if (!/^(?:scoped_|type_|token_tree)/.test(node.type))
      open.push(...node.children.filter(({ field }) => field !== "type" && field !== "condition").toReversed())
  }
  return found
}

/** `use a::b::{self, c as d}` (The Rust Reference, Use declarations): names of this text for things of other crates. */
export function usesOf(node: SyntaxNode, text: string): readonly Statement[] {
  const made: Statement[] = []
  const written = ({ start, end }: SyntaxNode): string => text.slice(start, end).replaceAll(/\s/g, "").replaceAll("::", ".")
  const open: { readonly of: SyntaxNode; readonly prefix: string }[] = node.children.map((of) => ({ of, prefix: "" }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { of, prefix } = next
    const [path, list] = [fieldOf(of, "path"), fieldOf(of, "list")]
    if (of.type === "use_list" || of.type === "scoped_use_list") {
      const below = of.type === "use_list" || path === undefined ? prefix : `${prefix}${written(path)}.`
      open.push(...(list ?? of).children.map((one) => ({ of: one, prefix: below })))
      continue
    }
    if (!/^(?:identifier|scoped_identifier|use_as_clause|self)$/.test(of.type)) continue
    const whole = `${prefix}${written(path !== undefined && of.type === "use_as_clause" ? path : of)}`.replace(/\.self$/, "")
    const alias = fieldOf(of, "alias")
    made.push({
      kind: "import",
      module: textAt(of, whole),
      name: alias === undefined ? (whole.split(".").at(-1) ?? whole) : written(alias),
      ...spanOf(of),
    })
  }
  return made
}
