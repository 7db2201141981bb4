import type { Value } from "../../../model/code.ts"
import { carries, constantOf, textual } from "../builder.ts"
import type { Call, Tool } from "../call.ts"
import type { Spec } from "../options.ts"

/** `sh -c text`, `sh file`, and what is piped into `sh`. */
const shell: Tool = (call) => {
  const { flags, operands } = call.options({ short: "oO", long: ["rcfile", "init-file"], command: true })
  const [first, ...rest] = operands
  if (flags.has("c")) {
    if (first !== undefined) call.machine.withArguments(rest.slice(1), () => call.runsShell(first))
  } else if (first !== undefined && !flags.has("s")) {
    const path = textual(first)
    if (path !== "-") call.machine.withArguments(rest, () => call.runsShell(call.content(first)))
    else call.runsShell(call.input, call.unfed())
  } else if (call.streams.input !== undefined) call.machine.withArguments(rest, () => call.runsShell(call.input, call.unfed()))
  return
}

interface Row {
  readonly language: string
  /** Options whose value is text in its language. */
  readonly text?: readonly string[]
  readonly spec?: Spec
  /** Prints what it makes of its input, as a filter does. */
  readonly module?: string
  readonly load?: readonly string[]
}

/** `python -c text`, `perl -e text file`, `node file`, and what is piped into them. */
const interpreter =
  ({ language, text: inline = [], spec = {}, module: moduleFlag, load = [] }: Row): Tool =>
  (call) => {
    const { flags, values, operands } = call.options({ short: "", ...spec, command: true })
    const given = inline.flatMap((name) => values.get(name) ?? [])
    for (const one of load.flatMap((name) => values.get(name) ?? []))
      call.act({ kind: "runs", as: "module", what: isPath(one) ? call.content(one) : one })
    const [script, ...rest] = operands
    const named = moduleFlag === undefined ? undefined : values.get(moduleFlag)?.[0]
    if (named !== undefined) call.act({ kind: "runs", as: "module", what: named })
    for (const one of given) call.runsText(one, language, operands)
    const isFile = given.length === 0 && named === undefined && script !== undefined && textual(script) !== "-"
    if (isFile) call.runsText(call.content(script), language, rest)
    const readsProgram = given.length === 0 && named === undefined && !isFile
    if (readsProgram && call.streams.input !== undefined) call.runsText(call.input, language)
    if (flags.has("version") || readsProgram) return { kind: "unknown", why: `what ${call.name} prints` }
    return filtered(call, isFile ? rest : operands, given)
  }

const isPath = (value: Value): boolean => /[/.]/.test(constantOf(value) ?? "/")

/** What a program makes of its input and of the files that it is given: the flow goes on. */
function filtered(call: Call, operands: readonly Value[], given: readonly Value[]): Value {
  const { build } = call.machine
  const read = operands.flatMap((one): readonly Value[] => {
    const word = textual(one)
    return word !== undefined
      ? call.isFile(word)
        ? [call.content(one)]
        : []
      : carries(one) || one.kind === "names"
        ? [call.content(one)]
        : []
  })
  const input = call.streams.input?.value
  const of = build.joined([...(input === undefined ? [] : [input]), ...read, ...given.filter((one) => constantOf(one) === undefined)])
  return of.kind === "text" && of.text === "" ? { kind: "unknown", why: `what ${call.name} prints` } : call.step("edit", of)
}

const python: Row = { language: "python", text: ["c"], spec: { short: "cmWXQ" }, module: "m" }
const perl: Row = { language: "perl", text: ["e", "E"], spec: { short: "eEIMmFxCD" }, load: ["M"] }
const ruby: Row = { language: "ruby", text: ["e"], spec: { short: "eIrECKT" }, load: ["r"] }
const node: Row = {
  language: "javascript",
  text: ["e", "eval", "p", "print"],
  spec: { short: "eprC", long: ["eval", "print", "require", "import", "loader", "experimental-loader"] },
  load: ["r", "require", "import", "loader"],
}
const php: Row = { language: "php", text: ["r", "R", "B", "E"], spec: { short: "rRBEdcfz" } }
const lua: Row = { language: "lua", text: ["e"], spec: { short: "el" }, load: ["l"] }
const powershell: Row = {
  language: "powershell",
  text: ["Command", "c", "EncodedCommand"],
  spec: { single: true, long: ["Command", "c", "File", "EncodedCommand", "ExecutionPolicy"] },
}

/** `m4 file`, `make -f file`: their text is program, and what comes out goes on. */
const macros: Tool = (call) => {
  const of = call.contents(call.options({ short: "DIUFRtol" }).operands)
  call.runs(of, "m4")
  return call.step("edit", of)
}

const make: Tool = (call) => {
  const { values } = call.options({ short: "fCIjloW", long: ["file", "makefile", "directory", "eval"] })
  for (const path of ["f", "file", "makefile"].flatMap((name) => values.get(name) ?? [])) call.runs(call.content(path), "make")
  for (const one of values.get("eval") ?? []) call.runsText(one, "make")
  return { kind: "unknown", why: "what make prints" }
}

/** `at`, `batch`, `crontab`: what they read runs later. */
const later: Tool = (call) => {
  const { values, operands } = call.options({ short: "fqtu" })
  const path = values.get("f")?.[0] ?? (call.name === "crontab" ? operands[0] : undefined)
  call.runsShell(path === undefined ? call.input : call.content(path))
  return
}

/** `java -jar a.jar`, `java -cp a.jar Main`. */
const java: Tool = (call) => {
  const { values } = call.options({ single: true, long: ["jar", "cp", "classpath", "p", "module-path", "m", "javaagent"], command: true })
  for (const path of ["jar", "cp", "classpath", "javaagent"].flatMap((name) => values.get(name) ?? []))
    call.act({ kind: "runs", as: "module", what: call.content(path) })
  return { kind: "unknown", why: "what java prints" }
}

/** `insmod`, `modprobe`, `ldconfig`: what is loaded. */
const loader: Tool = (call) => {
  const [path] = call.options().operands
  if (path !== undefined) call.act({ kind: "runs", as: "module", what: isPath(path) ? call.content(path) : path })
  return
}

/** `gdb -x file`, `vim -c command`, `bc`, `dc`: their input is program in a small language. */
const scripted =
  (language: string, short = ""): Tool =>
  (call) => {
    const { values, operands } = call.options({ short })
    const paths = [...(values.get("x") ?? []), ...(values.get("f") ?? []), ...operands]
    call.runs(paths.length === 0 ? call.input : call.contents(paths), language)
    return call.step("edit", call.input)
  }

const rows = (names: string, tool: Tool): [string, Tool][] => names.split(" ").map((name) => [name, tool])

export const interpreters: readonly (readonly [string, Tool])[] = [
  ...rows("sh bash dash ksh ksh93 mksh zsh ash rbash yash posh hush fish csh tcsh shell config_shell", shell),
  ...rows("python pypy ipython", interpreter(python)),
  ...rows("perl", interpreter(perl)),
  ...rows("ruby jruby", interpreter(ruby)),
  ...rows("node nodejs deno tsx ts-node", interpreter(node)),
  ...rows("php", interpreter(php)),
  ...rows("lua luajit", interpreter(lua)),
  ...rows("pwsh powershell", interpreter(powershell)),
  ...rows("tclsh wish expect", interpreter({ language: "tcl", text: ["c"], spec: { short: "c" } })),
  ...rows("guile racket", interpreter({ language: "scheme", text: ["c", "e"], spec: { short: "cel" } })),
  ...rows("Rscript R", interpreter({ language: "r", text: ["e"], spec: { short: "e" } })),
  ...rows("osascript", interpreter({ language: "applescript", text: ["e"], spec: { short: "el" } })),
  ...rows(
    "emacs",
    interpreter({ language: "lisp", text: ["eval"], spec: { single: true, long: ["eval", "l", "load"] }, load: ["l", "load"] }),
  ),
  ["m4", macros],
  ["make", make],
  ["bmake", make],
  ["nmake", make],
  ["at", later],
  ["batch", later],
  ["crontab", later],
  ["java", java],
  ["insmod", loader],
  ["modprobe", loader],
  ["kldload", loader],
  ["bc", scripted("bc")],
  ["dc", scripted("dc", "fe")],
  ["gdb", scripted("gdb", "x")],
]
