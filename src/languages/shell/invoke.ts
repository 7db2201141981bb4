import type { Place, Value } from "../../model/code.ts"
import { text } from "../../model/code.ts"
import { printedBy } from "../../model/secret.ts"
import { candidates, carries, constantOf, plain, textual } from "./builder.ts"
import { builtins } from "./builtins.ts"
import { Call, type Tool } from "./call.ts"
import { content, isFile, writtenAt } from "./files.ts"
import type { Callable, Machine, Variable } from "./machine.ts"
import { listOf } from "./parameters.ts"
import type { Streams } from "./streams.ts"
import { uploads } from "./tools/uploads.ts"
import { matchingTools, toolNamed } from "./tools.ts"

/** Programs that one name may stand for and that are looked at. */
const namesMax = 6

interface Situation {
  readonly machine: Machine
  readonly streams: Streams
  readonly at: Place
}

/** Runs a command of known words: a function, a builtin, or a program by each name that the first word may be. `variable`: the one that gives the name. */
export function invoke(machine: Machine, words: readonly Value[], streams: Streams, at: Place, variable?: string): void {
  const [first, ...args] = words
  if (first === undefined) return
  const situation = { machine, streams, at }
  const constant = constantOf(first)
  if (constant !== undefined) {
    named(constant, first, args, situation)
    return
  }
  const found = first.kind === "names" ? matchingTools(textual(first) ?? "", namesMax) : candidates(first).slice(0, namesMax)
  const hinted = variable === undefined ? undefined : variable.toLowerCase().replace(/^(?:config_|ac_cv_(?:path|prog)_)/, "")
  const names = new Set(found.filter((name) => name !== ""))
  if (names.size === 0 && hinted !== undefined && toolNamed(hinted) !== undefined) names.add(hinted)
  const bodies = [...names].map((name) => (own: Streams) => alternative(name, first, args, { ...situation, streams: own }))
  // What is empty gives its place to the next word: `$SUDO make`.
  const next = args[0] === undefined ? undefined : textual(args[0])
  if (names.size === 0 && found.includes("") && next !== undefined && /^[\w./]/.test(next))
    bodies.push((own) => invoke(machine, args, own, at))
  act(first, args, situation)
  if (bodies.length > 0) machine.branches(bodies, streams, false)
  else streams.write(step("program", configuredIn(first) ?? "program", args, situation), machine.build)
}

/** The variable of a configuration that says which program it is. */
const configuredIn = (value: Value): string | undefined => (value.kind === "unknown" ? value.variable : undefined)

/** One of the names that a program may have: it is in the acts already. */
function alternative(name: string, first: Value, args: readonly Value[], situation: Situation): void {
  const callables = situation.machine.functions.get(name)
  const tool = callables === undefined ? (builtins.get(name) ?? toolNamed(name)) : undefined
  if (callables !== undefined) callFunction(name, callables, args, situation)
  else use(tool, name, first, args, situation)
}

function named(name: string, first: Value, args: readonly Value[], situation: Situation): void {
  const { machine, streams, at } = situation
  const alias = machine.aliases.get(name)
  if (alias !== undefined && machine.depth < machine.limits.innerDepthMax) {
    const rest = args.flatMap((arg) => [text(" "), constantOf(arg) === undefined ? arg : text(quoted(constantOf(arg) ?? ""))])
    machine.aliases.set(name, undefined)
    machine.evaluator.text(machine, machine.build.joined([text(alias), ...rest]), streams, at)
    machine.aliases.set(name, alias)
    return
  }
  const callables = machine.functions.get(name)
  if (callables !== undefined) {
    callFunction(name, callables, args, situation)
    return
  }
  const builtin = builtins.get(name)
  if (builtin !== undefined) {
    use(builtin, name, first, args, situation)
    return
  }
  if (name === "") return
  act(first, args, situation)
  use(toolNamed(name), name, first, args, situation)
}

const quoted = (of: string): string => `'${of.replaceAll("'", "'\\''")}'`

function act(first: Value, args: readonly Value[], { machine, streams, at }: Situation): void {
  const input = streams.input === undefined ? {} : { input: streams.input.value }
  machine.act({ kind: "runs", as: "program", what: first, with: args.map(plain), ...input }, at)
}

function use(tool: Tool | undefined, name: string, first: Value, args: readonly Value[], situation: Situation): void {
  const { machine, streams, at } = situation
  const base = name.slice(name.lastIndexOf("/") + 1)
  const call = new Call(machine, { name: base, args, streams, at })
  if (name.includes("/")) runWritten(first, call)
  if (tool === undefined) uploads(call)
  const words = call.words.join(" ")
  const others = (): Value =>
    printedBy(`${base} ${words}`) === undefined ? step("edit", base, args, situation) : machine.build.step("program", base, text(words), at)
  const printed = tool === undefined ? others() : tool(call)
  if (printed !== undefined) streams.write(printed, machine.build)
}

/** A program that this script wrote: what it wrote runs. What a compiler made of sources is theirs. */
function runWritten(path: Value, call: Call): void {
  const what = writtenAt(call.machine, path)
  if (what === undefined || (what.kind === "step" && what.tool === "compiler")) return
  const constant = constantOf(what)
  if (constant !== undefined && /^(?:#!\s*\S*sh\b|(?!#!))/.test(constant)) call.runsShell(what)
  else if (constant !== undefined || carries(what)) call.runs(what, undefined)
}

/** What a program prints of which nothing is known: what flows into it flows out. */
function step(how: "program" | "edit", tool: string, args: readonly Value[], { machine, streams, at }: Situation): Value {
  const inside = args.flatMap((arg): readonly Value[] => {
    const word = textual(arg)
    if (word === undefined) return arg.kind === "names" ? [machine.build.file(arg, at)] : carries(arg) ? [arg] : []
    return isFile(machine, word) ? [content(machine, arg, streams, at)] : []
  })
  const input = streams.input?.value
  const of = machine.build.joined([...(input === undefined ? [] : [input]), ...inside])
  if (of.kind === "text" && of.text === "") return { kind: "unknown", why: `what ${tool} prints` }
  return machine.build.step(how, tool, of, at)
}

/** Runs the body of a function where it is called, so that its arguments are known. */
function callFunction(name: string, callables: readonly Callable[], args: readonly Value[], { machine, streams, at }: Situation): void {
  const runs = callables.map((callable) => (own: Streams) => {
    const running = machine.active.get(callable.body) ?? 0
    if (running >= 2 || machine.frames.length >= machine.limits.scriptCallsMax) {
      machine.giveUp(`calls inside calls: ${name}`, at)
      return
    }
    machine.active.set(callable.body, running + 1)
    machine.called.add(callable.body)
    machine.repeat(at, () => machine.evaluator.callable(machine, callable, own))
    machine.active.set(callable.body, running)
  })
  const before = machine.variables.get("@")
  const locals = new Map<string, Variable | undefined>()
  machine.variables.set("@", listOf(args))
  machine.frames.push(locals)
  const [only] = runs
  if (runs.length === 1 && only !== undefined) only(streams)
  else machine.branches(runs, streams, false)
  machine.frames.pop()
  for (const [local, old] of locals) machine.variables.set(local, old)
  machine.variables.set("@", before)
}
