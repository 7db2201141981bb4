import { parse as parseToml, TomlDate, TomlError } from "smol-toml"
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml"

/** A text of one of the three syntaxes as plain data, and where each part of it stands. */
export interface PolicyDocument {
  readonly value: unknown
  /** The line, from 1, of what stands at this path, or of the nearest around it. */
  lineOf(path: readonly PropertyKey[]): number
}

/** Why a text is none of its syntax, at a line from 1. */
export class DocumentError extends Error {
  readonly line: number
  constructor(why: string, line: number) {
    super(why)
    this.line = line
  }
}

/** The syntaxes by what a file name ends with. Each throws a DocumentError for what is malformed. */
export const documents: ReadonlyMap<string, (text: string) => PolicyDocument> = new Map([
  [".json", jsonDocument],
  [".yaml", yamlDocument],
  [".yml", yamlDocument],
  [".toml", tomlDocument],
])

/** JSON (RFC 8259) says what it says; YAML, which it is a part of, says where, and that no key is there twice. */
function jsonDocument(text: string): PolicyDocument {
  const value = guarded(
    () => JSON.parse(text),
    (error) => {
      const line = /\(line (\d+) /.exec(error.message)?.[1]
      return line === undefined ? lines(text) : Number(line)
    },
  )
  // A tab can only stand between values; for YAML it is no indentation.
  return { value, lineOf: yamlDocument(text.replaceAll("\t", " ")).lineOf }
}

/** YAML 1.2, core schema: no tags of its own, no aliases (what a file says is as long as the file), no second document. */
function yamlDocument(text: string): PolicyDocument {
  const counter = new LineCounter()
  const document = guarded(
    () => parseDocument(text, { lineCounter: counter, prettyErrors: false, version: "1.2" }),
    () => 1,
  )
  const [wrong] = [...document.errors, ...document.warnings]
  if (wrong !== undefined) throw new DocumentError(wrong.message, counter.linePos(wrong.pos[0]).line)
  const value: unknown = guarded(
    () => {
      visit(document, {
        Alias: (_, { range }) => {
          throw new DocumentError("an alias says what stands elsewhere, which is not read", counter.linePos(range?.[0] ?? 0).line)
        },
      })
      return document.toJS({ maxAliasCount: 0 })
    },
    () => 1,
  )
  return {
    value,
    lineOf(path) {
      for (let end = path.length; end > 0; end -= 1) {
        const [above, last] = [path.slice(0, end - 1).map(String), String(path[end - 1])]
        const parent = above.length === 0 ? document.contents : document.getIn(above, true)
        // Where the key stands, not what it says: that may begin lines below.
        const key = isMap(parent) ? parent.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === last)?.key : undefined
        const node = key ?? document.getIn([...above, last], true)
        const offset = isNode(node) ? node.range?.[0] : undefined
        if (offset !== undefined) return counter.linePos(offset).line
      }
      return 1
    },
  }
}

/** TOML 1.0.0. The library says no places, so each line is looked at by itself for the table or the key that it begins. */
function tomlDocument(text: string): PolicyDocument {
  const value = guarded(
    () => withoutDates(parseToml(text, { maxDepth: 64 })),
    (error) => (error instanceof TomlError ? error.line : 1),
  )
  return { value, lineOf: (path) => tomlLine(text.split("\n"), path.map(String)) }
}

function tomlLine(all: readonly string[], path: readonly string[]): number {
  let table: readonly string[] = []
  let best = { line: 1, depth: 0 }
  const counts = new Map<string, number>()
  for (const [index, line] of all.entries()) {
    const keys = keysOf(line)
    if (keys === undefined) continue
    if (keys.kind === "array") {
      const name = JSON.stringify(keys.path)
      counts.set(name, (counts.get(name) ?? -1) + 1)
      table = [...keys.path, String(counts.get(name))]
    } else if (keys.kind === "table") table = keys.path
    const here = keys.kind === "key" ? [...table, ...keys.path] : table
    const depth = here.every((key, at) => key === path[at]) ? here.length : 0
    if (depth > best.depth) best = { line: index + 1, depth }
  }
  return best.line
}

interface Keys {
  readonly kind: "table" | "array" | "key"
  readonly path: readonly string[]
}

/** A quoted key may have an equals sign in it: the first cut that TOML takes for a key is the one. */
function keysOf(line: string): Keys | undefined {
  if (line.length > 1000) return undefined
  const kind = /^\s*\[\[/.test(line) ? "array" : /^\s*\[/.test(line) ? "table" : "key"
  if (kind !== "key") return pathIn(line, kind)
  const parts = line.split("=", 8)
  for (let end = 1; end < parts.length; end += 1) {
    const keys = pathIn(`${parts.slice(0, end).join("=")}= 0`, kind)
    if (keys !== undefined) return keys
  }
  return undefined
}

function pathIn(line: string, kind: Keys["kind"]): Keys | undefined {
  try {
    const path: string[] = []
    for (let at: unknown = parseToml(line); typeof at === "object" && at !== null; ) {
      const [[key, inner] = ["", 0]] = Object.entries(Array.isArray(at) ? at[0] : at)
      if (key === "") break
      path.push(key)
      at = inner
    }
    return { kind, path }
  } catch {
    return undefined // a line inside of a text or a list
  }
}

function withoutDates(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString()
  if (Array.isArray(value)) return value.map(withoutDates)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutDates(inner)]))
}

/** Libraries throw for what is malformed, and for what is nested deeper than the stack. */
function guarded<T>(parse: () => T, lineOf: (error: Error) => number): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof DocumentError || !(error instanceof Error)) throw error
    throw new DocumentError(error instanceof RangeError ? "it is nested too deep" : (error.message.split("\n")[0] ?? ""), lineOf(error))
  }
}

const lines = (text: string): number => text.trimEnd().split("\n").length
