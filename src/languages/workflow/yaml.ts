import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, type Node, type ParsedNode, Parser } from "yaml"
import type { Gathered } from "../gathered.ts"
import { Mapped } from "../mapped.ts"

/** A value of YAML (1.2.2) with the places of its texts. A key that is there twice is kept twice, an alias becomes what it stands for. */
export type Yaml =
  | { readonly kind: "text"; readonly of: Mapped }
  | { readonly kind: "map"; readonly members: readonly (readonly [name: string, value: Yaml])[] }
  | { readonly kind: "list"; readonly items: readonly Yaml[] }

/** Bytes of a document that is read: the library takes seconds for a MiB of it. */
const yamlBytesMax = 1 << 20
/** Values that aliases may make of a document. */
const valuesMax = 100_000

/** Every document of a text. What cannot be read is said. */
export function readYaml(whole: Mapped, found: Gathered): readonly Yaml[] {
  const { scriptDepthMax } = found.analysis.limits
  if (whole.length > yamlBytesMax) {
    found.giveUp(found.placeOf(whole), `YAML of more than ${yamlBytesMax} bytes`)
    return []
  }
  const tokens = []
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(whole.text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    // The library calls itself for each level.
    if (parser.stack.length > 3 * scriptDepthMax) {
      found.giveUp(found.placeOf(whole), "YAML that nests too deep")
      return []
    }
  }
  for (const token of parser.end()) tokens.push(token)
  const read: Yaml[] = []
  for (const document of new Composer({ schema: "failsafe", uniqueKeys: false, logLevel: "error" }).compose(tokens)) {
    for (const { pos, message } of document.errors.slice(0, 10))
      found.giveUp(found.place(pos[0], pos[1]), `no YAML: ${message.split("\n")[0] ?? ""}`)
    const converter = new Converter(whole, found)
    const value = document.contents === null ? undefined : converter.value(document.contents, 0)
    if (value !== undefined) read.push(value)
  }
  return read
}

class Converter {
  readonly #whole: Mapped
  /** What each anchor stands for where the reader is: a name may be used again (1.2.2, 3.2.2.2). */
  readonly #anchors = new Map<string, Node>()
  readonly #found: Gathered
  #values = 0

  constructor(whole: Mapped, found: Gathered) {
    this.#whole = whole
    this.#found = found
  }

  value(node: Node | ParsedNode, depth: number): Yaml | undefined {
    const start = node.range?.[0] ?? 0
    if (depth > this.#found.analysis.limits.scriptDepthMax || ++this.#values > valuesMax) {
      this.#found.giveUp(this.#found.place(start), "YAML that nests too deep or has too many values")
      return undefined
    }
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source)
      return target === undefined ? undefined : this.value(target, depth + 1)
    }
    if ("anchor" in node && node.anchor !== undefined) this.#anchors.set(node.anchor, node)
    if (isScalar(node)) {
      const text = typeof node.value === "string" ? node.value : String(node.value ?? "")
      return { kind: "text", of: placed(this.#whole, text, [start, node.range?.[1] ?? start], node.type === "BLOCK_LITERAL") }
    }
    const items = isSeq(node) ? node.items : []
    if (isSeq(node)) return { kind: "list", items: items.flatMap((item) => this.#known(item, depth)) }
    if (!isMap(node)) return undefined
    const members = node.items.flatMap(({ key, value }) => {
      const name = isScalar(key) ? String(key.value ?? "") : ""
      return this.#known(value, depth).map((one) => [name, one] as const)
    })
    return { kind: "map", members }
  }

  #known(node: unknown, depth: number): readonly Yaml[] {
    const value = isAlias(node) || isScalar(node) || isSeq(node) || isMap(node) ? this.value(node, depth + 1) : undefined
    return value === undefined ? [] : [value]
  }
}

/** A scalar's text with the places of its parts: of a literal block its lines, else its words, each as it is written or, where it is escaped, about there. */
function placed(whole: Mapped, text: string, [start, end]: readonly [number, number], isLiteral: boolean): Mapped {
  const parts: Mapped[] = []
  let at = isLiteral ? whole.text.indexOf("\n", start) + 1 : start
  for (const [part] of text.matchAll(isLiteral ? /[^\n]+|\n/g : /\S+|\s+/g)) {
    const written = part.trim() === "" ? -1 : whole.text.slice(at, Math.min(end, at + part.length + 400)).indexOf(part)
    if (written === -1) {
      parts.push(Mapped.still(part.replace(/[^\0-\xff]/g, "?"), Math.min(at, whole.length)))
      if (isLiteral && part === "\n") at = Math.max(at, whole.text.indexOf("\n", at) + 1)
    } else {
      parts.push(whole.slice(at + written, at + written + part.length))
      at += written + part.length
    }
  }
  return Mapped.join(parts)
}

export const membersOf = (of: Yaml | undefined, name: string): readonly Yaml[] =>
  of?.kind === "map" ? of.members.filter(([own]) => own === name).map(([, value]) => value) : []
export const textIn = (of: Yaml | undefined, name: string): string | undefined => {
  const [value] = membersOf(of, name)
  return value?.kind === "text" ? value.of.text : undefined
}
/** Every text of a value, lists flattened. */
export const textsIn = (of: Yaml): readonly Mapped[] => (of.kind === "text" ? [of.of] : of.kind === "list" ? of.items.flatMap(textsIn) : [])
