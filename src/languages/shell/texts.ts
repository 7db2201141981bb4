import type { Place, Value } from "../../model/code.ts"
import { constantOf } from "./builder.ts"
import type { Locate, Machine } from "./machine.ts"
import type { Streams } from "./streams.ts"
import { read, type Syntax } from "./syntax.ts"

/** Runs all statements of a text in this shell. */
export function runSyntax(syntax: Syntax, locate: Locate, machine: Machine, streams: Streams): void {
  const before = machine.locate
  // What remembers a place must not keep the whole tree.
  const { original } = syntax
  const at = (start: number, end: number): Place => locate(original(start), original(end))
  if (!machine.faulty.has(syntax.text)) for (const { why, start, end } of syntax.faults) machine.giveUp(why, at(start, end))
  if (syntax.faults.length > 0) machine.faulty.add(syntax.text)
  for (const { statements, offset } of syntax.parts) {
    machine.locate = offset === 0 ? at : (start, end) => at(offset + start, offset + end)
    machine.evaluator.statements(machine, statements, streams)
  }
  machine.locate = before
}

/** Texts whose syntax is kept, and their bytes. */
const rememberedMax = 1000
const rememberedBytesMax = 4096

const sources = new WeakMap<Value, Locate>()

/** Remembers where a literal stands, for the places of what is in it when it is run. */
export const rememberPlace = (value: Value, locate: Locate): void => {
  if (value.kind === "text") sources.set(value, locate)
}

/** Runs a value as shell text: each that it may be, and one that is known in parts with its other parts standing for themselves. */
export function runText(machine: Machine, value: Value, streams: Streams, at: Place): void {
  if (value.kind === "either") {
    machine.branches(
      value.of.filter(isRunnable).map((one) => (own) => runText(machine, one, own, at)),
      streams,
      false,
    )
    return
  }
  if (!isRunnable(value)) return
  if (machine.depth >= machine.limits.innerDepthMax) {
    machine.giveUp(`texts inside texts more than ${machine.limits.innerDepthMax} deep`, at)
    return
  }
  const { defined, placeholders } = machine
  const [mark, functions] = [placeholders.length, defined.length]
  const whole = withPlaceholders(value, machine)
  if (whole === undefined) {
    machine.giveUp("a text of too many unknown parts", at)
    return
  }
  machine.depth += 1
  machine.repeat(at, () => runSyntax(readAgain(whole, machine), sources.get(value) ?? (() => at), machine, streams))
  machine.depth -= 1
  if (defined.length === functions) placeholders.length = mark
}

function readAgain(whole: string, machine: Machine): Syntax {
  const before = machine.read.get(whole)
  if (before !== undefined) return before
  const syntax = read(whole)
  if (whole.length <= rememberedBytesMax && machine.read.size < rememberedMax) machine.read.set(whole, syntax)
  return syntax
}

const isRunnable = (value: Value): boolean =>
  constantOf(value) !== undefined ||
  value.kind === "either" ||
  (value.kind === "joined" && value.parts.some((part) => (constantOf(part)?.trim() ?? "") !== ""))

/** Characters for what is not constant, from the private use area: no text of bytes has them. */
function withPlaceholders(value: Value, machine: Machine): string | undefined {
  const constant = constantOf(value)
  if (constant !== undefined) return constant
  if (value.kind !== "joined") return undefined
  let whole = ""
  for (const part of value.parts) {
    const known = constantOf(part)
    if (known !== undefined) whole += known
    else if (machine.placeholders.length < 0x1900) {
      whole += String.fromCharCode(0xe000 + machine.placeholders.length)
      machine.placeholders.push(part)
    } else return undefined
  }
  return whole
}
