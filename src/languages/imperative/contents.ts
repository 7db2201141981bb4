import type { Limits } from "../../core/limits.ts"
import { type Place, text, unknown, type Value } from "../../model/code.ts"
import type { Flow } from "./flow.ts"
import type { Spanned } from "./ir.ts"
import type { Others } from "./others.ts"
import type { Items, Platform, Some, Thing } from "./platform.ts"
import { firstFields, isValue } from "./things.ts"

/** Constants as short as names hide nothing. */
export const longText = 24

/** Fields of a record that flow when it is used as a whole, and of a record in it. */
const fieldsMax = 32
const fieldsInnerMax = 4

/** Things in things that are looked into. */
const depthMax = 2

/** Fewer are told anew sooner than they are compared. */
const manyMin = 8

/** Longer lists are told anew sooner than they are compared. */
const listMax = 256

/** Fewer numbers are no program: `rm -rf ~` are eight, behind a call of a shell. */
const numbersMin = 12
/** The step that takes one of them. */
export const oneNumber = "one number"

/** Whether each number from one to another is there once, as ciphers have them to put others in their places, or all are as far apart: no text is so. */
function isRegular(numbers: readonly number[]): boolean {
  const [first = 0, second = 0] = numbers
  if (numbers.every((one, index) => one === first + (second - first) * index)) return true
  const range = numbers.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)] as const, [first, first] as const)
  return new Set(numbers).size === numbers.length && range[1] - range[0] === numbers.length - 1
}

/** What of an evaluation is asked. */
interface State {
  readonly flow: Flow
  readonly limits: Limits
  readonly platform: Platform
  readonly isExhausted: boolean
  steps: number
  readonly here: Spanned
  at(spot: Spanned): Place
  readonly others: Others
}

/** What flows out of things that are used as content. */
export class Contents {
  readonly #state: State

  constructor(state: State) {
    this.#state = state
  }

  of(thing: Thing | undefined): Value {
    this.#looked = 0
    return this.#value(thing, depthMax)
  }

  /** Lists and records that were looked into for one value: those that hold each other would be walked over and over. */
  #looked = 0

  #value(thing: Thing | undefined, depth: number): Value {
    if (thing === undefined) return unknown("nothing that is known")
    // What the program itself says that deep is left; what comes from elsewhere is content, wherever it is held.
    if (isValue(thing)) return depth > 0 || this.#state.flow.isContent(thing) ? thing : unknown("nothing that is known")
    if (depth === 0) return unknown("nothing that is known")
    if (thing.kind !== "numeral" && ++this.#looked > this.#state.limits.valueNodesMax) return unknown("more than is looked into")
    switch (thing.kind) {
      case "numeral":
        return text(String(thing.number))
      case "some":
        return this.#several(thing, depth)
      case "items":
        return this.#list(thing, depth)
      case "instance":
        return thing.holds ?? this.#record(firstFields(thing, depth > 1 ? fieldsMax : fieldsInnerMax), depth)
      case "api": {
        const own = this.#state.others.exported(thing)
        if (own !== undefined) {
          const theirs = this.#state.flow.exported(own.module, own.name, undefined, this.#state.at(this.#state.here))
          return thing.content === undefined ? theirs : this.#state.flow.either([theirs, thing.content])
        }
        if (thing.content !== undefined) return thing.content
        return this.#state.platform.isEnvironment(thing.name)
          ? { kind: "environment", name: "*", at: this.#state.at(this.#state.here), isWhole: true }
          : unknown(thing.name)
      }
      default:
        return unknown(thing.kind === "closure" ? "a function" : "a stream")
    }
  }

  /** Of one of many things, which is handed on again and again, what was told of it before, while it holds the same. */
  readonly #known = new WeakMap<Some, { readonly parts: readonly unknown[]; readonly value: Value }>()

  #several(thing: Some, depth: number): Value {
    const parts = depth === depthMax && thing.of.length >= manyMin ? this.#partsOf(thing) : undefined
    const known = parts === undefined ? undefined : this.#known.get(thing)
    if (known !== undefined && parts?.length === known.parts.length && parts.every((part, index) => part === known.parts[index]))
      return known.value
    const value = this.#state.flow.either(
      thing.of.filter((one) => one.kind !== "closure").map((one) => this.#value(one, isValue(one) ? depth : depth - 1)),
    )
    if (parts !== undefined) this.#known.set(thing, { parts, value })
    return value
  }

  /** All that such a value rests on: what cannot change, what records hold and their first fields, lists that are not long. undefined: it rests on more, as on the place. */
  #partsOf({ of }: Some): readonly unknown[] | undefined {
    const parts: unknown[] = []
    for (const one of of) {
      if (one.kind === "items" && one.items.length > listMax) return undefined
      if (one.kind === "api" && (this.#state.platform.isEnvironment(one.name) || this.#state.others.exported(one) !== undefined))
        return undefined
      parts.push(one)
      if (one.kind === "instance") parts.push(one.holds, ...firstFields(one, fieldsInnerMax))
      else if (one.kind === "items") parts.push(...one.items)
    }
    return parts
  }

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
    return flowing.length === 0 ? unknown("nothing that is known") : this.#state.flow.either(flowing)
  }

  /** Of a list that is used as a whole again and again. */
  readonly #lists = new WeakMap<Items, { readonly length: number; readonly value: Value }>()

  #list(items: Items, depth: number): Value {
    const known = this.#lists.get(items)
    if (known?.length === items.items.length) return known.value
    const value = this.#whole(items.items, depth)
    if (items.items.length > this.#state.limits.valuePartsMax) this.#lists.set(items, { length: items.items.length, value })
    return value
  }

  /** An item was replaced. */
  forget(items: Items): void {
    this.#lists.delete(items)
    this.#tables.delete(items)
  }

  readonly #tables = new WeakMap<Items, { readonly length: number; readonly value: Value | undefined }>()

  /** One of many numbers, which one is not known: together they may spell a program. undefined: they do not. */
  number(items: Items): Value | undefined {
    const known = this.#tables.get(items)
    if (known?.length === items.items.length) return known.value
    const numbers = items.items.flatMap((one) => (one.kind === "numeral" && Number.isInteger(one.number) ? [one.number] : []))
    const spells = numbers.length >= numbersMin && numbers.length === items.items.length && !isRegular(numbers)
    const whole = spells ? text(numbers.join(",").slice(0, this.#state.limits.valueBytesMax)) : undefined
    const value = whole === undefined ? undefined : this.#state.flow.step("slice", oneNumber, whole, this.#state.at(this.#state.here))
    this.#tables.set(items, { length: items.items.length, value })
    return value
  }

  #whole(things: readonly Thing[], depth: number): Value {
    const all =
      this.#state.isExhausted && things.length > this.#state.limits.valuePartsMax
        ? things.slice(0, this.#state.limits.valuePartsMax)
        : things
    this.#state.steps += all.length
    const looked = all.filter(
      (one) => one.kind !== "closure" && one.kind !== "unknown" && (one.kind !== "api" || one.content !== undefined),
    )
    const parts = looked.map((one) => this.#value(one, depth - 1))
    const flowing = parts.filter((one) => this.#state.flow.carries(one))
    return flowing.length === 0 ? unknown("nothing that is known") : this.#state.flow.joined(flowing, this.#state.at(this.#state.here))
  }
}
