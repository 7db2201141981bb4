import type { Limits } from "../../core/limits.ts"
import type { Parameter, Place, Transform, Value } from "../../model/code.ts"
import { text, unknown } from "../../model/code.ts"
import { distinct, distinctOf } from "../distinct.ts"
import { isEither, joined, oneOf } from "../values.ts"
import { type Facts, Known } from "./facts.ts"

const ofText: Facts = { owner: {}, size: 1, isParametric: false, isPure: false, isContent: false, carries: true }
const ofNothing: Facts = { ...ofText, carries: false }
const ofContent: Facts = { ...ofText, isContent: true }

/** Makes values and knows of each what constants say of it, how large it is, and whether a parameter of the function that is looked at is in it. */
export class Flow {
  readonly #limits: Limits
  readonly #owner = {}
  readonly #constants = new WeakMap<Value, string>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** What stands for an argument while a function is looked at without one. */
  parameter(name: string, parameter?: Parameter): Value {
    const made: Value = { kind: "unknown", why: `parameter ${name}`, ...(parameter === undefined ? {} : { parameter }) }
    Known.set(made, { owner: this.#owner, size: 1, isParametric: true, isPure: true, isContent: false, carries: true })
    return made
  }

  /** What another file of the release has, or gives. */
  exported(module: string, name: string, args: readonly Value[] | undefined, at: Place): Value {
    const whole: Value = { kind: "export", module, name, ...(args === undefined ? {} : { args }), at }
    const facts = this.#sum(whole, args ?? [])
    if (facts.size > this.#limits.valueNodesMax) return this.exported(module, name, undefined, at)
    Known.set(whole, facts)
    return whole
  }

  isParametric(value: Value): boolean {
    return this.#of(value).isParametric
  }

  /** Whether something flows in it: a constant, content, or a parameter. */
  carries(value: Value): boolean {
    return this.#of(value).carries
  }

  #of(value: Value): Facts {
    if (value.kind === "text") return ofText
    const known = Known.facts(value)
    if (known?.owner === this.#owner) return known
    if (value.kind === "unknown") return ofNothing
    if (value.kind === "export") return this.#sum(value, value.args ?? [])
    if (value.kind !== "joined" && value.kind !== "either") return value.kind === "step" ? this.#of(value.of) : ofContent
    // It was made elsewhere.
    const facts = this.#sum(value, value.kind === "joined" ? value.parts : value.of)
    Known.set(value, facts)
    return facts
  }

  constant(value: Value): string | undefined {
    if (value.kind === "text") return value.text
    if (value.kind === "step") return this.#constants.get(value)
    if (value.kind !== "joined") return undefined
    let whole = ""
    for (const part of value.parts) {
      const one = this.constant(part)
      if (one === undefined || whole.length + one.length > this.#limits.valueBytesMax) return undefined
      whole += one
    }
    return whole
  }

  /** The text instead of the steps that make it. */
  plain(value: Value): Value {
    if (value.kind === "text" || value.kind === "unknown") return value
    if (value.kind === "either")
      return value.of.some((one) => one.kind === "step") ? this.either(value.of.map((one) => this.plain(one))) : value
    const constant = this.constant(value)
    if (constant !== undefined) return text(constant)
    const isMixed = value.kind === "joined" && value.parts.some((one) => one.kind === "step" || one.kind === "either")
    return isMixed
      ? joined(
          value.parts.map((one) => this.plain(one)),
          this.#limits,
        )
      : value
  }

  step(how: Transform, tool: string, of: Value, at: Place, constant?: string): Value {
    if (!this.carries(of)) return unknown(`what ${tool} gives`)
    if (this.#of(of).isPure && (of.kind === "step" || how === "edit" || how === "slice" || how === "translate")) return of
    const whole = this.#bounded({ kind: "step", how, tool, of, at }, [of], at)
    if (constant !== undefined && constant.length <= this.#limits.valueBytesMax) this.#constants.set(whole, constant)
    return whole
  }

  joined(parts: readonly Value[], at: Place): Value {
    const [only] = parts
    if (parts.length === 1 && only !== undefined) return only
    const pure = this.#onlyPure(parts)
    if (pure !== undefined) return pure
    const whole = this.#spelled(parts, at) ?? joined(parts, this.#limits)
    if (whole.kind !== "joined" && whole.kind !== "unknown") return whole
    if (whole.kind === "joined") {
      // Character by character, as a loop whose rounds are known puts it together.
      const spelled = whole.parts.every((part) => part.kind === "step") ? this.#spelled(whole.parts, at) : undefined
      return spelled ?? this.#bounded(whole, whole.parts, at)
    }
    return parts.some((part) => this.carries(part)) ? this.#leaves(parts, at) : whole
  }

  /** The parameter that stands for all, where nothing else is known. */
  #onlyPure(parts: readonly Value[]): Value | undefined {
    let pure: Value | undefined
    for (const part of parts) {
      if (part.kind === "text") return undefined
      if (this.#of(part).isPure) pure = pure === undefined ? part : this.#both(pure, part)
      else if (part.kind !== "unknown") return undefined
    }
    return pure
  }

  /** Parameters of one function are told apart by whoever calls it from elsewhere. */
  #both(one: Value, other: Value): Value {
    const [first, second] = [one, other].map((value) => (value.kind === "unknown" ? value.parameter : undefined))
    if (
      first === undefined ||
      second === undefined ||
      first.of !== second.of ||
      second.indexes.every((index) => first.indexes.includes(index))
    )
      return one
    return this.parameter("of several", { of: first.of, indexes: distinct([...first.indexes, ...second.indexes]) })
  }

  /** Many constants of which some were decoded are one that was. */
  #spelled(parts: readonly Value[], at: Place): Value | undefined {
    const decoded = parts.find((part) => part.kind === "step")
    if (parts.length < 8 || decoded?.kind !== "step") return undefined
    const known = parts.map((part) => this.constant(part))
    if (known.includes(undefined)) return undefined
    return this.step(
      decoded.how,
      decoded.tool,
      text(parts.map(leafText).join(" ").slice(0, this.#limits.valueBytesMax)),
      at,
      known.join(""),
    )
  }

  either(of: readonly Value[]): Value {
    const [only] = of
    if (of.length === 1 && only !== undefined) return only
    const pure = this.#onlyPure(of)
    if (pure !== undefined) return pure
    const flat = distinctOf(of, isEither)
    const kept = flat.length > this.#limits.valueConstantsMax ? this.#first(flat) : flat
    return this.#bounded(oneOf(kept, this.#limits), kept, undefined)
  }

  /** Of too many, content goes before what is only computed of constants, and nothing known counts once. */
  #first(of: readonly Value[]): readonly Value[] {
    const { valueConstantsMax } = this.#limits
    const content: Value[] = []
    const others: Value[] = []
    let isMore = false
    for (const one of of) {
      const { isContent, carries } = this.#of(one)
      isMore ||= one.kind === "unknown"
      if (isContent) {
        if (content.length < 2 * valueConstantsMax) content.push(one)
      } else if (!carries) continue
      else if (others.length < valueConstantsMax) others.push(one)
      else isMore = true
    }
    return [...content, ...others, ...(isMore ? [more] : [])]
  }

  /** Whether something that is not written in the program is in a value. */
  isContent(value: Value): boolean {
    return this.#of(value).isContent
  }

  /** A value that grew over the limit is only what flows into it. */
  #bounded(whole: Value, parts: readonly Value[], at: Place | undefined): Value {
    const facts = this.#sum(whole, parts)
    if (facts.size > this.#limits.valueNodesMax) return this.#leaves(parts, at)
    if (whole.kind !== "text" && whole.kind !== "unknown") Known.set(whole, facts)
    return whole
  }

  #sum(whole: Value, parts: readonly Value[]): Facts {
    let size = 1
    let [isParametric, isContent, carries, isPure] = [false, false, whole.kind === "export", whole.kind === "step"]
    for (const part of parts) {
      const one = this.#of(part)
      size += one.size
      isParametric ||= one.isParametric
      isContent ||= one.isContent
      carries ||= one.carries
      isPure &&= one.isPure
    }
    return { owner: this.#owner, size, isParametric, isContent, carries, isPure }
  }

  #leaves(parts: readonly Value[], at: Place | undefined): Value {
    const leaves = new Set<Value>()
    const seen = new Set<Value>()
    const visit = (value: Value): void => {
      if (seen.has(value)) return
      seen.add(value)
      if (value.kind === "joined") for (const part of value.parts) visit(part)
      else if (value.kind === "either") for (const one of value.of) visit(one)
      else if (value.kind === "step") visit(value.of)
      else if (this.carries(value)) leaves.add(value)
    }
    for (const part of parts) visit(part)
    const found = [...leaves]
    const kept = found.length > this.#limits.valueConstantsMax ? this.#first(found) : found
    const source = kept.length === 0 ? unknown("too large a value") : oneOf(kept, this.#limits)
    const place = at ?? placeOf(parts)
    const whole: Value = place === undefined ? source : { kind: "step", how: "edit", tool: "many steps", of: source, at: place }
    if (whole.kind !== "text" && whole.kind !== "unknown") Known.set(whole, this.#sum(whole, kept))
    return whole
  }
}

const more = unknown("one of more")

const leafText = (value: Value): string => (value.kind === "text" ? value.text : value.kind === "step" ? leafText(value.of) : "")

function placeOf(parts: readonly Value[]): Place | undefined {
  for (const part of parts) if (part.kind === "step" || part.kind === "file" || part.kind === "fetched") return part.at
  return undefined
}
