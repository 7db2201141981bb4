import { text, unknown } from "../../model/code.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import { computes } from "../imperative/rows.ts"

const number = (call: Call, index: number): number | undefined => {
  const one = call.args[index]
  return one?.kind === "numeral" ? one.number : undefined
}

/** A part of a text by numbers; undefined where one of them is not known. */
const slices = (cut: (of: string, from: number, to: number | undefined) => string): Row =>
  computes("slice", "this", (of, call) => {
    const from = number(call, 0)
    const to = number(call, 1)
    const isKnown = (call.args.length < 1 || from !== undefined) && (call.args.length < 2 || to !== undefined)
    return isKnown ? cut(of, from ?? 0, to) : undefined
  })

const edits = (change: (of: string, call: Call) => string | undefined): Row => computes("edit", "this", change)

/** A list is cut as a list. */
const slice: Row = (call) => {
  if (call.of.kind !== "items") return slices((of, from, to) => of.slice(from, to))(call)
  const from = number(call, 0)
  const to = number(call, 1)
  if (call.args.length === 0) return { kind: "items", items: [...call.of.items] }
  return from === undefined || (call.args.length > 1 && to === undefined)
    ? { ...call.of, isShuffled: true }
    : { kind: "items", items: call.of.items.slice(from, to) }
}

const split: Row = (call) => {
  const known = call.world.constant(call.of)
  const separator = call.world.constant(call.args[0])
  if (known === undefined || separator === undefined) return call.world.step("slice", "split", call.of, call.at)
  const parts = known.split(separator, 1 << 16)
  // What was decoded stays so in its parts.
  const isText = call.of.kind === "text"
  return { kind: "items", items: parts.map((part) => (isText ? text(part) : call.world.step("decode", "split", call.of, call.at, part))) }
}

/** Replacements whose pattern is a text or takes one character at a time, so that evaluating it takes no longer than reading. */
const replace: Row = (call) => {
  const [pattern, by] = call.args
  const inside: Thing[] = by?.kind === "closure" ? [call.world.invoke(by, [call.of, call.of, call.of], call)] : []
  const known = call.world.constant(call.of)
  const replacement = call.world.constant(by)
  if (known === undefined || replacement === undefined)
    return call.world.step(
      by?.kind === "closure" ? "translate" : "edit",
      "replace",
      call.world.either([call.of, ...inside, ...(by === undefined || by.kind === "closure" ? [] : [by])]),
      call.at,
    )
  const changed = replaced(call, known, pattern, replacement)
  if (changed === known) return call.of
  return call.world.step("edit", "replace", call.of, call.at, changed)
}

const simple = /^(?:\\[^bBkpPu\dx]|[^\\[\](){}*+?|^$.]|\[(?:\\.|[^\]\\])+\])[*+]?$|^[^\\[\](){}*+?|^$.]+$/

function replaced(call: Call, known: string, pattern: Thing | undefined, replacement: string): string | undefined {
  if (pattern?.kind === "instance" && pattern.type === "RegExp") {
    const source = call.world.constant(pattern.fields.get("source"))
    const flags = call.world.constant(pattern.fields.get("flags"))
    if (source === undefined || flags === undefined || !simple.test(source) || !/^[gims]*$/.test(flags) || replacement.includes("$"))
      return undefined
    try {
      return known.replace(new RegExp(source, flags), replacement)
    } catch {
      return undefined
    }
  }
  const searched = call.world.constant(pattern)
  if (searched === undefined) return undefined
  return call.name === "replaceAll" ? known.split(searched).join(replacement) : known.replace(searched, () => replacement)
}

const character = slices((of, from) => of.charAt(from))

export const stringMethods: readonly (readonly [string, Row])[] = [
  ["slice", slice],
  ["substring", slices((of, from, to) => of.substring(from, to))],
  ["substr", slices((of, from, length) => of.slice(from, length === undefined ? undefined : from + length))],
  ["subarray", slices((of, from, to) => of.slice(from, to))],
  ["charAt", character],
  ["at", (call) => (call.of.kind === "items" ? call.of.items.at(number(call, 0) ?? 0) : character(call))],
  ["split", split],
  ["replace", replace],
  ["replaceAll", replace],
  ["toLowerCase", edits((of) => of.toLowerCase())],
  ["toUpperCase", edits((of) => of.toUpperCase())],
  ["trim", edits((of) => of.trim())],
  ["trimStart", edits((of) => of.trimStart())],
  ["trimEnd", edits((of) => of.trimEnd())],
  ["normalize", edits((of) => of)],
  [
    "repeat",
    edits((of, call) => {
      const times = number(call, 0)
      return times === undefined || times < 0 || times * of.length > call.world.limits.valueBytesMax ? undefined : of.repeat(times)
    }),
  ],
  ["concat", (call) => (call.of.kind === "items" ? concatenated(call.of.items, call.args) : call.world.joined([call.of, ...call.args]))],
  ["search", () => unknown("a position")],
  ["indexOf", () => unknown("a position")],
  ["lastIndexOf", () => unknown("a position")],
  ["includes", () => unknown("a truth")],
  ["startsWith", () => unknown("a truth")],
  ["endsWith", () => unknown("a truth")],
  ["test", () => unknown("a truth")],
  ["hasOwnProperty", () => unknown("a truth")],
]

const concatenated = (items: readonly Thing[], more: readonly Thing[]): Thing => ({
  kind: "items",
  items: [...items, ...more.flatMap((one) => (one.kind === "items" ? one.items : [one]))],
})
