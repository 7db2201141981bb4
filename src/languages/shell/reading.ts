import { text, type Value } from "../../model/code.ts"
import { constantOf } from "./builder.ts"
import type { Call, Tool } from "./call.ts"
import { listOf } from "./parameters.ts"

/** `read` (POSIX XCU, read): a line, by its words; where lines are not known, any part of what is read. */
export const read: Tool = (call) => {
  const { machine, streams } = call
  const { values, operands } = call.options({ short: "adinNptu" })
  const descriptor = values.get("u")?.[0]
  const input = streams.inputOf(descriptor === undefined ? 0 : Number(constantOf(descriptor) ?? Number.NaN))
  const names = operands.flatMap((name) => constantOf(name) ?? []).filter((name) => /^[A-Za-z_]\w*$/.test(name))
  const list = values.get("a")?.[0]
  const array = list === undefined ? undefined : constantOf(list)
  const lines = input?.lines()
  if (lines === undefined) {
    const whole = part(call, input?.value)
    for (const name of names.length === 0 && array === undefined ? ["REPLY"] : names) machine.variables.set(name, { value: whole })
    if (array !== undefined) machine.variables.set(array, listOf([whole]))
    return
  }
  const few = lines.slice(0, machine.limits.valuePartsMax)
  if (few.length < lines.length) machine.giveUp(`more than ${few.length} lines that are read one by one`, call.at)
  if (array !== undefined) machine.variables.set(array, listOf(fields(few[0] ?? "", call, 4096).map(text)))
  else if (names.length === 0) machine.variables.set("REPLY", { value: machine.build.either(few.map(text)) })
  else {
    const rows = few.map((line) => fields(line, call, names.length))
    for (const [index, name] of names.entries())
      machine.variables.set(name, { value: machine.build.either(rows.map((row) => text(row[index] ?? ""))) })
  }
}

/** Names stay names, one by one; else it is a slice. */
function part(call: Call, value: Value | undefined): Value {
  if (value === undefined) return call.input
  if (value.kind === "names" || value.kind === "unknown" || value.kind === "environment") return value
  return call.step("slice", value)
}

/** As many as there are names: the last has the rest. */
function fields(line: string, { machine }: Call, count: number): string[] {
  const set = machine.variables.get("IFS")
  const separators = set === undefined ? " \t" : (constantOf(set.value) ?? " \t")
  const found: string[] = []
  let rest = line
  while (found.length < count - 1) {
    rest = separators.includes(" ") ? rest.replace(/^[ \t]+/, "") : rest
    const end = [...rest].findIndex((character) => separators.includes(character))
    if (end === -1) break
    found.push(rest.slice(0, end))
    rest = rest.slice(end + 1)
  }
  return [...found, separators.includes(" ") ? rest.trim() : rest]
}

/** `mapfile`, `readarray`: each line an element. */
export const mapfile: Tool = (call) => {
  const { machine, streams } = call
  const [name] = call.options({ short: "dnOsuCc" }).operands
  const array = name === undefined ? "MAPFILE" : constantOf(name)
  if (array === undefined) return
  const value = streams.input?.value
  const constant = value === undefined ? undefined : constantOf(value)
  machine.variables.set(
    array,
    listOf(constant === undefined ? [part(call, value)] : constant.replace(/\n$/, "").split("\n").slice(0, 4096).map(text)),
  )
}
