import { text, unknown } from "../../model/code.ts"
import type { Evaluation, Frame } from "./evaluation.ts"
import type { Spanned } from "./ir.ts"
import type { Api, Instance, Items, Thing } from "./platform.ts"
import { firstFields, isValue } from "./things.ts"

/** What a member of a thing holds; `name` is undefined where it is computed of what is not constant. */
export function member(evaluation: Evaluation, of: Thing, name: string | undefined): Thing {
  if (of.kind === "some") return evaluation.either(of.of.map((one) => member(evaluation, one, name)))
  const inherited = name === undefined ? undefined : evaluation.platform.inherited?.(of, name)
  if (isValue(of)) {
    if (of.kind === "environment" && of.isWhole === true && name !== undefined && !Number.isInteger(Number(name)))
      return inherited ?? { kind: "environment", name, at: of.at }
    if (of.kind === "text") return character(of.text, name) ?? inherited ?? (name === undefined ? of : unknown(`member ${name}`))
    // A part of content is as much content as the whole.
    return inherited ?? of
  }
  switch (of.kind) {
    case "api":
      return inherited ?? ofApi(evaluation, of, name)
    case "instance":
      return ofInstance(evaluation, of, name) ?? inherited ?? of.holds ?? unknown("a member")
    case "items":
      return ofItems(evaluation, of, name) ?? inherited ?? unknown("an item")
    case "closure":
      return of.fields.get(name ?? "*") ?? inherited ?? prototype(of.fields, name) ?? unknown("a function's member")
    default:
      return inherited ?? unknown("a member")
  }
}

function character(of: string, name: string | undefined): Thing | undefined {
  if (name === "length") return { kind: "numeral", number: of.length }
  const at = name === undefined ? undefined : of[Number(name)]
  return at === undefined ? undefined : text(at)
}

function ofApi(evaluation: Evaluation, of: Api, name: string | undefined): Thing {
  if (evaluation.platform.isEnvironment(of.name)) return { kind: "environment", name: name ?? "*", at: evaluation.at(evaluation.here) }
  const content = { ...(of.content === undefined ? {} : { content: of.content }), ...(of.isTaken === true ? { isTaken: of.isTaken } : {}) }
  if (name === undefined) return { kind: "api", name: `${of.name}.*`, ...content }
  const thing = evaluation.named(`${of.name}.${name}`)
  return thing.kind === "api" ? { ...thing, ...content } : thing
}

function ofInstance(evaluation: Evaluation, of: Instance, name: string | undefined): Thing | undefined {
  if (name === undefined) {
    const fields = firstFields(of, evaluation.limits.valuePartsMax)
    return fields.length === 0 ? undefined : evaluation.either(fields)
  }
  const other = of.fields.get("*")
  // Of a copy of the environment it is one variable.
  const isCopy = other?.kind === "api" && evaluation.platform.isEnvironment(other.name)
  const field = of.fields.get(name) ?? (isCopy ? ofApi(evaluation, other, name) : other)
  if (field !== undefined || of.type === "") return field
  const full = evaluation.platform.canonical(`${of.type}.${name}`)
  return evaluation.platform.calls.has(full) ? { kind: "api", name: full } : undefined
}

function ofItems(evaluation: Evaluation, of: Items, name: string | undefined): Thing | undefined {
  if (name === "length") return { kind: "numeral", number: of.items.length }
  const index = name === undefined ? Number.NaN : Number(name)
  if (Number.isInteger(index) && of.isShuffled !== true) return of.items[index < 0 ? of.items.length + index : index]
  if (name !== undefined && !Number.isInteger(index)) return undefined
  return of.items.length === 0 ? undefined : evaluation.anyOf(of)
}

function prototype(fields: Map<string, Thing>, name: string | undefined): Thing | undefined {
  if (name !== "prototype") return undefined
  const made: Instance = { kind: "instance", type: "", fields: new Map(), holds: undefined }
  fields.set("prototype", made)
  return made
}

/** A name gets a thing: in place of what it held, or beside it where the statement may not run or the name is another function's. */
export function setName(evaluation: Evaluation, frame: Frame, name: string, thing: Thing, declares: boolean): void {
  const scope = declares ? frame.scope : frame.scope.find(name)
  if (scope === undefined) {
    if (frame.scope.outer === undefined && !evaluation.platform.calls.has(name)) frame.scope.names.set(name, thing)
    else evaluation.replaces(evaluation.platform.canonical(name), thing, evaluation.at(evaluation.here))
    return
  }
  const before = scope.names.get(name)
  const isSure = frame.uncertain === 0 && scope === frame.scope
  scope.names.set(name, before === undefined || isSure ? thing : evaluation.either([before, thing]))
  if (scope !== frame.scope) noteEscape(evaluation, thing)
}

export function setMember(evaluation: Evaluation, of: Thing, name: string | undefined, thing: Thing, spot: Spanned): void {
  switch (of.kind) {
    case "some":
      for (const one of of.of) setMember(evaluation, one, name, thing, spot)
      return
    case "api":
      if (name !== undefined) evaluation.replaces(evaluation.platform.canonical(`${of.name}.${name}`), thing, evaluation.at(spot))
      return
    case "instance":
      setField(evaluation, of.fields, name ?? "*", thing)
      if (of.type !== "") given(evaluation, of, name ?? "*", thing, spot)
      return
    case "closure":
      setField(evaluation, of.fields, name ?? "*", thing)
      if (evaluation.platform.calls.has(`set function.${name}`))
        evaluation.call({ kind: "api", name: `set function.${name}` }, [thing], spot)
      return
    case "items": {
      evaluation.forget(of)
      const index = name === undefined ? Number.NaN : Number(name)
      if (Number.isInteger(index) && index >= 0 && index < of.items.length)
        of.items[index] = evaluation.either([of.items[index] ?? thing, thing])
      else of.items.push(thing)
      return
    }
    default:
      noteEscape(evaluation, thing)
  }
}

/** An object of the platform does something with what it is given; a handler gets what the object gives. */
function given(evaluation: Evaluation, of: Instance, name: string, thing: Thing, spot: Spanned): void {
  const setter = `set ${of.type}.${name}`
  if (evaluation.platform.calls.has(setter)) evaluation.call({ kind: "api", name: setter }, [thing], spot)
  else if (thing.kind === "closure" && of.holds !== undefined) evaluation.call(thing, [of.holds], spot)
}

function setField(evaluation: Evaluation, fields: Map<string, Thing>, name: string, thing: Thing): void {
  const before = fields.get(name)
  fields.set(name, before === undefined ? thing : evaluation.either([before, thing]))
  noteEscape(evaluation, thing)
}

/** What a function puts into the world around it makes its calls different from each other. */
function noteEscape(evaluation: Evaluation, thing: Thing): void {
  if (isValue(thing) && evaluation.flow.isParametric(thing)) evaluation.current.escapes = true
}
