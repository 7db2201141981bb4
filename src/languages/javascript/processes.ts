import { text, unknown } from "../../model/code.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import { runProgram } from "../imperative/programs.ts"
import { callsBack, contentOf, instance, loads, passes, runsText, sink } from "../imperative/rows.ts"
import { firstFields } from "../imperative/things.ts"

/** A process: what is written into it, it runs or works on; it prints. */
function started(call: Call, printed: Thing, program: Thing, args: readonly Thing[]): Thing {
  const output = call.world.value(printed)
  const input = sink((content, at) => runProgram({ ...call, at }, program, args, content))
  return instance("process", output, [
    ["stdin", input],
    ["stdout", output],
    ["stderr", output],
  ])
}

/** Text that a shell runs. */
const shell: Row = (call) => {
  const command = call.args[0] ?? unknown("a command")
  call.world.runsText(command, "shell", call)
  return started(call, call.world.step("program", "sh", command, call.at), text("sh"), [text("-c"), command])
}

/** A program and its arguments; with the option `shell` they are text of one. */
const program: Row = (call) => {
  const what = call.args[0] ?? unknown("a program")
  const [, list, options] = call.args
  if (list?.kind === "some" && list.of.every((one) => one.kind === "items"))
    return call.world.either(list.of.map((one) => program({ ...call, args: [what, one, ...call.args.slice(2)] }) ?? unknown("nothing")))
  const given = list?.kind === "items" ? list.items : list === undefined || list.kind === "instance" ? [] : [list]
  const settings = [list, options].find((one) => one?.kind === "instance")
  const throughShell = settings?.kind === "instance" ? settings.fields.get("shell") : undefined
  if (throughShell === undefined) return started(call, runProgram(call, what, given), what, given)
  const command = call.world.joined([what, ...given.flatMap((one) => [text(" "), one])])
  return shell({ ...call, args: [command] })
}

/** A command in one text, words of which a list may follow (GitHub's `@actions/exec`). No shell reads it, but what it would read is what runs. */
const words: Row = (call) => (call.args[1]?.kind === "items" && call.args[1].items.length > 0 ? program(call) : shell(call))

/** `$` of zx and execa: a template that is a command. */
const command: Row = (call) => (call.args[0]?.kind === "instance" ? { kind: "api", name: "zx.$" } : shell(call))

/** What a module of a name is here: a thing of the platform, the content of a file of data, an object that is linked. */
const module: Row = (call) => {
  const name = call.world.constant(call.args[0])
  loads(0, name?.endsWith(".node") === true ? "object" : "module")(call)
  if (name === undefined) return unknown("a module whose name is computed")
  const file: Thing = { kind: "file", path: text(name), at: call.at }
  if (!name.endsWith(".json")) return { kind: "api", name, ...(/^\.{0,2}\//.test(name) ? { content: file } : {}) }
  call.world.act({ kind: "reads", path: text(name), at: call.at })
  return file
}

const worker: Row = (call) => {
  const [what, options] = call.args
  const isText = options?.kind === "instance" && options.fields.has("eval")
  const content = call.world.value(what)
  return isText || content.kind !== "text" ? runsText(0, "javascript")(call) : loads(0)(call)
}

const timer: Row = (call) => {
  const [what, ...behind] = call.args
  // Behind the time; without one, behind the function.
  const args = /(?:setTimeout|setInterval)$/.test(call.name) ? behind.slice(1) : behind
  if (what === undefined || what.kind === "closure" || what.kind === "api" || what.kind === "some")
    return what && call.world.invoke(what, args, call)
  const content = call.world.value(what)
  // A function that came through functions which are not known looks like what it was given.
  if (content.kind === "text" || content.kind === "joined" || (content.kind === "step" && content.how.startsWith("de")))
    call.world.runsText(what, "javascript", call)
  return unknown("a timer")
}

/** The last argument is the body. */
const makesFunction: Row = (call) => {
  const body = call.args.at(-1)
  if (body === undefined) return undefined
  call.world.runsText(body, "javascript", call)
  return unknown("a function of text")
}

/** A constructor of something unknown makes a function if it is one of a function: what it is given must look like more than a name. */
const anyConstructor: Row = (call) => {
  const content = call.world.value(call.args.at(-1))
  const known = call.world.constant(content)
  if (known === undefined ? content.kind === "step" && /^de/.test(content.how) : /[;(=]|return/.test(known)) return makesFunction(call)
  return undefined
}

const object = (name: string): readonly [string, Row] => [name, loads(0, "object")]

/** A module reaches what it is given alone: given what runs programs or text, it is as good as any other. */
const webAssembly: Row = (call) => {
  const what = contentOf(call, 0)
  const isNew = call.name !== "WebAssembly.Instance"
  const isFree = reachesOut(call.args[1], importsDepth)
  if (isNew || isFree) call.world.act({ kind: "runs", as: isFree ? "module" : "wasm", what, at: call.at })
  // What an instance computes is no content of its module.
  return /\.(?:Module|compile\w*)$/.test(call.name) ? what : unknown("an instance")
}

/** Imports are records of records (WebAssembly JavaScript Interface, "read the imports"). */
const importsDepth = 3
const importsMax = 64
const outside = /^(?:eval|execScript|Function|constructor|require|import|vm2?|module|process|child_process|worker_threads)(?:\.|$)/

function reachesOut(thing: Thing | undefined, depth: number): boolean {
  if (thing === undefined || depth === 0) return false
  if (thing.kind === "api") return outside.test(thing.name)
  const inside = thing.kind === "instance" ? firstFields(thing, importsMax) : thing.kind === "some" ? thing.of : []
  return inside.some((one) => reachesOut(one, thing.kind === "some" ? depth : depth - 1))
}

export const processes: readonly (readonly [string, Row])[] = [
  ["child_process.exec", callsBack(shell, unknown("no error"))],
  ["execa.command", shell],
  ["execa.execaCommand", shell],
  ["shelljs.exec", callsBack(shell, unknown("no error"))],
  ["sudo-prompt.exec", callsBack(shell, unknown("no error"))],
  ["@actions/exec.exec", words],
  ["@actions/exec.getExecOutput", words],
  ["zx.$", command],
  ["execa.$", command],
  ...[
    "child_process.execFile",
    "child_process.spawn",
    "execa",
    "execa.execa",
    "execa.sync",
    "execa.execaSync",
    "node-pty.spawn",
    "child_process.spawn.sync",
    "child_process.spawn.spawn",
    "Bun.spawn",
  ].map((name) => [name, callsBack(program, unknown("no error"))] as const),
  ["child_process.fork", (call) => loads(0)(call)],
  ["require", module],
  ["import", module],
  ["module.require", module],
  ["process.mainModule.require", module],
  ["Module._load", module],
  ["module._load", module],
  ["constructor._load", module],
  ["Function._load", module],
  ["importScripts", runsText(0, "javascript")],
  ["require.resolve", passes(0)],
  ["import.meta.resolve", passes(0)],
  ["module.createRequire", () => ({ kind: "api", name: "require" })],
  ...["process.binding", "process._linkedBinding", "bindings", "node-gyp-build"].map(object),
  ...["instantiate", "compile", "instantiateStreaming", "compileStreaming", "Module", "Instance"].map(
    (name) => [`WebAssembly.${name}`, webAssembly] as const,
  ),
  ["process.dlopen", loads(1, "object")],
  ["eval", runsText(0, "javascript")],
  ["execScript", runsText(0, "javascript")],
  ["Function", makesFunction],
  ["constructor", anyConstructor],
  ...[
    "vm.runInThisContext",
    "vm.runInNewContext",
    "vm.runInContext",
    "vm.compileFunction",
    "vm.Script",
    "vm.SourceTextModule",
    "vm2.run",
    "require-from-string",
    "eval.eval",
  ].map((name) => [name, runsText(0, "javascript")] as const),
  ["Worker", worker],
  ["worker_threads.Worker", worker],
  ["setTimeout", timer],
  ["setInterval", timer],
  ["setImmediate", timer],
  ["queueMicrotask", timer],
  ["process.nextTick", timer],
  ["set script.text", runsText(0, "javascript")],
  ["set script.textContent", runsText(0, "javascript")],
  ["set script.innerHTML", runsText(0, "javascript")],
  ["process.exit", () => unknown("the end")],
  ["process.cwd", () => text(".")],
]
