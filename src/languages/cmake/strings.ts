import type { Transform } from "../../model/code.ts"
import { isConstant } from "../held.ts"
import { Mapped } from "../mapped.ts"
import { patternOf, replaceBy } from "../pattern.ts"
import type { Argument, Builtin, Evaluator } from "./evaluator.ts"
import { listOf, splitList } from "./lists.ts"
import type { Command } from "./reader.ts"

/** Sets a variable to what is computed of texts; of texts that are no constants to their value after a step. */
export function compute(
  cmake: Evaluator,
  command: Command,
  options: {
    readonly out: string | undefined
    readonly how: Transform
    readonly tool: string
    readonly of: readonly Mapped[]
    readonly needs?: readonly Mapped[]
  },
  make: (of: string) => string | undefined,
): void {
  const { out, how, tool, of, needs = [] } = options
  if (out === undefined) return
  const at = command.of.from(0)
  const whole = Mapped.join(of)
  const made =
    [...of, ...needs].every((one) => isConstant(one.text)) && cmake.found.spend(whole.length >> 4, at) ? make(whole.text) : undefined
  if (made !== undefined) cmake.set(out, Mapped.still(made, whole.length === 0 ? at : whole.from(0)))
  else cmake.set(out, cmake.hold({ kind: "step", how, tool, of: cmake.value(whole), at: cmake.found.placeOf(command.of) }, at))
}

const hex = (of: string): string => [...of].map((one) => one.charCodeAt(0).toString(16).padStart(2, "0")).join("")
const rest = (args: readonly Argument[], from: number): readonly Mapped[] => args.slice(from).map(({ of }) => of)

/** `string(...)` (cmake string(1)): what it makes of its input, where the input and the output stand. */
export const stringCommand: Builtin = (args, cmake, command) => {
  const mode = args[0]?.text ?? ""
  const sub = args[1]?.text ?? ""
  const text = (index: number): string => args[index]?.text ?? ""
  const to = (
    out: number,
    how: Transform,
    of: readonly Mapped[],
    make: (of: string) => string | undefined,
    needs: readonly Mapped[] = [],
  ): void => compute(cmake, command, { out: args[out]?.text, how, tool: `string(${mode})`, of, needs }, make)
  const one = (index: number): readonly Mapped[] => rest(args.slice(0, index + 1), index)
  if (mode === "REGEX") {
    const matched = sub === "MATCH" ? Mapped.join(rest(args, 4)) : undefined
    if (matched !== undefined && !isConstant(matched.text)) cmake.setMatches(matched, command)
    return regex(sub, args, to)
  }
  if (mode === "REPLACE")
    return to(3, "edit", rest(args, 4), (of) => (text(1) === "" ? of : of.replaceAll(text(1), () => text(2))), [...one(1), ...one(2)])
  if (mode === "SUBSTRING")
    return to(4, "slice", one(1), (of) => of.substr(Number(text(2)) || 0, Number(text(3)) < 0 ? undefined : Number(text(3)) || 0))
  if (mode === "TOUPPER") return to(2, "edit", one(1), (of) => of.toUpperCase())
  if (mode === "TOLOWER") return to(2, "edit", one(1), (of) => of.toLowerCase())
  if (mode === "STRIP") return to(2, "edit", one(1), (of) => of.trim())
  if (mode === "LENGTH") return to(2, "edit", one(1), (of) => String(of.length))
  if (mode === "HEX") return to(2, "translate", one(1), hex)
  if (mode === "MAKE_C_IDENTIFIER") return to(2, "edit", one(1), (of) => of.replace(/\W/g, "_").replace(/^\d/, "_$&"))
  if (mode === "REPEAT")
    return to(3, "edit", one(1), (of) => (of.length * Number(text(2)) < 1 << 16 ? of.repeat(Math.max(0, Number(text(2)) || 0)) : undefined))
  if (mode === "FIND")
    return to(3, "search", one(1), (of) => String(text(4) === "REVERSE" ? of.lastIndexOf(text(2)) : of.indexOf(text(2))), one(2))
  if (mode === "ASCII") return ascii(args, cmake, command)
  if (mode === "CONCAT") return cmake.set(sub, Mapped.join(rest(args, 2)))
  if (mode === "JOIN")
    return cmake.set(text(2), Mapped.join(rest(args, 3).flatMap((item, index) => (index === 0 ? [item] : [...one(1), item]))))
  if (mode === "APPEND") return cmake.set(sub, Mapped.join([...known(cmake, sub), ...rest(args, 2)]))
  if (mode === "PREPEND") return cmake.set(sub, Mapped.join([...rest(args, 2), ...known(cmake, sub)]))
  // A text that is expanded once more.
  if (mode === "CONFIGURE") return args[1] === undefined ? undefined : cmake.set(text(2), cmake.expand(args[1].of))
  if (/^(?:MD5|SHA\d+|SHA3_\d+|UUID|RANDOM|TIMESTAMP|COMPARE|GENEX_STRIP|JSON)$/.test(mode)) {
    const out = mode === "COMPARE" ? text(4) : mode === "RANDOM" ? (args.at(-1)?.text ?? "") : mode === "GENEX_STRIP" ? text(2) : sub
    compute(cmake, command, { out, how: "edit", tool: `string(${mode})`, of: rest(args, 2) }, () => undefined)
  }
}

const known = (cmake: Evaluator, name: string): readonly Mapped[] => {
  const value = cmake.get(name)
  return value === undefined ? [] : [value]
}

type To = (out: number, how: Transform, of: readonly Mapped[], make: (of: string) => string | undefined, needs?: readonly Mapped[]) => void

function regex(sub: string, args: readonly Argument[], to: To): void {
  const needs = args.slice(2, 4).map(({ of }) => of)
  const pattern = patternOf(args[2]?.text ?? "", "extended")
  const affordable = (of: string): boolean => pattern !== undefined && pattern.cost(of.length) < 100_000
  const replaced = (of: string): string | undefined =>
    pattern !== undefined && affordable(of) ? replaceBy(of, pattern, args[3]?.text ?? "") : undefined
  const matched = (of: string): string | undefined => {
    if (pattern === undefined || !affordable(of)) return undefined
    const found = [...of.matchAll(pattern.expression)].map(([match]) => match)
    return sub === "MATCHALL" ? found.join(";") : (found[0] ?? "")
  }
  if (sub === "REPLACE") to(4, "edit", rest(args, 5), replaced, needs)
  else to(3, "search", rest(args, 4), matched)
}

/** Characters of numbers: a way to write what nobody reads. */
function ascii(args: readonly Argument[], cmake: Evaluator, command: Command): void {
  const numbers = args.slice(1, -1).map(({ of }) => of)
  const out = args.at(-1)?.text
  const spaced = numbers.flatMap((one) => [one, Mapped.still(" ", command.of.from(0))])
  compute(cmake, command, { out, how: "decode", tool: "string(ASCII)", of: spaced }, (of) =>
    of
      .trim()
      .split(" ")
      .map((one) => String.fromCharCode(Number(one) & 0xff))
      .join(""),
  )
}

/** `list(...)` (cmake list(1)). */
export const listCommand: Builtin = (args, cmake, command) => {
  const [mode = "", name = ""] = args.map(({ text }) => text)
  const value = cmake.get(name)
  const items = value === undefined ? [] : splitList(value)
  const more = rest(args, 2)
  const set = (of: readonly Mapped[]): void => cmake.set(name, listOf(of))
  if (mode === "APPEND") return set([...items, ...more])
  if (mode === "PREPEND") return set([...more, ...items])
  if (mode === "INSERT") return set([...items, ...more.slice(1)])
  if (mode === "REVERSE") return set(items.toReversed())
  if (mode === "JOIN")
    return cmake.set(args[3]?.text ?? "", Mapped.join(items.flatMap((item, index) => (index === 0 ? [item] : [...more.slice(0, 1), item]))))
  const out = args.at(-1)?.text
  const whole = value === undefined ? [] : [value]
  if (mode === "LENGTH") return compute(cmake, command, { out, how: "edit", tool: "list(LENGTH)", of: whole }, () => String(items.length))
  if (mode === "GET" || mode === "SUBLIST") {
    const numbers = more.slice(0, -1).map(({ text }) => Number(text))
    const at = (index: number): string => items.at(index)?.text ?? "NOTFOUND"
    const [start = 0, length = 0] = numbers
    const texts = items.map(({ text }) => text)
    return compute(cmake, command, { out, how: "slice", tool: `list(${mode})`, of: whole }, () =>
      (mode === "GET" ? numbers.map(at) : texts.slice(start, length < 0 ? undefined : start + length)).join(";"),
    )
  }
  if (/^(?:SORT|REMOVE_ITEM|REMOVE_AT|REMOVE_DUPLICATES|FILTER|TRANSFORM|FIND|POP_BACK|POP_FRONT)$/.test(mode)) {
    const target = mode === "FIND" || args.some(({ text }) => text === "OUTPUT_VARIABLE") ? out : name
    compute(
      cmake,
      command,
      { out: target, how: mode === "TRANSFORM" ? "edit" : "slice", tool: `list(${mode})`, of: whole },
      () => undefined,
    )
  }
}
