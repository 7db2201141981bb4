import { unknown, type Value } from "../../model/code.ts"
import type { Gathered } from "../gathered.ts"
import { Mapped } from "../mapped.ts"
import { either } from "../values.ts"
import { type Reference, referenceAt } from "./references.ts"

/** What a variable may be: one of these, each expanded when it is used (`recursive`) or once. */
export interface Variable {
  readonly values: readonly Mapped[]
  readonly isRecursive: boolean
}

export type Bindings = ReadonlyMap<string, Mapped>

/** A function: `inside` is what stands behind its name, not expanded. */
export type MakeFunction = (inside: Mapped, make: Expander, at: number) => Mapped

const none: Bindings = new Map()

/** Expands references to variables and functions (GNU make, 6 and 8). */
export class Expander {
  readonly found: Gathered
  readonly variables = new Map<string, Variable>()
  /** Reads a text as lines of the makefile: `$(eval ...)`. */
  readonly evaluate: (of: Mapped) => void
  readonly functions: ReadonlyMap<string, MakeFunction>
  /** What a name is that no line of the file defines. */
  readonly #undefined: (name: string) => Value
  readonly #done = new Map<string, Mapped>()
  readonly #open = new Set<string>()
  #bindings: Bindings = none
  #usedBinding = false
  #depth = 0

  constructor(
    found: Gathered,
    functions: ReadonlyMap<string, MakeFunction>,
    { evaluate, otherwise }: { readonly evaluate: (of: Mapped) => void; readonly otherwise: (name: string) => Value },
  ) {
    this.found = found
    this.functions = functions
    this.evaluate = evaluate
    this.#undefined = otherwise
  }

  set(name: string, variable: Variable): void {
    this.variables.set(name, variable)
    this.#done.clear()
  }

  /** Expands with more names known: automatic variables, arguments of `call`, the variable of `foreach`. */
  with(bindings: Bindings, of: Mapped): Mapped {
    const before = this.#bindings
    this.#bindings = new Map([...before, ...bindings])
    const made = this.expand(of)
    this.#bindings = before
    return made
  }

  expand(of: Mapped): Mapped {
    if (!of.text.includes("$")) return of
    const { scriptDepthMax, valueBytesMax } = this.found.analysis.limits
    if (this.#depth >= scriptDepthMax) {
      this.found.giveUp(this.found.placeOf(of), `references nest deeper than ${scriptDepthMax}`)
      return this.hold(unknown("references nest too deep"), of.from(0))
    }
    if (!this.found.spend(8 + (of.length >> 4) + of.runs, of.from(0))) return this.hold(unknown("too many steps"), of.from(0))
    this.#depth += 1
    const made = this.#expandNow(of)
    this.#depth -= 1
    if (made.length <= valueBytesMax) return made
    this.found.giveUp(this.found.placeOf(of), `expands to more than ${valueBytesMax} bytes`)
    return this.hold(unknown(`more than ${valueBytesMax} bytes`), of.from(0))
  }

  hold(value: Value, at: number): Mapped {
    return Mapped.still(this.found.held.hold(value), at)
  }

  /** What a command of a shell prints, its newlines as spaces but for the last ones, which are dropped (8.14). */
  printed(of: Mapped, at: number): Mapped {
    const output = this.found.inner("shell", of) ?? unknown("what a command prints")
    return Mapped.still(this.found.held.hold(output).replace(/\n+$/, "").replace(/\n/g, " "), at)
  }

  value(of: Mapped): Value {
    return this.found.held.value(of.text)
  }

  #expandNow(of: Mapped): Mapped {
    const parts: Mapped[] = []
    let done = 0
    for (let at = of.text.indexOf("$"); at !== -1; at = of.text.indexOf("$", done)) {
      parts.push(of.slice(done, at))
      const reference = referenceAt(of.text, at)
      parts.push(this.#referred(of.slice(at, reference.end), reference))
      done = reference.end
    }
    return Mapped.join([...parts, of.slice(done)])
  }

  #referred(of: Mapped, { kind }: Reference): Mapped {
    const at = of.from(0)
    if (kind === "dollar") return Mapped.still("$", at)
    if (kind === "open") {
      this.found.giveUp(this.found.placeOf(of), "a reference of make without an end")
      return this.hold(unknown("a reference without an end"), at)
    }
    if (kind === "single") return this.named(of.text.slice(1), at)
    const inside = of.slice(2, of.length - 1)
    const call = /^([a-z][a-z-]*)[ \t\n]\s*/.exec(inside.text)
    const made = call === null ? undefined : this.functions.get(call[1] ?? "")?.(inside.slice((call[0] ?? "").length), this, at)
    if (made !== undefined) return made
    const name = this.expand(inside)
    const substitution = /^([^:\s]+):([^=]*)=([^=]*)$/.exec(name.text)
    if (substitution === null) return this.named(name.text.trim(), at)
    const [, variable = "", from = "", to = ""] = substitution
    const [pattern, by] = from.includes("%") ? [from, to] : [`%${from}`, `%${to}`]
    return (
      this.functions.get("patsubst")?.(Mapped.join([Mapped.still(`${pattern},${by},`, at), this.named(variable, at)]), this, at) ?? name
    )
  }

  /** The value of a variable, where it is used at `at`: lines of one of several lines stay where they are. */
  named(name: string, at: number): Mapped {
    const bound = this.#bindings.get(name)
    if (bound !== undefined) {
      this.#usedBinding = true
      return bound.text.includes("\n") ? bound : Mapped.still(bound.text, at)
    }
    const variable = this.variables.get(name)
    if (variable === undefined) {
      if (/^(?:[@<^?*+%|][DF]?|\d+)$/.test(name)) {
        this.#usedBinding = true
        return /^\d/.test(name) ? Mapped.still("", at) : this.hold(unknown(`$${name}`), at)
      }
      return this.hold(this.#undefined(name), at)
    }
    const value = this.#valueOf(name, variable, at)
    return value.text.includes("\n") ? value : Mapped.still(value.text, at)
  }

  /** Each of several values that it may have, by itself; `value`: all of them. */
  valuesOf(name: string, value: Mapped): readonly Mapped[] {
    const { values, isRecursive } = this.variables.get(name) ?? { values: [], isRecursive: false }
    return values.length < 2 ? [value] : values.map((one) => (isRecursive ? this.expand(one) : one))
  }

  #valueOf(name: string, variable: Variable, at: number): Mapped {
    const known = this.#done.get(name)
    if (known !== undefined) return known
    if (this.#open.has(name)) {
      this.found.giveUp(this.found.place(at), `the variable ${name.slice(0, 80)} refers to itself`)
      return this.hold(unknown("a variable that refers to itself"), at)
    }
    this.#open.add(name)
    const before = this.#usedBinding
    this.#usedBinding = false
    const values = variable.values.map((value) => (variable.isRecursive ? this.expand(value) : value))
    const [only] = values
    const made =
      values.length === 1 && only !== undefined
        ? only
        : this.hold(
            either(
              values.map((value) => this.value(value)),
              this.found.analysis.limits,
            ),
            at,
          )
    this.#open.delete(name)
    // What no binding had a part in is the same everywhere.
    if (!this.#usedBinding) this.#done.set(name, made)
    this.#usedBinding ||= before
    return made
  }
}
