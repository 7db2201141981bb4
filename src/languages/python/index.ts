import { analyserOf } from "../front-end.ts"
import type { Analyser, Language } from "../language.ts"
import { loadGrammar } from "../tree-sitter.ts"
import { python as platform } from "./platform.ts"
import { blockOf } from "./statements.ts"

const names = /(?:^|\/)(?:SConstruct|SConscript|wscript|waf)$/
const extension = /\.(?:py|pyw|pyi|pyx|wsgi|bzl|gyp|gypi)$/i

export const python: Language = {
  name: "python",
  claims: (path, firstLine) => extension.test(path) || names.test(path) || /^#!.*\b(?:python|pypy)[\d.]*\b/.test(firstLine),
  load: async (read): Promise<Analyser> =>
    analyserOf(await loadGrammar("python", read), platform, (root, { text }) => blockOf(root, { text, isGlobal: () => true })),
}
