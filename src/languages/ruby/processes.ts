import { text, unknown } from "../../model/code.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import { argument, environment, loads, runsText, wholeEnvironment } from "../imperative/rows.ts"
import { started } from "../process-rows.ts"

/** Words of a command; a record of the environment before them and options behind them are none. */
const wordsOf = ({ args }: Call): readonly Thing[] => args.filter((one) => one.kind !== "instance" && one.kind !== "closure")

/** One text is a command line of a shell, more are a program and its arguments (Ruby, `Process.spawn`). */
const runs: Row = (call) => {
  const words = wordsOf(call)
  const [first] = words
  if (first === undefined) return undefined
  const isList = words.length > 1 || first.kind === "items"
  return started(
    call,
    isList ? { kind: "items", items: words.flatMap((one) => (one.kind === "items" ? one.items : [one])) } : first,
    !isList,
    undefined,
  )
}

/** `IO.popen(command, mode)`. */
const pipes: Row = (call) => {
  const [first] = wordsOf(call)
  if (first !== undefined) started(call, first, first.kind !== "items", undefined)
  return unknown("what a program gave")
}

/** `Kernel#open` of a text that begins with `|` runs the rest of it; of an address it fetches, where `open-uri` is loaded. */
export const opensCommand = (call: Call): boolean => {
  const given = call.args[0]
  const value = call.world.value(given)
  const head = value.kind === "joined" ? value.parts[0] : value
  if (head?.kind !== "text" || !head.text.trimStart().startsWith("|")) return false
  const constant = call.world.constant(given)
  call.world.runsText(constant === undefined ? (given ?? unknown("nothing")) : text(constant.trimStart().slice(1)), "shell", call)
  return true
}

/** A text is evaluated, where it is no block that is. */
const evaluates: Row = (call) => {
  const [given] = call.args
  if (given === undefined || given.kind === "closure") return undefined
  return runsText(0, "ruby")(call)
}

/** All of the environment, or what a block makes of each of it, by name and content. */
const allOf: Row = (call) => {
  const whole = wholeEnvironment(call) ?? unknown("the environment")
  const block = call.args.at(-1)
  if (block?.kind !== "closure") return whole
  const made = call.world.invoke(block, block.of.parameters.length > 1 ? [whole, whole] : [whole], call)
  return /map|collect/.test(call.name) ? made : whole
}

const requires: Row = (call) => {
  const name = call.world.constant(argument(call, 0))
  if (name !== undefined) call.world.takesAll(`lib/${name.replace(/(?:\.rb)?$/, ".rb")}`)
  call.world.act({ kind: "runs", as: "module", what: call.world.value(argument(call, 0)), at: call.at })
  return unknown("whether it was loaded")
}

const loadsFile: Row = (call) => {
  call.world.runsText({ kind: "file", path: call.world.path(call.args[0]), at: call.at }, "ruby", call)
  return unknown("whether it was loaded")
}

/** `require_relative`: a file beside this one. */
const requiresBeside: Row = (call) => {
  const constant = call.world.constant(call.args[0])
  const folder = call.at.path.includes("/") ? call.at.path.replace(/[^/]*$/, "") : ""
  const file = constant === undefined ? undefined : `${folder}${constant}${/\.rb$/.test(constant) ? "" : ".rb"}`
  if (file !== undefined) call.world.takesAll(plain(file))
  call.world.act({ kind: "runs", as: "module", what: file === undefined ? call.world.value(call.args[0]) : text(plain(file)), at: call.at })
  return unknown("whether it was loaded")
}

/** A path without `.` and `..`. */
function plain(path: string): string {
  const parts: string[] = []
  for (const part of path.split("/")) {
    if (part === "..") parts.pop()
    else if (part !== ".") parts.push(part)
  }
  return parts.join("/")
}

/** Classes that secrets go through. */
const trusted = /^(?:Net\.HTTP|OpenSSL|IO|BasicSocket|Socket|TCPSocket|Open3|Process|Kernel|Digest|SecureRandom)(?:\.|$)/

/** `Module#prepend`: methods of a module come before those of a class, for everyone. */
const prepends: Row = (call) => {
  const { of } = call
  if (of?.kind === "api" && trusted.test(of.name))
    call.world.act({ kind: "replaces", name: `${of.name}.*`, what: call.world.value(call.args[0]), at: call.at })
  return of
}

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])

/** Processes and code that is data, as Ruby's core and standard library start them. */
export const processes: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...named(["system", "exec", "spawn", "fork_and_exec", "xsystem", "sh"], runs),
  ...named(
    ["Open3.capture2", "Open3.capture2e", "Open3.capture3", "Open3.popen2", "Open3.popen2e", "Open3.popen3", "Open3.pipeline", "PTY.spawn"],
    runs,
  ),
  ...named(["IO.popen", "popen"], pipes),
  ["`", runsText(0, "shell")],
  ...named(["eval", "instance_eval", "class_eval", "module_eval", "Binding.eval", "RubyVM.InstructionSequence.compile"], evaluates),
  ["RubyVM.InstructionSequence.load_from_binary", loads(0, "object")],
  ["require", requires],
  ["require_relative", requiresBeside],
  ["load", loadsFile],
  ["autoload", loads(1)],
  ["Fiddle.dlopen", loads(0, "object")],
  ["Fiddle.Handle.new", loads(0, "object")],
  ["DL.dlopen", loads(0, "object")],
  ["ffi_lib", loads(0, "object")],
  [
    "(extensions)",
    (call) => {
      const given = call.args[0]
      for (const one of given?.kind === "items" ? given.items : [given])
        call.world.act({ kind: "runs", as: "module", what: call.world.value(one), at: call.at })
      return given
    },
  ],
  ["ENV.fetch", environment(0)],
  ...named(
    ["to_h", "to_hash", "to_a", "dup", "each", "each_pair", "map", "filter_map", "flat_map", "collect", "select", "filter", "reject"].map(
      (name) => `ENV.${name}`,
    ),
    allOf,
  ),
  [
    "Object.const_get",
    (call) => {
      const constant = call.world.constant(call.args[0])
      return { kind: "api", name: constant === undefined ? "*" : constant.replaceAll("::", ".") }
    },
  ],
  [
    "Marshal.load",
    (call) => {
      call.world.act({ kind: "runs", as: "object", what: call.world.value(call.args[0]), at: call.at })
      return call.world.step("decode", call.name, call.args[0] ?? unknown("nothing"), call.at)
    },
  ],
])

export const processMethods: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...named(["instance_eval", "class_eval", "module_eval", "eval"], evaluates),
  ["prepend", prepends],
])
