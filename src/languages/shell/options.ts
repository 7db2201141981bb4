import type { Value } from "../../model/code.ts"
import { text } from "../../model/code.ts"
import { textual } from "./builder.ts"

/** The words of a command, told apart (POSIX XBD 12.2, and long options of GNU). */
export interface Options {
  /** Without their dashes, each letter of its own. */
  readonly flags: ReadonlySet<string>
  readonly values: ReadonlyMap<string, readonly Value[]>
  readonly operands: readonly Value[]
}

export interface Spec {
  /** Letters whose next word, or rest of the word, is their value. */
  readonly short?: string
  /** Long options whose next word is their value; `--name=value` needs no entry. */
  readonly long?: readonly string[]
  /** Ends at the first operand, as what follows is another command. */
  readonly command?: boolean
  /** Long options have one dash: of find, gcc, java. */
  readonly single?: boolean
}

export function readOptions(args: readonly Value[], spec: Spec = {}): Options {
  const flags = new Set<string>()
  const values = new Map<string, Value[]>()
  const operands: Value[] = []
  const add = (name: string, value: Value): void => {
    const before = values.get(name)
    if (before === undefined) values.set(name, [value])
    else before.push(value)
  }
  let at = 0
  const next = (name: string): void => {
    const value = args[at + 1]
    if (value === undefined) return
    add(name, value)
    at += 1
  }
  for (; at < args.length; at += 1) {
    const arg = args[at]
    if (arg === undefined) break
    const word = textual(arg) ?? startOf(arg)
    if (word === "--") {
      operands.push(...args.slice(at + 1))
      break
    }
    if (word === undefined || word === "-" || !word.startsWith("-")) {
      if (spec.command === true) {
        operands.push(...args.slice(at))
        break
      }
      operands.push(arg)
      continue
    }
    const long = word.startsWith("--") ? word.slice(2) : spec.single === true ? word.slice(1) : undefined
    if (long !== undefined) {
      const sign = long.indexOf("=")
      flags.add(sign === -1 ? long : long.slice(0, sign))
      if (sign !== -1) add(long.slice(0, sign), without(arg, word.length - long.length + sign + 1))
      else if (spec.long?.includes(long) === true) next(long)
      continue
    }
    for (let letter = 1; letter < word.length; letter += 1) {
      const name = word.charAt(letter)
      flags.add(name)
      if (spec.short?.includes(name) !== true) continue
      if (letter + 1 < word.length || textual(arg) === undefined) add(name, without(arg, letter + 1))
      else next(name)
      break
    }
  }
  return { flags, values, operands }
}

/** How a word begins whose end is not known: `-I$dir`. */
const startOf = (value: Value): string | undefined =>
  value.kind === "joined" && value.parts[0] !== undefined ? textual(value.parts[0]) : undefined

/** A value without its first characters. */
export function without(value: Value, length: number): Value {
  const constant = textual(value)
  if (constant !== undefined) return text(constant.slice(length))
  if (value.kind !== "joined") return value
  const [first, ...rest] = value.parts
  const start = first === undefined ? undefined : textual(first)
  const parts = start === undefined || start.length <= length ? rest : [text(start.slice(length)), ...rest]
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : { kind: "joined", parts }
}
