import type { Statement } from "../imperative/ir.ts"
import { callAt, doAt, spanOf, textAt } from "../lowering.ts"
import { childOf, fieldOf, fieldsOf, type SyntaxNode } from "../syntax.ts"
import type { FileOf } from "./module-files.ts"
import { partsOf } from "./platform.ts"

/** `import a.b`, `import a.b as c`, `from .a import b as c`, `from a import *` (The Python Language Reference, 7.11). */
export function importOf(node: SyntaxNode, text: string, fileOf: FileOf): readonly Statement[] {
  const own = (at: SyntaxNode, module: string): readonly Statement[] => {
    const file = fileOf(module)
    return file === undefined ? [] : [doAt(callAt(at, "(module)", [textAt(at, file)]))]
  }
  const written = ({ start, end }: SyntaxNode): string => text.slice(start, end).replaceAll(/\s/g, "")
  const from = fieldOf(node, "module_name")
  if (from !== undefined && childOf(node, "wildcard_import") !== undefined) {
    const module = textAt(from, written(from))
    const parts = partsOf(module.kind === "text" ? module.text : "")
    return [
      ...own(from, written(from)),
      { kind: "import", module, ...spanOf(node) },
      doAt(callAt(from, "(all of)", [textAt(from, fileOf(written(from)) ?? "")])),
      ...parts.map((part): Statement => ({ kind: "import", module, name: part, part, ...spanOf(node) })),
    ]
  }
  return fieldsOf(node, "name").flatMap((one): readonly Statement[] => {
    const [path, alias] = [fieldOf(one, "name") ?? one, fieldOf(one, "alias")]
    const name = alias === undefined ? undefined : written(alias)
    if (from !== undefined) {
      const [module, part] = [written(from), written(path)]
      const inner = /\.$/.test(module) ? `${module}${part}` : `${module}.${part}`
      const below = own(path, inner)
      if (below.length > 0) return [...below, { kind: "import", module: textAt(path, inner), name: name ?? part, ...spanOf(node) }]
      const whole = module.replace(/\.$/, ".__init__")
      return [...own(from, module), { kind: "import", module: textAt(from, whole), name: name ?? part, part, ...spanOf(node) }]
    }
    const module = written(path)
    const loaded = own(path, module)
    if (name !== undefined) return [...loaded, { kind: "import", module: textAt(path, module), name, ...spanOf(node) }]
    const [top = module] = module.split(".")
    const bound: Statement = { kind: "import", module: textAt(path, top), name: top, ...spanOf(node) }
    return top === module ? [...loaded, bound] : [...loaded, { kind: "import", module: textAt(path, module), ...spanOf(node) }, bound]
  })
}
