import { baseName } from "../core/path.ts"
import { spelledPaths } from "../model/secret.ts"
import type { Gathered } from "./gathered.ts"
import type { Mapped } from "./mapped.ts"

/**
 * Names under which a build has its compiler, linker or archiver, or what it starts them with: GNU make, 10.3; Automake's and kernels' kin of these; the environment of cargo; cmake-variables(7),
 * cmake-properties(7).
 */
const ofMake =
  /^(?:HOST_?|BUILD_?|TARGET_?|KBUILD_HOST)?(?:CC|CXX|CPP|LD|AR|AS|RANLIB|FC|OBJC|CCLD|CXXLD)(?:_FOR_BUILD|_WRAPPER)?$|^(?:CARGO_BUILD_)?RUSTC(?:_WORKSPACE)?(?:_WRAPPER)?$|^CARGO_TARGET_\w+_LINKER$/
const ofCMake =
  /^(?:CMAKE_)?\w+_(?:COMPILER|LINKER)_LAUNCHER$|^CMAKE_(?:\w+_COMPILER(?:_AR|_RANLIB)?|LINKER|AR|RANLIB)$|^CMAKE_\w+_(?:COMPILE_OBJECT|LINK_EXECUTABLE|ARCHIVE_CREATE|CREATE_SHARED_(?:LIBRARY|MODULE))$|^RULE_LAUNCH_(?:COMPILE|LINK)$|^ENV\{(?:CC|CXX|LD|AR)\}$/

/** Meson, "Machine files": by languages, and the tools beside them. */
const ofMeson = /^(?:c|cpp|objc|objcpp|fortran|rust|d|cuda|vala|nasm|ar|(?:c|cpp|rust|objc|objcpp|fortran|d)_ld|ld)$/

export const isMesonCompiler = (name: string): boolean => ofMeson.test(name)

export const namesCompiler = (name: string): boolean => name === "GOFLAGS" || ofMake.test(name) || ofCMake.test(name)

/** What only starts the word behind it. */
const starters = /^(?:(?:ba|da|k|z)?sh|env|exec|command|nice|time|cmake|busybox|python[\d.]*|perl|ruby|node|s?ccache|distcc|icecc)$/
const scripts = /\.(?:sh|bash|py|pl|rb|js|mjs|cjs|cmake|lua|tcl)$/

/**
 * What a variable or property of a build is set to: where the program that stands there is a file of the release, an act says so. `gcc`, `ccache` and what else the system has is none. Of Go's
 * flags, `-toolexec` names such a program (cmd/go, "Compile packages and dependencies").
 */
export function standIns(name: string, of: Mapped, found: Gathered): void {
  if (name === "GOFLAGS") {
    const tool = /-toolexec[=\s]+['"]?/.exec(of.text)
    if (tool !== null) standIn(name, of.slice(tool.index + tool[0].length), found)
  } else if (namesCompiler(name)) standIn(name, of, found)
}

export function standIn(name: string, of: Mapped, found: Gathered): void {
  for (const { index, 0: word } of of.text.matchAll(/[^\s;"']+/g)) {
    if (starters.test(baseName(word)) || /^-|^\w+=/.test(word)) continue
    const what = found.held.value(word)
    const paths = spelledPaths(what)
    if (isOfRelease(paths, found))
      found.act({ kind: "runs", as: "program", what, standsFor: name, at: found.placeOf(of.slice(index, index + word.length)) })
    return
  }
}

/** A name without a folder is looked for where the system has its programs, unless it is one of a script. */
function isOfRelease(paths: readonly string[], { analysis: { files } }: Gathered): boolean {
  const names = new Set(paths.filter((path) => /^[^/]+\//.test(path) || scripts.test(path)).map(baseName))
  if (names.size === 0) return false
  for (const path of files) if (names.has(baseName(path))) return true
  return false
}
