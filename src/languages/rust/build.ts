import { posix } from "node:path"
import { text, unknown, type Value } from "../../model/code.ts"
import type { Call, Row, Thing } from "../imperative/platform.ts"
import { contentOf, instance } from "../imperative/rows.ts"
import { started } from "../process-rows.ts"
import { itemsOf } from "../text-rows.ts"

/** What build scripts and macros do: programs, what is included, and what the compiler and the linker are told. */

/** A command is put together before it runs: its program first, then its arguments. */
export const command: Row = (call) => instance("Command", undefined, [["(words)", { kind: "items", items: call.args.slice(0, 1) }]])
const wordsOf = (of: Thing): readonly Thing[] => {
  const words = of.kind === "instance" ? of.fields.get("(words)") : undefined
  return words?.kind === "items" ? words.items : []
}
export const adds: Row = (call) => {
  const words = call.of.kind === "instance" ? call.of.fields.get("(words)") : undefined
  const given = call.name === "args" ? (itemsOf(call, call.args[0]) ?? call.args) : call.args
  if (words?.kind === "items" && words.items.length + given.length < call.world.limits.valuePartsMax) words.items.push(...given)
  return call.of
}
export const runs: Row = (call) => started(call, { kind: "items", items: [...wordsOf(call.of)] }, false, undefined)

/** `isFile`: it is written into one. `{}` of a format gives the next argument, `{name}` a variable. */
export function formatted(call: Call, from: number, isFile = false): Value {
  const pattern = call.world.constant(call.args[from])
  if (pattern === undefined) return call.world.joined(call.args.slice(from))
  let next = from + 1
  const parts = pattern.split(/(\{\{|\}\}|\{[^{}]*\})/).map((part, index): Thing => {
    if (index % 2 === 0) return text(part)
    if (part === "{{" || part === "}}") return text(part.slice(1))
    const [name = ""] = part.slice(1, -1).split(":")
    const given = name === "" ? (call.args[next++] ?? unknown("nothing")) : (call.named.get(name) ?? unknown(name))
    return isFile && isNumber(call.world.value(given)) ? unknown("a number") : given
  })
  return call.world.joined(parts)
}

/** What operators of numbers give is formatted as digits, which are no program: tables that a build script makes of its data. A character of them is asked for (`as char`). */
const isNumber = (of: Value): boolean => of.kind === "step" && /^(?:[\^|&%*/~-]|<<|>>)$/.test(of.tool)

/** What a build script prints may link (The Cargo Book, Build Scripts): libraries, objects and arguments of the linker. */
export const prints: Row = (call) => {
  const line = formatted(call, 0)
  call.world.prints(line)
  const parts = line.kind === "joined" ? line.parts : [line]
  const [head, ...rest] = parts
  const [, key, value] = head?.kind === "text" ? (/^cargo::?(rustc-link-lib|rustc-link-arg[\w-]*)=([\s\S]*)$/.exec(head.text) ?? []) : []
  if (key !== undefined) call.world.act({ kind: "runs", as: "object", what: call.world.joined([text(value ?? ""), ...rest]), at: call.at })
  return unknown("nothing")
}

/** A path beside this file. */
export const beside = (call: Call): Value => {
  const constant = call.world.constant(call.args[0])
  return constant === undefined || constant.startsWith("/")
    ? call.world.value(call.args[0])
    : text(posix.join(posix.dirname(call.at.path), constant))
}
export const included: Row = (call) => {
  const path = beside(call)
  call.world.act({ kind: "reads", path, at: call.at })
  return { kind: "file", path, at: call.at }
}

export const compiles =
  (which: number): Row =>
  (call) => {
    call.world.act({ kind: "runs", as: "source", what: contentOf(call, which), at: call.at })
    return call.of
  }
export const links: Row = (call) => {
  call.world.act({ kind: "runs", as: "object", what: contentOf(call, 0), at: call.at })
  return call.of
}
