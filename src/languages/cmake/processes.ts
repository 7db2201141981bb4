import { type Place, unknown, type Value } from "../../model/code.ts"
import { Mapped } from "../mapped.ts"
import { shellWords } from "../words.ts"
import type { Argument, Builtin, Evaluator } from "./evaluator.ts"

/** Tools that CMake has in itself (cmake(1), `-E`) as what a shell calls them. */
const tools: ReadonlyMap<string, readonly string[]> = new Map([
  ["cat", ["cat"]],
  ["copy", ["cp"]],
  ["copy_if_different", ["cp"]],
  ["copy_directory", ["cp", "-r"]],
  ["create_hardlink", ["ln"]],
  ["create_symlink", ["ln", "-s"]],
  ["echo", ["echo"]],
  ["env", ["env"]],
  ["make_directory", ["mkdir", "-p"]],
  ["remove", ["rm"]],
  ["remove_directory", ["rm", "-r"]],
  ["rename", ["mv"]],
  ["rm", ["rm"]],
  ["tar", ["tar"]],
  ["time", ["time"]],
  ["touch", ["touch"]],
])

/** A program and its arguments; of CMake itself what it does is said. */
function line(args: readonly Argument[], cmake: Evaluator, isRaw: boolean): Mapped {
  const [program, flag, third] = args
  const isCMake = program !== undefined && /(?:^|\/)cmake$/.test(program.text)
  const tool = isCMake && flag?.text === "-E" ? tools.get(third?.text ?? "") : undefined
  const script = isCMake ? args.findIndex(({ text }) => text === "-P") : -1
  const path = script === -1 ? undefined : args[script + 1]
  if (path !== undefined)
    cmake.found.act({ kind: "runs", as: "module", what: cmake.value(path.of), language: "cmake", at: cmake.found.placeOf(path.of) })
  const from = program === undefined || program.of.length === 0 ? 0 : program.of.from(0)
  const words =
    tool === undefined
      ? args
      : [...tool.map((text): Argument => ({ of: Mapped.still(text, from), text, isQuoted: false })), ...args.slice(3)]
  if (!isRaw) return shellWords(words.map(({ of }) => of))
  // Without VERBATIM a word goes to the shell as it is written.
  const isPlain = (word: Argument): boolean => !word.isQuoted && !/\s/.test(word.text)
  return Mapped.join(
    words.flatMap((word, index) => [Mapped.still(index === 0 ? "" : " ", from), isPlain(word) ? word.of : shellWords([word.of])]),
  )
}

/** Parts arguments at keywords: each with what follows it. */
function sections(
  args: readonly Argument[],
  isKeyword: (text: string) => boolean,
): readonly { readonly name: string; readonly args: readonly Argument[] }[] {
  const made: { name: string; args: Argument[] }[] = [{ name: "", args: [] }]
  for (const arg of args) {
    if (!arg.isQuoted && isKeyword(arg.text)) made.push({ name: arg.text, args: [] })
    else made.at(-1)?.args.push(arg)
  }
  return made
}

const processWords =
  /^(?:COMMAND|WORKING_DIRECTORY|TIMEOUT|RESULTS?_VARIABLE|OUTPUT_VARIABLE|ERROR_VARIABLE|INPUT_FILE|OUTPUT_FILE|ERROR_FILE|OUTPUT_QUIET|ERROR_QUIET|COMMAND_ECHO|OUTPUT_STRIP_TRAILING_WHITESPACE|ERROR_STRIP_TRAILING_WHITESPACE|ENCODING|ECHO_OUTPUT_VARIABLE|ECHO_ERROR_VARIABLE|COMMAND_ERROR_IS_FATAL)$/

/** `execute_process`: commands run at once, each reading what the one before it prints. */
export const executeProcess: Builtin = (args, cmake, command) => {
  const parts = sections(args, (text) => processWords.test(text))
  const first = (name: string): Argument | undefined => parts.find((part) => part.name === name)?.args[0]
  const [input, output] = [first("INPUT_FILE"), first("OUTPUT_FILE")]
  const at = command.of.from(0)
  const lines = parts.filter(({ name, args: own }) => name === "COMMAND" && own.length > 0).map((part) => line(part.args, cmake, false))
  const pieces = lines.flatMap((one, index) => {
    const fed = index === 0 && input !== undefined ? [Mapped.still(" < ", at), shellWords([input.of])] : []
    return [Mapped.still(index === 0 ? "" : " | ", at), one, ...fed]
  })
  if (output !== undefined) pieces.push(Mapped.still(" > ", at), shellWords([output.of]))
  const printed = lines.length === 0 ? undefined : cmake.found.inner("shell", Mapped.join(pieces))
  for (const name of ["OUTPUT_VARIABLE", "ERROR_VARIABLE", "RESULT_VARIABLE", "RESULTS_VARIABLE"]) {
    const variable = first(name)?.text
    const value: Value = name === "OUTPUT_VARIABLE" ? (printed ?? unknown("what a program prints")) : unknown(`${name} of a program`)
    if (variable !== undefined) cmake.set(variable, cmake.hold(stripped(value, parts), at))
  }
}

const stripped = (value: Value, parts: readonly { readonly name: string }[]): Value =>
  value.kind === "text" && parts.some(({ name }) => name === "OUTPUT_STRIP_TRAILING_WHITESPACE")
    ? { kind: "text", text: value.text.trimEnd() }
    : value

const customWords =
  /^(?:COMMAND|OUTPUT|TARGET|ALL|PRE_BUILD|PRE_LINK|POST_BUILD|MAIN_DEPENDENCY|DEPENDS|BYPRODUCTS|IMPLICIT_DEPENDS|WORKING_DIRECTORY|COMMENT|DEPFILE|JOB_POOL|VERBATIM|APPEND|USES_TERMINAL|COMMAND_EXPAND_LISTS|SOURCES|DEPENDS_EXPLICIT_ONLY|NAME|CONFIGURATIONS|ARGS)$/

/** `add_custom_command`, `add_custom_target`, `add_test`: commands of the build and of the tests. */
export const customCommand: Builtin = (args, cmake, command) => {
  const parts = sections(command.name === "add_custom_command" ? args : args.slice(1), (text) => customWords.test(text))
  const isVerbatim = parts.some(({ name }) => name === "VERBATIM") || command.name === "add_test"
  const isBare = parts.every(({ name }) => name !== "COMMAND")
  for (const [index, { name, args: own }] of parts.entries()) {
    const more = parts[index + 1]?.name === "ARGS" ? (parts[index + 1]?.args ?? []) : []
    const runs = name === "COMMAND" || (isBare && (name === "" || name === "ALL") && command.name !== "add_custom_command")
    if (runs && own.length > 0) cmake.found.inner("shell", line([...own, ...more], cmake, !isVerbatim))
  }
}

const externalCommands = /^(?:DOWNLOAD|UPDATE|PATCH|CONFIGURE|BUILD|INSTALL|TEST)_COMMAND$/
const externalWords = /^(?:[A-Z]+(?:_[A-Z0-9]+)+|COMMAND|URL|DEPENDS|PREFIX)$/

/** A hash that nobody can meet with other content, as a download is refused without it (cmake file(DOWNLOAD), `EXPECTED_HASH`; ExternalProject, `URL_HASH`). */
export const hashOf = (given: string | undefined): string | undefined =>
  given !== undefined && /^SHA(?:3_)?(?:256|384|512)=[0-9a-f]{64,128}$/i.test(given) ? given : undefined

/** The id of a commit, which is no name that can be moved. */
const commitOf = (given: string | undefined): string | undefined =>
  given !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(given) ? given : undefined

const source = /^(?:URL|(?:GIT|SVN|HG|CVS)_REPOSITORY)$/

/** What pins a project: each way of fetching has a pin of its own, and where several ways or pins are named, which of them CMake takes is not told here. */
function pinOf(parts: readonly { readonly name: string; readonly args: readonly Argument[] }[]): string | undefined {
  const [only, ...others] = parts.filter(({ name }) => source.test(name))
  const given = (keyword: string): string | undefined => {
    const [pin, ...more] = parts.filter(({ name }) => name === keyword)
    return more.length > 0 ? undefined : pin?.args[0]?.text
  }
  if (only === undefined || others.length > 0) return undefined
  return only.name === "URL" ? hashOf(given("URL_HASH")) : only.name === "GIT_REPOSITORY" ? commitOf(given("GIT_TAG")) : undefined
}

export const fetchedFrom = (from: Value, at: Place, pin: string | undefined): Value =>
  pin === undefined ? { kind: "fetched", from, at } : { kind: "fetched", from, at, pin }

/** `ExternalProject_Add`, `FetchContent_Declare`: what is fetched and built, and the commands that do it. */
export const externalProject: Builtin = (args, cmake, command) => {
  const at = cmake.found.placeOf(command.of)
  const parts = sections(args.slice(1), (text) => externalWords.test(text))
  const pin = pinOf(parts)
  let isCommand = false
  for (const { name, args: own } of parts) {
    if (name !== "COMMAND") isCommand = externalCommands.test(name)
    if (isCommand && own.length > 0) cmake.found.inner("shell", line(own, cmake, true))
    if (!source.test(name)) continue
    for (const { of } of own.slice(0, name === "URL" ? own.length : 1)) {
      const from = cmake.value(of)
      const isLocal = from.kind === "text" && !/^[\w+]+:|@/.test(from.text)
      if (!isLocal) cmake.found.act({ kind: "connects", to: from, at })
      cmake.found.act({ kind: "runs", as: "module", what: isLocal ? from : fetchedFrom(from, at, pin), language: "cmake", at })
    }
  }
}

/** `exec_program`, before CMake 3. */
export const execProgram: Builtin = (args, cmake, command) => {
  const parts = sections(args, (text) => /^(?:ARGS|OUTPUT_VARIABLE|RETURN_VALUE)$/.test(text))
  const own = [...(parts[0]?.args.slice(0, 1) ?? []), ...parts.filter(({ name }) => name === "ARGS").flatMap((part) => part.args)]
  // It goes through a shell as it is.
  const printed = cmake.found.inner("shell", Mapped.join(own.flatMap(({ of }) => [of, Mapped.still(" ", command.of.from(0))])))
  const variable = parts.find(({ name }) => name === "OUTPUT_VARIABLE")?.args[0]?.text
  if (variable !== undefined) cmake.set(variable, cmake.hold(printed ?? unknown("what a program prints"), command.of.from(0)))
}
