import { unknown } from "../../model/code.ts"
import type { Row } from "../imperative/platform.ts"
import { runProgram } from "../imperative/programs.ts"
import { argument, contentOf, runsProgram, runsText, type Which } from "../imperative/rows.ts"
import { started } from "../process-rows.ts"

/** A list of words, or one text that is a command line only for a shell. */
const command =
  (which: Parameters<typeof argument>[1], isShell = false): Row =>
  (call) => {
    const [given, shell, input] = [argument(call, which), argument(call, "shell"), argument(call, "input")]
    if (given === undefined) return undefined
    const flag = shell === undefined ? "False" : (call.world.constant(shell) ?? "True")
    const isCommandLine = isShell || !/^(?:False|0|None)$/.test(flag)
    return call.world.either((given.kind === "some" ? given.of : [given]).map((one) => started(call, one, isCommandLine, input)))
  }

/** Of `os.execl(path, zeroth, ...)` and its kin: where the program, and where its arguments begin. */
const spawned =
  (program: number, first: number): Row =>
  (call) => {
    const args = call.args.slice(first).flatMap((one) => (one.kind === "items" ? one.items : [one]))
    const [what] = call.args.slice(program)
    return what === undefined ? undefined : runProgram(call, what, args.slice(1))
  }

/** A function of the program runs beside it, later or at its end. */
const runsBeside =
  (which: Which, args: Which): Row =>
  (call) => {
    const given = argument(call, args)
    const what = argument(call, which)
    if (what?.kind !== "closure" && what?.kind !== "some") return undefined
    call.world.invoke(what, given?.kind === "items" ? given.items : [], call)
    return unknown("what runs beside")
  }

const named = (names: readonly string[], row: Row): readonly (readonly [string, Row])[] => names.map((name) => [name, row])

/** Processes, as the standard library and what is often installed start them. */
export const processes: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...named(
    ["run", "call", "check_call", "check_output", "Popen"].map((name) => `subprocess.${name}`),
    command([0, "args"]),
  ),
  ...named(
    ["subprocess.getoutput", "subprocess.getstatusoutput", "commands.getoutput", "commands.getstatusoutput"],
    command([0, "cmd"], true),
  ),
  ...named(["os.system", "os.popen", "os.popen2", "os.popen3", "os.popen4"], runsText([0, "command", "cmd"], "shell")),
  ...named(["os.execl", "os.execle", "os.execlp", "os.execlpe", "os.execv", "os.execve", "os.execvp", "os.execvpe"], spawned(0, 1)),
  ...named(
    ["l", "le", "lp", "lpe", "v", "ve", "vp", "vpe"].map((kind) => `os.spawn${kind}`),
    spawned(1, 2),
  ),
  ...named(["os.posix_spawn", "os.posix_spawnp"], spawned(0, 1)),
  ...named(["os.startfile"], runsProgram(0)),
  ...named(["pty.spawn", "distutils.spawn.spawn", "pexpect.run", "pexpect.spawn"], command([0, "cmd", "command"])),
  ...named(["asyncio.create_subprocess_shell"], command([0, "cmd"], true)),
  ...named(["asyncio.create_subprocess_exec"], (call) => started(call, { kind: "items", items: [...call.args] }, false, undefined)),
  ...named(["threading.Thread", "multiprocessing.Process"], runsBeside([1, "target"], [3, "args"])),
  ...named(["threading.Timer"], runsBeside([1, "function"], [2, "args"])),
  ...named(["pip.main", "pip._internal.main", "pip._internal.cli.main.main"], (call) => {
    call.world.act({ kind: "runs", as: "program", what: { kind: "text", text: "pip" }, with: [contentOf(call, 0)], at: call.at })
    return unknown("nothing")
  }),
])
