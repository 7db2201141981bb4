import type { Value } from "../../model/code.ts"
import { text } from "../../model/code.ts"
import { constantOf } from "./builder.ts"
import type { Machine } from "./machine.ts"

/** A part of a word, expanded. */
export interface Piece {
  readonly value: Value
  /** Neither split nor a pattern. */
  readonly quoted: boolean
  /** It stands in the script: patterns mean something, splitting does not. */
  readonly written?: boolean
  readonly pattern?: boolean
  /** `"$@"`: each is a field of its own. */
  readonly fields?: readonly Value[]
}

interface Field {
  readonly values: Value[]
  /** The same with what is quoted escaped. */
  readonly pattern: Value[]
  isPattern: boolean
}

/** Splits what was expanded without quotes (POSIX XCU 2.6.5) and makes patterns of file names searches (2.6.6). */
export function fieldsOf(pieces: readonly Piece[], machine: Machine): Value[] {
  const fields: Field[] = []
  let now: Field | undefined
  const field = (): Field => {
    now ??= { values: [], pattern: [], isPattern: false }
    return now
  }
  const end = (): void => {
    if (now !== undefined) fields.push(now)
    now = undefined
  }
  const add = (value: Value, quoted: boolean): void => {
    const into = field()
    const constant = constantOf(value)
    into.values.push(value)
    into.pattern.push(quoted && constant !== undefined ? text(constant.replace(/[\\*?[\]]/g, "\\$&")) : value)
    if (!quoted && constant !== undefined && isPattern(constant)) into.isPattern = true
  }
  const [only] = pieces
  if (pieces.length === 1 && only?.value.kind === "either" && !only.quoted && only.fields === undefined)
    return columns(only.value.of, machine)
  const separators = separatorsOf(machine)
  for (const piece of pieces) {
    if (piece.fields !== undefined) {
      for (const [index, one] of piece.fields.entries()) {
        if (index > 0) end()
        if (piece.quoted) add(one, true)
        else split(one, separators, { add, end })
      }
    } else if (piece.quoted || piece.written === true) {
      if (piece.pattern === true) field().isPattern = true
      add(piece.value, piece.quoted)
    } else split(piece.value, separators, { add, end })
  }
  end()
  return fields.map((one) => finish(one, machine))
}

const isPattern = (of: string): boolean => /[*?]|\[[^\]]+\]/.test(of)

function separatorsOf(machine: Machine): string {
  const set = machine.variables.get("IFS")
  return set === undefined ? blanks : (constantOf(set.value) ?? blanks)
}

const blanks = " \t\n"

function split(value: Value, separators: string, { add, end }: { add(value: Value, quoted: boolean): void; end(): void }): void {
  if (value.kind === "joined" && constantOf(value) === undefined) {
    for (const part of value.parts) split(part, separators, { add, end })
    return
  }
  const constant = constantOf(value)
  if (constant === undefined) {
    add(value, false)
    return
  }
  if (separators === blanks && constant !== "" && !/[ \t\n]/.test(constant)) {
    add(value, false)
    return
  }
  let start = 0
  let whole = true
  for (let at = 0; at <= constant.length; at += 1) {
    if (at < constant.length && !separators.includes(constant.charAt(at))) continue
    if (at < constant.length || !whole) {
      whole = false
      if (at > start) add(text(constant.slice(start, at)), false)
      if (at < constant.length) end()
    }
    start = at + 1
  }
  if (whole && constant !== "") add(value, false)
}

/** One of several values, unquoted: the first field is one of their first fields, and so on. */
function columns(of: readonly Value[], machine: Machine): Value[] {
  const rows = of.map((one) => fieldsOf([{ value: one, quoted: false }], machine))
  const width = Math.max(0, ...rows.map((row) => row.length))
  return Array.from({ length: width }, (_, index) =>
    machine.build.either(rows.flatMap((row) => row[index] ?? (index === 0 ? [text("")] : []))),
  )
}

function finish({ values, pattern, isPattern: searches }: Field, machine: Machine): Value {
  const value = machine.build.joined(values)
  if (!searches) return value
  const syntax = machine.expandsPeriods || machine.variables.get("GLOBIGNORE") !== undefined ? "glob" : "expansion"
  const search = { by: "name", syntax, ignoresCase: false, pattern: machine.build.joined(pattern), within: [] } as const
  return machine.build.names(search, machine.at, constantOf(value))
}
