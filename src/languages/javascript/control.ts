import { unknown } from "../../model/code.ts"
import type { Call, Instance, Row, Thing } from "../imperative/platform.ts"
import { instance, passes, runsText, sink } from "../imperative/rows.ts"
import { thrown } from "../imperative/things.ts"

const nothing = unknown("nothing")
const isFunction = (of: Thing | undefined): of is Thing => of?.kind === "closure" || of?.kind === "api" || of?.kind === "some"

/** What a promise fails with. */
function failure(call: Call): Thing {
  const promised = call.world.value(call.of)
  return promised.kind === "fetched" ? thrown(promised) : unknown("an error")
}

/** A promise is what it promises. */
const then: Row = (call) => {
  const [next, failed] = call.args
  if (isFunction(failed)) call.world.invoke(failed, [failure(call)], call)
  return isFunction(next) ? call.world.invoke(next, [call.of], call) : call.of
}

const promises: Row = (call) => {
  const kept: Thing[] = []
  const resolve = sink((content) => {
    kept.push(content)
    return nothing
  })
  const [start] = call.args
  if (isFunction(start)) call.world.invoke(start, [resolve, sink(() => nothing)], call)
  return kept.length === 0 ? unknown("what is promised") : call.world.either(kept)
}

/** `x.pipe(y)`: what y makes of x. */
function pipe(call: Call, from: Thing, to: Thing | undefined): Thing {
  const content = call.world.value(from)
  if (to === undefined) return from
  if (to.kind === "sink") return to.take(content, call.at)
  if (to.kind === "instance") return call.world.either([call.world.method(to, "write", [content], call), content])
  return isFunction(to) ? call.world.invoke(to, [content], call) : content
}

const pipeline: Row = (call) => {
  let at: Thing = call.args[0] ?? nothing
  for (const next of call.args.slice(1)) at = pipe(call, at, next)
  return at
}

/** Handlers of events get what the thing gives, if it gives anything. */
const on: Row = (call) => {
  const [, handler] = call.args
  const gives =
    call.of.kind === "instance" ? (call.of.holds ?? nothing) : call.of.kind === "api" || call.of.kind === "closure" ? nothing : call.of
  if (isFunction(handler)) call.world.invoke(handler, [gives], call)
  return call.of
}

const takes: Row = (call) => {
  const [what] = call.args
  if (call.of.kind === "sink") return call.of.take(call.world.value(what), call.at)
  return call.of.kind === "instance" ? nothing : undefined
}

/** `f.call(this, ...)`; `Array.prototype.slice.call(x, ...)` is `x.slice(...)`. */
function apply(call: Call, of: Thing, self: Thing | undefined, args: readonly Thing[]): Thing {
  const method = of.kind === "api" ? /\.prototype\.(\w+)$/.exec(of.name)?.[1] : undefined
  return method === undefined ? call.world.invoke(of, args, call) : call.world.method(self ?? nothing, method, args, call)
}

const listOf = (of: Thing | undefined): readonly Thing[] => (of?.kind === "items" ? of.items : of === undefined ? [] : [of])

const assigns: Row = (call) => {
  const [to, ...from] = call.args
  if (to?.kind !== "instance" && to?.kind !== "closure")
    return from.length === 0 ? to : call.world.either([...(to === undefined ? [] : [to]), ...from])
  for (const one of from)
    if (one.kind === "api") to.fields.set("*", one)
    else if (one.kind === "instance")
      for (const [name, field] of one.fields) {
        const before = to.fields.get(name)
        to.fields.set(name, before === undefined ? field : call.world.either([before, field]))
      }
  return to
}

/** `Object.defineProperty(x, "name", { value })`, also of what the platform has. */
const defines: Row = (call) => {
  const [of, key, how] = call.args
  const name = call.world.constant(key)
  if (how?.kind !== "instance" || name === undefined) return of
  const value = how.fields.get("value") ?? how.fields.get("get")
  if (value === undefined) return of
  if (of?.kind === "api") call.world.replaces(`${of.name}.${name}`, value, call.at)
  if (of?.kind === "instance" || of?.kind === "closure")
    of.fields.set(name, how.fields.has("value") ? value : call.world.invoke(value, [], call))
  return of
}

const mapGets: Row = (call) => {
  const of = call.of
  if (of.kind !== "instance") return undefined
  const name = call.world.constant(call.args[0])
  const found = name === undefined ? undefined : of.fields.get(name)
  return found ?? of.fields.get("*") ?? (of.fields.size === 0 ? nothing : call.world.either([...of.fields.values()]))
}

const mapSets: Row = (call) => {
  const [key, value = nothing] = call.args
  if (call.of.kind === "instance") setPair(call, call.of, key, value)
  return call.of
}

function setPair(call: Call, of: Instance, key: Thing | undefined, value: Thing): void {
  const name = call.world.constant(key) ?? "*"
  const before = of.fields.get(name)
  of.fields.set(name, before === undefined ? value : call.world.either([before, value]))
}

/** A map of pairs that stand in a list. */
const mapOf: Row = (call) => {
  const [pairs] = call.args
  const made = instance("Map")
  if (pairs?.kind !== "items") return made
  for (const pair of pairs.items.slice(0, call.world.limits.valuePartsMax))
    if (pair.kind === "items") setPair(call, made, pair.items[0], pair.items[1] ?? nothing)
  return made
}

const prints: Row = (call) => {
  for (const one of call.args) call.world.prints(one)
  return nothing
}

export const control: readonly (readonly [string, Row])[] = [
  ["Promise", promises],
  ["Promise.resolve", passes(0)],
  ...["Promise.all", "Promise.race", "Promise.any", "Promise.allSettled"].map((name) => [name, passes(0)] as const),
  ["util.promisify", passes(0)],
  ["util.callbackify", passes(0)],
  ["pify", passes(0)],
  ["stream.pipeline", pipeline],
  ["stream.Readable.from", passes(0)],
  ["Reflect.apply", (call) => apply(call, call.args[0] ?? nothing, call.args[1], listOf(call.args[2]))],
  ["Reflect.construct", (call) => call.world.invoke(call.args[0] ?? nothing, listOf(call.args[1]), call)],
  ["Object.assign", assigns],
  ["Object.defineProperty", defines],
  ["Reflect.defineProperty", defines],
  ["Object.freeze", passes(0)],
  ["Object.create", passes(0)],
  ["Object.getPrototypeOf", passes(0)],
  ["Map", mapOf],
  ["Map.get", mapGets],
  ["Map.set", mapSets],
  ["Blob", (call) => call.world.value(call.args[0])],
  ["URL.createObjectURL", passes(0)],
  [
    "RegExp",
    (call) =>
      instance("RegExp", undefined, [
        ["source", call.args[0] ?? nothing],
        ["flags", call.args[1] ?? { kind: "text", text: "" }],
      ]),
  ],
  ["console.log", prints],
  ["process.stdout.write", prints],
]

export const controlMethods: readonly (readonly [string, Row])[] = [
  ["then", then],
  [
    "catch",
    (call) => (isFunction(call.args[0]) ? call.world.either([call.of, call.world.invoke(call.args[0], [failure(call)], call)]) : call.of),
  ],
  ["finally", (call) => (isFunction(call.args[0]) ? call.world.either([call.of, call.world.invoke(call.args[0], [], call)]) : call.of)],
  ["pipe", (call) => pipe(call, call.of, call.args[0])],
  ["pipeThrough", (call) => pipe(call, call.of, call.args[0])],
  ["pipeTo", (call) => pipe(call, call.of, call.args[0])],
  ...["on", "once", "addListener", "addEventListener", "prependListener", "subscribe"].map((name) => [name, on] as const),
  ...["write", "end", "update"].map((name) => [name, takes] as const),
  ["final", (call) => (call.of.kind === "sink" ? { kind: "text", text: "" } : undefined)],
  ["call", (call) => apply(call, call.of, call.args[0], call.args.slice(1))],
  ["apply", (call) => apply(call, call.of, call.args[0], listOf(call.args[1]))],
  ["bind", (call) => (call.of.kind === "closure" || call.of.kind === "api" ? call.of : undefined)],
  ...["text", "json", "arrayBuffer", "blob", "buffer", "getReader", "setEncoding"].map(
    (name) => [name, (call: Call) => (call.of.kind === "instance" ? call.of.holds : call.of)] as const,
  ),
  ["_compile", runsText(0, "javascript")],
]
