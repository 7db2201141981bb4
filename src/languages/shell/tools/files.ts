import { text, type Value } from "../../../model/code.ts"
import { constantOf, textual } from "../builder.ts"
import type { Call, Tool } from "../call.ts"
import { newFile, remove } from "../files.ts"

/** `cp a b`, `mv a b`, `install -m 755 a b`, `ln a b`: what is in one is in another. */
const copies =
  (short: string, long: readonly string[], removes = false): Tool =>
  (call) => {
    const { flags, values, operands } = call.options({ short, long })
    const folder = values.get("t")?.[0] ?? values.get("target-directory")?.[0]
    if (call.name === "install" && flags.has("d")) return
    const to = folder ?? operands.at(-1)
    const from = folder === undefined ? operands.slice(0, -1) : operands
    if (to === undefined) return
    for (const path of from) {
      const what = call.content(path)
      call.write(folder !== undefined || from.length > 1 || isFolder(to) ? below(call, to, path) : to, what)
      if (removes) remove(call.machine, path, call.at)
    }
    return
  }

const isFolder = (path: Value): boolean => /(?:^|\/)\.{0,2}$/.test(constantOf(path) ?? "x")

function below(call: Call, folder: Value, path: Value): Value {
  const name = textual(path)
  const last =
    name === undefined ? (path.kind === "names" ? path : call.step("slice", path)) : text(name.replace(/\/+$/, "").replace(/^.*\//, ""))
  return call.machine.build.joined([folder, text("/"), last])
}

const removal: Tool = (call) => {
  for (const path of call.options().operands) remove(call.machine, path, call.at)
  return
}

const temporary: Tool = (call) => newFile(call.machine)

/** `touch`, `truncate`: an empty file, if it was not there. */
const emptied: Tool = (call) => {
  for (const path of call.options({ short: "drts", long: ["date", "reference", "size"] }).operands) call.write(path, text(""), true)
  return
}

/** `printenv`, `env` and `set` without words: the environment, with what is secret in it. */
const environment: Tool = (call) => {
  const [name] = call.options().operands
  call.act({ kind: "looks up", name: name ?? text("*") })
  const constant = name === undefined ? undefined : constantOf(name)
  return constant === undefined ? { kind: "environment", name: "*", at: call.at, isWhole: true } : call.machine.unset(constant)
}

const linked: Tool = (call) => {
  const [path] = call.options().operands
  return path
}

const sequence: Tool = (call) => {
  const numbers = call.options({ short: "sf" }).operands.map((one) => Number(constantOf(one) ?? Number.NaN))
  const [first, by, last] =
    numbers.length === 1
      ? [1, 1, numbers[0] ?? 0]
      : numbers.length === 2
        ? [numbers[0] ?? 0, 1, numbers[1] ?? 0]
        : [numbers[0] ?? 0, numbers[1] ?? 1, numbers[2] ?? 0]
  const count = Math.floor((last - first) / by) + 1
  if (!Number.isInteger(count) || count < 0 || count > 256) return { kind: "unknown", why: "numbers" }
  return text(Array.from({ length: count }, (_, index) => `${first + by * index}\n`).join(""))
}

export const files: readonly (readonly [string, Tool])[] = [
  ["cp", copies("tSZ", ["target-directory", "suffix"])],
  ["mv", copies("tSZ", ["target-directory", "suffix"], true)],
  ["ln", copies("tS", ["target-directory", "suffix"])],
  ["install", copies("mogtS", ["mode", "owner", "group", "target-directory"])],
  ["ginstall", copies("mogtS", ["mode", "owner", "group", "target-directory"])],
  ["rm", removal],
  ["unlink", removal],
  ["rmdir", removal],
  ["shred", removal],
  ["mktemp", temporary],
  ["tempfile", temporary],
  ["touch", emptied],
  ["truncate", emptied],
  ["printenv", environment],
  ["readlink", linked],
  ["realpath", linked],
  ["cygpath", linked],
  ["which", linked],
  ["seq", sequence],
  ["chmod", () => undefined],
  ["chown", () => undefined],
  ["mkdir", () => undefined],
  ["sleep", () => undefined],
]
