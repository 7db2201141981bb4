import { Mapped } from "./mapped.ts"

/** A value of JSON (RFC 8259), with the places of its strings. Keys that stand there twice are both kept: readers differ in which they take. */
export type Json =
  | { readonly kind: "string"; readonly of: Mapped }
  | { readonly kind: "object"; readonly members: readonly (readonly [name: string, value: Json, at: number])[] }
  | { readonly kind: "array"; readonly items: readonly Json[] }
  | { readonly kind: "other"; readonly text: string }

export interface ReadJson {
  readonly value: Json | undefined
  /** Where it could not be read on. */
  readonly brokenAt: number | undefined
}

/** Of a syntax: what may stand between its words. `commented`: as editors have it, with comments and commas at the end. `relaxed`: with comments, single quotes and commas at the end, as GYP and Python literals have them. What follows the value is not looked at. */
export function readJson(of: Mapped, depthMax: number, syntax: keyof typeof blanks = "strict"): ReadJson {
  const reader = new Reader(of, depthMax, syntax)
  const value = reader.value(0)
  reader.blank()
  return { value, brokenAt: reader.brokenAt ?? (reader.at < of.length ? reader.at : undefined) }
}

const blanks = { strict: /[ \t\r\n]*/y, commented: /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y, relaxed: /(?:\s|#[^\n]*)*/y }

class Reader {
  at = 0
  brokenAt: number | undefined
  readonly #of: Mapped
  readonly #depthMax: number
  readonly #blank: RegExp
  readonly #isRelaxed: boolean

  constructor(of: Mapped, depthMax: number, syntax: keyof typeof blanks) {
    this.#of = of
    this.#depthMax = depthMax
    this.#blank = blanks[syntax]
    this.#isRelaxed = syntax === "relaxed"
    // A mark of UTF-8 at the start, as Windows' editors write it.
    if (of.text.startsWith("\xef\xbb\xbf")) this.at = 3
  }

  blank(): void {
    this.#blank.lastIndex = this.at
    this.#blank.exec(this.#of.text)
    this.at = this.#blank.lastIndex
  }

  value(depth: number): Json | undefined {
    this.blank()
    const one = this.#of.text.charAt(this.at)
    if (one === '"' || (one === "'" && this.#isRelaxed)) return this.#string(one)
    if (one === "{" || one === "[") return depth >= this.#depthMax ? this.#broken() : one === "{" ? this.#object(depth) : this.#array(depth)
    const word = /[\w.+-]+/y
    word.lastIndex = this.at
    const match = word.exec(this.#of.text)
    if (match === null) return this.#broken()
    this.at = word.lastIndex
    return { kind: "other", text: match[0] }
  }

  #object(depth: number): Json {
    const members: (readonly [string, Json, number])[] = []
    this.#items("}", () => {
      const start = this.at
      const name = this.value(depth + 1)
      this.blank()
      if (name?.kind !== "string" || this.#of.text.charAt(this.at) !== ":") return this.#broken()
      this.at += 1
      const value = this.value(depth + 1)
      if (value !== undefined) members.push([name.of.text, value, this.#of.from(start)])
      return value
    })
    return { kind: "object", members }
  }

  #array(depth: number): Json {
    const items: Json[] = []
    this.#items("]", () => {
      const value = this.value(depth + 1)
      if (value !== undefined) items.push(value)
      return value
    })
    return { kind: "array", items }
  }

  /** What stands between brackets. Python joins strings that follow each other. */
  #items(close: string, item: () => Json | undefined): void {
    this.at += 1
    for (;;) {
      this.blank()
      if (this.#of.text.charAt(this.at) === close) {
        this.at += 1
        return
      }
      if (this.brokenAt !== undefined || item() === undefined) return
      this.blank()
      const next = this.#of.text.charAt(this.at)
      if (next === ",") this.at += 1
      else if (next !== close) {
        this.#broken()
        return
      }
    }
  }

  #string(quote: string): Json | undefined {
    const parts: Mapped[] = []
    for (let next: string | undefined = quote; next !== undefined; ) {
      const end = stringEnd(this.#of.text, this.at, next)
      if (end === undefined) return this.#broken()
      parts.push(unescaped(this.#of.slice(this.at + 1, end)))
      this.at = end + 1
      next = undefined
      if (!this.#isRelaxed) break
      this.blank()
      const one = this.#of.text.charAt(this.at)
      if (one === '"' || one === "'") next = one
    }
    return { kind: "string", of: Mapped.join(parts) }
  }

  #broken(): undefined {
    this.brokenAt ??= this.at
  }
}

function stringEnd(of: string, at: number, quote: string): number | undefined {
  for (let end = at + 1; end < of.length; end += 1) {
    const one = of.charAt(end)
    if (one === quote) return end
    if (one === "\\") end += 1
  }
  return undefined
}

const short: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" }

/** Escapes become what they stand for: characters beyond ASCII the bytes of UTF-8, as they are in a file. */
function unescaped(of: Mapped): Mapped {
  if (!of.text.includes("\\")) return of
  return of.replace(/(?:\\u[0-9a-fA-F]{4})+|\\x[0-9a-fA-F]{2}|\\([\s\S])/g, ({ 0: found, 1: one }) => {
    if (one !== undefined && !/^\\u/.test(found)) return short[one] ?? one
    if (found.startsWith("\\x")) return String.fromCharCode(Number.parseInt(found.slice(2), 16))
    const characters = found
      .split("\\u")
      .slice(1)
      .map((code) => String.fromCharCode(Number.parseInt(code, 16)))
    return Buffer.from(characters.join(""), "utf8").toString("latin1")
  })
}

/** The value of a name of an object, each of them. */
export const membersOf = (of: Json | undefined, name: string): readonly Json[] =>
  of?.kind === "object" ? of.members.filter(([own]) => own === name).map(([, value]) => value) : []

/** Every string below a value, with the names that lead to it. */
export function* stringsOf(of: Json, names: readonly string[] = []): Generator<{ readonly names: readonly string[]; readonly of: Mapped }> {
  if (of.kind === "string") yield { names, of: of.of }
  else if (of.kind === "array") for (const [index, item] of of.items.entries()) yield* stringsOf(item, [...names, String(index)])
  else if (of.kind === "object") for (const [name, value] of of.members) yield* stringsOf(value, [...names, name])
}
