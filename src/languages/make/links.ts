import type { Act } from "../../model/code.ts"
import type { FilePaths } from "../language.ts"
import type { Mapped } from "../mapped.ts"
import type { Makefile } from "./makefile.ts"

/** Variables whose words are linked or compiled: Automake's (8.1, 8.2), and what makefiles call theirs. */
const linked = /(?:_LDADD|_LIBADD|_OBJECTS|_LIBS|_LDFLAGS|^(?:LIBS|LDADD|LDLIBS|LDFLAGS|LIBADD|OBJS?|OBJECTS)|_OBJS?)$/
const compiled = /(?:(?<!^BUILT)_SOURCES|^(?:SRCS?|SOURCES)|_SRCS?)$/
const object = /\.(?:o|lo|obj|a|la|lib|dll|dylib|so(?:\.\d+)*)$/
const sourceSuffixes = ["c", "cc", "cpp", "cxx", "m", "mm", "f", "f90", "s", "S", "asm", "go", "rs", "y", "l", "yy", "ll"]

/** Objects that are linked though nothing here makes them, and sources that are compiled. */
export function* looseObjects(file: Makefile, name: string, value: Mapped): Generator<Act> {
  const isLinked = linked.test(name)
  if (!isLinked && !compiled.test(name)) return
  const at = file.found.placeOf(value)
  const made = targetsOf(file)
  const folder = at.path.includes("/") ? at.path.slice(0, at.path.lastIndexOf("/") + 1) : ""
  for (const word of value.text.split(/\s+/).filter((one) => one !== "")) {
    const what = file.found.held.value(word)
    if (!isLinked) {
      if (!word.startsWith("-") && what.kind !== "unknown") yield { kind: "runs", as: "source", what, at }
    } else if (what.kind === "text" && object.test(word)) {
      const isShipped = file.found.analysis.files.has(folder + word) || file.found.analysis.files.has(word)
      if (isShipped || !(made.has(word) || hasSource(file.found.analysis.files, folder, word)))
        yield { kind: "runs", as: "object", what, at }
    } else if (what.kind === "names" || what.kind === "step" || what.kind === "file") yield { kind: "runs", as: "object", what, at }
  }
}

const known = new WeakMap<Makefile, ReadonlySet<string>>()

function targetsOf(file: Makefile): ReadonlySet<string> {
  const before = known.get(file)
  if (before !== undefined) return before
  const targets = file.rules.filter(({ recipe }) => recipe.length > 0).flatMap((rule) => file.make.expand(rule.targets).text.split(/\s+/))
  const made = new Set(targets)
  known.set(file, made)
  return made
}

/** Whether an implicit rule makes it of a source beside it. Libraries are put together of other objects. */
function hasSource(files: FilePaths, folder: string, word: string): boolean {
  if (/\.l?a$/.test(word)) return false
  const stem = word.replace(/\.\w+$/, "")
  return sourceSuffixes.some((suffix) => files.has(`${folder}${stem}.${suffix}`) || files.has(`${stem}.${suffix}`))
}
