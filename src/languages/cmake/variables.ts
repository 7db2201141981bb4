import { Mapped } from "../mapped.ts"
import { isFromOutside } from "../values.ts"
import type { Builtin } from "./evaluator.ts"
import { listOf } from "./lists.ts"
import { compute } from "./strings.ts"

/** `set(name values... [PARENT_SCOPE | CACHE type help])`; `set(ENV{name} value)`. */
export const set: Builtin = (args, cmake) => {
  const [name, ...rest] = args
  if (name === undefined) return
  const end = rest.findIndex(({ text, isQuoted }) => !isQuoted && (text === "CACHE" || text === "PARENT_SCOPE"))
  const values = rest.slice(0, end === -1 ? rest.length : end).map(({ of }) => of)
  cmake.set(name.text, values.length === 0 ? undefined : listOf(values), rest.at(-1)?.text === "PARENT_SCOPE")
}

/** `math(EXPR variable expression)`: of a constant nothing is computed, and what is in the expression goes through. */
export const math: Builtin = (args, cmake, command) =>
  compute(cmake, command, { out: args[1]?.text, how: "translate", tool: "math", of: args.slice(2, 3).map(({ of }) => of) }, () => undefined)

export const unset: Builtin = (args, cmake) => cmake.set(args[0]?.text ?? "", undefined)

/** `option(name help [value])`: off, where no value is given. */
export const option: Builtin = ([name, , value], cmake, command) =>
  cmake.option(name?.text ?? "", value === undefined || /^(?:0|OFF|NO|FALSE|N)$/i.test(value.text), command)

/** `get_filename_component(variable path mode)`, `cmake_path(GET path mode variable)`. */
export const fileNamePart: Builtin = (args, cmake, command) => {
  const isNew = command.name === "cmake_path"
  if (isNew && args[0]?.text !== "GET") return
  const value = isNew ? cmake.get(args[1]?.text ?? "") : args[1]?.of
  const mode = args[2]?.text ?? ""
  const out = isNew ? args.at(-1)?.text : args[0]?.text
  if (value === undefined || out === undefined) return
  if (/^(?:ABSOLUTE|REALPATH|PROGRAM)$/.test(mode)) return cmake.set(out, value)
  compute(cmake, command, { out, how: "slice", tool: command.name, of: [value] }, (of) => {
    const base = of.slice(of.lastIndexOf("/") + 1)
    const dot = /WLE|LAST_ONLY/.test(mode) || mode === "LAST_EXT" ? base.lastIndexOf(".") : base.indexOf(".", 1)
    if (/^(?:DIRECTORY|PATH|PARENT_PATH)$/.test(mode)) return of.includes("/") ? of.slice(0, of.lastIndexOf("/")) : ""
    if (/^(?:NAME|FILENAME)$/.test(mode)) return base
    if (/EXT/.test(mode)) return dot === -1 ? "" : base.slice(dot)
    return dot === -1 ? base : base.slice(0, dot)
  })
}

/** `cmake_parse_arguments(prefix options one multi args...)`: a variable for each keyword. */
export const parseArguments: Builtin = (args, cmake) => {
  const isNumbered = args[0]?.text === "PARSE_ARGV"
  const [prefix, options, one, multi, ...rest] = isNumbered ? args.slice(2) : args
  const given = isNumbered
    ? Array.from({ length: 64 }, (_, index) => cmake.get(`ARGV${index}`)).filter((of) => of !== undefined)
    : rest.map(({ of }) => of)
  const words = (of: string | undefined): readonly string[] => (of ?? "").split(";")
  const [flags, singles, lists] = [words(options?.text), words(one?.text), words(multi?.text)]
  let current: string | undefined
  const values = new Map<string, Mapped[]>()
  for (const of of given) {
    if (flags.includes(of.text)) cmake.set(`${prefix?.text}_${of.text}`, Mapped.still("TRUE", of.from(0)))
    if ([...flags, ...singles, ...lists].includes(of.text)) current = flags.includes(of.text) ? undefined : of.text
    else if (current !== undefined) {
      values.set(current, [...(values.get(current) ?? []), of])
      if (singles.includes(current)) current = undefined
    } else values.set("UNPARSED_ARGUMENTS", [...(values.get("UNPARSED_ARGUMENTS") ?? []), of])
  }
  for (const [name, of] of values) cmake.set(`${prefix?.text}_${name}`, listOf(of))
}

/** `cmake_language(EVAL CODE ...)`, `cmake_language(CALL name ...)`, and what is kept for later. */
export const language: Builtin = (args, cmake, command) => {
  const [mode] = args
  if (mode?.text === "EVAL") {
    const code = Mapped.join(args.slice(2).map(({ of }) => of))
    const what = cmake.value(code)
    if (isFromOutside(what)) cmake.found.act({ kind: "runs", as: "text", what, language: "cmake", at: cmake.found.placeOf(command.of) })
    cmake.code(code)
  }
  const call = args.findIndex(({ text }) => text === "CALL")
  const name = args[call + 1]
  if (call === -1 || name === undefined) return
  if (/[^\0-\xff]/.test(name.text)) cmake.found.giveUp(cmake.found.placeOf(command.of), "a command whose name is not constant")
  else cmake.run(name.text.toLowerCase(), args.slice(call + 2), { ...command, name: name.text.toLowerCase() })
}

/** Code that runs when the built software is installed. */
export const install: Builtin = (args, cmake) => {
  for (const [index, { text }] of args.entries()) {
    const next = args[index + 1]
    if (next === undefined) continue
    if (text === "CODE") cmake.code(next.of)
    if (text === "SCRIPT")
      cmake.found.act({ kind: "runs", as: "module", what: cmake.value(next.of), language: "cmake", at: cmake.found.placeOf(next.of) })
  }
}
