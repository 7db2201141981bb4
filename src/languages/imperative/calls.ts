import { unknown, type Value } from "../../model/code.ts"
import { longText } from "./contents.ts"
import { type Evaluation, type Frame, record, type Summary } from "./evaluation.ts"
import type { FunctionExpression, Spanned } from "./ir.ts"
import type { Api, Call, Closure, Exported, Instance, Row, Thing } from "./platform.ts"
import { Scope } from "./scope.ts"
import { isTelling, tellsMore } from "./telling.ts"
import { isValue } from "./things.ts"

export interface Given {
  readonly args: readonly Thing[]
  readonly named: ReadonlyMap<string, Thing>
  readonly spot: Spanned
  /** What the method is called on. */
  readonly of?: Thing
  readonly makes?: boolean
}

const none: ReadonlyMap<string, Thing> = new Map()
const nothing: Thing = unknown("nothing")

export const given = (args: readonly Thing[], spot: Spanned, of?: Thing): Given => ({
  args,
  named: none,
  spot,
  ...(of === undefined ? {} : { of }),
})

/** A function is called: each that it may be. */
export function call(evaluation: Evaluation, what: Thing, how: Given): Thing {
  evaluation.here = how.spot
  switch (what.kind) {
    case "some":
      return evaluation.either(what.of.map((one) => call(evaluation, one, how)))
    case "api":
      return callApi(evaluation, what, how)
    case "closure":
      return how.makes === true ? construct(evaluation, what, how) : follow(evaluation, what, how)
    case "instance":
      return how.makes === true ? ofClass(evaluation, what, how) : through(evaluation, what.type, what, how)
    case "sink":
      return what.take(evaluation.value(how.args[0]), evaluation.at(how.spot))
    default:
      if (isValue(what) && evaluation.flow.isParametric(what)) evaluation.current.calls = true
      return through(evaluation, "a function", what, how)
  }
}

/** A method is called: its row by the type of what it is called on, its function there, or the row of all methods of the name. */
export function callMethod(evaluation: Evaluation, of: Thing, name: string, how: Given): Thing {
  evaluation.here = how.spot
  if (of.kind === "some") return evaluation.either(of.of.map((one) => callMethod(evaluation, one, name, how)))
  if (of.kind === "unknown" && evaluation.flow.isParametric(of) && !evaluation.platform.methods.has(name)) evaluation.current.calls = true
  const on: Given = { ...how, of }
  if (of.kind === "api") {
    const thing = evaluation.named(`${of.name}.${name}`)
    const called = thing.kind === "api" && of.isTaken === true ? { ...thing, isTaken: of.isTaken } : thing
    const isOwn = called.kind === "api" && called.isTaken !== true && evaluation.others.exported(called) !== undefined
    if (called.kind !== "api" || evaluation.platform.calls.has(called.name) || isOwn) return call(evaluation, called, on)
    const row = evaluation.platform.methods.get(name)
    return row === undefined ? call(evaluation, called, on) : asRow(evaluation, row, called.name, on)
  }
  if (of.kind === "instance" || of.kind === "closure") {
    const field = of.fields.get(name) ?? (of.kind === "instance" ? of.fields.get("*") : undefined)
    if (field !== undefined) return call(evaluation, field, on)
  }
  const typed = of.kind === "instance" && of.type !== "" ? evaluation.platform.calls.get(`${of.type}.${name}`) : undefined
  const row = typed ?? evaluation.platform.methods.get(name)
  if (row !== undefined) return asRow(evaluation, row, name, on)
  const inherited = evaluation.platform.inherited?.(of, name)
  return inherited === undefined ? through(evaluation, name, of, on) : call(evaluation, inherited, on)
}

function callApi(evaluation: Evaluation, of: Api, how: Given): Thing {
  const { name } = of
  const made = how.makes === true ? evaluation.platform.calls.get(`new ${name}`) : undefined
  const row = made ?? evaluation.platform.calls.get(name)
  if (row !== undefined) return asRow(evaluation, row, name, how)
  if (name.endsWith(".*") && evaluation.isModule(name.slice(0, -2)))
    evaluation.blind(evaluation.at(how.spot), `calls a member of ${name.slice(0, -2)} whose name is computed`)
  const own = evaluation.others.exported(of)
  if (own !== undefined) return elsewhere(evaluation, own, name, how)
  return through(evaluation, name, undefined, how)
}

/** A function of another file of the release, which is looked at there: what it gives is what it has of itself, and what flows in. */
function elsewhere(evaluation: Evaluation, { module, name }: Exported, said: string, how: Given): Thing {
  const at = evaluation.at(how.spot)
  const flowing = through(evaluation, said, undefined, how)
  const args = handed(evaluation, how)
  if (args.length > 0) evaluation.hands({ module, name }, args, at)
  // What it gives comes first: there the steps are known that it takes with what flows in.
  return evaluation.either([evaluation.flow.exported(module, name, args, at), flowing])
}

/** Arguments as content, where any is more than a name. One that is given by its name may be any of those behind the others. */
function handed(evaluation: Evaluation, { args, named }: Pick<Given, "args" | "named">): readonly Value[] {
  const content = (one: Thing): Value => {
    if (one.kind === "closure" || one.kind === "sink" || one.kind === "numeral") return absent
    const value = evaluation.value(one)
    return value.kind === "text" && value.text.length < longText ? absent : value
  }
  const values = args.slice(0, handedMax).map(content)
  const others = [...named.values()].map(content).filter((one) => evaluation.flow.carries(one))
  if (others.length > 0) while (values.length < handedMax) values.push(evaluation.flow.either(others))
  return values.some((one) => evaluation.flow.carries(one)) ? values : []
}

const handedMax = 8
const absent = unknown("nothing")

function asRow(evaluation: Evaluation, row: Row, name: string, { args, named, spot, of = nothing }: Given): Thing {
  const call: Call = { name, at: evaluation.at(spot), start: spot.start, end: spot.end, of, args, named, world: evaluation }
  return row(call) ?? through(evaluation, name, of, { args, named, spot })
}

/** Of a function that is not known: what flows in flows out, and into the functions that it is given. */
function through(evaluation: Evaluation, name: string, of: Thing | undefined, { args, named, spot }: Given): Thing {
  // A record of the program is no content.
  const inputs = [
    ...(of === undefined || (of.kind === "instance" && of.type === "" && of.holds === undefined) ? [] : [of]),
    ...args,
    ...named.values(),
  ]
  const values: Value[] = []
  for (const one of inputs) {
    if (one.kind === "closure" || one.kind === "sink" || one.kind === "numeral") continue
    // Of what names the platform has none but the environment is content.
    if (one.kind === "api" && !evaluation.platform.isEnvironment(one.name)) continue
    const value = evaluation.value(one)
    if (value.kind === "text" ? value.text.length >= longText : evaluation.flow.carries(value)) values.push(value)
  }
  const flowing = values.length === 0 ? unknown(`what ${name} gives`) : evaluation.flow.either(values)
  const inside: Thing[] = []
  for (const one of args) if (one.kind === "closure") inside.push(follow(evaluation, one, given([flowing, flowing, flowing], spot)))
  const back = inside.filter((one) => !isValue(one) || evaluation.flow.carries(one))
  if (values.length > 0) back.push(evaluation.flow.step("edit", name, flowing, evaluation.at(spot)))
  return back.length === 0 ? flowing : evaluation.either(back)
}

function construct(evaluation: Evaluation, of: Closure, how: Given): Thing {
  const before = of.fields.get("prototype")
  const self: Instance = before?.kind === "instance" ? before : { kind: "instance", type: "", fields: new Map(), holds: undefined }
  of.fields.set("prototype", self)
  follow(evaluation, of, { ...how, of: self })
  return self
}

function ofClass(evaluation: Evaluation, of: Instance, how: Given): Thing {
  const maker = of.fields.get("constructor")
  if (maker?.kind === "closure") follow(evaluation, maker, { ...how, of })
  else through(evaluation, of.type, undefined, how)
  return of
}

/** A function of the program: its summary, or its body again where the arguments tell more. */
function follow(evaluation: Evaluation, closure: Closure, how: Given): Thing {
  const { of } = closure
  const isFirst = !evaluation.called.has(of)
  evaluation.called.add(of)
  evaluation.pending.delete(of)
  const told = how.of === undefined || of.isArrow === true ? how.args : [...how.args, how.of]
  const tells = told.some((one) => isTelling(evaluation, one))
  const isDeep = evaluation.stack.length >= evaluation.limits.callDepthMax || evaluation.stack.includes(of)
  const mayFollow = tells && !isDeep && !evaluation.isExhausted
  if (isFirst && mayFollow) return again(evaluation, closure, how)
  const summary = summarise(evaluation, closure)
  if (mayFollow && summary.isDone && tellsMore(evaluation, closure, summary, told, (one) => summarise(evaluation, one).depends))
    return again(evaluation, closure, how)
  if (tells && evaluation.isExhausted && summary.depends) evaluation.exhaust(how.spot)
  evaluation.current.uses.add(summary)
  if (!summary.depends && !summary.returnsParameter && !summary.calls) return summary.returned
  const flowing = how.args.map((one) => evaluation.value(one)).filter((one) => evaluation.flow.carries(one))
  if (flowing.some((one) => evaluation.flow.isParametric(one))) {
    if (summary.depends) evaluation.hands(evaluation.numberOf(of), handed(evaluation, how), evaluation.at(how.spot))
    evaluation.current.depends ||= summary.depends
    evaluation.current.escapes ||= summary.escapes
    evaluation.current.calls ||= summary.calls
  }
  if (flowing.length === 0 || !summary.returnsParameter) return summary.returned
  const handedOn = how.args[summary.passes]
  // What flows in beside it may have been put into it.
  if (
    handedOn !== undefined &&
    how.args.slice(0, of.parameters.length).every((one) => one === handedOn || !isTelling(evaluation, one) || one.kind === "numeral")
  )
    return handedOn
  return evaluation.either([
    summary.returned,
    evaluation.flow.step("edit", toolOf(of), evaluation.flow.either(flowing), evaluation.at(how.spot)),
  ])
}

/** A comprehension says what becomes of all that it goes through; a function that is not followed may look one of them up. */
const toolOf = ({ parameters }: FunctionExpression): string => (parameters[0] === "(item)" ? "each item" : "a function")

function again(evaluation: Evaluation, closure: Closure, { args, named, spot, of: self }: Given): Thing {
  const { of } = closure
  evaluation.current.followed.add(of)
  evaluation.stack.push(of)
  const scope = new Scope<Thing>(closure.scope)
  of.parameters.forEach((name, index) => {
    const isRest = of.takesRest === true && index === of.parameters.length - 1
    const other = named.get(name) ?? args[index] ?? nothing
    scope.names.set(name, isRest ? { kind: "items", items: args.slice(index) } : other)
  })
  scope.names.set("arguments", { kind: "items", items: [...args] })
  const returned = body(evaluation, of, scope, self)
  evaluation.stack.pop()
  evaluation.here = spot
  return returned
}

export function summarise(evaluation: Evaluation, closure: Closure): Summary {
  const known = evaluation.summaries.get(closure)
  if (known !== undefined) return known
  const { of } = closure
  const number = evaluation.numberOf(of)
  const summary: Summary = { ...record(), returned: nothing, returnsParameter: false, passes: -1, isDone: false }
  evaluation.summaries.set(closure, summary)
  evaluation.pending.delete(of)
  const before = evaluation.current
  const here = evaluation.here
  evaluation.current = summary
  const scope = new Scope<Thing>(closure.scope)
  const given = of.parameters.map((name, index) =>
    evaluation.flow.parameter(name, evaluation.analysis.isInner === true ? undefined : { of: number, indexes: [index] }),
  )
  of.parameters.forEach((name, index) => {
    scope.names.set(name, given[index] ?? nothing)
  })
  scope.names.set("arguments", evaluation.flow.parameter("arguments"))
  summary.returned = body(evaluation, of, scope, evaluation.flow.parameter("this"))
  summary.returnsParameter = mayHoldParameter(evaluation, summary.returned)
  const { returned } = summary
  summary.passes = of.takesRest !== true && isValue(returned) ? given.indexOf(returned) : -1
  summary.isDone = true
  evaluation.current = before
  evaluation.here = here
  return summary
}

function mayHoldParameter(evaluation: Evaluation, thing: Thing): boolean {
  if (isValue(thing)) return evaluation.flow.isParametric(thing)
  return thing.kind !== "api" && thing.kind !== "numeral"
}

function body(evaluation: Evaluation, of: FunctionExpression, scope: Scope<Thing>, self: Thing | undefined): Thing {
  const frame: Frame = { scope, self, returns: [], uncertain: 0 }
  if (of.isArrow !== true) scope.names.set("this", self ?? unknown("this"))
  evaluation.statements(of.body(), frame)
  return frame.returns.length === 0 ? nothing : evaluation.either(frame.returns)
}
