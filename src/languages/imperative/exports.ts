import type { Exported, Value } from "../../model/code.ts"
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
  const all = ({ module, name }: Other): Value => evaluation.flow.exported(module, name, undefined, evaluation.at(evaluation.here))
  const add = (name: string, thing: Thing): void => {
    if (exports.size >= evaluation.limits.scriptExportsMax) return
    if (thing.kind === "closure") {
      const summary = summarise(evaluation, thing)
      if (summary.depends) acting.push(summary)
      const gives = givenBy(evaluation, summary.returned, depthMax)
      if (summary.depends || gives !== undefined)
        exports.set(name, { gives: gives ?? { kind: "unknown", why: "nothing that flows" }, of: evaluation.numberOf(thing.of) })
      return
    }
    const handed = thing.kind === "api" ? evaluation.exported(thing.name) : undefined
    const gives = handed === undefined ? givenBy(evaluation, thing, depthMax) : all(handed)
    if (gives !== undefined) exports.set(name, { gives })
  }
  for (const [name, thing] of evaluation.platform.exports?.(names) ?? []) add(name, thing)
  for (const [index, module] of [...evaluation.taken].entries()) exports.set(`*${index}`, { gives: all({ module, name: "" }) })
  return { exports, acting }
}

/** What flows out of a thing that others have, or of what its functions give: of a class all that its objects may give. */
function givenBy(evaluation: Evaluation, thing: Thing, depth: number): Value | undefined {
  if (isValue(thing)) {
    const flows = thing.kind === "text" ? thing.text.length >= longText : evaluation.flow.carries(thing)
    return flows ? thing : undefined
  }
  if (depth === 0) return undefined
  const inside = thing.kind === "instance" || thing.kind === "closure" ? firstFields(thing, evaluation.limits.valuePartsMax) : []
  const own = thing.kind === "closure" ? [summarise(evaluation, thing).returned] : []
  const whole = thing.kind === "closure" || thing.kind === "instance" ? undefined : givenBy(evaluation, evaluation.value(thing), depth)
  const found = [...own, ...inside].flatMap((one) => givenBy(evaluation, one, depth - 1) ?? [])
  const all = whole === undefined ? found : [whole, ...found]
  return all.length === 0 ? undefined : evaluation.flow.either(all)
}
