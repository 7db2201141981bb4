import type { Limits } from "../core/limits.ts"
import { text, unknown, type Value } from "../model/code.ts"
import type { Mapped } from "./mapped.ts"
import { joined } from "./values.ts"

/** The first character that stands for a value: sources are ISO 8859-1, so none comes from outside. Surrogates begin at 0xd800. */
const firstMark = 0x100
const marksMax = 0xd000
const mark = /[^\0-\xff]/
const marks = /[^\0-\xff]/g

/** Whether a text is constant: no value is held in it. */
export const isConstant = (of: string): boolean => !mark.test(of)

/** Values that are no constant text, held inside a text as one character each, so that what works on texts works on them too. */
export class Held {
  readonly #values: Value[] = [unknown("more values than are kept")]
  readonly #limits: Limits

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** The text of a value: itself, or a mark. */
  hold(value: Value): string {
    if (value.kind === "text") return value.text.replace(marks, "?")
    if (value.kind === "joined") return value.parts.map((part) => this.hold(part)).join("")
    if (this.#values.length >= marksMax) return String.fromCharCode(firstMark)
    return String.fromCharCode(firstMark + this.#values.push(value) - 1)
  }

  value(of: string): Value {
    if (isConstant(of)) return of.length > this.#limits.valueBytesMax ? unknown(`more than ${this.#limits.valueBytesMax} bytes`) : text(of)
    const parts: Value[] = []
    let done = 0
    for (const { index, 0: one } of of.matchAll(marks)) {
      parts.push(text(of.slice(done, index)), this.#valueOf(one))
      done = index + 1
      if (parts.length > 2 * this.#limits.valuePartsMax) break
    }
    return joined([...parts, text(of.slice(done))], this.#limits)
  }

  /**
   * The text for a shell: each mark becomes a variable of its own that a shell expands where the tool would have put the value, whatever quotes it stands in.
   * The variables' names are such that the text holds no other like them.
   */
  inShell(of: Mapped): { readonly text: Mapped; readonly variables: ReadonlyMap<string, Value> } {
    const variables = new Map<string, Value>()
    if (isConstant(of.text)) return { text: of, variables }
    let prefix = "held"
    while (of.text.includes(prefix)) prefix += "_"
    const quoted = singleQuoted(of.text)
    const made = of.replace(marks, ({ 0: one, index }) => {
      const name = `${prefix}${one.charCodeAt(0) - firstMark}`
      variables.set(name, this.#valueOf(one))
      return quoted.has(index) ? `'"\${${name}}"'` : `\${${name}}`
    })
    return { text: made, variables }
  }

  #valueOf(one: string): Value {
    return this.#values[one.charCodeAt(0) - firstMark] ?? unknown("more values than are kept")
  }
}

/** Which marks stand between single quotes of a shell (Shell Command Language, 2.2.2). */
function singleQuoted(of: string): ReadonlySet<number> {
  const inside = new Set<number>()
  let state: "plain" | "single" | "double" | "comment" = "plain"
  for (let at = 0; at < of.length; at += 1) {
    const one = of.charAt(at)
    if (state === "single") {
      if (one === "'") state = "plain"
      else if (mark.test(one)) inside.add(at)
    } else if (state === "comment") {
      if (one === "\n") state = "plain"
    } else if (one === "\\") at += 1
    else if (one === '"') state = state === "double" ? "plain" : "double"
    else if (state === "plain" && one === "'") state = "single"
    else if (state === "plain" && one === "#" && /^$|[\s;&|()]/.test(of.charAt(at - 1))) state = "comment"
  }
  return inside
}
