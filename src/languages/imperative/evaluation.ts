import type { Limits } from "../../core/limits.ts"
import type { Act, Blind, Handing, Place, Transform, Value } from "../../model/code.ts"
import { unknown } from "../../model/code.ts"
import { argumentsOf } from "../arguments.ts"
import { distinctOf } from "../distinct.ts"
import type { Analysis, Source } from "../language.ts"
import { valuesOf } from "./acts.ts"
import { Contents } from "./contents.ts"
import { Flow } from "./flow.ts"
import { programText } from "./inner-text.ts"
import type { Expression, FunctionExpression, Spanned, Statement } from "./ir.ts"
import { Others } from "./others.ts"
import type { Api, Call, Closure, Items, Platform, TextGiven, Thing, World } from "./platform.ts"
import type { Scope } from "./scope.ts"
import { isSome, isValue } from "./things.ts"

/** One call of a function, while its statements are evaluated. */
export interface Frame {
  readonly scope: Scope<Thing>
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
  /** The place of the parameter that it gives as it is; -1: none. */
  passes: number
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
  readonly others: Others
  /** Of each function the closure that was made last, until it is looked at. */
  readonly pending = new Map<FunctionExpression, Closure>()
  readonly summaries = new Map<Closure, Summary>()
  readonly called = new Set<FunctionExpression>()
  /** Functions that are being followed, the innermost last. */
  readonly stack: FunctionExpression[] = []
  /** What the program made of names of the platform. */
  readonly replaced = new Map<string, Thing>()
  readonly printed: Value[] = []
  readonly handings: Handing[] = []
  current: Record = record()
  /** Where the evaluation is, for what has no place of its own. */
  here: Spanned = { start: 0, end: 0 }
  steps = 0
  readonly stepsMax: number
  #acts = 0
  /** The one name of what has several, of those that were asked for. */
  readonly #canonical = new Map<string, string>()
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
    this.others = new Others(platform, source.place(0, 0).path, analysis.files)
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
    if (act.kind === "connects") {
      const { what, ...others } = act
      return { ...others, to: plain(act.to), ...(what !== undefined && this.flow.carries(what) && what.kind !== "text" ? { what } : {}) }
    }
    if (act.kind === "looks up") return { ...act, name: plain(act.name) }
    return act.kind === "runs" && act.with !== undefined ? { ...act, with: act.with.map(plain) } : act
  }

  blind(at: Place, why: string): void {
    const known = this.current.blind.some((one) => one.why === why && one.at.lines[0] === at.lines[0])
    if (!known) this.current.blind.push({ at, why })
  }

  value(thing: Thing | undefined): Value {
    return this.#contents.of(thing)
  }

  path(thing: Thing | undefined): Value {
    return this.flow.plain(this.value(thing))
  }

  anyOf(items: Items): Thing {
    const number = this.#contents.number(items)
    if (number !== undefined || items.items.length === 0) return number ?? unknown("an item")
    // One of very many is as good as all.
    return items.items.length > this.limits.valuePartsMax && items.items.some(isValue)
      ? this.value(items)
      : this.either(items.items.slice(0, this.limits.valuePartsMax))
  }

  /** An item was replaced. */
  forget(items: Items): void {
    this.#contents.forget(items)
  }

  readonly #contents = new Contents(this)

  /** Whether the platform's table knows members of a thing. */
  isModule(name: string): boolean {
    this.#modules ??= new Set([...this.platform.calls.keys()].map((row) => row.slice(0, Math.max(0, row.lastIndexOf(".")))))
    return this.#modules.has(name)
  }

  #modules: ReadonlySet<string> | undefined
  #isTold = false

  takesAll(path: string): void {
    this.others.take(path)
  }

  /** What a name is that nothing in the program gives. */
  unbound(name: string): Thing {
    const thing = this.named(name)
    return this.others.taken.size > 0 && thing.kind === "api" && !this.platform.calls.has(thing.name) ? { ...thing, isTaken: true } : thing
  }

  readonly #numbers = new Map<FunctionExpression, number>()

  /** Of a function: no two of a program have the same. */
  numberOf(of: FunctionExpression): number {
    const number = this.#numbers.get(of) ?? this.#numbers.size
    this.#numbers.set(of, number)
    return number
  }

  /** Something flows into a function that is looked at elsewhere. */
  hands(to: Handing["to"], args: readonly Value[], at: Place): void {
    const max = this.limits.scriptActsMax
    if (this.handings.length >= max) return
    this.handings.push({ to, args, at })
    if (this.handings.length === max) this.blind(at, `more than ${max} calls with something that flows`)
  }

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
    const different = distinctOf(of, isSome)
    const [only] = different
    if (different.length === 1 && only !== undefined) return only
    const values: Value[] = []
    const others: Thing[] = []
    for (const one of different) {
      // A number is known or it is not.
      if (one.kind === "numeral") values.push(unknown("a number"))
      else if (isValue(one)) values.push(one)
      else if (others.length < this.limits.valuePartsMax) others.push(one)
    }
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
    const isRow = isMade(what) && this.platform.calls.has(name.replace(/\.prototype\./, "."))
    if (isRow || (this.platform.isTrusted?.(name) === true && isMade(what)))
      this.act({ kind: "replaces", name, what: this.value(what), at })
  }

  named(name: string): Thing {
    const canonical = this.#canonical.get(name) ?? this.platform.canonical(name)
    this.#canonical.set(name, canonical)
    const api: Api = { kind: "api", name: canonical }
    const other = this.replaced.get(api.name)
    if (other === undefined) return this.platform.member?.(api.name, this.at(this.here)) ?? api
    return this.platform.calls.has(api.name) ? this.either([api, other]) : other
  }

  runsText(what: Thing, language: string, call: Pick<Call, "at" | "start" | "end">, { input, args = [] }: TextGiven = {}): void {
    const content = this.value(what)
    const handed = argumentsOf(args.map((one) => this.value(one)))
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
      const known = program.variables.size + handed.size === 0 ? this.#inner.get(key) : undefined
      const variables = new Map([...program.variables, ...handed])
      const found = known ?? this.analysis.inner(language, { text: program.text, place: () => place }, variables)
      this.#inner.set(key, found)
      for (const act of found.acts) this.act(act)
      for (const { at, why } of found.blind) this.blind(at, why)
    }
  }
}

/** A function, or one of several things that are one. */
const isMade = (thing: Thing): boolean => (thing.kind === "some" ? thing.of.some(isMade) : thing.kind === "closure")
