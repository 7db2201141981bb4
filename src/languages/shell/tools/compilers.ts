import { text, unknown, type Value } from "../../../model/code.ts"
import { constantOf, textual } from "../builder.ts"
import type { Call, Tool } from "../call.ts"
import { without } from "../options.ts"

const object = /\.(?:o|obj|lo|a|la|so|lib|dylib|dll|syms)(?:\.\d+)*$/
const valued = new Set(
  "-o -I -L -D -U -x -include -imacros -isystem -idirafter -iquote -MF -MT -MQ -Xlinker -Xassembler -Xpreprocessor -T -u -z -arch -framework -b -B -wrapper -specs --param -soname -rpath -e --output -dynamic-linker -m".split(
    " ",
  ),
)

interface Given {
  readonly sources: readonly Value[]
  readonly objects: readonly Value[]
  readonly output: Value | undefined
  /** `-x c`: what the input is. */
  readonly language: string | undefined
}

/** Sources and objects among the words of a compiler or linker. */
function given(call: Call, everything: "source" | "object"): Given {
  const sources: Value[] = []
  const objects: Value[] = []
  let output: Value | undefined
  let language: string | undefined
  for (let at = 0; at < call.args.length; at += 1) {
    const arg = call.args[at]
    if (arg === undefined) break
    const word = call.words[at] ?? ending(arg)
    const next = call.args[at + 1]
    if (word === "-o" || word === "--output") output = next
    else if (word === "-x" && next !== undefined) language = textual(next)
    else if (/^-o./.test(word) && !valued.has(word)) output = without(arg, 2)
    if (/^-(?:include|imacros|specs|wrapper|T|dynamic-linker)$/.test(word) && next !== undefined) sources.push(next)
    if (valued.has(word)) at += 1
    else if (word === "-") sources.push(arg)
    else if (/^-Wl,|^-Xlinker/.test(word))
      objects.push(
        ...word
          .split(",")
          .filter((part) => object.test(part))
          .map(text),
      )
    else if (/^@./.test(word)) objects.push(call.content(without(arg, 1)))
    else if (/^[-+]/.test(word)) continue
    else if (object.test(word)) objects.push(arg)
    else if (call.words[at] !== undefined || arg.kind === "names" || everything === "object")
      (everything === "source" ? sources : objects).push(arg)
    else if (arg.kind === "joined" || arg.kind === "step") (language === undefined && endsOpen(arg) ? objects : sources).push(arg)
  }
  return { sources, objects, output, language }
}

/** `tclsh.$RES`: a file of a kind that a compiler does not know is linked (GCC, "Overall Options"), and what its configuration names so is one. */
function endsOpen(value: Value): boolean {
  const [before, last] = value.kind === "joined" ? value.parts.slice(-2) : []
  return before !== undefined && last !== undefined && constantOf(last) === undefined && constantOf(before)?.endsWith(".") === true
}

/** How a word ends whose start is not known: `$dir/x.o`. */
function ending(value: Value): string {
  const last = value.kind === "joined" ? value.parts.at(-1) : undefined
  return last === undefined ? "" : (constantOf(last) ?? "")
}

function compiled(call: Call, { sources, objects, output }: Given, read = sources.map((path) => call.content(path))): void {
  const { build } = call.machine
  const linked = objects.map((path) => call.content(path))
  for (const what of read) call.act({ kind: "runs", as: "source", what })
  for (const what of linked) call.act({ kind: "runs", as: "object", what })
  if (read.length + linked.length === 0) return
  const made = build.step("edit", "compiler", build.joined([...read, ...linked]), call.at)
  call.write(output ?? madeOf(call, sources), made)
}

function madeOf(call: Call, sources: readonly Value[]): Value {
  const [first] = sources
  const name = first === undefined ? undefined : textual(first)
  return call.words.includes("-c") && name !== undefined ? text(name.replace(/^.*\//, "").replace(/\.\w+$/, ".o")) : text("a.out")
}

const extensions: readonly (readonly [RegExp, string])[] = [
  [/\.c$/, "c"],
  [/\.(?:cc|cpp|cxx|C|c\+\+)$/, "c++"],
  [/\.(?:f|f90|F|for)$/, "fortran"],
]

/** `cc`: also the small programs that a configuration compiles to learn something. */
const cc: Tool = (call) => {
  const found = given(call, "source")
  const read = found.sources.map((path) => call.content(path))
  const isPreprocessor =
    /^cpp(?:-[\d.]+)?$/.test(call.name) ||
    call.words.some((word, at) => /^-(?:E|MM?)$/.test(word ?? "") && !/^-X/.test(call.words[at - 1] ?? ""))
  for (const [index, what] of read.entries()) {
    const path = found.sources[index]
    const name = path === undefined ? undefined : textual(path)
    const language = (name === "-" ? found.language : undefined) ?? extensions.find(([end]) => name !== undefined && end.test(name))?.[1]
    if (language !== undefined && what.kind !== "file") call.probe(language, what, isPreprocessor ? { isPreprocessed: true } : {})
  }
  if (isPreprocessor) return call.step("edit", call.machine.build.joined(read))
  compiled(call, found, read)
  return unknown("what a compiler prints")
}

const ld: Tool = (call) => {
  compiled(call, given(call, "object"))
  return
}

/** `ar rcs lib.a x.o`: an archive of objects; `ar x`: its members. */
const ar: Tool = (call) => {
  const [mode, archive, ...members] = call.options({ command: false }).operands
  const letters = call.words[0]?.replace(/^-/, "") ?? (mode === undefined ? "" : textual(mode)) ?? ""
  const hasDash = call.words[0]?.startsWith("-") === true
  const into = hasDash ? mode : archive
  const from = hasDash ? (archive === undefined ? members : [archive, ...members]) : members
  if (into === undefined) return
  if (/[xp]/.test(letters)) {
    const what = call.step("decompress", call.content(into))
    if (letters.includes("p")) return what
    for (const one of from.length === 0 ? [text(".")] : from) call.write(one, what)
    return
  }
  if (/[rq]/.test(letters)) compiled(call, { sources: [], objects: from, output: into, language: undefined })
  return
}

/** `libtool --mode=link gcc ...`, `ccache gcc ...`: the compiler behind it. */
const libtool: Tool = (call) => {
  const { operands } = call.options({ command: true, long: ["tag"] })
  call.command(operands)
  return
}

/** `objcopy a b`, `strip -o b a`, `ranlib`: an object made of an object. */
const objects: Tool = (call) => {
  const { values, operands } = call.options({
    short: "oIOBjR",
    long: ["add-section", "update-section", "input-target", "output-target", "binary-architecture"],
  })
  const [from, to] = operands
  const added = [...(values.get("add-section") ?? []), ...(values.get("update-section") ?? [])]
  const parts = added.flatMap((one) => {
    const path = /^[^=]*=(.*)$/.exec(textual(one) ?? "")?.[1]
    return path === undefined ? [] : [call.content(text(path))]
  })
  const output = values.get("o")?.[0] ?? to ?? from
  if (from !== undefined && output !== undefined)
    call.write(output, call.step("edit", call.machine.build.joined([call.content(from), ...parts])))
  return
}

const rustc: Tool = (call) => {
  compiled(call, given(call, "source"))
  return
}

const rows = (names: string, tool: Tool): [string, Tool][] => names.split(" ").map((name) => [name, tool])

export const compilers: readonly (readonly [string, Tool])[] = [
  ...rows("cc gcc clang c++ g++ clang++ cxx tcc icc c89 c99 cpp gfortran f77 f95 cl", cc),
  ...rows("ld gold lld link mold", ld),
  ...rows("as nasm yasm fasm gas", rustc),
  ...rows("rustc javac kotlinc scalac ghc ocamlc ocamlopt gdc ldc dmd valac swiftc tsc zig nvcc mcs csc windres", rustc),
  ...rows("ar", ar),
  ...rows("libtool glibtool ccache distcc sccache", libtool),
  ...rows("objcopy strip", objects),
]
