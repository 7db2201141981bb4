import { belowRoot } from "../../core/path.ts"
import type { Exported, Handing, Parameter, Place, Value } from "../../model/code.ts"
import type { Inspected } from "../../model/inspection.ts"

type Export = Extract<Value, { readonly kind: "export" }>

/** A function is called, whose parameters are what. `around`: the call in whose terms its arguments are. */
export interface Called {
  readonly of: number
  readonly in: Inspected
  readonly args: readonly Value[]
  readonly by: Inspected
  readonly around: Called | undefined
}

/** A value, the script in whose terms it is, and the call. */
export interface Held {
  readonly value: Value
  readonly script: Inspected
  readonly call: Called | undefined
}

type Call = Handing & { readonly by: Inspected }

/** Modules that hand on what others have, one behind another. */
const chainMax = 8

/** What scripts have for each other: values under names, and calls of functions that are looked at elsewhere. */
export class Exports {
  readonly #scripts: ReadonlyMap<string, Inspected>
  #calls: ReadonlyMap<Inspected, ReadonlyMap<number, readonly Call[]>> | undefined

  constructor(scripts: readonly Inspected[], root: string) {
    this.#scripts = new Map(scripts.map((script) => [belowRoot(script.path, root), script]))
  }

  /** What a value of another file is there. */
  of({ module, name, args }: Export, by: Inspected, around: Called | undefined): Held | undefined {
    const found = this.#named(module, name, 0)
    if (found === undefined) return undefined
    const { script, exported } = found
    const isCall = args !== undefined && exported.of !== undefined && depthOf(around) < chainMax
    return { script, value: exported.gives, call: isCall ? { of: exported.of, in: script, args, by, around } : undefined }
  }

  /** What a parameter may be: in the call that is looked at, or in each that there is. `at`: of that. */
  *given({ of, indexes }: Parameter, script: Inspected, call: Called | undefined): Generator<Held & { readonly at?: Place }> {
    const isKnown = call?.of === of && call.in === script
    const calls = isKnown ? [{ args: call.args, by: call.by }] : this.#callsOf(script, of)
    for (const { args, by, ...where } of calls)
      for (const index of indexes) {
        const value = args[index]
        if (value !== undefined) yield { value, script: by, call: isKnown ? call.around : undefined, ...where }
      }
  }

  #named(module: string, name: string, depth: number): { readonly script: Inspected; readonly exported: Exported } | undefined {
    const script = this.#scripts.get(module)
    const exports = script?.exports
    if (script === undefined || exports === undefined || depth > chainMax) return undefined
    const [first = ""] = name.split(".", 1)
    const exported = exports.get(name) ?? exports.get(first) ?? exports.get(name === "" ? "default" : "")
    if (exported !== undefined) {
      const { gives } = exported
      // It has it of another itself.
      const handed = gives.kind === "export" && gives.args === undefined ? this.#named(gives.module, gives.name, depth + 1) : undefined
      return handed ?? { script, exported }
    }
    for (const [star, { gives }] of exports) {
      const found = star.startsWith("*") && gives.kind === "export" ? this.#named(gives.module, name, depth + 1) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }

  #callsOf(script: Inspected, of: number): readonly Call[] {
    this.#calls ??= this.#gathered()
    return this.#calls.get(script)?.get(of) ?? []
  }

  #gathered(): ReadonlyMap<Inspected, ReadonlyMap<number, readonly Call[]>> {
    const calls = new Map<Inspected, Map<number, Call[]>>()
    const add = (script: Inspected, of: number, call: Call): void => {
      const own = calls.get(script) ?? new Map<number, Call[]>()
      calls.set(script, own)
      const same = own.get(of)
      if (same === undefined) own.set(of, [call])
      else if (same.length < callsMax) same.push(call)
    }
    for (const by of this.#scripts.values())
      for (const handing of by.handings ?? []) {
        const { to } = handing
        const found = typeof to === "number" ? { script: by, exported: { of: to } } : this.#named(to.module, to.name, 0)
        if (found?.exported.of !== undefined) add(found.script, found.exported.of, { ...handing, by })
      }
    return calls
  }
}

const depthOf = (call: Called | undefined): number => (call === undefined ? 0 : 1 + depthOf(call.around))

/** Calls of one function that are looked at. */
const callsMax = 1024
