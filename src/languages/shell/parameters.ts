import type { ParameterExpansionPart, ParameterOperation, Word } from "unbash"
import type { Value } from "../../model/code.ts"
import { text, unknown } from "../../model/code.ts"
import { argument, candidates, constantOf } from "./builder.ts"
import type { Piece } from "./fields.ts"
import type { Machine, Variable } from "./machine.ts"
import { replacePattern, withoutPattern } from "./patterns.ts"

interface Scene {
  readonly machine: Machine
  value(word: Word): Value
  pattern(word: Word): Value
}

/** Names of variables that hold what nobody should read. */
export const isSecret = (name: string): boolean =>
  /(?:TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|_KEY$|_AUTH$)/i.test(name)

export function lookUp(machine: Machine, name: string): Value {
  const variable = machine.variables.get(name)
  if (variable !== undefined) return variable.value
  if (isSecret(name)) machine.act({ kind: "looks up", name: text(name) }, machine.at)
  return machine.unset(name)
}

export const argumentsOf = (machine: Machine): readonly Value[] => {
  const items = machine.variables.get("@")?.items
  return items === undefined ? [argument("@")] : [...items.values()]
}

/** A variable of values in their order. */
export const listOf = (values: readonly Value[]): Variable => ({
  value: values[0] ?? text(""),
  items: new Map(values.map((value, index) => [String(index), value])),
})

/** Parameters that are no variables (POSIX XCU 2.5.1 and 2.5.2). */
export function special(name: string, machine: Machine): Piece[] | undefined {
  const known = machine.variables.get("@")?.items
  switch (name) {
    case "@":
      return [{ value: machine.build.joined(spaced(argumentsOf(machine))), quoted: false, fields: argumentsOf(machine) }]
    case "*":
      return [{ value: machine.build.joined(spaced(argumentsOf(machine))), quoted: false }]
    case "#":
      return [{ value: known === undefined ? unknown("number of arguments") : text(String(known.size)), quoted: false }]
    case "0":
      // What is run by its path has a slash in it, so that `${0%/*}` is its folder.
      return [{ value: text(machine.at.path.includes("/") ? machine.at.path : `./${machine.at.path}`), quoted: false }]
    case "?":
    case "$":
    case "!":
    case "-":
      return [{ value: unknown(`$${name}`), quoted: false }]
  }
  if (!/^\d+$/.test(name)) return undefined
  return [{ value: known === undefined ? argument(name) : (known.get(String(Number(name) - 1)) ?? text("")), quoted: false }]
}

const spaced = (values: readonly Value[]): readonly Value[] =>
  values.flatMap((value, index) => (index === 0 ? [value] : [text(" "), value]))

/** `${...}` (POSIX XCU 2.6.2; bash, Shell Parameter Expansion). */
export function parameter(part: ParameterExpansionPart, scene: Scene): Piece[] {
  const { machine } = scene
  const base = basePieces(part, scene)
  if (part.prefix === "#") return [{ value: lengthOf(base, part, machine), quoted: false }]
  if (part.operation === undefined) return base
  return base.map((piece) => {
    const value = operate(piece.value, part, part.operation, scene)
    return piece.fields === undefined
      ? { ...piece, value }
      : { ...piece, value, fields: piece.fields.map((one) => operate(one, part, part.operation, scene)) }
  })
}

function basePieces(part: ParameterExpansionPart, scene: Scene): Piece[] {
  const { machine } = scene
  if (part.index !== undefined) return element(part.parameter, part.index, scene)
  const pieces = special(part.parameter, machine)
  if (pieces !== undefined) return pieces
  if (part.operation?.type === "Names") return [{ value: unknown("names of variables"), quoted: false }]
  const value = lookUp(machine, part.parameter)
  if (part.prefix !== "!") return [{ value, quoted: false }]
  const named = candidates(value).filter((name) => /^\w+$/.test(name))
  return [
    {
      value:
        named.length === 0
          ? unknown("a variable whose name is not known")
          : machine.build.either(named.map((name) => lookUp(machine, name))),
      quoted: false,
    },
  ]
}

function element(name: string, index: Word, scene: Scene): Piece[] {
  const { machine } = scene
  const variable = machine.variables.get(name)
  if (variable === undefined) return [{ value: lookUp(machine, name), quoted: false }]
  const all = variable.items === undefined ? [variable.value] : [...variable.items.values()]
  if (index.value === "@") return [{ value: machine.build.joined(spaced(all)), quoted: false, fields: all }]
  if (index.value === "*") return [{ value: machine.build.joined(spaced(all)), quoted: false }]
  const key = constantOf(scene.value(index))
  const direct =
    key === undefined
      ? undefined
      : (variable.items?.get(key) ?? (/^\w+$/.test(key) ? variable.items?.get(constantOf(lookUp(machine, key)) ?? "") : undefined))
  return [{ value: direct ?? machine.build.either(all.length === 0 ? [text("")] : all), quoted: false }]
}

function lengthOf(base: readonly Piece[], part: ParameterExpansionPart, machine: Machine): Value {
  const fields = base[0]?.fields
  if (part.parameter !== "" && (part.index?.value === "@" || part.index?.value === "*")) return text(String(fields?.length ?? 1))
  const constant = constantOf(machine.build.joined(base.map(({ value }) => value)))
  return constant === undefined ? unknown("a length") : text(String(constant.length))
}

function operate(value: Value, part: ParameterExpansionPart, operation: ParameterOperation | undefined, scene: Scene): Value {
  const { machine } = scene
  const charge = (work: number): boolean => machine.charge(work)
  switch (operation?.type) {
    case "Default":
      return withDefault(value, part.parameter, operation, scene)
    case "Remove": {
      const pattern = constantOf(scene.pattern(operation.operand))
      return each(
        value,
        "slice",
        (one) => (pattern === undefined ? undefined : withoutPattern(one, pattern, operation.operator, charge)),
        machine,
      )
    }
    case "Replace": {
      const [pattern, replacement] = [constantOf(scene.pattern(operation.pattern)), constantOf(scene.value(operation.replacement))]
      const replace = (one: string) =>
        pattern === undefined || replacement === undefined
          ? undefined
          : replacePattern(one, pattern, replacement, operation.operator, charge)
      return each(value, "edit", replace, machine)
    }
    case "Slice": {
      const [from, length] = [operation.offset, operation.length].map((word) =>
        word === undefined ? undefined : constantOf(scene.value(word)),
      )
      const number = (of: string | undefined): number | undefined =>
        of !== undefined && /^\s*-?\d{1,9}\s*$/.test(of) ? Number(of) : undefined
      return each(value, "slice", (one) => slice(one, number(from), operation.length === undefined ? one.length : number(length)), machine)
    }
    case "CaseModification": {
      const { operator } = operation
      const change = (one: string) => (operator.startsWith("^") ? one.toUpperCase() : one.toLowerCase())
      const modify = (one: string) => (operator.length === 2 ? change(one) : change(one.slice(0, 1)) + one.slice(1))
      return each(value, "edit", (one) => (operation.operand === undefined ? modify(one) : undefined), machine)
    }
    case "Transform":
      return operation.operand.value === "P" || operation.operand.value === "E" ? each(value, "decode", () => undefined, machine) : value
    default:
      return value
  }
}

function slice(of: string, from: number | undefined, length: number | undefined): string | undefined {
  if (from === undefined || length === undefined) return undefined
  const start = from < 0 ? Math.max(0, of.length + from) : from
  return of.slice(start, length < 0 ? of.length + length : start + length)
}

/** The result over a constant, of one of several values over each; over another it is a step. */
function each(value: Value, how: "slice" | "edit" | "decode", change: (one: string) => string | undefined, machine: Machine): Value {
  if (value.kind === "either") return machine.build.either(value.of.map((one) => each(one, how, change, machine)))
  const constant = constantOf(value)
  const result = constant === undefined ? undefined : change(constant)
  return result === undefined ? machine.build.step(how, "parameter expansion", value, machine.at) : text(result)
}

/** `${x:-word}` and its seven siblings: what is sure to be set and not empty stays. */
function withDefault(value: Value, name: string, operation: ParameterOperation & { readonly type: "Default" }, scene: Scene): Value {
  const { machine } = scene
  const sign = operation.operator.replace(":", "")
  if (sign === "?") return value
  const other = scene.value(operation.operand)
  const constant = constantOf(value)
  const isSet = machine.variables.get(name) !== undefined || special(name, machine) !== undefined
  const isFull = constant !== undefined && isSet ? constant !== "" || !operation.operator.startsWith(":") : undefined
  if (sign === "+") return isFull === true ? other : machine.build.either([text(""), other])
  const result = isFull === true ? value : isFull === false ? other : machine.build.either([value, other])
  if (sign === "=" && isFull !== true) machine.variables.set(name, { value: result })
  return result
}
