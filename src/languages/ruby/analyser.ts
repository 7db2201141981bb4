import { analyserOf } from "../front-end.ts"
import type { Analyser, ReadPackaged } from "../language.ts"
import { loadGrammar } from "../tree-sitter.ts"
import { programOf } from "./expressions.ts"
import { ruby } from "./platform.ts"

export const loadRuby = async (read: ReadPackaged): Promise<Analyser> =>
  analyserOf(await loadGrammar("ruby", read), ruby, (root, { text }) => programOf(root, text))
