import { belowRoot } from "../../core/path.ts"
import type { Exported, Handing, Parameter, Place, Value } from "../../model/code.ts"
import type { FlowStep, Inspected } from "../../model/inspection.ts"

type Export = Extract<Value, { readonly kind: "export" }>
type Unknown = Extract<Value, { readonly kind: "unknown" }>

/** A function is called, whose parameters are what. `around`: the call in whose terms its arguments are. */
export interface Called {
  readonly of: readonly number[]
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

interface Found {
  readonly script: Inspected
  readonly exported: Exported
}

type Call = Handing & { readonly by: Inspected }

/** Calls inside calls that are told apart; modules that are asked for one name; calls of one function that are looked at. */
const [calledMax, modulesMax, callsMax] = [8, 256, 1024]

/** What scripts have for each other: values under names, and calls of functions that are looked at elsewhere. */
export class Exports {
  readonly #scripts: ReadonlyMap<string, Inspected>
  readonly #found = new Map<string, Found | undefined>()
  /** By script and function. */
  #calls: ReadonlyMap<Inspected, ReadonlyMap<number, readonly Call[]>> | undefined

  constructor(scripts: readonly Inspected[], root: string) {
    this.#scripts = new Map(scripts.map((script) => [belowRoot(script.path, root), script]))
  }

  /** What a value of another file is there. */
  #of({ module, name, args }: Export, by: Inspected, around: Called | undefined): Held | undefined {
    const found = this.#named(module, name)
    if (found === undefined) return undefined
    const { script, exported } = found
    const isCall = args !== undefined && exported.of !== undefined && depthOf(around) < calledMax
    return { script, value: exported.gives, call: isCall ? { of: exported.of, in: script, args, by, around } : undefined }
  }

  /** What a parameter may be: in the call that is looked at, or in each that there is. `at`: of that. */
  *#given(
    { of, indexes }: Parameter,
    script: Inspected,
    call: Called | undefined,
  ): Generator<Held & { readonly at?: Place; readonly isOne: boolean }> {
    const isKnown = call?.of.includes(of) === true && call.in === script
    const calls = isKnown ? [{ args: call.args, by: call.by }] : this.#callsOf(script, of)
    for (const { args, by, ...where } of calls)
      for (const index of indexes) {
        const value = args[index]
        if (value !== undefined) yield { value, script: by, call: isKnown ? call.around : undefined, isOne: calls.length === 1, ...where }
      }
  }

  /** What stands behind a value of another file, or a parameter; `step`: how it comes from there. */
  *behind(value: Export | Unknown, script: Inspected, call: Called | undefined): Generator<Held & { readonly step?: FlowStep }> {
    if (value.kind === "export") {
      const held = this.#of(value, script, call)
      if (held !== undefined) yield { ...held, step: { at: value.at, how: "given", what: value.name } }
    } else if (value.parameter !== undefined)
      for (const { at, isOne, ...held } of this.#given(value.parameter, script, call))
        yield at === undefined ? held : { ...held, step: { at, how: "handed", what: "", ...(isOne ? {} : { ofMany: true }) } }
  }

  #named(module: string, name: string): Found | undefined {
    const key = `${module}\0${name}`
    if (!this.#found.has(key)) this.#found.set(key, this.#searched(module, name))
    return this.#found.get(key)
  }

  /** The nearest module that has it, through those that hand on what others have. */
  #searched(module: string, name: string): Found | undefined {
    const waiting = [{ module, name }]
    const seen = new Set<string>()
    for (let at = 0; at < waiting.length && seen.size < modulesMax; at += 1) {
      const next = waiting[at]
      const key = next === undefined ? "" : `${next.module}\0${next.name}`
      const script = next === undefined || seen.has(key) ? undefined : this.#scripts.get(next.module)
      seen.add(key)
      if (next === undefined || script?.exports === undefined) continue
      const exported = within(script.exports, next.name)
      if (exported === undefined)
        for (const [star, { gives }] of script.exports)
          if (star.startsWith("*") && gives.kind === "export") waiting.push({ module: gives.module, name: next.name })
      if (exported?.gives.kind !== "export" || exported.gives.args !== undefined) {
        if (exported !== undefined) return { script, exported }
      } else waiting.push({ module: exported.gives.module, name: exported.gives.name })
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
        const found = typeof to === "number" ? { script: by, exported: { of: [to] } } : this.#named(to.module, to.name)
        for (const of of found?.exported.of ?? []) add(found?.script ?? by, of, { ...handing, by })
      }
    return calls
  }
}

/** Under the very name; else what holds it, whose functions are not the ones that are called. */
function within(exports: ReadonlyMap<string, Exported>, name: string): Exported | undefined {
  const exact = exports.get(name) ?? (name === "" ? exports.get("default") : undefined)
  if (exact !== undefined) return exact
  const [first = ""] = name.split(".", 1)
  const around = exports.get(first) ?? exports.get("")
  return around === undefined ? undefined : { gives: around.gives }
}

const depthOf = (call: Called | undefined): number => (call === undefined ? 0 : 1 + depthOf(call.around))
