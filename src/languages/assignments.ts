import { type Assigned, tooMany, type Value } from "../model/code.ts"

/** Names that a configuration gives its variables: those of a shell's own loops are mostly small. */
const configuredName = /^[A-Z]\w{2,79}$/
/** A program by its name or path, and what configurations say where there is none. */
const programName = /^(?:[\w./+-]*\/)?([A-Za-z_][\w.+-]*)$/
/** A cache variable gives its value to the variable that it is named for (Autoconf 2.72, 7.4.1). */
const ofCache = (name: string): string => name.replace(/^ac_cv_(?:path|prog)_(?:ac_ct_)?/, "")
const none = /^(?:|no|:|[A-Za-z0-9_]+-NOTFOUND)$/i
const assignedMax = 10_000

/** Gathers what a script sets variables to, as far as that says which programs they name: what a template of another language puts in their place is known by that. */
export class Assignments {
  readonly #programs = new Map<string, Set<string> | undefined>()

  get all(): Assigned {
    return this.#programs
  }

  set(name: string, value: Value | undefined): void {
    const variable = ofCache(name)
    if (value !== undefined && configuredName.test(variable)) this.#add(variable, programsIn(value, variable))
  }

  /** What another text says of the same variables. */
  merge(others: Assigned | undefined): void {
    for (const [name, programs] of others ?? []) this.#add(name, programs)
  }

  #add(name: string, programs: Iterable<string> | undefined): void {
    const known = this.#programs.get(name)
    if (this.#programs.has(name) && known === undefined) return
    if (known === undefined && this.#programs.size >= assignedMax) {
      this.#programs.set(tooMany, undefined)
      return
    }
    this.#programs.set(name, programs === undefined ? undefined : new Set([...(known ?? []), ...programs]))
  }
}

/** The programs that a value names; undefined: it may be something else. What whoever builds gives in the variable itself is theirs. */
function programsIn(value: Value, variable: string): readonly string[] | undefined {
  if (value.kind === "text") return none.test(value.text) ? [] : only(programName.exec(value.text)?.[1])
  if (value.kind === "environment") return ofCache(value.name) === variable ? [] : undefined
  if (value.kind === "either") {
    const all = value.of.map((one) => programsIn(one, variable))
    return all.some((one) => one === undefined) ? undefined : all.flatMap((one) => one ?? [])
  }
  if (value.kind !== "joined") return undefined
  // A program in a folder that is not known, and an ending that whoever builds may add, as a search of PATH gives it.
  const last = value.parts.findLast((part) => !isEnding(part))
  return last?.kind === "text" && last.text.includes("/") ? only(programName.exec(last.text)?.[1]) : undefined
}

const isEnding = (part: Value): boolean =>
  part.kind === "either" ? part.of.every((one) => isEnding(one) || (one.kind === "text" && one.text === "")) : part.kind === "environment"

const only = (name: string | undefined): readonly string[] | undefined => (name === undefined ? undefined : [name])
