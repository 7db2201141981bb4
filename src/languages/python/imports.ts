import type { Statement } from "../imperative/ir.ts"
import { callAt, doAt, spanOf, textAt } from "../lowering.ts"
import { childOf, fieldOf, fieldsOf, type SyntaxNode } from "../syntax.ts"
import { partsOf } from "./platform.ts"

/** The file of the release that a module's name means, if it is one of its own. */
export type FileOf = (module: string) => string | undefined

/** Of a script at `path` (The Python Language Reference, 5.3 and 5.7): beside it, at the root, or below `src`; dots in front are folders above. */
export const filesOf =
  (path: string, files: ReadonlySet<string>): FileOf =>
  (module) => {
    const dots = /^\.*/.exec(module)?.[0].length ?? 0
    const rest = module.slice(dots).replaceAll(".", "/")
    const here = path.split("/").slice(0, -Math.max(1, dots)).join("/")
    const folders = dots > 0 ? [here] : [here, ...here.split("/").map((_, index, all) => all.slice(0, index).join("/")), "src"]
    const stems = folders.map((folder) => [folder, rest].filter((part) => part !== "").join("/"))
    return stems.flatMap((stem) => [`${stem}/__init__.py`, `${stem}.py`]).find((one) => files.has(one))
  }

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
      ...parts.map((part): Statement => ({ kind: "import", module, name: part, part, ...spanOf(node) })),
    ]
  }
  return fieldsOf(node, "name").flatMap((one): readonly Statement[] => {
    const [path, alias] = [fieldOf(one, "name") ?? one, fieldOf(one, "alias")]
    const name = alias === undefined ? undefined : written(alias)
    if (from !== undefined) {
      const [module, part] = [written(from), written(path)]
      const below = own(path, /\.$/.test(module) ? `${module}${part}` : `${module}.${part}`)
      return [
        ...(below.length > 0 ? below : own(from, module)),
        { kind: "import", module: textAt(from, module), name: name ?? part, part, ...spanOf(node) },
      ]
    }
    const module = written(path)
    const loaded = own(path, module)
    if (name !== undefined) return [...loaded, { kind: "import", module: textAt(path, module), name, ...spanOf(node) }]
    const [top = module] = module.split(".")
    const bound: Statement = { kind: "import", module: textAt(path, top), name: top, ...spanOf(node) }
    return top === module ? [...loaded, bound] : [...loaded, { kind: "import", module: textAt(path, module), ...spanOf(node) }, bound]
  })
}
