import type { Limits } from "../../core/limits.ts"
import type { Act, Blind, Place, Transform, Value } from "../../model/code.ts"
import { text, unknown } from "../../model/code.ts"
import type { Analysis, Source } from "../language.ts"
import { Flow } from "./flow.ts"
import { programText } from "./inner-text.ts"
import type { Expression, FunctionExpression, Spanned, Statement } from "./ir.ts"
import type { Api, Call, Closure, Items, Platform, Thing, World } from "./platform.ts"
import type { Scope } from "./scope.ts"
import { firstFields, isValue } from "./things.ts"

/** Constants as short as names hide nothing. */
export const longText = 24

/** One call of a function, while its statements are evaluated. */
export interface Frame {
  readonly scope: Scope
  readonly self: Thing | undefined
  readonly returns: Thing[]
  /** More than zero inside what may run or not. */
  uncertain: number
}

/** What a function does when nothing is known of its arguments. */
export interface Summary extends Record {
  returned: Thing
  /** Whether what it returns is made of a parameter. */
  returnsParameter: boolean
  isDone: boolean
}

/** What is found while one thing is looked at. */
export interface Record {
  readonly acts: Act[]
  readonly blind: Blind[]
  /** Functions whose summary stands for a call in it, and functions that were followed with arguments. */
  readonly uses: Set<Summary>
  readonly followed: Set<FunctionExpression>
  /** Whether a parameter of what is looked at reaches an act. */
  depends: boolean
  /** Whether it reaches a name or a field outside. */
  escapes: boolean
  /** Whether it is called, or a method of it. */
  calls: boolean
}

export const record = (): Record => ({
  acts: [],
  blind: [],
  uses: new Set(),
  followed: new Set(),
  depends: false,
  escapes: false,
  calls: false,
})

/** The state of evaluating one program, and what the rows of its platform's table may ask. */
export class Evaluation implements World {
  readonly platform: Platform
  readonly source: Source
  readonly analysis: Analysis
  readonly limits: Limits
  readonly flow: Flow
  /** Of each function the closure that was made last, until it is looked at. */
  readonly pending = new Map<FunctionExpression, Closure>()
  readonly summaries = new Map<Closure, Summary>()
  readonly called = new Set<FunctionExpression>()
  /** Functions that are being followed, the innermost last. */
  readonly stack: FunctionExpression[] = []
  /** What the program made of names of the platform. */
  readonly replaced = new Map<string, Thing>()
  readonly printed: Value[] = []
  current: Record = record()
  steps = 0
  readonly stepsMax: number
  #acts = 0
  readonly #inner = new Map<string, { readonly acts: readonly Act[]; readonly blind: readonly Blind[] }>()
  /** Set by what puts the parts together, as they call each other. */
  statements: (body: readonly Statement[], frame: Frame) => void = () => undefined
  expression: (of: Expression, frame: Frame) => Thing = () => unknown("nothing")
  call: (what: Thing, args: readonly Thing[], spot: Spanned) => Thing = () => unknown("nothing")
  callMethod: (of: Thing, name: string, args: readonly Thing[], spot: Spanned) => Thing = () => unknown("nothing")

  constructor(platform: Platform, source: Source, analysis: Analysis) {
    this.platform = platform
    this.source = source
    this.analysis = analysis
    this.limits = analysis.limits
    this.flow = new Flow(analysis.limits)
    // Each expression is looked at once whatever the limit, and no text has more of them than this; it bounds looking again, with arguments.
    this.stepsMax = analysis.limits.callStepsMax + (source.text.length >> 2)
  }

  at(spot: Spanned): Place {
    return this.source.place(spot.start, spot.end)
  }

  act(act: Act): void {
    if (this.#acts === this.limits.scriptActsMax) this.blind(act.at, `more than ${this.limits.scriptActsMax} acts`)
    this.#acts++
    if (this.#acts > this.limits.scriptActsMax) return
    this.current.acts.push(this.#plain(act))
    this.current.depends ||= valuesOf(act).some((value) => this.flow.isParametric(value))
  }

  /** What is named is wanted as text; what is run or written keeps the steps that made it. */
  #plain(act: Act): Act {
    const plain = (value: Value): Value => this.flow.plain(value)
    if (act.kind === "reads" || act.kind === "deletes") return { ...act, path: plain(act.path) }
    if (act.kind === "writes") return { ...act, path: plain(act.path) }
    if (act.kind === "connects") return { ...act, to: plain(act.to) }
    if (act.kind === "looks up") return { ...act, name: plain(act.name) }
    return act.kind === "runs" && act.with !== undefined ? { ...act, with: act.with.map(plain) } : act
  }

  blind(at: Place, why: string): void {
    const known = this.current.blind.some((one) => one.why === why && one.at.lines[0] === at.lines[0])
    if (!known) this.current.blind.push({ at, why })
  }

  value(thing: Thing | undefined): Value {
    this.#looked = 0
    return this.#value(thing, 2)
  }

  /** Things that were looked into for one value: objects that hold each other would be walked over and over. */
  #looked = 0

  #value(thing: Thing | undefined, depth: number): Value {
    if (thing === undefined || depth === 0 || ++this.#looked > this.limits.valueNodesMax) return unknown("nothing that is known")
    if (isValue(thing)) return thing
    switch (thing.kind) {
      case "numeral":
        return text(String(thing.number))
      case "some":
        return this.flow.either(
          thing.of.filter((one) => one.kind !== "closure").map((one) => this.#value(one, isValue(one) ? depth : depth - 1)),
        )
      case "items":
        return this.#list(thing, depth)
      case "instance":
        return thing.holds ?? this.#record(firstFields(thing, depth > 1 ? 32 : 4), depth)
      case "api":
        if (thing.content !== undefined) return thing.content
        return this.platform.isEnvironment(thing.name) ? { kind: "environment", name: "*", at: this.at(this.here) } : unknown(thing.name)
      default:
        return unknown(thing.kind === "closure" ? "a function" : "a stream")
    }
  }

  /** Where the evaluation is, for what has no place of its own. */
  here: Spanned = { start: 0, end: 0 }

  /** Of a record that is used as a whole what is more than a name or a number. */
  #record(fields: readonly Thing[], depth: number): Value {
    const flowing: Value[] = []
    for (const field of fields) {
      if (
        field.kind === "numeral" ||
        field.kind === "closure" ||
        field.kind === "unknown" ||
        (field.kind === "text" && field.text.length < longText)
      )
        continue
      const value = this.#value(field, depth - 1)
      if (value.kind !== "text" || value.text.length >= longText) flowing.push(value)
    }
    return flowing.length === 0 ? unknown("nothing that is known") : this.flow.either(flowing)
  }

  /** Of a list that is used as a whole again and again. */
  readonly #lists = new WeakMap<Items, { readonly length: number; readonly value: Value }>()

  #list(items: Items, depth: number): Value {
    const known = this.#lists.get(items)
    if (known?.length === items.items.length) return known.value
    const value = this.#whole(items.items, depth)
    if (items.items.length > this.limits.valuePartsMax) this.#lists.set(items, { length: items.items.length, value })
    return value
  }

  /** An item was replaced. */
  forget(items: Items): void {
    this.#lists.delete(items)
  }

  #whole(things: readonly Thing[], depth: number): Value {
    const all = this.isExhausted && things.length > this.limits.valuePartsMax ? things.slice(0, this.limits.valuePartsMax) : things
    this.steps += all.length
    const looked = all.filter(
      (one) => one.kind !== "closure" && one.kind !== "unknown" && (one.kind !== "api" || one.content !== undefined),
    )
    const parts = looked.map((one) => this.#value(one, depth - 1))
    const flowing = parts.filter((one) => this.flow.carries(one))
    return flowing.length === 0 ? unknown("nothing that is known") : this.flow.joined(flowing, this.at(this.here))
  }

  /** Whether the platform's table knows members of a thing. */
  isModule(name: string): boolean {
    this.#modules ??= new Set([...this.platform.calls.keys()].map((row) => row.slice(0, Math.max(0, row.lastIndexOf(".")))))
    return this.#modules.has(name)
  }

  #modules: ReadonlySet<string> | undefined
  #isTold = false

  /** No more calls are followed: said once. */
  exhaust(spot: Spanned): void {
    if (!this.#isTold) this.blind(this.at(spot), `calls are not followed after ${this.limits.callStepsMax} steps`)
    this.#isTold = true
  }

  get isExhausted(): boolean {
    return this.steps > this.stepsMax
  }

  constant(thing: Thing | undefined): string | undefined {
    if (thing === undefined || thing.kind === "items" || thing.kind === "instance" || thing.kind === "api") return undefined
    if (thing.kind === "numeral") return String(thing.number)
    return isValue(thing) ? this.flow.constant(thing) : undefined
  }

  step(how: Transform, tool: string, of: Thing, at: Place, constant?: string): Value {
    return this.flow.step(how, tool, this.value(of), at, constant)
  }

  joined(parts: readonly Thing[]): Value {
    return this.flow.joined(
      parts.map((part) => this.value(part)),
      this.at(this.here),
    )
  }

  either(of: readonly Thing[]): Thing {
    const different = [...new Set(of.flatMap((one) => (one.kind === "some" ? one.of : [one])))]
    const [only] = different
    if (different.length === 1 && only !== undefined) return only
    // A number is known or it is not.
    const flat = different.map((one) => (one.kind === "numeral" ? unknown("a number") : one))
    const values = flat.filter(isValue)
    const others = flat.filter((one) => !isValue(one)).slice(0, this.limits.valuePartsMax)
    if (others.length === 0) return this.flow.either(values)
    const known = values.filter((one) => this.flow.carries(one))
    const [single] = others
    if (known.length === 0 && others.length === 1 && single !== undefined) return single
    return { kind: "some", of: known.length === 0 ? others : [...others, this.flow.either(known)] }
  }

  invoke(what: Thing, args: readonly Thing[], call: Pick<Call, "start" | "end">): Thing {
    return this.call(what, args, call)
  }

  method(of: Thing, name: string, args: readonly Thing[], call: Pick<Call, "start" | "end">): Thing {
    return this.callMethod(of, name, args, call)
  }

  prints(what: Thing): void {
    if (this.printed.length < this.limits.valuePartsMax) this.printed.push(this.value(what))
  }

  replaces(name: string, what: Thing, at: Place): void {
    this.replaced.set(name, this.either([...(this.replaced.has(name) ? [this.replaced.get(name) ?? what] : []), what]))
    if (what.kind === "closure" && this.platform.calls.has(name.replace(/\.prototype\./, ".")))
      this.act({ kind: "replaces", name, what: this.value(what), at })
  }

  named(name: string): Thing {
    const api: Api = { kind: "api", name: this.platform.canonical(name) }
    const other = this.replaced.get(api.name)
    if (other === undefined) return this.platform.member?.(api.name, this.at(this.here)) ?? api
    return this.platform.calls.has(api.name) ? this.either([api, other]) : other
  }

  runsText(what: Thing, language: string, call: Pick<Call, "at" | "start" | "end">, input?: Thing): void {
    const content = this.value(what)
    this.act({
      kind: "runs",
      as: "text",
      what: content,
      language,
      at: call.at,
      ...(input === undefined ? {} : { input: this.value(input) }),
    })
    const texts = content.kind === "either" ? content.of : [content]
    for (const one of texts.slice(0, 8)) {
      const program = programText(one, language, this.flow)
      if (program === undefined) continue
      const place = this.source.place(call.start, call.end)
      const key = `${language} ${call.start} ${program.variables.size} ${program.text}`
      const known = program.variables.size === 0 ? this.#inner.get(key) : undefined
      const found = known ?? this.analysis.inner(language, { text: program.text, place: () => place }, program.variables)
      this.#inner.set(key, found)
      for (const act of found.acts) this.act(act)
      for (const { at, why } of found.blind) this.blind(at, why)
    }
  }
}

function valuesOf(act: Act): readonly Value[] {
  switch (act.kind) {
    case "runs":
      return [act.what, ...(act.with ?? []), ...(act.input === undefined ? [] : [act.input])]
    case "reads":
    case "deletes":
      return [act.path]
    case "writes":
      return [act.path, act.what]
    case "connects":
      return [act.to]
    case "looks up":
      return [act.name]
    default:
      return [act.what]
  }
}
