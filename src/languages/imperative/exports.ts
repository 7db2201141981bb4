import { type Exported, unknown, type Value } from "../../model/code.ts"
import { summarise } from "./calls.ts"
import { longText } from "./contents.ts"
import type { Evaluation, Summary } from "./evaluation.ts"
import type { Exported as Other, Thing } from "./platform.ts"
import { firstFields, isValue } from "./things.ts"

export interface Shared {
  readonly exports: ReadonlyMap<string, Exported>
  /** Summaries of functions that do something with what they are given. */
  readonly acting: readonly Summary[]
}

/** Methods of a class and records inside records: as deep as things are looked into. */
const depthMax = 3

/** What a program has for others by name, as far as something flows: content, long texts, what functions give, and functions that use what they get. */
export function exportsOf(evaluation: Evaluation, names: ReadonlyMap<string, Thing>): Shared {
  const exports = new Map<string, Exported>()
  const acting: Summary[] = []
  const given = new Given(evaluation)
  const all = ({ module, name }: Other): Value => evaluation.flow.exported(module, name, undefined, evaluation.at(evaluation.here))
  const put = (name: string, { gives, of }: Exported): void => {
    const before = exports.get(name)
    if (before === undefined && exports.size >= evaluation.limits.scriptExportsMax) {
      evaluation.blind(evaluation.at(evaluation.here), `more than ${evaluation.limits.scriptExportsMax} names for others`)
      return
    }
    const functions = [...(before?.of ?? []), ...(of ?? [])]
    exports.set(name, {
      gives: before === undefined ? gives : evaluation.flow.either([before.gives, gives]),
      ...(functions.length === 0 ? {} : { of: functions }),
    })
  }
  const add = (name: string, thing: Thing): void => {
    if (thing.kind === "closure") {
      const summary = summarise(evaluation, thing)
      if (summary.depends) acting.push(summary)
      // Also one that does nothing: who asks for it is not to get another.
      put(name, { gives: given.by(summary.returned) ?? nothing, of: [evaluation.numberOf(thing.of)] })
      return
    }
    const handed = thing.kind === "api" ? evaluation.others.exported(thing) : undefined
    const gives = handed === undefined ? given.by(thing) : all(handed)
    if (gives !== undefined) put(name, { gives })
  }
  for (const [name, thing] of evaluation.platform.exports?.(names) ?? []) add(name, thing)
  for (const [index, module] of [...evaluation.others.taken].entries()) exports.set(`*${index}`, { gives: all({ module, name: "" }) })
  return { exports, acting }
}

const nothing = unknown("nothing that flows")

/** What flows out of things that others have: of functions what they give, of a class all that its objects may give. */
class Given {
  readonly #evaluation: Evaluation
  /** By how deep they were looked into. */
  readonly #known = new Map<number, Map<Thing, Value | undefined>>()
  /** Things that may still be looked into: bundles export thousands of records that hold each other. */
  #left: number

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation
    this.#left = evaluation.limits.scriptExportsMax * 4
  }

  by(thing: Thing, depth = depthMax): Value | undefined {
    if (isValue(thing)) {
      const flows = thing.kind === "text" ? thing.text.length >= longText : this.#evaluation.flow.carries(thing)
      return flows ? thing : undefined
    }
    const known = this.#known.get(depth) ?? new Map<Thing, Value | undefined>()
    if (known.has(thing)) return known.get(thing)
    if (depth === 0) return undefined
    this.#left -= 1
    if (this.#left === -1) this.#evaluation.blind(this.#evaluation.at(this.#evaluation.here), "more for others than is looked into")
    if (this.#left < 0) return undefined
    this.#known.set(depth, known.set(thing, undefined))
    const found = this.#within(thing, depth)
    const gives = found.length === 0 ? undefined : this.#evaluation.flow.either(found)
    known.set(thing, gives)
    return gives
  }

  #within(thing: Exclude<Thing, Value>, depth: number): readonly Value[] {
    const { limits } = this.#evaluation
    if (thing.kind !== "instance" && thing.kind !== "closure") {
      const whole = this.#evaluation.value(thing)
      return this.#evaluation.flow.carries(whole) ? [whole] : []
    }
    const own = thing.kind === "closure" ? [summarise(this.#evaluation, thing).returned] : []
    return [...own, ...firstFields(thing, limits.valuePartsMax)].flatMap((one) => this.by(one, depth - 1) ?? [])
  }
}
