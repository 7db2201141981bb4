import type { Language } from "../language.ts"

const names = /(?:^|\/)(?:SConstruct|SConscript|wscript|waf)$/
const extension = /\.(?:py|pyw|wsgi|bzl)$/i

export const python: Language = {
  name: "python",
  claims: (path, firstLine) => extension.test(path) || names.test(path) || /^#!.*\b(?:python|pypy)[\d.]*\b/.test(firstLine),
  load: async (read) => (await import("./analyser.ts")).loadPython(read),
}

/**
 * A path configuration file: of its lines those run that begin with `import` and a space or a tab, each by itself, whenever an interpreter
 * starts (The Python Standard Library, `site`).
 */
export const pythonPaths: Language = {
  name: "python-paths",
  claims: (path) => /\.(?:pth|start)$/i.test(path),
  load: async () => (source, analysis) => {
    const found = [...source.text.matchAll(/^\ufeff?import[ \t].*$/gm)].map(({ index, 0: line }) =>
      analysis.inner("python", { text: line, place: (start, end) => source.place(index + start, index + end) }),
    )
    return { acts: found.flatMap(({ acts }) => acts), blind: found.flatMap(({ blind }) => blind) }
  },
}
