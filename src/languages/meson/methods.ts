import type { Transform } from "../../model/code.ts"
import { isConstant } from "../held.ts"
import { Mapped } from "../mapped.ts"
import type { Call, Evaluator } from "./evaluator.ts"
import { asText, held, type Thing, textThing } from "./values.ts"

/** Methods of texts, lists and dictionaries (Reference manual, "Elementary types"). */

const argText = (call: Call, index: number): string => asText(call.args[index] ?? { kind: "list", items: [] }, call.at).text

const changes: ReadonlyMap<string, readonly [how: Transform, change: (of: string, call: Call) => string]> = new Map<
  string,
  readonly [Transform, (of: string, call: Call) => string]
>([
  ["replace", ["edit", (of, call) => (argText(call, 0) === "" ? of : of.replaceAll(argText(call, 0), () => argText(call, 1)))]],
  ["strip", ["edit", (of, call) => stripped(of, call.args.length === 0 ? " \t\r\n" : argText(call, 0))]],
  ["to_lower", ["translate", (of) => of.toLowerCase()]],
  ["to_upper", ["translate", (of) => of.toUpperCase()]],
  ["underscorify", ["edit", (of) => of.replace(/[^a-zA-Z0-9]/g, "_")]],
  [
    "substring",
    [
      "slice",
      (of, call) =>
        of.slice(call.args.length > 0 ? Number(argText(call, 0)) : 0, call.args.length > 1 ? Number(argText(call, 1)) : undefined),
    ],
  ],
  ["to_string", ["edit", (of) => of]],
  ["to_int", ["edit", (of) => of]],
])

function stripped(of: string, characters: string): string {
  let [start, end] = [0, of.length]
  while (start < end && characters.includes(of.charAt(start))) start += 1
  while (end > start && characters.includes(of.charAt(end - 1))) end -= 1
  return of.slice(start, end)
}

export function methodOfText(of: Mapped, call: Call, meson: Evaluator): Thing | undefined {
  const { at } = call
  if (call.name === "format") {
    return {
      kind: "text",
      of: of.replace(/@(\d+)@/g, ({ 1: which = "" }) => asText(call.args[Number(which)] ?? meson.unknown("an argument of format", at), at)),
    }
  }
  if (call.name === "join") {
    const parts = call.args.flatMap((arg) => (arg.kind === "list" ? arg.items : [arg])).map((one) => asText(one, at))
    return { kind: "text", of: Mapped.join(parts.flatMap((part, index) => (index === 0 ? [part] : [of, part]))) }
  }
  const args = call.args.map((_, index) => argText(call, index))
  const areConstant = [of.text, ...args].every(isConstant) && meson.found.spend(of.length >> 4, at)
  if (call.name === "split" || call.name === "splitlines") {
    if (!areConstant) return { kind: "list", items: [step("slice", of, call, meson)] }
    const parts =
      call.name === "splitlines"
        ? of.text.split(/\r?\n/)
        : args[0] === undefined
          ? of.text.split(/\s+/).filter((one) => one !== "")
          : of.text.split(args[0] || " ")
    return { kind: "list", items: parts.slice(0, 10_000).map((part) => textThing(part, at)) }
  }
  const change = changes.get(call.name)
  if (change === undefined) return undefined
  return areConstant ? textThing(change[1](of.text, call), of.length === 0 ? at : of.from(0)) : step(change[0], of, call, meson)
}

const step = (how: Transform, of: Mapped, call: Call, meson: Evaluator): Thing =>
  held(
    meson.found,
    { kind: "step", how, tool: call.name, of: meson.found.held.value(of.text), at: meson.found.place(call.at, call.stop) },
    call.at,
  )

export function methodOfMany(of: Extract<Thing, { kind: "list" | "record" }>, call: Call): Thing | undefined {
  const index = argText(call, 0)
  if (call.name === "get") return (of.kind === "list" ? of.items.at(Number(index)) : of.fields.get(index)) ?? call.args[1]
  if (call.name === "length") return textThing(String(of.kind === "list" ? of.items.length : of.fields.size), call.at)
  if (call.name === "keys" && of.kind === "record")
    return { kind: "list", items: [...of.fields.keys()].map((name) => textThing(name, call.at)) }
  return undefined
}
