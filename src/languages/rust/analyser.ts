import { posix } from "node:path"
import { analyserOf } from "../front-end.ts"
import type { Analyser, ReadPackaged } from "../language.ts"
import { loadGrammar } from "../tree-sitter.ts"
import { expressionOf } from "./expressions.ts"
import { rust } from "./platform.ts"
import type { Reader } from "./reader.ts"
import { statementsOf } from "./statements.ts"

/** Macros whose arguments are expressions; to the grammar those of a macro are only tokens. */
const macros = /\b(println|print|eprintln|format|env|option_env|include|include_str|include_bytes|concat|write|writeln)!(?=\s*\()/g

export const loadRust = async (read: ReadPackaged): Promise<Analyser> => {
  const parse = await loadGrammar("rust", read)
  // In the place of the mark a letter: the parser sees a function's call, and the text at its place still says `name!`.
  return analyserOf(
    (text, limits) => parse(text.replaceAll(macros, "$1_"), limits),
    rust,
    (root, { text, place }, { files }) => {
      const { dir, name } = posix.parse(place(0, 0).path)
      const below = /^(?:mod|lib|main|build)$/.test(name) ? dir : posix.join(dir, name)
      const fileOf = (module: string): string | undefined =>
        [posix.join(below, `${module}.rs`), posix.join(below, module, "mod.rs")].find((path) => files.has(path))
      const reader: Reader = { text, fileOf, expressionOf: (node) => expressionOf(node, reader) }
      return statementsOf(root, reader)
    },
  )
}
