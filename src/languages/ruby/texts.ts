import { text, unknown } from "../../model/code.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import { passes, steps } from "../imperative/rows.ts"
import {
  anyOf,
  character,
  integer,
  itemsOf,
  joins,
  mappedMax,
  maps,
  ordinal,
  plain,
  printfs,
  pushes,
  replaced,
  reversed,
  sliced,
  split,
} from "../text-rows.ts"
import { translated } from "../translation.ts"

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])
/** A row of a function, for a method: what it is called on is the argument. */
const ofThis =
  (row: Row): Row =>
  (call) =>
    call.of.kind === "api" || call.of.kind === "instance" ? undefined : row({ ...call, args: [call.of, ...call.args] })

/** A block that is called with each, and what it gives for it. */
const mapsThis: Row = (call) => {
  const block = call.args.at(-1)
  return block?.kind === "closure" ? maps({ ...call, args: [block, call.of] }) : undefined
}

const eachOfThis: Row = (call) => {
  const block = call.args.at(-1)
  if (block?.kind !== "closure") return call.of
  const items = itemsOf(call, call.of)
  const item = call.of.kind === "items" ? call.world.anyOf(call.of) : undefined
  // What a block makes of many numbers it leaves around it: one for all of them, as the rounds of a loop.
  if (item?.kind === "step") call.world.invoke(block, [item, unknown("a number")], call)
  else if (items !== undefined && items.length <= mappedMax && items.length > 0)
    for (const one of items) call.world.invoke(block, [one, one], call)
  else call.world.invoke(block, [call.of, call.of], call)
  return call.of
}

/** `x[from..to]`, `x[from...to]`, `x[from, length]`. */
const slices: Row = (call) => {
  const [of, from, to, how] = call.args
  if (of === undefined) return undefined
  const bound = (one: Thing | undefined): number | undefined =>
    one?.kind === "numeral" ? one.number : call.world.constant(one) === "nil" ? undefined : Number.NaN
  const [start, second, kind] = [bound(from), bound(to), call.world.constant(how)]
  const isLength = how === undefined || kind === "+"
  const isKnown = !Number.isNaN(start ?? 0) && !Number.isNaN(second ?? 0) && !isLength
  const stop = second === undefined || kind === "..." ? second : second === -1 ? undefined : second + 1
  if (of.kind === "items") return isKnown ? { kind: "items", items: [...sliced(of.items, start, stop)] } : of
  const constant = isKnown ? call.world.constant(of) : undefined
  return call.world.step("slice", "[]", of, call.at, constant === undefined ? undefined : sliced([...constant], start, stop).join(""))
}

const substitutes: Row = (call) => {
  const block = call.args.at(-1)
  if (block?.kind === "closure") call.world.invoke(block, [call.of], call)
  return replaced(call)
}

/** `<<` of a list or a text. */
const appended: Row = (call) => {
  if (call.of.kind === "sink") return call.of.take(call.world.value(call.args[0]), call.at)
  if (call.of.kind !== "items") return call.world.joined([call.of, ...call.args])
  pushes(call, call.args)
  return call.of
}

const formats: Row = (call) =>
  printfs({
    ...call,
    args: [
      call.args[0] ?? unknown("nothing"),
      call.args[1]?.kind === "items" ? call.args[1] : { kind: "items", items: call.args.slice(1) },
    ],
  })

export const texts: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["(each)", anyOf],
  ["(slice)", slices],
  ...named(["(format)", "format", "sprintf"], formats),
  ...named(["Integer", "Float"], integer),
  ...named(["String", "Array", "String.new", "Array.new"], passes(0)),
  ["puts", (call) => call.world.prints(call.args[0] ?? text("")) ?? unknown("nothing")],
])

/** `Hash#fetch(key, default)`: what is there under the name, or any of it where that is not known. */
const fetched: Row = (call) => {
  const { of } = call
  if (of.kind !== "instance" || of.fields.size === 0) return undefined
  const [key, other] = call.args
  const name = call.world.constant(key)
  const found = name === undefined ? [...of.fields.values()] : [of.fields.get(name) ?? of.fields.get("*")]
  const all = [...found, other].flatMap((one) => (one === undefined || one.kind === "closure" ? [] : [one]))
  return name !== undefined && all[0] !== undefined ? all[0] : call.world.either(all)
}

export const textMethods: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...named(["map", "collect", "flat_map", "each_slice", "filter_map", "map!"], mapsThis),
  ...named(
    ["each", "each_with_index", "each_char", "each_byte", "each_line", "tap", "times", "then", "select", "reject", "each_pair"],
    eachOfThis,
  ),
  ["join", (call) => joins({ ...call, of: call.args[0] ?? text(""), args: [call.of] })],
  [
    "reverse",
    ofThis((call) => (call.args[0]?.kind === "items" ? reversed(call) : steps("slice", 0, (input) => [...input].reverse().join(""))(call))),
  ],
  ...named(["chr"], ofThis(character)),
  ...named(["ord", "getbyte"], ofThis(ordinal)),
  ...named(
    ["to_i", "hex"],
    ofThis((call) => (call.name === "hex" ? integer({ ...call, args: [call.args[0] ?? unknown("nothing"), text("16")] }) : integer(call))),
  ),
  ...named(["chars", "bytes", "scan", "lines", "to_a"], ofThis(characters)),
  ["split", split],
  ["fetch", fetched],
  ...named(["gsub", "gsub!", "sub", "sub!"], substitutes),
  ...named(["tr", "tr!", "tr_s"], (call) => translated(call, call.args[0], call.args[1])),
  ["delete", (call) => (call.of.kind === "instance" ? undefined : translated(call, call.args[0], text("")))],
  ...named(["<<", "concat", "push", "append"], appended),
  ...named(["first", "last", "sample", "min", "max", "find", "detect"], ofThis(anyOf)),
  ...plain(["strip", "chomp", "strip!", "chomp!"], (input) => input.trim()),
  ...plain(["downcase"], (input) => input.toLowerCase()),
  ...plain(["upcase"], (input) => input.toUpperCase()),
  ...plain(["swapcase"], (input) => input.replaceAll(/[a-zA-Z]/g, (one) => (one <= "Z" ? one.toLowerCase() : one.toUpperCase()))),
  ...named(
    ["to_s", "to_str", "freeze", "dup", "force_encoding", "encode", "b", "to_sym", "intern", "body", "read", "string", "content"],
    (call) => (call.of.kind === "instance" || call.of.kind === "api" ? undefined : call.of),
  ),
])

function characters(call: Call): Thing | undefined {
  const items = call.name === "chars" || call.name === "bytes" ? itemsOf(call, call.args[0]) : undefined
  if (items === undefined) return call.args[0]
  return { kind: "items", items: call.name === "bytes" ? items.map((one): Thing => ordinal({ ...call, args: [one] }) ?? one) : [...items] }
}
