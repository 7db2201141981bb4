import { analyserOf } from "../front-end.ts"
import type { Analyser, ReadPackaged } from "../language.ts"
import { loadGrammar } from "../tree-sitter.ts"
import { filesOf } from "./module-files.ts"
import { python } from "./platform.ts"
import { blockOf } from "./statements.ts"

export const loadPython = async (read: ReadPackaged): Promise<Analyser> =>
  analyserOf(await loadGrammar("python", read), python, (root, { text, place }, { files }) =>
    blockOf(root, { text, fileOf: filesOf(place(0, 0).path, files), isGlobal: () => true }),
  )
