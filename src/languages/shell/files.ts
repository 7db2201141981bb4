import type { ParsedScript } from "unbash"
import type { Place, Value } from "../../model/code.ts"
import { text, unknown } from "../../model/code.ts"
import { constantOf, isArgument } from "./builder.ts"
import type { Machine } from "./machine.ts"
import { Input, type Streams } from "./streams.ts"

/** `a//./b` is `a/b`; what a folder above hides is left. */
export function normalPath(path: string): string {
  const parts: string[] = []
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop()
    else parts.push(part)
  }
  return `${path.startsWith("/") ? "/" : ""}${parts.join("/")}` || "."
}

/** A new file that `mktemp` made, different from every other. */
export const newFile = (machine: Machine): Value => unknown(`new file ${machine.serial()}`)

export const isNewFile = (value: Value): boolean => value.kind === "unknown" && value.why.startsWith("new file ")

/** A path below the folder that `cd` went to. */
export function resolvePath(machine: Machine, path: Value): Value {
  const folder = machine.variables.get("PWD")?.value
  const constant = constantOf(path)
  if (constant === undefined && !(path.kind === "joined" && path.parts[0]?.kind === "text" && !path.parts[0].text.startsWith("/")))
    return path
  if (constant !== undefined && (folder === undefined || constant.startsWith("/"))) return text(normalPath(constant))
  if (folder === undefined) return path
  const whole = machine.build.joined([folder, text("/"), path])
  const known = constantOf(whole)
  return known === undefined ? whole : text(normalPath(known))
}

/** What two writings of the same path share; undefined: a path that is not known well enough. */
function keyOf(path: Value, depth = 0): string | undefined {
  const constant = constantOf(path)
  if (constant !== undefined) return `/${constant}`
  if (path.kind === "environment") return `$${path.name}`
  if (path.kind === "unknown") return isArgument(path) || isNewFile(path) ? `?${path.why}` : undefined
  if (path.kind === "step" && depth < 8) {
    const of = keyOf(path.of, depth + 1)
    return of === undefined ? undefined : `${path.tool}(${of})`
  }
  if (path.kind !== "joined" || depth >= 8) return undefined
  const keys = path.parts.map((part) => keyOf(part, depth + 1))
  return keys.includes(undefined) ? undefined : keys.join("|")
}

/** What reading a path gives. */
export function content(machine: Machine, path: Value, streams: Streams, at: Place): Value {
  if (path.kind === "either") return machine.build.either(path.of.map((one) => content(machine, one, streams, at)))
  const named = constantOf(path)
  const device = named === undefined ? undefined : deviceContent(machine, named, streams, at)
  if (device !== undefined) return device
  const where = resolvePath(machine, path)
  const key = keyOf(where)
  const stored = key === undefined ? undefined : machine.files.get(key)
  if (stored?.sure === true) return stored.value
  machine.act({ kind: "reads", path: where }, at)
  const file = machine.build.file(where, at)
  const known = constantOf(where)
  const unpacked =
    known === undefined || machine.analysis.files.has(known)
      ? []
      : machine.unpacked.filter(({ under }) => known === under || known.startsWith(`${under}/`)).map(({ value }) => value)
  return machine.build.either([file, ...(stored === undefined ? [] : [stored.value]), ...unpacked])
}

/** What this script wrote to a path . */
export function writtenAt(machine: Machine, path: Value): Value | undefined {
  const key = keyOf(resolvePath(machine, path))
  return key === undefined ? undefined : machine.files.get(key)?.value
}

/** Whether a word names a file of the release, or one that this script wrote. */
export function isFile(machine: Machine, word: string): boolean {
  const where = resolvePath(machine, text(word))
  const known = constantOf(where)
  return (known !== undefined && machine.analysis.files.has(known)) || writtenAt(machine, text(word)) !== undefined
}

const nothing = /^\/dev\/(?:null|tty)$/
const noise = /^\/dev\/(?:u?random|zero)$/
const connection = /^\/dev\/(?:tcp|udp)\//
const descriptor = /^\/(?:dev|proc\/self)\/(?:fd\/(\d+)|stdin)$/

function deviceContent(machine: Machine, path: string, streams: Streams, at: Place): Value | undefined {
  if (!path.startsWith("/dev/") && !path.startsWith("/proc/")) return undefined
  if (nothing.test(path)) return text("")
  if (noise.test(path)) return unknown(`what ${path} gives`)
  if (connection.test(path)) {
    machine.act({ kind: "connects", to: text(path) }, at)
    return machine.build.fetched(text(path), at)
  }
  const number = descriptor.exec(path)
  return number === null ? undefined : streams.inputOf(Number(number[1] ?? 0))?.value
}

/** Writes a file, for what reads it later in this script. */
export function write(
  machine: Machine,
  path: Value,
  what: Value,
  how: { readonly streams: Streams; readonly at: Place; readonly appends?: boolean },
): void {
  const { streams, at } = how
  const named = constantOf(path)
  if (named !== undefined && nothing.test(named)) return
  if (named !== undefined && connection.test(named)) {
    const isOwn = constantOf(what) !== undefined || what.kind === "unknown"
    machine.act({ kind: "connects", to: text(named), ...(isOwn ? {} : { what }) }, at)
    return
  }
  if (named === "/dev/stdout" || named === "/dev/stderr" || named === "/dev/fd/1") {
    streams.write(what, machine.build)
    return
  }
  const where = resolvePath(machine, path)
  const key = keyOf(where)
  const consumer = key === undefined ? undefined : machine.consumers.get(key)
  if (consumer !== undefined) {
    consume(machine, consumer, what, streams)
    return
  }
  machine.act({ kind: "writes", path: where, what }, at)
  for (const one of where.kind === "either" ? where.of : [where]) {
    const name = keyOf(one)
    if (name === undefined) continue
    const before = machine.files.get(name)
    const known = constantOf(one)
    const there = before?.value ?? (known !== undefined && machine.analysis.files.has(known) ? machine.build.file(one, at) : text(""))
    machine.files.set(name, { value: how.appends === true ? machine.build.joined([there, what]) : what, sure: where.kind !== "either" })
  }
}

interface Consumer {
  readonly script: ParsedScript
  readonly locate: Machine["locate"]
}

function consume(machine: Machine, { script, locate }: Consumer, what: Value, streams: Streams) {
  const before = machine.locate
  machine.locate = locate
  machine.repeat(machine.at, () =>
    machine.subshell(() => machine.evaluator.statements(machine, script.commands, streams.copy({ input: new Input(what) }))),
  )
  machine.locate = before
}

/** Content whose path nobody else has: `<(command)`. */
export function unnamed(machine: Machine, value: Value): Value {
  const path = `/dev/fd/${1000 + machine.serial()}`
  machine.files.set(`/${path}`, { value, sure: true })
  return text(path)
}

export function remove(machine: Machine, path: Value, at: Place): void {
  const where = resolvePath(machine, path)
  machine.act({ kind: "deletes", path: where }, at)
  const key = keyOf(where)
  if (key !== undefined) machine.files.set(key, undefined)
}
