import { longText } from "./contents.ts"
import type { Evaluation, Summary } from "./evaluation.ts"
import type { Closure, Thing } from "./platform.ts"
import { firstFields, isValue } from "./things.ts"

/** Whether a function does something with what it is given. */
type ActsOn = (of: Closure) => boolean

/** Whether arguments make a function do what its summary does not say. */
export function tellsMore(evaluation: Evaluation, { of }: Closure, summary: Summary, told: readonly Thing[], actsOn: ActsOn): boolean {
  if (summary.depends) return true
  if (summary.escapes && told.some((one) => isContent(evaluation, one))) return true
  if (summary.calls && told.some((one) => isCallable(evaluation, one, actsOn))) return true
  return summary.returnsParameter && of.end - of.start <= decoderLength && told.every((one) => isConstant(evaluation, one))
}

/** A function that decodes constants is no longer. */
const decoderLength = 4000
/** Of a list or a record the first of so many are asked. */
const looked = 16

/** Whether an argument tells more than that there is one: content, a constant, something of the platform. */
export function isTelling(evaluation: Evaluation, thing: Thing): boolean {
  if (isValue(thing)) return thing.kind !== "unknown" && evaluation.flow.carries(thing)
  switch (thing.kind) {
    case "closure":
      return true
    case "some":
      return thing.of.some((one) => isTelling(evaluation, one))
    case "items":
      return thing.items.slice(0, looked).some((one) => one.kind !== "unknown" && one.kind !== "closure")
    case "instance":
      return (
        thing.type !== "" ||
        thing.holds !== undefined ||
        firstFields(thing, looked).some((one) => one.kind !== "unknown" && one.kind !== "closure")
      )
    default:
      return true
  }
}

/** Whether content flows in, or a constant that may hide some. */
function isContent(evaluation: Evaluation, thing: Thing): boolean {
  if (thing.kind === "text") return thing.text.length >= longText
  if (isValue(thing)) return evaluation.flow.isContent(thing)
  if (thing.kind === "instance")
    return thing.holds !== undefined || firstFields(thing, looked).some((one) => isValue(one) && isContent(evaluation, one))
  return thing.kind === "items" && thing.items.slice(0, looked).some((one) => isValue(one) && isContent(evaluation, one))
}

/** Whether calling an argument may do something. */
function isCallable(evaluation: Evaluation, thing: Thing, actsOn: ActsOn): boolean {
  switch (thing.kind) {
    case "api":
      return evaluation.platform.calls.has(thing.name) || evaluation.isModule(thing.name)
    case "sink":
      return true
    case "closure":
      return actsOn(thing)
    case "some":
      return thing.of.some((one) => isCallable(evaluation, one, actsOn))
    case "instance":
      return (
        evaluation.isModule(thing.type) ||
        firstFields(thing, looked).some((one) => one.kind === "api" && isCallable(evaluation, one, actsOn))
      )
    default:
      return false
  }
}

const isConstant = (evaluation: Evaluation, thing: Thing): boolean =>
  thing.kind === "api" ||
  (thing.kind === "items" ? thing.items.every((one) => evaluation.constant(one) !== undefined) : evaluation.constant(thing) !== undefined)
