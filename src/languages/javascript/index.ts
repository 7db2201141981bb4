import { posix } from "node:path"
import { type Blind, text, type Value } from "../../model/code.ts"
import { evaluate } from "../imperative/evaluate.ts"
import type { Statement } from "../imperative/ir.ts"
import type { Analysed, Analysis, Language, Source } from "../language.ts"
import { ownPath } from "../own-path.ts"
import { converter } from "./convert.ts"
import { parseProgram } from "./parse.ts"
import { platform } from "./platform.ts"

export const javascript: Language = {
  name: "javascript",
  claims: (path, firstLine) => /\.(?:[cm]?[jt]s|[jt]sx)$/i.test(path) || /^#!.*\b(?:node|nodejs|bun|deno|tsx|ts-node)\b/.test(firstLine),
  load: async () => analyse,
}

function analyse(source: Source, analysis: Analysis): Analysed {
  const { path } = source.place(0, 0)
  // Declarations of types do nothing.
  if (/\.d\.(?:[a-z]+\.)?[cm]?ts$/i.test(path)) return { acts: [], blind: [] }
  const parsed = parseProgram(source.text, path)
  if (!parsed.ok) return { acts: [], blind: [{ at: source.place(parsed.at, source.text.length), why: parsed.why }] }
  const blind: Blind[] = []
  for (const { at, why } of parsed.errors) blind.push({ at: source.place(at, at), why })
  const convert = converter(analysis.limits.expressionDepthMax, (start, end, why) => blind.push({ at: source.place(start, end), why }))
  const program = [...moduleNames, ...convert.statements(parsed.file.program.body)]
  const variables = new Map<string, Value>([...ownNames(path, analysis), ...analysis.variables])
  const found = evaluate(program, platform, source, { ...analysis, variables })
  return { ...found, blind: [...blind, ...found.blind] }
}

const nowhere = { start: 0, end: 0 }
const own = (name: string): { readonly kind: "name"; readonly name: string; readonly start: number; readonly end: number } => ({
  kind: "name",
  name,
  ...nowhere,
})

/** What stands around a module (CommonJS): `module` with its `exports`. */
const moduleNames: readonly Statement[] = [
  { kind: "assign", to: own("exports"), of: { kind: "record", fields: new Map(), ...nowhere }, declares: true, ...nowhere },
  {
    kind: "assign",
    to: own("module"),
    of: { kind: "record", fields: new Map(["exports", "require"].map((name) => [name, own(name)])), ...nowhere },
    declares: true,
    ...nowhere,
  },
]

/** Names of the file itself, below the root of the release. */
function ownNames(path: string, { files }: Analysis): readonly (readonly [string, Value])[] {
  const below = ownPath(path, files)
  return [
    ["__filename", text(below)],
    ["__dirname", text(posix.dirname(below))],
    ["import.meta.filename", text(below)],
    ["import.meta.dirname", text(posix.dirname(below))],
    ["import.meta.url", text(`file:${below}`)],
  ]
}
