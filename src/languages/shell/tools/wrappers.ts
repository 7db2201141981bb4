import { text, type Value } from "../../../model/code.ts"
import { textual } from "../builder.ts"
import type { Call, Tool } from "../call.ts"
import { without } from "../options.ts"

/** A program that runs another: its own options, and words that come before the other's name. */
const wrapper =
  (short = "", before = 0): Tool =>
  (call) => {
    const { operands } = call.options({ short, command: true })
    return call.command(operands.slice(before))
  }

/** `env -i name=value command`, `env -S "command words"`: without a command it prints the environment. */
const env: Tool = (call) => {
  const { values, operands } = call.options({ short: "uCS", long: ["unset", "chdir", "split-string"], command: true })
  const split = values.get("S")?.[0] ?? values.get("split-string")?.[0]
  const end = operands.findIndex((word) => !isAssignment(word))
  const assigned = end === -1 ? operands : operands.slice(0, end)
  const words = end === -1 ? [] : operands.slice(end)
  if (split === undefined && words.length === 0) {
    call.act({ kind: "looks up", name: text("*") })
    return { kind: "environment", name: "*", at: call.at, isWhole: true }
  }
  const before = assigned.map((word) => {
    const name = /^\w+/.exec(startOf(word))?.[0] ?? ""
    const old = call.machine.variables.get(name)
    const value = without(word, name.length + 1)
    call.machine.variables.set(name, { value })
    call.loads(name, value)
    return [name, old] as const
  })
  if (split === undefined) call.command(words)
  else call.runsShell(spaced(call, [split, ...words]))
  for (const [name, old] of before) call.machine.variables.set(name, old)
  return
}

const spaced = (call: Call, words: readonly Value[]): Value =>
  call.machine.build.joined(words.flatMap((word, index) => (index === 0 ? [word] : [text(" "), word])))

const startOf = (word: Value): string =>
  textual(word) ?? (word.kind === "joined" && word.parts[0]?.kind === "text" ? word.parts[0].text : "")
const isAssignment = (word: Value): boolean => /^[A-Za-z_]\w*=/.test(startOf(word))

/** `su -c command`, `script -c command`, `flock file -c command`, `watch command`: shell text. */
const texts =
  (short: string, before = 0): Tool =>
  (call) => {
    const { values, operands } = call.options({ short: `c${short}`, command: call.name === "watch" })
    const given = values.get("c")?.[0]
    if (given !== undefined) call.runsShell(given)
    else if (call.name === "watch") call.runsShell(spaced(call, operands))
    else return call.command(operands.slice(before))
    return
  }

const busybox: Tool = (call) => call.command(call.args)

/** `ld.so program`: the loader runs it. */
const loader: Tool = (call) => {
  const { values, operands } = call.options({ single: true, long: ["-preload", "-library-path", "-argv0", "-audit"], command: true })
  for (const one of [...(values.get("-preload") ?? []), ...(values.get("-audit") ?? [])])
    call.act({ kind: "runs", as: "module", what: call.content(one) })
  const [program] = operands
  if (program !== undefined) call.runs(call.content(program), undefined)
  return call.command(operands)
}

const rows = (names: string, tool: Tool): [string, Tool][] => names.split(" ").map((name) => [name, tool])

export const wrappers: readonly (readonly [string, Tool])[] = [
  ["env", env],
  ...rows(
    "nohup setsid fakeroot eatmydata unbuffer proxychains torsocks chronic catchsegv winpty tini dumb-init linux32 linux64",
    wrapper(),
  ),
  ...rows("nice", wrapper("n")),
  ...rows("ionice", wrapper("cnp")),
  ...rows("time gtime", wrapper("fo")),
  ...rows("timeout", wrapper("ks", 1)),
  ...rows("sudo doas", wrapper("ugpCThrtU")),
  ...rows("pkexec runuser gosu chpst", wrapper("u")),
  ...rows("chroot", wrapper("", 1)),
  ...rows("stdbuf", wrapper("ioe")),
  ...rows("taskset", wrapper("", 1)),
  ...rows("unshare nsenter", wrapper("tSG")),
  ...rows("strace ltrace valgrind perf xvfb-run dbus-run-session cross-env", wrapper("eopsan")),
  ...rows("setarch", wrapper("", 1)),
  ...rows("bwrap firejail systemd-run", wrapper("p")),
  ...rows("su", texts("sgGw", 1)),
  ...rows("script", texts("ItoEBO", 1)),
  ...rows("flock", texts("wE", 1)),
  ...rows("watch", texts("n")),
  ...rows("busybox toybox", busybox),
  ...rows("ld.so ld-linux.so ld-linux-x86-64.so ld-musl-x86_64.so", loader),
]
