import { unknown } from "../../model/code.ts"
import type { Gathered } from "../gathered.ts"
import { isConstant } from "../held.ts"
import { Mapped } from "../mapped.ts"
import type { Expression, Statement } from "./parser.ts"
import { asText, held, merged, type Thing, textThing } from "./values.ts"

/** A call with what it is given. `on`: of a method, what it is called on. */
export interface Call {
  readonly name: string
  readonly on: Thing | undefined
  readonly args: readonly Thing[]
  readonly named: ReadonlyMap<string, Thing>
  readonly at: number
  readonly stop: number
}

/** What a function or method gives back; undefined: nobody knows it. */
export type Callable = (call: Call, meson: Evaluator) => Thing | undefined

/** Runs statements on values: each branch may be the one, a loop runs for what is known. */
export class Evaluator {
  readonly found: Gathered
  readonly #call: Callable
  #variables = new Map<string, Thing>()

  constructor(found: Gathered, call: Callable, known: ReadonlyMap<string, Thing>) {
    this.found = found
    this.#call = call
    for (const [name, value] of known) this.#variables.set(name, value)
  }

  get(name: string): Thing | undefined {
    return this.#variables.get(name)
  }

  set(name: string, value: Thing): void {
    this.#variables.set(name, value)
  }

  unknown(why: string, at: number): Thing {
    return held(this.found, unknown(why), at)
  }

  run(statements: readonly Statement[]): void {
    for (const statement of statements) {
      if (!this.found.spend(8, statement.start)) return
      if (statement.kind === "do") this.value(statement.of)
      else if (statement.kind === "assign") this.#assign(statement)
      else if (statement.kind === "if") this.#if(statement)
      else this.#forEach(statement)
    }
  }

  #assign({ name, of, adds, start }: Extract<Statement, { kind: "assign" }>): void {
    const value = this.value(of)
    const before = adds ? this.#variables.get(name) : undefined
    this.set(name, before === undefined ? value : this.#sum([before, value], start))
  }

  #if({ conditions, bodies, isWhole, start }: Extract<Statement, { kind: "if" }>): void {
    for (const condition of conditions) this.value(condition)
    const before = this.#variables
    const after = bodies.map((body) => {
      this.#variables = new Map(before)
      this.run(body)
      return this.#variables
    })
    this.#variables = before
    const names = new Set(after.flatMap((one) => [...one].filter(([name, value]) => before.get(name) !== value).map(([name]) => name)))
    for (const name of names) {
      const values = [...(isWhole ? after : [before, ...after])].map((one) => one.get(name)).filter((value) => value !== undefined)
      before.set(name, merged(this.found, values, start))
    }
  }

  #forEach({ names, of, body, start }: Extract<Statement, { kind: "foreach" }>): void {
    const over = this.value(of)
    const items: readonly (readonly Thing[])[] =
      over.kind === "record"
        ? [...over.fields].map(([name, value]) => [textThing(name, start), value])
        : over.kind === "list"
          ? over.items.map((item) => [item])
          : [[over]]
    const { scriptTurnsMax } = this.found.analysis.limits
    if (items.length > scriptTurnsMax)
      this.found.giveUp(this.found.place(start), `a loop of more than ${scriptTurnsMax} turns: the first are looked at`)
    for (const item of items.slice(0, scriptTurnsMax)) {
      for (const [index, name] of names.entries()) this.set(name, item[index] ?? this.unknown("an element", start))
      this.run(body)
    }
  }

  value(of: Expression): Thing {
    const at = of.start
    if (!this.found.spend(1, at)) return this.unknown("too many steps", at)
    if (of.kind === "text") return { kind: "text", of: of.isTemplate ? this.#template(of.of) : of.of }
    if (of.kind === "word") return textThing(of.text, at)
    if (of.kind === "name") return this.#variables.get(of.name) ?? this.unknown(`the variable ${of.name}`, at)
    if (of.kind === "list") return { kind: "list", items: of.items.map((item) => this.value(item)) }
    if (of.kind === "record")
      return { kind: "record", fields: new Map(of.fields.map(([name, value]) => [asText(this.value(name), at).text, this.value(value)])) }
    if (of.kind === "at") return this.#element(this.value(of.of), asText(this.value(of.index), at).text, at)
    if (of.kind === "operation") return this.#operation(of)
    const on = of.of === undefined ? undefined : this.value(of.of)
    const named = new Map([...of.named].map(([name, value]) => [name, this.value(value)]))
    const args = of.args.map((arg) => this.value(arg))
    return this.#call({ name: of.name, on, args, named, at, stop: of.stop }, this) ?? this.unknown(`what ${of.name} gives`, at)
  }

  /** `f'@name@'`. */
  #template(of: Mapped): Mapped {
    return of.replace(/@(\w+)@/g, ({ 1: name = "", index }, self) => {
      const value = this.#variables.get(name)
      return asText(value ?? this.unknown(`the variable ${name}`, self.from(index)), self.from(index))
    })
  }

  #operation({ sign, of, start }: Extract<Expression, { kind: "operation" }>): Thing {
    if (sign === "?")
      return merged(this.found, [this.value(of[0] ?? nothing), ...of.slice(1).map((one) => this.value(one))].slice(1), start)
    const values = of.map((one) => this.value(one))
    if (sign === "+") return this.#sum(values, start)
    if (sign === "-" && values.length === 1) return textThing(`-${asText(values[0] ?? textThing("", start), start).text}`, start)
    if (sign === "/")
      return {
        kind: "text",
        of: Mapped.join(
          values.flatMap((value, index) => (index === 0 ? [asText(value, start)] : [Mapped.still("/", start), asText(value, start)])),
        ),
      }
    return this.unknown(`the result of ${sign}`, start)
  }

  #sum(values: readonly Thing[], at: number): Thing {
    const [first] = values
    // A sum that doubles grows for ever.
    const size = values.reduce(
      (sum, value) => sum + (value.kind === "list" ? value.items.length : value.kind === "text" ? value.of.length >> 4 : 1),
      0,
    )
    if (!this.found.spend(size, at)) return this.unknown("too many steps", at)
    if (first?.kind === "list") return { kind: "list", items: values.flatMap((value) => (value.kind === "list" ? value.items : [value])) }
    if (first?.kind === "record")
      return { kind: "record", fields: new Map(values.flatMap((value) => (value.kind === "record" ? [...value.fields] : []))) }
    const texts = values.map((value) => asText(value, at))
    const numbers = texts.map(({ text }) => Number(text))
    const areNumbers = texts.every(({ text }) => isConstant(text) && /^-?\d+$/.test(text))
    if (areNumbers) return textThing(String(numbers.reduce((sum, one) => sum + one, 0)), at)
    const made = Mapped.join(texts)
    const { valueBytesMax } = this.found.analysis.limits
    if (made.length <= valueBytesMax) return { kind: "text", of: made }
    this.found.giveUp(this.found.place(at), `a value of more than ${valueBytesMax} bytes`)
    return this.unknown(`more than ${valueBytesMax} bytes`, at)
  }

  #element(of: Thing, index: string, at: number): Thing {
    const found = of.kind === "list" ? of.items.at(Number(index)) : of.kind === "record" ? of.fields.get(index) : undefined
    if (found !== undefined) return found
    // One of a list whose index is not known may be any.
    return of.kind === "list" && of.items.length > 0 && !isConstant(index)
      ? merged(this.found, of.items, at)
      : this.unknown("an element", at)
  }
}

const nothing: Expression = { kind: "list", items: [], start: 0, stop: 0 }
