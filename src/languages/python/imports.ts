import type { Statement } from "../imperative/ir.ts"
import { spanOf, textAt } from "../lowering.ts"
import { childOf, fieldOf, fieldsOf, type SyntaxNode } from "../syntax.ts"
import { partsOf } from "./platform.ts"

/** `import a.b`, `import a.b as c`, `from .a import b as c`, `from a import *` (The Python Language Reference, 7.11). */
export function importOf(node: SyntaxNode, text: string): readonly Statement[] {
  const written = ({ start, end }: SyntaxNode): string => text.slice(start, end).replaceAll(/\s/g, "")
  const from = fieldOf(node, "module_name")
  if (from !== undefined && childOf(node, "wildcard_import") !== undefined) {
    const module = textAt(from, written(from))
    const parts = partsOf(module.kind === "text" ? module.text : "")
    return [
      { kind: "import", module, ...spanOf(node) },
      ...parts.map((part): Statement => ({ kind: "import", module, name: part, part, ...spanOf(node) })),
    ]
  }
  return fieldsOf(node, "name").flatMap((one): readonly Statement[] => {
    const [path, alias] = [fieldOf(one, "name") ?? one, fieldOf(one, "alias")]
    const name = alias === undefined ? undefined : written(alias)
    if (from !== undefined) {
      return [{ kind: "import", module: textAt(from, written(from)), name: name ?? written(path), part: written(path), ...spanOf(node) }]
    }
    const module = written(path)
    if (name !== undefined) return [{ kind: "import", module: textAt(path, module), name, ...spanOf(node) }]
    const [top = module] = module.split(".")
    const bound: Statement = { kind: "import", module: textAt(path, top), name: top, ...spanOf(node) }
    return top === module ? [bound] : [{ kind: "import", module: textAt(path, module), ...spanOf(node) }, bound]
  })
}
