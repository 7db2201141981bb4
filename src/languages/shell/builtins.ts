import { text, unknown, type Value } from "../../model/code.ts"
import { constantOf, isArgument, textual } from "./builder.ts"
import type { Call, Tool } from "./call.ts"
import { isNewFile, normalPath, resolvePath } from "./files.ts"
import { argumentsOf, listOf, lookUp } from "./parameters.ts"
import { echo, printf } from "./printing.ts"
import { mapfile, read } from "./reading.ts"

const nothing: Tool = () => undefined
const spaced = (call: Call, args = call.args): Value =>
  call.machine.build.joined(args.flatMap((arg, index) => (index === 0 ? [arg] : [text(" "), arg])))

/** `eval` (POSIX XCU 2.14): its words as one text, in this shell. */
const evaluate: Tool = (call) => {
  const of = spaced(call, textual(call.args[0] ?? text("")) === "--" ? call.args.slice(1) : call.args)
  if (constantOf(of) === "") return
  call.runs(of, "shell")
  call.machine.evaluator.text(call.machine, of, call.streams, call.at)
}

/** `.` and `source`: a file, in this shell. */
const source: Tool = (call) => {
  const [path] = call.options().operands
  if (path === undefined) return
  const of = call.content(path)
  call.runs(of, "shell")
  call.machine.evaluator.text(call.machine, of, call.streams, call.at)
}

const set: Tool = (call) => {
  const { machine, args, words } = call
  let at = 0
  for (; at < args.length; at += 1) {
    const word = words[at]
    if (word === "--") {
      machine.variables.set("@", listOf(args.slice(at + 1)))
      return
    }
    if (word === undefined || !/^[-+]./.test(word)) break
    if (/^[-+]\w*o$/.test(word)) at += 1
  }
  if (at < args.length) machine.variables.set("@", listOf(args.slice(at)))
}

const shift: Tool = ({ machine, words }) => {
  const count = words.length === 0 ? 1 : Number(words[0])
  if (machine.variables.get("@")?.items === undefined) return
  const left = Number.isInteger(count) ? argumentsOf(machine).slice(count) : argumentsOf(machine)
  machine.variables.set("@", listOf(left))
}

/** `local` and `declare` in a function: what the name held comes back behind it. */
const local: Tool = ({ machine, words }) => {
  const frame = machine.frames.at(-1)
  for (const word of words) {
    if (frame === undefined || word === undefined || !/^[A-Za-z_]\w*$/.test(word) || frame.has(word)) continue
    frame.set(word, machine.variables.get(word))
    machine.variables.set(word, { value: text("") })
  }
}

const unset: Tool = ({ machine, words }) => {
  for (const word of words) if (word !== undefined && /^[A-Za-z_]\w*$/.test(word)) machine.variables.set(word, { value: text("") })
}

/** Words like `name=value` that came out of expansions. */
const exporting: Tool = (call) => {
  // `export -p` prints all that it exports.
  if (call.args.length === 1 && /^-(?:p|x|px|xp)$/.test(textual(call.args[0] ?? text("")) ?? ""))
    return { kind: "environment", name: "*", at: call.at, isWhole: true }
  for (const arg of call.args) {
    const match = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(textual(arg) ?? "")
    if (match !== null) call.machine.variables.set(match[1] ?? "", { value: text(match[2] ?? "") })
  }
  return
}

const alias: Tool = (call) => {
  for (const word of call.words) {
    const match = /^([^=]+)=([\s\S]*)$/.exec(word ?? "")
    if (match !== null) call.machine.aliases.set(match[1] ?? "", match[2] ?? "")
    else if (word === undefined) call.machine.giveUp("an alias whose text is not known", call.at)
  }
}

/** What a trap runs may run at any time: it runs here. */
const trap: Tool = (call) => {
  const [handler] = call.options().operands
  if (handler === undefined || call.options().operands.length < 2) return
  call.machine.branches([(own) => call.machine.evaluator.text(call.machine, handler, own, call.at)], call.streams, true)
}

/** `cd`: paths that follow are below it. One of many folders, or one that is computed, says nothing of where they are. */
const changeFolder: Tool = ({ machine, args, words }) => {
  const index = words.findIndex((word) => word === undefined || !/^-[LPe@]+$|^--$/.test(word))
  const to = args[index]
  const where = to === undefined || words[index] === "-" ? text(".") : resolvePath(machine, to)
  const constant = constantOf(where)
  const value = constant === undefined ? where : text(normalPath(constant))
  const isFolder = constant === undefined ? isSimple(where) : constant !== "."
  machine.variables.set("PWD", isFolder ? { value } : undefined)
  return undefined
}

const isSimple = (value: Value): boolean =>
  value.kind === "environment" ||
  isArgument(value) ||
  isNewFile(value) ||
  (value.kind === "joined" && value.parts.length <= 4 && value.parts.every((part) => part.kind === "text" || isSimple(part)))

/** Where it was before is not kept. */
const back: Tool = ({ machine }) => {
  machine.variables.set("PWD", undefined)
  return undefined
}

const command: Tool = (call) => {
  const { flags, operands } = call.options({ command: true })
  if (flags.has("v") || flags.has("V")) return operands[0]
  const [first] = operands
  const name = first === undefined ? undefined : textual(first)
  const hidden = name === undefined ? undefined : call.machine.functions.get(name)
  if (name !== undefined && hidden !== undefined) call.machine.functions.set(name, undefined)
  call.command(operands)
  if (name !== undefined && hidden !== undefined) call.machine.functions.set(name, hidden)
  return
}

const exec: Tool = (call) => {
  call.command(call.options({ short: "a", command: true }).operands)
  return undefined
}

const getopts: Tool = ({ machine, words }) => {
  const name = words[1]
  if (name !== undefined) machine.variables.set(name, { value: unknown("an option") })
  machine.variables.set("OPTARG", { value: unknown("argument of an option") })
  return undefined
}

const folder: Tool = ({ machine }) => lookUp(machine, "PWD")

/** `let` sets a variable to a number. */
const let_: Tool = ({ machine, words }) => {
  for (const word of words) {
    const name = /^([A-Za-z_]\w*)\W*=/.exec(word ?? "")?.[1]
    if (name !== undefined) machine.variables.set(name, { value: unknown("a number") })
  }
  return undefined
}

/** `shopt -s dotglob`, `setopt glob_dots` of zsh, and options that are not known. */
const optional: Tool = ({ machine, words }) => {
  if (words.some((word) => word === undefined || /^(?:dotglob|glob_?dots)$/i.test(word))) machine.expandsPeriods = true
  return undefined
}

/** `print` of ksh. */
const print: Tool = (call) => {
  const { flags, operands } = call.options({ short: "uf" })
  return call.machine.build.joined([spaced(call, operands), text(flags.has("n") ? "" : "\n")])
}

const silent =
  ":|true|false|test|[|exit|return|break|continue|umask|ulimit|wait|jobs|fg|bg|disown|hash|type|enable|times|caller|unalias|bind|complete|compgen|history|logout|suspend"

/** What a shell does itself: no program runs. */
export const builtins: ReadonlyMap<string, Tool> = new Map<string, Tool>([
  ...silent.split("|").map((name): [string, Tool] => [name, nothing]),
  ["eval", evaluate],
  [".", source],
  ["source", source],
  ["set", set],
  ["shift", shift],
  ["local", local],
  ["declare", local],
  ["typeset", local],
  ["unset", unset],
  ["export", exporting],
  ["readonly", exporting],
  ["alias", alias],
  ["trap", trap],
  ["cd", changeFolder],
  ["pushd", changeFolder],
  ["popd", back],
  ["pwd", folder],
  ["command", command],
  ["builtin", command],
  ["exec", exec],
  ["shopt", optional],
  ["setopt", optional],
  ["getopts", getopts],
  ["let", let_],
  ["echo", echo],
  ["print", print],
  ["printf", printf],
  ["read", read],
  ["mapfile", mapfile],
  ["readarray", mapfile],
])
