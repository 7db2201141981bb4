import type { Value } from "../../model/code.ts"
import { Mapped } from "../mapped.ts"
import { either } from "../values.ts"
import type { Argument, Builtin, Evaluator } from "./evaluator.ts"
import { fetchedFrom, hashOf } from "./processes.ts"
import type { Command } from "./reader.ts"

const of = (args: readonly Argument[], index: number): Mapped | undefined => args[index]?.of
const keyword = (args: readonly Argument[], name: string): Mapped | undefined => {
  const at = args.findIndex(({ text, isQuoted }) => text === name && !isQuoted)
  return at === -1 ? undefined : args[at + 1]?.of
}
const joinedOf = (args: readonly Argument[]): Mapped => Mapped.join(args.map((arg) => arg.of))

/** `file(...)` (cmake file(1)): what is read, searched, written, fetched and unpacked. */
export const fileCommand: Builtin = (args, cmake, command) => {
  const mode = args[0]?.text ?? ""
  const { found } = cmake
  const at = found.placeOf(command.of)
  const from = command.of.from(0)
  const file = (path: Mapped | undefined): Value => ({ kind: "file", path: cmake.value(path), at })
  const step = (how: "slice" | "translate" | "search" | "edit" | "decompress", value: Value): Value => ({
    kind: "step",
    how,
    tool: `file(${mode})`,
    of: value,
    at,
  })
  const set = (name: string | undefined, value: Value): void => {
    if (name !== undefined) cmake.set(name, cmake.hold(value, from))
  }
  const write = (path: Mapped | undefined, what: Value): void => found.act({ kind: "writes", path: cmake.value(path), what, at })

  if (mode === "READ") {
    const isCut = args.some(({ text }) => text === "OFFSET" || text === "LIMIT")
    const read = isCut ? step("slice", file(of(args, 1))) : file(of(args, 1))
    set(args[2]?.text, args.some(({ text }) => text === "HEX") ? step("translate", read) : read)
  } else if (mode === "STRINGS") set(args[2]?.text, step("search", file(of(args, 1))))
  else if (mode === "WRITE" || mode === "APPEND") write(of(args, 1), cmake.value(joinedOf(args.slice(2))))
  else if (mode === "GENERATE" || mode === "CONFIGURE") {
    const input = keyword(args, "INPUT")
    write(keyword(args, "OUTPUT"), input === undefined ? cmake.value(keyword(args, "CONTENT")) : step("edit", file(input)))
  } else if (mode === "DOWNLOAD") {
    const url = cmake.value(of(args, 1))
    found.act({ kind: "connects", to: url, at })
    const isOnce = args.filter(({ text }) => text === "EXPECTED_HASH").length === 1
    write(of(args, 2), fetchedFrom(url, at, isOnce ? hashOf(keyword(args, "EXPECTED_HASH")?.text) : undefined))
  } else if (mode === "UPLOAD") found.act({ kind: "connects", to: cmake.value(of(args, 2)), at })
  else if (mode === "COPY" || mode === "INSTALL") {
    const end = args.findIndex(({ text }) => text === "DESTINATION" || text === "FILES_MATCHING")
    for (const one of args.slice(1, end === -1 ? args.length : end)) write(inFolder(keyword(args, "DESTINATION"), one.of), file(one.of))
  } else if (/^(?:COPY_FILE|RENAME|CREATE_LINK)$/.test(mode)) write(of(args, 2), file(of(args, 1)))
  else if (mode === "ARCHIVE_EXTRACT")
    write(keyword(args, "DESTINATION") ?? Mapped.still(".", from), step("decompress", file(keyword(args, "INPUT"))))
  else if (mode === "GLOB" || mode === "GLOB_RECURSE") set(args[1]?.text, glob(args, cmake, command))
  else if (mode === "REMOVE" || mode === "REMOVE_RECURSE")
    for (const one of args.slice(1)) found.act({ kind: "deletes", path: cmake.value(one.of), at })
  else if (/^(?:MD5|SHA\d+|SHA3_\d+|SIZE|TIMESTAMP)$/.test(mode)) set(args[2]?.text, step("edit", file(of(args, 1))))
  else if (/^(?:REAL_PATH|TO_CMAKE_PATH|TO_NATIVE_PATH|RELATIVE_PATH)$/.test(mode)) {
    const [out, path] = mode === "REAL_PATH" || mode.startsWith("TO_") ? [2, 1] : [1, 3]
    const value = of(args, path)
    if (value !== undefined) cmake.set(args[out]?.text ?? "", value)
  }
}

function inFolder(folder: Mapped | undefined, path: Mapped): Mapped | undefined {
  if (folder === undefined) return undefined
  return Mapped.join([folder, Mapped.still("/", path.length === 0 ? 0 : path.from(0)), path.slice(path.text.lastIndexOf("/") + 1)])
}

function glob(args: readonly Argument[], cmake: Evaluator, command: Command): Value {
  const plain = args
    .slice(2)
    .filter(
      ({ text }, index, all) =>
        !/^(?:LIST_DIRECTORIES|RELATIVE|CONFIGURE_DEPENDS|true|false|FOLLOW_SYMLINKS)$/.test(text) && all[index - 1]?.text !== "RELATIVE",
    )
  const searches = plain.map(
    (one): Value => ({
      kind: "names",
      search: { by: "name", syntax: "glob", ignoresCase: false, pattern: cmake.value(one.of), within: [] },
      at: cmake.found.placeOf(command.of),
    }),
  )
  return either(searches, cmake.found.analysis.limits)
}

/** `configure_file(input output)`. */
export const configureFile: Builtin = (args, cmake, command) => {
  const at = cmake.found.placeOf(command.of)
  const file: Value = { kind: "file", path: cmake.value(of(args, 0)), at }
  const isCopied = args.some(({ text }) => text === "COPYONLY")
  const what: Value = isCopied ? file : { kind: "step", how: "edit", tool: "configure_file", of: file, at }
  cmake.found.act({ kind: "writes", path: cmake.value(of(args, 1)), what, at })
}
