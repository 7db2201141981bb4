import type { Value } from "../../../model/code.ts"
import { text } from "../../../model/code.ts"
import { constantOf, textual } from "../builder.ts"
import type { Call, Tool } from "../call.ts"
import { runSed, type SedCommand, sedCommands } from "../sed.ts"
import { exchangesLetters, translate } from "../translate.ts"

/** `tr`: its sets are constants, or nothing is known but that it translates. */
const tr: Tool = (call) => {
  const { flags, operands } = call.options()
  const [from, to] = operands.map(textual)
  const how = from === undefined || exchangesLetters(from, to, flags) ? "translate" : "edit"
  return call.computed(how, call.input, (one) => (from === undefined ? undefined : translate(one, from, to, flags)))
}

/** `sed`: what its script reads, writes and runs besides its input; the step that it is. */
const sed: Tool = (call) => {
  const { flags, values, operands } = call.options({ short: "efl", long: ["expression", "file", "line-length"] })
  const files = [...(values.get("f") ?? []), ...(values.get("file") ?? [])]
  const given = [...(values.get("e") ?? []), ...(values.get("expression") ?? [])]
  const isFirst = given.length === 0 && files.length === 0
  const [first, ...others] = operands
  const scripts = isFirst && first !== undefined ? [first] : given
  const paths = isFirst ? others : operands
  for (const path of files) call.runs(call.content(path), "sed")
  const commands = scripts.map((script) => commandsOf(script))
  const known = files.length === 0 && commands.every((one) => one !== undefined) ? commands.flatMap((one) => one ?? []) : undefined
  const inPlace = [...flags].some((flag) => flag === "i" || flag === "in-place")
  const silent = flags.has("n") || flags.has("quiet") || flags.has("silent")
  const edit = (of: Value): Value => edited(call, of, known, silent)
  if (!inPlace) return edit(call.contents(paths))
  for (const path of paths) call.write(path, edit(call.content(path)))
  return
}

const commandsOf = (script: Value): readonly SedCommand[] | undefined => {
  const constant = textual(script)
  return constant === undefined ? undefined : sedCommands(constant)
}

function edited(call: Call, of: Value, commands: readonly SedCommand[] | undefined, silent: boolean): Value {
  if (commands === undefined) return call.step("edit", of)
  const added = commands.flatMap((one): readonly Value[] => {
    if (one.kind === "r" || one.kind === "R") return [call.content(text(one.path))]
    if (one.kind === "w") call.write(text(one.path), call.step("slice", of))
    if (one.kind === "e") {
      if (one.program === "") call.runs(call.step("edit", of), "shell")
      else call.runsShell(text(one.program))
    }
    return []
  })
  const how = commands.some(({ kind }) => kind === "y")
    ? "translate"
    : commands.every(({ kind }) => /^[pdqQrR]$/.test(kind))
      ? "slice"
      : "edit"
  const result = call.computed(how, of, (one) => runSed(one, commands, silent, (work) => call.machine.charge(work)))
  return added.length === 0 ? result : call.machine.build.joined([result, ...added])
}

/** `awk`: commands that its program holds as strings run; the rest is an edit. */
const awk: Tool = (call) => {
  const { values, operands } = call.options({ short: "vfFEie", long: ["assign", "field-separator", "file", "source", "exec"] })
  const files = ["f", "file", "E", "exec"].flatMap((name) => values.get(name) ?? [])
  const sources = ["e", "source"].flatMap((name) => values.get(name) ?? [])
  for (const path of files) call.runs(call.content(path), "awk")
  const inline = files.length === 0 && sources.length === 0
  const programs = inline ? operands.slice(0, 1) : sources
  const paths = (inline ? operands.slice(1) : operands).filter((path) => !/^\w+=/.test(textual(path) ?? ""))
  const given = (values.get("v") ?? []).filter((value) => constantOf(value) === undefined)
  const read = call.contents(paths)
  const of = given.length === 0 ? read : call.machine.build.joined([read, ...given])
  for (const program of programs) awkProgram(call, program, of)
  return call.step("edit", of)
}

function awkProgram(call: Call, program: Value, of: Value): void {
  const constant = textual(program)
  if (constant === undefined) {
    call.runs(program, "awk")
    return
  }
  for (const match of constant.matchAll(
    /\bsystem\s*\(\s*("(?:[^"\\]|\\.)*"\s*\))?|\|&?\s*("(?:[^"\\]|\\.)*")|("(?:[^"\\]|\\.)*")\s*\|&?\s*getline/g,
  )) {
    const quoted = match[1]?.replace(/\s*\)$/, "") ?? match[2] ?? match[3]
    if (quoted === undefined) call.runs(call.step("edit", of), "shell")
    else {
      const command = text(quoted.slice(1, -1).replace(/\\(.)/g, "$1"))
      const input = match[2] === undefined ? call.streams : call.fed(call.step("edit", of))
      call.runsShell(command, input)
    }
  }
  for (const match of constant.matchAll(/(?:>|getline\s+\w*\s*<)\s*"([^"]+)"/g)) {
    if (match[0].startsWith(">")) call.write(text(match[1] ?? ""), call.step("edit", of))
    else call.content(text(match[1] ?? ""))
  }
}

/** `ed`, `ex`: what is piped into them is their program; they change a file. */
const lineEditor: Tool = (call) => {
  call.runs(call.input, "ed")
  const [path] = call.options({ short: "pc" }).operands
  if (path !== undefined) call.write(path, call.step("edit", call.content(path)))
  return
}

/** `patch < changes`: files whose names are in what it reads. */
const patch: Tool = (call) => {
  const { values, operands } = call.options({ short: "pidoFrBzDY", long: ["input", "directory", "strip", "output"] })
  const [from] = [...(values.get("i") ?? []), ...(values.get("input") ?? []), ...operands.slice(1)]
  const what = call.step("edit", from === undefined ? call.input : call.content(from))
  call.write(operands[0] ?? { kind: "unknown", why: "files that a patch names" }, what)
  return
}

const conversion: Tool = (call) =>
  call.step("edit", call.contents(call.options({ short: "ftoc", long: ["from-code", "to-code", "output"] }).operands))

/** `envsubst`, `dos2unix`, `m4` without a file: text in, text out. */
const filter: Tool = (call) => call.step("edit", call.contents(call.options().operands))

/** `expr substr s 1 2`, `basename`, `dirname`. */
const expression: Tool = (call) => {
  const [word, of, from, length] = call.args
  const numbers = [from, length].map((one) => (one === undefined ? Number.NaN : Number(constantOf(one) ?? Number.NaN)))
  if (word !== undefined && of !== undefined && textual(word) === "substr") {
    const [start = Number.NaN, size = Number.NaN] = numbers
    return call.computed("slice", of, (one) =>
      Number.isInteger(start) && Number.isInteger(size) ? one.slice(start - 1, start - 1 + size) : undefined,
    )
  }
  if (word !== undefined && of !== undefined && textual(of) === ":") return call.step("slice", word)
  return { kind: "unknown", why: "what expr prints" }
}

const base: Tool = (call) => {
  const { operands } = call.options({ short: "s" })
  const [path, suffix] = operands
  const end = suffix === undefined ? "" : (constantOf(suffix) ?? "")
  return path === undefined ? undefined : call.computed("slice", path, (one) => baseName(one, end))
}

function baseName(path: string, suffix: string): string {
  const name = path.replace(/\/+$/, "").replace(/^.*\//, "")
  return `${suffix !== "" && suffix !== name && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`
}

const folder: Tool = (call) => {
  const [path] = call.options().operands
  return path === undefined
    ? undefined
    : call.computed("slice", path, (one) => `${/^(\/+)[^/]*\/*$/.exec(one)?.[1] ?? /^(.*?)\/+[^/]+\/*$/s.exec(one)?.[1] ?? "."}\n`)
}

export const editors: readonly (readonly [string, Tool])[] = [
  ["tr", tr],
  ["sed", sed],
  ["ssed", sed],
  ["awk", awk],
  ["gawk", awk],
  ["mawk", awk],
  ["nawk", awk],
  ["ed", lineEditor],
  ["ex", lineEditor],
  ["patch", patch],
  ["iconv", conversion],
  ["recode", conversion],
  ["dos2unix", filter],
  ["unix2dos", filter],
  ["envsubst", filter],
  ["jq", filter],
  ["expr", expression],
  ["basename", base],
  ["dirname", folder],
]
