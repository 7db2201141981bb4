import { Mapped } from "../mapped.ts"
import { standIns } from "../stand-ins.ts"
import { either } from "../values.ts"
import type { Argument, Builtin, Evaluator } from "./evaluator.ts"
import type { Command } from "./reader.ts"

const object = /\.(?:o|obj|a|lo|so(?:\.\d+)*|dylib|lib|dll)$/
const words =
  /^(?:STATIC|SHARED|MODULE|OBJECT|INTERFACE|PUBLIC|PRIVATE|IMPORTED|GLOBAL|ALIAS|WIN32|MACOSX_BUNDLE|EXCLUDE_FROM_ALL|FILE_SET|TYPE|FILES|BASE_DIRS|HEADERS|debug|optimized|general|LINK_PUBLIC|LINK_PRIVATE|BEFORE)$/

function runs(as: "source" | "object" | "module", of: Mapped, cmake: Evaluator, command: Command): void {
  const at = cmake.found.placeOf(of.length === 0 ? command.of : of)
  const what = cmake.value(of)
  if (what.kind !== "unknown") cmake.found.act({ kind: "runs", as, what, at, ...(as === "module" ? { language: "cmake" } : {}) })
}

/** Sources of a program or library: what is no source but an object is linked. */
export const sources: Builtin = (args, cmake, command) => {
  for (const { of, text } of args.slice(1)) if (!words.test(text)) runs(object.test(text) ? "object" : "source", of, cmake, command)
}

/** What is linked by its path, or by a name that no constant says. */
export const linked: Builtin = (args, cmake, command) => {
  const own = command.name === "link_libraries" ? args : args.slice(1)
  for (const { of, text } of own)
    if (object.test(text) || of.text.includes("/") || /[^\0-\xff]/.test(text)) runs("object", of, cmake, command)
}

/** Properties that name an object, a program or a launcher. */
export const properties: Builtin = (args, cmake, command) => {
  for (const [index, { text }] of args.entries()) {
    const value = args[index + 1]
    if (value === undefined) continue
    if (/^(?:IMPORTED_(?:LOCATION|IMPLIB|OBJECTS)|LINK_(?:LIBRARIES|FLAGS))/.test(text)) linked([value, value], cmake, command)
    standIns(text, value.of, cmake.found)
    if (/^RULE_LAUNCH_|_LAUNCHER$/.test(text)) cmake.found.inner("shell", value.of)
  }
}

export const include: Builtin = (args, cmake, command) => {
  const [first] = args
  if (first === undefined) return
  // A name without a suffix is a module, of CMake or of the release.
  const name = first.text
  const suffix = `/${name}.cmake`
  const own = /^[\w-]+$/.test(name) ? [...cmake.found.analysis.files].find((path) => path.endsWith(suffix)) : undefined
  if (own !== undefined) runs("module", Mapped.still(own, first.of.from(0)), cmake, command)
  else if (!/^[\w-]+$/.test(name)) runs("module", first.of, cmake, command)
}

export const subdirectory: Builtin = (args, cmake, command) => {
  const [first] = args
  if (first !== undefined) runs("module", Mapped.join([first.of, Mapped.still("/CMakeLists.txt", first.of.from(0))]), cmake, command)
}

/** `find_program(VAR names...)`: the variable holds the first of these that there is. */
export const findProgram: Builtin = (args, cmake, command) => {
  const [variable, ...rest] = args
  if (variable === undefined) return
  const end = rest.findIndex(({ text }) =>
    /^(?:HINTS|PATHS|PATH_SUFFIXES|DOC|NO_\w+|REQUIRED|REGISTRY_VIEW|VALIDATOR|CMAKE_\w+)$/.test(text),
  )
  const names = rest.slice(0, end === -1 ? rest.length : end).filter(({ text }) => text !== "NAMES" && text !== "NAMES_PER_DIR")
  const values = names.map(({ of }) => cmake.value(of))
  if (values.length > 0) cmake.set(variable.text, cmake.hold(either(values, cmake.found.analysis.limits), command.of.from(0)))
}

const checks = /^check_(c|cxx|objc|objcxx|fortran)_source_(?:compiles|runs)$/
const languages: Readonly<Record<string, string>> = {
  c: "c",
  cxx: "c++",
  objc: "objective-c",
  objcxx: "objective-c++",
  fortran: "fortran",
  C: "c",
  CXX: "c++",
}

/** `check_c_source_compiles(code variable)` and its like: the program of a probe. */
export const sourceCheck: Builtin = (args, cmake, command) => {
  const language = checks.exec(command.name)?.[1]
  const [first, second] = args
  const [name, code] = language === undefined ? [languages[first?.text ?? ""] ?? "c", second] : [languages[language] ?? "c", first]
  if (code !== undefined) probe(code, name, cmake)
}

function probe(code: Argument, language: string, cmake: Evaluator): void {
  const at = cmake.found.placeOf(code.of)
  if (/[^\0-\xff]/.test(code.text)) cmake.found.giveUp(at, "a probe whose program is not constant")
  else cmake.found.probe({ at, language, text: code.text })
}

/** `try_compile`, `try_run`: programs in files, or in the text. */
export const tryCompile: Builtin = (args, cmake, command) => {
  for (const [index, { text }] of args.entries()) {
    const [next, second] = [args[index + 1], args[index + 2]]
    if (text === "SOURCE_FROM_CONTENT" && second !== undefined) probe(second, /\.c$/.test(next?.text ?? "") ? "c" : "c++", cmake)
    else if ((text === "SOURCES" || text === "SOURCE_FROM_FILE") && next !== undefined)
      runs("source", text === "SOURCES" ? next.of : (second?.of ?? next.of), cmake, command)
    else if (index > 0 && /\.(?:c|cc|cpp|cxx)$/.test(text) && !/^SOURCE/.test(args[index - 1]?.text ?? ""))
      runs("source", args[index]?.of ?? command.of, cmake, command)
  }
}
