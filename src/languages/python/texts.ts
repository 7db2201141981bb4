import { text, unknown } from "../../model/code.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import { argument, computes, passes, steps } from "../imperative/rows.ts"

/** What a program goes through: items, characters of a constant, or parts of content. */
function itemsOf(call: Call, thing: Thing | undefined): readonly Thing[] | undefined {
  if (thing?.kind === "items") return thing.items.length > call.world.limits.valueBytesMax ? undefined : thing.items
  const constant = call.world.constant(thing)
  return constant === undefined || constant.length > mappedMax ? undefined : [...constant].map(text)
}

/** Characters or items of a constant that a function is called with, one by one: of more only one call stands for all. */
const mappedMax = 4096

/** `map(f, xs)` and comprehensions. */
const maps: Row = (call) => {
  const [each, over] = call.args
  if (each === undefined || over === undefined) return undefined
  const items = itemsOf(call, over)
  if (items === undefined || items.length > mappedMax) return call.world.invoke(each, [over], call)
  return { kind: "items", items: items.map((one) => call.world.invoke(each, [one], call)) }
}

/** Any of them. */
const anyOf: Row = (call) => {
  const items = itemsOf(call, call.args[0])
  return items === undefined || items.length === 0 ? call.args[0] : call.world.either(items)
}

const listed: Row = (call) => {
  const items = itemsOf(call, call.args[0])
  return items === undefined ? call.args[0] : { kind: "items", items: [...items] }
}

const reversed: Row = (call) => {
  const items = itemsOf(call, call.args[0])
  return items === undefined ? steps("slice", 0)(call) : { kind: "items", items: items.toReversed() }
}

/** A byte for each number; of a text, itself. */
const bytesOf: Row = (call) => {
  const [given] = call.args
  if (given?.kind !== "items") return given
  return gathered(
    call,
    given.items.map((one) => (one.kind === "numeral" ? text(String.fromCharCode(one.number & 0xff)) : one)),
  )
}

/** Texts behind one another. What is put together of single characters was written so that it is not read: that stays to be seen. */
function gathered(call: Call, items: readonly Thing[]): Thing {
  const characters = items.filter((one) => call.world.constant(one)?.length === 1)
  if (characters.length < charactersMin || characters.length < items.length) return call.world.joined(items)
  const whole = characters.map((one) => call.world.constant(one)).join("")
  return call.world.step("decode", call.name, text(whole), call.at, whole)
}

const charactersMin = 4

const joins: Row = (call) => {
  const [between, given] = [call.of, call.args[0]]
  const items = given?.kind === "items" ? given.items : undefined
  if (items === undefined) return given
  if (call.world.constant(between) === "") return gathered(call, items)
  return call.world.joined(items.flatMap((one, index) => (index === 0 ? [one] : [between, one])))
}

const character: Row = (call) => {
  const [given] = call.args
  if (given?.kind === "numeral")
    return text(
      given.number < 256
        ? String.fromCharCode(given.number)
        : Buffer.from(String.fromCodePoint(Math.min(given.number, 0x10_ffff))).toString("latin1"),
    )
  return given === undefined ? undefined : call.world.step("decode", "chr", given, call.at)
}

const ordinal: Row = (call) => {
  const constant = call.world.constant(call.args[0])
  return constant?.length === 1 ? { kind: "numeral", number: constant.charCodeAt(0) } : call.args[0]
}

const integer: Row = (call) => {
  const [given, base] = call.args
  if (given?.kind === "numeral") return given
  const [digits, radix] = [call.world.constant(given), Number(call.world.constant(base) ?? "10")]
  const number = digits === undefined || radix > 36 ? Number.NaN : Number.parseInt(digits, radix === 0 || radix === 1 ? 10 : radix)
  return Number.isSafeInteger(number) ? { kind: "numeral", number } : given
}

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

/** The Python Standard Library, Common Sequence Operations, note 5. */
function sliced<T>(items: readonly T[], start: number | undefined, stop: number | undefined, step = 1): readonly T[] {
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

/** `"%s" % x` (printf-style formatting) and `"{}".format(x)`: what is put in, in its place. */
const formats: Row = (call) => {
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

const shown = (value: Thing, isCharacter: boolean): Thing =>
  isCharacter && value.kind === "numeral" ? text(String.fromCharCode(value.number)) : value

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

const replaced: Row = (call) => {
  const [from, to] = call.args.map((one) => call.world.constant(one))
  return steps("edit", "this", (input) =>
    from === undefined || to === undefined || from === "" ? undefined : input.replaceAll(from, () => to),
  )(call)
}

const split: Row = (call) => {
  const [constant, at] = [call.world.constant(call.of), call.world.constant(call.args[0])]
  if (constant === undefined) return call.of.kind === "instance" || call.of.kind === "api" ? undefined : call.of
  const parts = at === undefined || at === "None" ? constant.trim().split(/\s+/) : at === "" ? [constant] : constant.split(at)
  return parts.length > mappedMax ? call.of : { kind: "items", items: parts.map(text) }
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

const plain = (names: readonly string[], compute: (input: string) => string): readonly (readonly [string, Row])[] =>
  names.map((name) => [name, computes("edit", "this", compute)])
const same = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])

/** Texts and sequences, as the language's built-in functions make them. */
export const texts: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...same(["(for)", "map"], maps),
  ["filter", passes(1)],
  ...same(["(each)", "next", "random.choice"], anyOf),
  ...same(["list", "tuple", "iter", "sorted", "set", "frozenset", "enumerate"], listed),
  ["reversed", reversed],
  ["[:]", slices],
  ["%", formats],
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

/** A list grows: what it holds is known, its order where it is certain. */
function pushes(call: Call, more: readonly Thing[]): Thing | undefined {
  if (call.of.kind !== "items" || call.of.items.length > mappedMax) return undefined
  call.of.items.push(...more)
  return unknown("nothing")
}
