import { text, unknown } from "../model/code.ts"
import type { Call, Row, Thing } from "./imperative/platform.ts"
import { computes, steps } from "./imperative/rows.ts"

/** Rows of texts and lists that several languages have under names of their own. */

/** What a program goes through: items, characters of a constant, or parts of content. */
export function itemsOf(call: Call, thing: Thing | undefined): readonly Thing[] | undefined {
  if (thing?.kind === "items") return thing.items.length > call.world.limits.valueBytesMax ? undefined : thing.items
  const constant = call.world.constant(thing)
  return constant === undefined || constant.length > mappedMax ? undefined : [...constant].map(text)
}

/** Characters or items of a constant that a function is called with, one by one: of more only one call stands for all. */
export const mappedMax = 4096

/** `map(f, xs)` and comprehensions. */
export const maps: Row = (call) => {
  const [each, over] = call.args
  if (each === undefined || over === undefined) return undefined
  const items = itemsOf(call, over)
  if (items === undefined || items.length > mappedMax) return call.world.invoke(each, [over], call)
  return { kind: "items", items: items.map((one) => call.world.invoke(each, [one], call)) }
}

/** Any of them. */
export const anyOf: Row = (call) => {
  const [given] = call.args
  if (given?.kind === "items" && given.items.length > 0) return call.world.anyOf(given)
  const items = itemsOf(call, given)
  return items === undefined || items.length === 0 ? given : call.world.either(items)
}

export const listed: Row = (call) => {
  const items = itemsOf(call, call.args[0])
  return items === undefined ? call.args[0] : { kind: "items", items: [...items] }
}

export const reversed: Row = (call) => {
  const items = itemsOf(call, call.args[0])
  return items === undefined ? steps("slice", 0)(call) : { kind: "items", items: items.toReversed() }
}

/** A byte for each number; of a text, itself. */
export const bytesOf: Row = (call) => {
  const [given] = call.args
  if (given?.kind !== "items") return given
  // Numbers, some of them computed: which is which is not known, but that they are decoded.
  const numbers = given.items.filter((one) => one.kind === "numeral").length
  if (numbers >= charactersMin && numbers < given.items.length) return call.world.step("decode", call.name, given, call.at)
  return gathered(
    call,
    given.items.map((one) => (one.kind === "numeral" ? text(String.fromCharCode(one.number & 0xff)) : one)),
  )
}

/** Texts behind one another. What is put together of single characters was written so that it is not read: that stays to be seen. */
export function gathered(call: Call, items: readonly Thing[]): Thing {
  const characters = items.filter((one) => call.world.constant(one)?.length === 1)
  if (characters.length < charactersMin || characters.length < items.length) return call.world.joined(items)
  const whole = characters.map((one) => call.world.constant(one)).join("")
  return call.world.step("decode", call.name, text(whole), call.at, whole)
}

const charactersMin = 4

export const joins: Row = (call) => {
  const [between, given] = [call.of, call.args[0]]
  const items = given?.kind === "items" ? given.items : undefined
  if (items === undefined) return given
  if (call.world.constant(between) === "") return gathered(call, items)
  return call.world.joined(items.flatMap((one, index) => (index === 0 ? [one] : [between, one])))
}

export const character: Row = (call) => {
  const [given] = call.args
  if (given?.kind === "numeral")
    return text(
      given.number < 256
        ? String.fromCharCode(given.number)
        : Buffer.from(String.fromCodePoint(Math.min(given.number, 0x10_ffff))).toString("latin1"),
    )
  return given === undefined ? undefined : call.world.step("decode", "chr", given, call.at)
}

export const ordinal: Row = (call) => {
  const constant = call.world.constant(call.args[0])
  return constant?.length === 1 ? { kind: "numeral", number: constant.charCodeAt(0) } : call.args[0]
}

export const integer: Row = (call) => {
  const [given, base] = call.args
  if (given?.kind === "numeral") return given
  const [digits, radix] = [call.world.constant(given), Number(call.world.constant(base) ?? "10")]
  const number = digits === undefined || radix > 36 ? Number.NaN : Number.parseInt(digits, radix === 0 || radix === 1 ? 10 : radix)
  return Number.isSafeInteger(number) ? { kind: "numeral", number } : given
}

/** A part of a sequence, as Python defines it (The Python Standard Library, Common Sequence Operations, notes 3 to 5). */
export function sliced<T>(items: readonly T[], start: number | undefined, stop: number | undefined, step = 1): readonly T[] {
  const size = items.length
  const clamp = (at: number, low: number, high: number): number => Math.min(Math.max(at < 0 ? at + size : at, low), high)
  if (step > 0) {
    const part = items.slice(clamp(start ?? 0, 0, size), clamp(stop ?? size, 0, size))
    return step === 1 ? part : part.filter((_, index) => index % step === 0)
  }
  if (step === 0) return items
  const [from, to] = [start === undefined ? size - 1 : clamp(start, -1, size - 1), stop === undefined ? -1 : clamp(stop, -1, size - 1)]
  return items
    .slice(to + 1, from + 1)
    .toReversed()
    .filter((_, index) => index % -step === 0)
}

export const replaced: Row = (call) => {
  const [from, to] = call.args.map((one) => call.world.constant(one))
  return steps("edit", "this", (input) =>
    from === undefined || to === undefined || from === "" ? undefined : input.replaceAll(from, () => to),
  )(call)
}

export const split: Row = (call) => {
  const [constant, at] = [call.world.constant(call.of), call.world.constant(call.args[0])]
  if (constant === undefined) return call.of.kind === "instance" || call.of.kind === "api" ? undefined : call.of
  const parts = at === undefined || at === "None" ? constant.trim().split(/\s+/) : at === "" ? [constant] : constant.split(at)
  return parts.length > mappedMax ? call.of : { kind: "items", items: parts.map(text) }
}

export const plain = (names: readonly string[], compute: (input: string) => string): readonly (readonly [string, Row])[] =>
  names.map((name) => [name, computes("edit", "this", compute)])
/** A list grows: what it holds is known, its order where it is certain. */
export function pushes(call: Call, more: readonly Thing[]): Thing | undefined {
  if (call.of.kind !== "items" || call.of.items.length > mappedMax) return undefined
  call.of.items.push(...more)
  return unknown("nothing")
}

/** What `printf` of C puts in, in its place. */
export const printfs: Row = (call) => {
  const [pattern, given] = call.args
  if (given?.kind === "numeral" && pattern?.kind === "numeral") return { kind: "numeral", number: pattern.number % given.number }
  const constant = call.world.constant(pattern)
  if (constant === undefined || given === undefined) return undefined
  const values = given.kind === "items" ? given.items : [given]
  let next = 0
  const parts = constant.split(/(%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z%])/).map((part, index): Thing => {
    if (index % 2 === 0) return text(part)
    if (part.endsWith("%")) return text("%")
    const key = /\((\w+)\)/.exec(part)?.[1]
    if (key !== undefined) return (given.kind === "instance" ? given.fields.get(key) : undefined) ?? unknown(key)
    return shown(values[next++] ?? unknown("nothing"), part.endsWith("c"))
  })
  return call.world.joined(parts)
}

export const shown = (value: Thing, isCharacter: boolean): Thing =>
  isCharacter && value.kind === "numeral" ? text(String.fromCharCode(value.number)) : value
