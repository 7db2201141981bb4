import { text, unknown } from "../../model/code.ts"
import { call, callMethod, type Given } from "./calls.ts"
import type { Evaluation, Frame } from "./evaluation.ts"
import type { Expression } from "./ir.ts"
import { member } from "./members.ts"
import { operation } from "./operations.ts"
import type { Thing } from "./platform.ts"
import { charactersOf } from "./things.ts"

/** What an expression holds. */
export function expression(evaluation: Evaluation, of: Expression, frame: Frame): Thing {
  evaluation.steps++
  const inner = (one: Expression): Thing => evaluation.expression(one, frame)
  switch (of.kind) {
    case "text":
      return text(of.text)
    case "number":
      return { kind: "numeral", number: of.number }
    case "name":
      evaluation.here = of
      return named(evaluation, frame.scope.get(of.name) ?? evaluation.unbound(of.name), of)
    case "member": {
      const thing = inner(of.of)
      const key = typeof of.name === "string" ? text(of.name) : inner(of.name)
      const name = evaluation.constant(key)
      evaluation.here = of
      // Whatever goes through all names of the environment takes all of it.
      if (key.kind === "environment" && key.isWhole === true && thing.kind === "api" && evaluation.platform.isEnvironment(thing.name))
        return key
      return member(evaluation, thing, name)
    }
    case "call":
      return called(evaluation, of, frame)
    case "joined":
      return evaluation.joined(of.parts.map(inner))
    case "operation":
      return operation(evaluation, of, of.of.map(inner))
    case "either":
      frame.uncertain++
      try {
        return evaluation.either(of.of.map(inner))
      } finally {
        frame.uncertain--
      }
    case "list":
      return { kind: "items", items: spread(evaluation, of.items, frame) }
    case "record":
      return fieldsOf(evaluation, of, frame)
    case "spread":
      return inner(of.of)
    case "function": {
      const closure: Thing = { kind: "closure", of, scope: frame.scope, fields: new Map() }
      if (!evaluation.called.has(of)) evaluation.pending.set(of, closure)
      return closure
    }
    case "after":
      evaluation.statements(of.body, frame)
      return inner(of.of)
    case "shell": {
      const what = inner(of.of)
      evaluation.runsText(what, "shell", { at: evaluation.at(of), start: of.start, end: of.end })
      return unknown("what a shell gave")
    }
    case "unknown": {
      const flowing = of.of
        .map(inner)
        .map((one) => evaluation.value(one))
        .filter((one) => evaluation.flow.carries(one))
      return flowing.length === 0 ? unknown(of.why) : evaluation.flow.either(flowing)
    }
  }
}

type Kind<K extends Expression["kind"]> = Extract<Expression, { readonly kind: K }>

function called(evaluation: Evaluation, of: Kind<"call">, frame: Frame): Thing {
  const { callee } = of
  const inner = (one: Expression): Thing => evaluation.expression(one, frame)
  const isMethod = callee.kind === "member"
  const on = isMethod ? inner(callee.of) : undefined
  const computed = isMethod && typeof callee.name !== "string" ? inner(callee.name) : undefined
  const what = isMethod ? undefined : inner(callee)
  const args = spread(evaluation, of.args, frame)
  const named = new Map([...(of.named ?? [])].map(([name, one]) => [name, inner(one)]))
  const how: Given = { args, named, spot: of, ...(of.makes === true ? { makes: true } : {}), ...(on === undefined ? {} : { of: on }) }
  if (on === undefined || !isMethod) return call(evaluation, what ?? unknown("a function"), how)
  const name = typeof callee.name === "string" ? callee.name : evaluation.constant(computed)
  if (name === undefined) return call(evaluation, member(evaluation, on, undefined), how)
  return of.makes === true ? call(evaluation, member(evaluation, on, name), how) : callMethod(evaluation, on, name, how)
}

function spread(evaluation: Evaluation, of: readonly Expression[], frame: Frame): Thing[] {
  return of.flatMap((one): readonly Thing[] => {
    const thing = evaluation.expression(one, frame)
    const items = one.kind === "spread" ? itemsOf(thing) : undefined
    if (items === undefined) return [thing]
    evaluation.steps += items.length
    return evaluation.isExhausted ? [thing] : items
  })
}

/** Characters of a longer text are not taken apart. */
const charactersMax = 1 << 14

/** Of a text its characters, as ECMAScript's and Python's iterators have them: by code point. */
function itemsOf(thing: Thing): readonly Thing[] | undefined {
  if (thing.kind === "items") return thing.items
  return thing.kind === "text" && thing.text.length <= charactersMax ? charactersOf(thing.text).map(text) : undefined
}

function fieldsOf(evaluation: Evaluation, of: Kind<"record">, frame: Frame): Thing {
  const fields = new Map<string, Thing>()
  for (const one of of.rest ?? []) {
    const thing = evaluation.expression(one, frame)
    if (thing.kind === "instance" && thing.type === "") {
      evaluation.steps += thing.fields.size
      if (!evaluation.isExhausted) for (const [name, field] of thing.fields) fields.set(name, field)
    } else if (thing.kind !== "unknown") fields.set("*", evaluation.either([...(fields.has("*") ? [fields.get("*") ?? thing] : []), thing]))
  }
  for (const [name, one] of of.fields) fields.set(name, evaluation.expression(one, frame))
  return { kind: "instance", type: "", fields, holds: undefined }
}

const named = (evaluation: Evaluation, thing: Thing, of: Extract<Expression, { readonly kind: "name" }>): Thing =>
  of.calls === true && thing.kind === "closure" && thing.of.isMethod === true ? evaluation.call(thing, [], of) : thing
