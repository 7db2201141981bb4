import type { Transform, Value } from "../../model/code.ts"
import { text, unknown } from "../../model/code.ts"
import type { Call, Instance, Row, Sink, Thing, World } from "./platform.ts"
import { runProgram } from "./programs.ts"

/** Which argument a row means: by its position, by the names it may be given under, or what the method is called on. */
export type Which = number | string | readonly (number | string)[] | "this"

export const argument = (call: Call, which: Which): Thing | undefined => {
  if (which === "this") return call.of
  if (typeof which === "number") return call.args[which]
  if (typeof which === "string") return call.named.get(which)
  for (const one of which) {
    const found = argument(call, one)
    if (found !== undefined) return found
  }
  return undefined
}

export const contentOf = (call: Call, which: Which): Value => call.world.value(argument(call, which))

export const instance = (type: string, holds?: Value, fields: readonly (readonly [string, Thing])[] = []): Instance => ({
  kind: "instance",
  type,
  fields: new Map(fields),
  holds,
})

/** The content of a file. */
export const reads =
  (path: Which): Row =>
  (call) => {
    const name = call.world.path(argument(call, path))
    call.world.act({ kind: "reads", path: name, at: call.at })
    return { kind: "file", path: name, at: call.at }
  }

export const writes =
  (path: Which, what: Which): Row =>
  (call) => {
    call.world.act({ kind: "writes", path: contentOf(call, path), what: contentOf(call, what), at: call.at })
    return unknown("nothing")
  }

/** A copy or a move: what the one file holds, the other does. */
export const copies =
  (from: Which, to: Which, moves = false): Row =>
  (call) => {
    const content = reads(from)(call)
    call.world.act({ kind: "writes", path: contentOf(call, to), what: call.world.value(content), at: call.at })
    return moves ? deletes(from)(call) : unknown("nothing")
  }

export const deletes =
  (path: Which): Row =>
  (call) => {
    call.world.act({ kind: "deletes", path: contentOf(call, path), at: call.at })
    return unknown("nothing")
  }

/** Writes what is piped or written into what it gives. */
export const opensForWriting =
  (path: Which): Row =>
  (call) => {
    const name = contentOf(call, path)
    // It is emptied, or made, by that alone.
    call.world.act({ kind: "writes", path: name, what: text(""), at: call.at })
    return sink((content, at) => {
      call.world.act({ kind: "writes", path: name, what: content, at })
      return unknown("nothing")
    })
  }

export const connects =
  (to: Which): Row =>
  (call) => {
    call.world.act({ kind: "connects", to: contentOf(call, to), at: call.at })
    return instance("socket", { kind: "fetched", from: contentOf(call, to), at: call.at })
  }

/** What the network answers; all else that it is given is sent. */
export const fetches =
  (from: Which): Row =>
  (call) => {
    const address = argument(call, from)
    const others = [...call.args, ...[...call.named].filter(([name]) => !settings.has(name)).map(([, one]) => one)]
    const what = sentOf(call.world, [...others.filter((one) => one !== address), ...extraOf(address)])
    call.world.act({ kind: "connects", to: contentOf(call, from), ...what, at: call.at })
    return { kind: "fetched", from: contentOf(call, from), at: call.at }
  }

/** A request that is put together before it is sent: what it holds is its address. */
export const request =
  (type: string, to: Which): Row =>
  (call) => {
    const address = argument(call, to)
    const others = [...call.args, ...call.named.values()].filter((one) => one !== address)
    return instance(type, call.world.value(address), [[extra, { kind: "items", items: others }]])
  }

/** Goes out on a connection that is open. */
export const sends: Row = (call) => {
  const peer = call.of.kind === "instance" ? call.of.holds : call.of
  const what = sentOf(call.world, [...call.args, ...call.named.values()])
  const to = peer?.kind === "fetched" ? peer.from : unknown("a peer")
  if (what.what !== undefined) call.world.act({ kind: "connects", to, ...what, at: call.at })
  return undefined
}

const extra = "(sent)"
/** What a request that was put together sends beside its address. */
export const extraOf = (of: Thing | undefined): readonly Thing[] => (of?.kind === "instance" ? [of.fields.get(extra) ?? []].flat() : [])

/** Says how a request is made, and is no part of it. */
const settings: ReadonlySet<string> = new Set([
  "proxies",
  "proxy",
  "env",
  "timeout",
  "verify",
  "cert",
  "agent",
  "auth",
  "transport",
  "hooks",
])
/** By which a record is known that says how a request is made, and is not sent itself. */
const ofRequests: ReadonlySet<string> = new Set([
  "url",
  "uri",
  "method",
  "headers",
  "body",
  "data",
  "json",
  "params",
  "host",
  "hostname",
  "baseURL",
  "timeout",
  "agent",
  "signal",
])
const sentDepth = 5
const sentMax = 64

/** Everything in records and lists, however they hold each other, that the program did not write itself. */
export function sentOf(world: World, things: readonly Thing[]): { readonly what?: Value } {
  const parts: Value[] = []
  let looked = 0
  const visit = (one: Thing, depth: number): void => {
    if (looked++ > sentMax || depth === 0) return
    if (one.kind === "items") for (const item of one.items.slice(0, sentMax)) visit(item, depth - 1)
    else if (one.kind === "some") for (const other of one.of) visit(other, depth - 1)
    else if (one.kind === "instance" && one.holds === undefined) {
      const isRequest = depth === sentDepth && [...one.fields.keys()].some((name) => ofRequests.has(name))
      for (const [name, field] of one.fields) if (!isRequest || !settings.has(name)) visit(field, depth - 1)
    } else if (one.kind !== "closure" && one.kind !== "sink" && one.kind !== "numeral" && one.kind !== "text") parts.push(world.value(one))
  }
  for (const one of things) visit(one, sentDepth)
  return parts.length === 0 ? {} : { what: world.joined(parts) }
}

/** A name service is asked: the name itself goes to whoever serves its domain. */
export const resolves =
  (name: Which): Row =>
  (call) => {
    call.world.act({ kind: "connects", to: contentOf(call, name), at: call.at })
    return unknown("a name service's answer")
  }

/** A variable of the environment; of a name that is not known, any. */
export const environment =
  (name: Which): Row =>
  (call) => ({ kind: "environment", name: call.world.constant(argument(call, name)) ?? "*", at: call.at })

/** All of it. */
export const wholeEnvironment: Row = ({ at }) => ({ kind: "environment", name: "*", at, isWhole: true })

/** Spells the environment, where it is given that: of anything else it is a function as any other. */
export const spells: Row = (call) => (call.args[0]?.kind === "api" ? call.world.value(call.args[0]) : undefined)

export const runsText =
  (what: Which, language: string): Row =>
  (call) => {
    call.world.runsText(argument(call, what) ?? unknown("nothing"), language, call)
    return unknown("what a text gave")
  }

/** A program by its name; `args`: one list of arguments, or the first of them all. */
export const runsProgram =
  (program: Which, ...args: readonly Which[]): Row =>
  (call) => {
    const given = args.map((which) => argument(call, which)).filter((one) => one !== undefined)
    return runProgram(
      call,
      argument(call, program) ?? unknown("nothing"),
      given.flatMap((one) => (one.kind === "items" ? one.items : [one])),
    )
  }

export const loads =
  (what: Which, as: "module" | "object" = "module"): Row =>
  (call) => {
    call.world.act({ kind: "runs", as, what: contentOf(call, what), at: call.at })
    return unknown("what was loaded")
  }

/** A step over an argument; `compute` gives its result where the argument is constant. */
export const steps =
  (how: Transform, of: Which, compute?: (input: string, call: Call) => string | undefined): Row =>
  (call) => {
    const input = argument(call, of) ?? unknown("nothing")
    const constant = compute === undefined ? undefined : call.world.constant(input)
    return call.world.step(how, call.name, input, call.at, constant === undefined ? undefined : compute?.(constant, call))
  }

/** Text of text, where it is constant; else a step. */
export const computes =
  (how: Transform, of: Which, compute: (input: string, call: Call) => string | undefined): Row =>
  (call) => {
    const input = argument(call, of) ?? unknown("nothing")
    const constant = call.world.constant(input)
    const computed = constant === undefined ? undefined : compute(constant, call)
    return computed === undefined ? call.world.step(how, call.name, input, call.at) : text(computed)
  }

export const sink = (take: Sink["take"]): Sink => ({ kind: "sink", take })

/** A filter: what is written or piped into it comes out after the step. */
export const filters =
  (how: Transform): Row =>
  (call) =>
    sink((content, at) => call.world.step(how, call.name, content, at))

/** Gives the argument itself. */
export const passes =
  (which: Which): Row =>
  (call) =>
    argument(call, which)

export const joins =
  (...which: readonly Which[]): Row =>
  (call) =>
    call.world.joined((which.length === 0 ? call.args : which.map((one) => argument(call, one) ?? unknown("nothing"))).flat())

/** Several rows on one call; what the last gives. */
export const all =
  (...rows: readonly Row[]): Row =>
  (call) =>
    rows.map((row) => row(call)).at(-1)

/** Gives what the row gives also to the functions among the arguments, behind an error that is none: `(error, data) => ...`. */
export const callsBack =
  (row: Row, ...before: readonly Thing[]): Row =>
  (call) => {
    const result = row(call) ?? unknown("what it gave")
    for (const one of call.args) if (one.kind === "closure" || one.kind === "api") call.world.invoke(one, [...before, result], call)
    return result
  }
