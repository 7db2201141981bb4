import { text, unknown } from "../../model/code.ts"
import type { Call, Items, Row, Thing } from "../imperative/platform.ts"

/** Items that a function is called with one by one; of more, one stands for all. */
const itemsEach = 64
/** Of functions as short as this, which decode characters, many more. */
const shortFunction = 200
const itemsEachShort = 1 << 14

function each(call: Call): readonly Thing[] {
  const [what] = call.args
  if (call.of.kind !== "items" || call.of.isShuffled === true) return [call.of.kind === "items" ? call.world.anyOf(call.of) : call.of]
  const { items } = call.of
  const isShort = what?.kind !== "closure" || what.of.end - what.of.start <= shortFunction
  if (items.length <= (isShort ? itemsEachShort : itemsEach) && !call.world.isExhausted) return items
  return items.length === 0 ? [] : [call.world.anyOf(call.of)]
}

const isFunction = (of: Thing | undefined): of is Thing => of?.kind === "closure" || of?.kind === "api" || of?.kind === "some"

const maps: Row = (call) => {
  const [what] = call.args
  if (!isFunction(what)) return undefined
  const results = each(call).map((one, index) => call.world.invoke(what, [one, { kind: "numeral", number: index }, call.of], call))
  if (call.of.kind === "items") return { kind: "items", items: results, ...(call.of.isShuffled === true ? { isShuffled: true } : {}) }
  const [only] = results
  if (only === undefined) return unknown("nothing")
  // Of a list that is not known: functions are one of its items, content flows as a whole.
  return isFunction(only) ? { kind: "items", items: [only], isShuffled: true } : only
}

/** What a function says of items is not known; they stay, but where is not known either. */
const keeps: Row = (call) => {
  maps(call)
  return call.of.kind === "items" ? { kind: "items", items: call.of.items, isShuffled: true } : call.of
}

const finds: Row = (call) => {
  maps(call)
  return call.of.kind === "items" ? anyOf(call.of, call) : call.of
}

const visits: Row = (call) => {
  const [what] = call.args
  const item = call.of.kind === "items" ? anyOf(call.of, call) : undefined
  // What a function makes of many numbers it leaves around it: one for all of them, as the rounds of a loop.
  if (isFunction(what) && item?.kind === "step") call.world.invoke(what, [item, unknown("a number"), call.of], call)
  else maps(call)
  return unknown("nothing")
}

const reduces: Row = (call) => {
  const [what, first] = call.args
  if (!isFunction(what)) return undefined
  const items = each(call)
  let so: Thing = first ?? items[0] ?? unknown("nothing")
  items.slice(first === undefined ? 1 : 0).forEach((one, index) => {
    so = call.world.invoke(what, [so, one, { kind: "numeral", number: index }], call)
  })
  return so
}

const joinsItems: Row = (call) => {
  if (call.of.kind !== "items") return call.of.kind === "instance" || call.of.kind === "api" ? undefined : call.world.value(call.of)
  const { items } = call.of
  const separator = call.args[0] === undefined ? "," : call.world.constant(call.args[0])
  const constants = items.map((one) => call.world.constant(one))
  if (separator === undefined || constants.includes(undefined) || call.of.isShuffled === true)
    return call.world.joined(items.flatMap((one, index) => (index === 0 || separator === "" ? [one] : [text(separator ?? ""), one])))
  const whole = constants.join(separator)
  const decoded = items.find((one) => one.kind === "step")
  return decoded?.kind === "step" ? call.world.step(decoded.how, decoded.tool, text(whole), call.at, whole) : text(whole)
}

/** Changes a list in place: what is in it is known, where is not. */
const shuffles =
  (gives: (of: Items, call: Call) => Thing): Row =>
  (call) => {
    if (call.of.kind !== "items") return call.of.kind === "instance" ? undefined : call.of
    const given = gives(call.of, call)
    call.of.isShuffled = true
    return given
  }

const anyOf = (of: Items, call: Call): Thing => (of.items.length === 0 ? unknown("nothing") : call.world.anyOf(of))

function addTo(of: Items, more: readonly Thing[]): Items {
  of.items.push(...more)
  return { kind: "items", items: of.items, isShuffled: true }
}

const reverses: Row = (call) => {
  if (call.of.kind !== "items") return call.world.step("translate", "reverse", call.of, call.at)
  const reversed = call.of.items.toReversed().map((one) => {
    const constant = call.world.constant(one)
    return constant === undefined ? one : call.world.step("translate", "reverse", one, call.at, constant)
  })
  return { kind: "items", items: reversed, ...(call.of.isShuffled === true ? { isShuffled: true } : {}) }
}

const pushes: Row = (call) => {
  if (call.of.kind !== "items") return undefined
  call.of.items.push(...call.args)
  return unknown("a length")
}

const copied: Row = (call) =>
  call.args[0]?.kind === "items" ? (maps({ ...call, of: call.args[0], args: call.args.slice(1) }) ?? call.args[0]) : call.args[0]

const fieldsOf: Row = (call) => {
  const [of] = call.args
  if (of?.kind === "api") return call.world.value(of)
  return of?.kind === "instance" ? { kind: "items", items: [...of.fields.values()], isShuffled: true } : of
}

/** `[key, value]` of each field; of more than are looked through, the values beside a name that is not known. */
const entriesOf: Row = (call) => {
  const [of] = call.args
  if (of?.kind === "api") return call.world.value(of)
  if (of?.kind === "items")
    return { kind: "items", items: of.items.map((one, index) => ({ kind: "items", items: [text(String(index)), one] })) }
  if (of?.kind !== "instance") return of
  const pairs = [...of.fields].map(([key, field]): Thing => ({ kind: "items", items: [key === "*" ? unknown("a key") : text(key), field] }))
  return { kind: "items", items: pairs, isShuffled: true }
}

/** Keys are names that the program wrote. */
const keysOf: Row = (call) => {
  const [of] = call.args
  if (of?.kind === "api") return call.world.value(of)
  return of?.kind === "instance" ? { kind: "items", items: [...of.fields.keys()].map(text) } : of
}

/** `new Proxy(target, handler)`: functions of the handler are called with the target, which it stands for (ECMA-262, 10.5). */
const proxied: Row = (call) => {
  const [target, handler] = call.args
  if (target === undefined) return undefined
  for (const one of handler?.kind === "instance" ? handler.fields.values() : [])
    if (one.kind === "closure") call.world.invoke(one, [target, unknown("a name"), unknown("a value")], call)
  const applied = handler?.kind === "instance" ? handler.fields.get("apply") : undefined
  return applied === undefined ? target : call.world.either([target, applied])
}

export const lists: readonly (readonly [string, Row])[] = [
  ["Array.from", copied],
  ["Set", (call) => copied(call) ?? { kind: "items", items: [] }],
  ["Array.of", (call) => ({ kind: "items", items: [...call.args] })],
  ["Array", (call) => ({ kind: "items", items: call.args.filter((one) => one.kind !== "numeral") })],
  ["Object.values", fieldsOf],
  ["Object.entries", entriesOf],
  ["Object.keys", keysOf],
  ["Reflect.ownKeys", keysOf],
  ["Proxy", proxied],
]

export const listMethods: readonly (readonly [string, Row])[] = [
  ["map", maps],
  ["flatMap", maps],
  ["forEach", visits],
  ["filter", keeps],
  ["sort", (call) => (call.args[0] === undefined || call.of.kind !== "items" ? shuffles((of) => of)(call) : keeps(call))],
  ["find", finds],
  ["findLast", finds],
  ["some", visits],
  ["every", visits],
  ["reduce", reduces],
  ["reduceRight", reduces],
  ["join", joinsItems],
  ["reverse", reverses],
  ["push", pushes],
  ["unshift", shuffles((of, call) => ({ kind: "numeral", number: of.items.push(...call.args) }))],
  ["shift", shuffles(anyOf)],
  ["pop", (call) => (call.of.kind === "items" ? (call.of.items.at(-1) ?? unknown("nothing")) : call.of)],
  ["splice", shuffles((of, call) => addTo(of, call.args.slice(2)))],
  [
    "flat",
    (call) =>
      call.of.kind === "items"
        ? { kind: "items", items: call.of.items.flatMap((one) => (one.kind === "items" ? one.items : [one])) }
        : call.of,
  ],
  ["add", (call) => (pushes(call) === undefined ? undefined : call.of)],
  ["values", (call) => fieldsOf({ ...call, args: [call.of] })],
  ["entries", (call) => entriesOf({ ...call, args: [call.of] })],
]
