import { unknown, type Value } from "../../model/code.ts"
import { Mapped } from "../mapped.ts"
import { either } from "../values.ts"
import { shellWords } from "../words.ts"
import type { Call, Callable, Evaluator } from "./evaluator.ts"
import { asText, held, type Thing, textsOf, textThing } from "./values.ts"

/** Functions of Meson (Reference manual, "Functions"): what runs, what is compiled and linked, what is read and written. */

const nothing: Thing = { kind: "list", items: [] }
const named = (call: Call, name: string): readonly Mapped[] => textsOf(call.named.get(name) ?? nothing)
const flat = (call: Call, from = 0): readonly Mapped[] => call.args.slice(from).flatMap(textsOf)
const object = (name: string, holds: Mapped): Thing => ({ kind: "object", name, holds })
const place = (call: Call, meson: Evaluator) => meson.found.place(call.at, call.stop)

/** A line for a shell that stands where the call does: its words may come from anywhere, but what is of several lines keeps them. */
const wordsAt = (call: Call, words: readonly Mapped[]): Mapped =>
  shellWords(words.map((word) => (word.text.includes("\n") ? word : Mapped.still(word.text, call.at))))

/** Puts inputs and outputs where a command names them. */
function placed(words: readonly Mapped[], call: Call): readonly Mapped[] {
  const [inputs, outputs] = [named(call, "input"), named(call, "output")]
  return words.flatMap((word) => {
    if (word.text === "@INPUT@") return inputs
    if (word.text === "@OUTPUT@") return outputs
    return [
      word.replace(
        /@(INPUT|OUTPUT)(\d*)@|@(?:CURRENT_)?(?:SOURCE|BUILD)_(?:ROOT|DIR)@|@(?:OUTDIR|PRIVATE_DIR)@/g,
        ({ 0: found, 1: kind, 2: which = "" }) => {
          if (kind === undefined) return "."
          return (kind === "INPUT" ? inputs : outputs)[Number(which || "0")] ?? found
        },
      ),
    ]
  })
}

const runNow: Callable = (call, meson) => {
  const printed = meson.found.inner("shell", wordsAt(call, flat(call))) ?? unknown("what a program prints")
  return object("result", Mapped.still(meson.found.held.hold(printed), call.at))
}

/** A command of the build; its output goes into a file when it is captured. */
const customTarget: Callable = (call, meson) => {
  const words = placed(named(call, "command"), call)
  const [output] = named(call, "output")
  if (words.length > 0) {
    const line = [wordsAt(call, words)]
    const isSet = (name: string): boolean => named(call, name)[0]?.text === "true"
    const [input] = named(call, "input")
    if (isSet("feed") && input !== undefined) line.push(Mapped.still(" < ", call.at), wordsAt(call, [input]))
    if (isSet("capture") && output !== undefined) line.push(Mapped.still(" > ", call.at), wordsAt(call, [output]))
    meson.found.inner("shell", Mapped.join(line))
  }
  return object(
    "target",
    Mapped.join(named(call, "output").flatMap((one, index) => (index === 0 ? [one] : [Mapped.still(" ", call.at), one]))),
  )
}

const generator: Callable = (call, meson) => {
  meson.found.inner("shell", wordsAt(call, [...flat(call).slice(0, 1), ...placed(named(call, "arguments"), call)]))
  return object("generator", Mapped.still("", call.at))
}

const findProgram: Callable = (call, meson) => {
  const values = flat(call).map((one) => meson.found.held.value(one.text))
  const [only] = values
  return object(
    "program",
    Mapped.still(
      meson.found.held.hold(values.length === 1 && only !== undefined ? only : either(values, meson.found.analysis.limits)),
      call.at,
    ),
  )
}

const configureFile: Callable = (call, meson) => {
  if (call.named.has("command")) return customTarget(call, meson)
  const at = place(call, meson)
  const [input, output] = [named(call, "input")[0], named(call, "output")[0]]
  if (output === undefined) return undefined
  const file: Value = { kind: "file", path: meson.found.held.value(input?.text ?? ""), at }
  const isCopied = named(call, "copy")[0]?.text === "true"
  const made: Value = isCopied ? file : { kind: "step", how: "edit", tool: "configure_file", of: file, at }
  const what: Value = input === undefined ? unknown("a configuration") : made
  meson.found.act({ kind: "writes", path: meson.found.held.value(output.text), what, at })
  return { kind: "text", of: output }
}

const objectLike = /\.(?:o|obj|a|so(?:\.\d+)*|dylib|lib|dll)$/

/** What a target is made of: sources, objects, and arguments of the linker that are files. */
const target: Callable = (call, meson) => {
  const run = (as: "source" | "object", of: Mapped): void => {
    const what = meson.found.held.value(of.text)
    if (what.kind !== "unknown" && of.length > 0) meson.found.act({ kind: "runs", as, what, at: meson.found.placeOf(of) })
  }
  for (const of of [...flat(call, call.name === "declare_dependency" ? 0 : 1), ...named(call, "sources")])
    run(objectLike.test(of.text) ? "object" : "source", of)
  for (const of of named(call, "objects")) run("object", of)
  for (const of of named(call, "link_args")) if (objectLike.test(of.text) || /[^\0-\xff]/.test(of.text)) run("object", of)
  return object("target", Mapped.join(flat(call).slice(0, 1)))
}

const module: Callable = (call, meson) => {
  const [first] = flat(call)
  if (first === undefined) return undefined
  const path = call.name === "subproject" ? Mapped.join([Mapped.still("subprojects/", call.at), first]) : first
  const what = meson.found.held.value(`${path.text}/meson.build`)
  meson.found.act({ kind: "runs", as: "module", what, language: "meson", at: place(call, meson) })
  return call.name === "subproject" ? object("subproject", Mapped.still("", call.at)) : textThing("", call.at)
}

const tested: Callable = (call, meson) => {
  const [program] = call.args.slice(1).flatMap(textsOf)
  const own = [...(program === undefined ? [] : [program]), ...named(call, "args")]
  if (call.args[1]?.kind !== "object" || call.args[1].name !== "target") meson.found.inner("shell", wordsAt(call, own))
  return textThing("", call.at)
}

const path: Callable = (call) => ({
  kind: "text",
  of: Mapped.join(flat(call).flatMap((part, index) => (index === 0 ? [part] : [Mapped.still("/", call.at), part]))),
})

const isolated: Callable = (call) => ({ kind: "list", items: flat(call).map((of): Thing => ({ kind: "text", of })) })

export const functions: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ["run_command", runNow],
  ["custom_target", customTarget],
  ["run_target", customTarget],
  ["vcs_tag", customTarget],
  ["generator", generator],
  ["find_program", findProgram],
  ["configure_file", configureFile],
  ["files", isolated],
  ["include_directories", isolated],
  ["join_paths", path],
  ["subdir", module],
  ["subproject", module],
  ["test", tested],
  ["benchmark", tested],
  ...[
    "executable",
    "library",
    "static_library",
    "shared_library",
    "shared_module",
    "both_libraries",
    "build_target",
    "jar",
    "declare_dependency",
  ].map((name): [string, Callable] => [name, target]),
  ["import", (call) => object(`module ${flat(call)[0]?.text ?? ""}`, Mapped.still("", call.at))],
])

/** Methods of `meson`, of compilers, of modules and of what programs leave behind. */
export const methodOfObject = (of: Extract<Thing, { kind: "object" }>, call: Call, meson: Evaluator): Thing | undefined => {
  if (of.name === "result") return call.name === "stdout" ? { kind: "text", of: of.holds } : undefined
  if (/^add_(?:install|postconf|dist)_script$/.test(call.name)) {
    meson.found.inner("shell", wordsAt(call, flat(call)))
    return textThing("", call.at)
  }
  if (call.name === "get_compiler") return object(`compiler ${flat(call)[0]?.text ?? "c"}`, Mapped.still("cc", call.at))
  if (call.name === "process" && of.name === "generator")
    return { kind: "list", items: flat(call).map((one): Thing => ({ kind: "text", of: one })) }
  if (of.name.startsWith("compiler ") && /^(?:compiles|links|run|preprocess)$/.test(call.name)) return probe(of.name.slice(9), call, meson)
  if (of.name === "module fs" && call.name === "read") {
    const value: Value = { kind: "file", path: meson.found.held.value(flat(call)[0]?.text ?? ""), at: place(call, meson) }
    return held(meson.found, value, call.at)
  }
  if (of.name === "module fs" && /^(?:name|stem|parent|copyfile|replace_suffix)$/.test(call.name)) {
    const [first] = flat(call)
    return first === undefined
      ? undefined
      : { kind: "text", of: call.name === "name" ? first.slice(first.text.lastIndexOf("/") + 1) : first }
  }
  if (/^module python/.test(of.name) && call.name === "find_installation") return object("program", Mapped.still("python3", call.at))
  if (/^(?:full_path|path|cmd_array)$/.test(call.name)) return { kind: "text", of: of.holds }
  if (/^(?:current_|project_|global_)?(?:source|build)_(?:dir|root)$/.test(call.name)) return textThing(".", call.at)
  return undefined
}

const languages: Readonly<Record<string, string>> = { cpp: "c++", objc: "objective-c", objcpp: "objective-c++" }

/** `cc.compiles(code)`: the program of a probe, a text or a file. */
function probe(language: string, call: Call, meson: Evaluator): Thing {
  const [first] = call.args
  const code = asText(first ?? nothing, call.at)
  if (first?.kind === "list")
    meson.found.act({ kind: "runs", as: "source", what: meson.found.held.value(code.text), at: place(call, meson) })
  else if (/[^\0-\xff]/.test(code.text)) meson.found.giveUp(place(call, meson), "a probe whose program is not constant")
  else if (code.length > 0) {
    const how = call.name === "preprocess" ? { isPreprocessed: true as const } : {}
    meson.found.probe({ at: meson.found.placeOf(code), language: languages[language] ?? language, text: code.text, ...how })
  }
  return meson.unknown("the outcome of a probe", call.at)
}
