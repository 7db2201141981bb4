import { text, unknown } from "../../model/code.ts"
import type { Row, Thing } from "../imperative/platform.ts"
import { argument, passes, steps } from "../imperative/rows.ts"
import {
  anyOf,
  bytesOf,
  character,
  integer,
  itemsOf,
  joins,
  listed,
  maps,
  ordinal,
  plain,
  printfs,
  pushes,
  replaced,
  reversed,
  shown,
  sliced,
  split,
} from "../text-rows.ts"

/** `x[start:stop:step]` of a constant, and a part of anything else. */
const slices: Row = (call) => {
  const [of, ...bounds] = call.args
  const [start, stop, step] = bounds.map((bound) =>
    bound.kind === "numeral" ? bound.number : call.world.constant(bound) === "None" ? undefined : Number.NaN,
  )
  const isKnown = ![start, stop, step].some((bound) => Number.isNaN(bound))
  if (of?.kind === "items") return isKnown ? { kind: "items", items: [...sliced(of.items, start, stop, step)] } : of
  const constant = isKnown ? call.world.constant(of) : undefined
  const computed = constant === undefined ? undefined : [...sliced([...constant], start, stop, step)].join("")
  return of === undefined ? undefined : call.world.step("slice", "[:]", of, call.at, computed)
}

const formatted: Row = (call) => {
  const constant = call.world.constant(call.of)
  if (constant === undefined) return undefined
  let next = 0
  const parts = constant.split(/(\{\{|\}\}|\{[^{}]*\})/).map((part, index): Thing => {
    if (index % 2 === 0) return text(part)
    if (part === "{{" || part === "}}") return text(part.slice(1))
    const [name = ""] = part.slice(1, -1).split(/[!:.[]/)
    const value = name === "" ? call.args[next++] : /^\d+$/.test(name) ? call.args[Number(name)] : call.named.get(name)
    return shown(value ?? unknown("nothing"), /:c\}$/.test(part))
  })
  return call.world.joined(parts)
}

/** A table of characters for characters, as `maketrans` gives it. */
const table: Row = (call) => {
  const [from, to] = call.args
  return { kind: "items", items: [from ?? unknown("nothing"), to ?? unknown("nothing")] }
}

const translated: Row = (call) => {
  const given = call.args[0]
  const [from, to] = given?.kind === "items" ? given.items.map((one) => call.world.constant(one)) : []
  return steps("translate", "this", (input) => {
    if (from === undefined || to === undefined) return undefined
    return [...input].map((one) => to[from.lastIndexOf(one)] ?? one).join("")
  })(call)
}

const same = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])

/** Texts and sequences, as the language's built-in functions make them. */
export const texts: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...same(["(for)", "map"], maps),
  ["filter", passes(1)],
  ...same(["(each)", "next", "random.choice"], anyOf),
  ...same(["list", "tuple", "iter", "sorted", "set", "frozenset", "enumerate"], listed),
  ["reversed", reversed],
  ["[:]", slices],
  ["%", printfs],
  ["chr", character],
  ["unichr", character],
  ["ord", ordinal],
  ["int", integer],
  ...same(["str", "unicode", "memoryview", "repr", "ascii"], passes(0)),
  ...same(["bytes", "bytearray"], bytesOf),
  ["hex", (call) => (call.args[0]?.kind === "numeral" ? text(`0x${call.args[0].number.toString(16)}`) : undefined)],
  ...same(["str.maketrans", "bytes.maketrans", "string.maketrans"], table),
  ...same(["str.join", "string.join"], (call) => joins({ ...call, of: call.args[0] ?? call.of, args: call.args.slice(1) })),
  ...same(["re.sub", "re.subn"], steps("edit", [2, "string"])),
  ...same(["re.search", "re.match", "re.findall", "re.finditer", "re.fullmatch"], steps("search", [1, "string"])),
  ["operator.add", (call) => call.world.joined(call.args)],
  ["operator.xor", steps("translate", 0)],
  ["print", (call) => call.world.prints(argument(call, 0) ?? text("")) ?? unknown("nothing")],
])

export const textMethods: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["join", joins],
  ["format", formatted],
  ["replace", replaced],
  ["split", split],
  ["splitlines", split],
  ["translate", translated],
  ...same(["partition", "rpartition", "rsplit"], passes("this")),
  ...plain(["strip"], (input) => input.trim()),
  ...plain(["lstrip"], (input) => input.trimStart()),
  ...plain(["rstrip"], (input) => input.trimEnd()),
  ...plain(["lower", "casefold"], (input) => input.toLowerCase()),
  ...plain(["upper"], (input) => input.toUpperCase()),
  ...plain(["swapcase"], (input) => input.replaceAll(/[a-zA-Z]/g, (one) => (one <= "Z" ? one.toLowerCase() : one.toUpperCase()))),
  ...same(["group", "groups", "findall", "finditer"], passes("this")),
  ["append", (call) => pushes(call, call.args)],
  ["extend", (call) => pushes(call, itemsOf(call, call.args[0]) ?? call.args)],
])
