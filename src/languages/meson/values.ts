import type { Value } from "../../model/code.ts"
import type { Gathered } from "../gathered.ts"
import { Mapped } from "../mapped.ts"
import { either } from "../values.ts"

/** What an expression of Meson may hold. */
export type Thing =
  | { readonly kind: "text"; readonly of: Mapped }
  | { readonly kind: "list"; readonly items: readonly Thing[] }
  | { readonly kind: "record"; readonly fields: ReadonlyMap<string, Thing> }
  /** An object with methods: a compiler, a module, what a program left behind. `holds`: what it stands for as an argument. */
  | { readonly kind: "object"; readonly name: string; readonly holds: Mapped }

export const textThing = (of: string, at: number): Thing => ({ kind: "text", of: Mapped.still(of, at) })

/** Every text in it, one behind another: how arguments of functions are flattened. */
export function textsOf(of: Thing): readonly Mapped[] {
  if (of.kind === "text") return [of.of]
  if (of.kind === "object") return of.holds.length === 0 ? [] : [of.holds]
  return (of.kind === "list" ? of.items : [...of.fields.values()]).flatMap(textsOf)
}

/** One thing as a text: a list is its elements with spaces between. */
export function asText(of: Thing, at: number): Mapped {
  return Mapped.join(textsOf(of).flatMap((one, index) => (index === 0 ? [one] : [Mapped.still(" ", at), one])))
}

export const held = (found: Gathered, value: Value, at: number): Thing => ({ kind: "text", of: Mapped.still(found.held.hold(value), at) })

/** One of those that branches leave. Of a list that they add to, all that is added. */
export function merged(found: Gathered, things: readonly Thing[], at: number): Thing {
  const [first] = things
  const keys = new Set(things.map(keyOf))
  if (first !== undefined && keys.size === 1) return first
  if (things.every((one) => one.kind === "list")) {
    const keysOf = things.map((one) => one.items.map(keyOf))
    const shared = keysOf[0]?.findIndex((key, index) => keysOf.some((other) => other[index] !== key)) ?? 0
    const start = shared === -1 ? (keysOf[0]?.length ?? 0) : shared
    return { kind: "list", items: [...(things[0]?.items.slice(0, start) ?? []), ...things.flatMap((one) => one.items.slice(start))] }
  }
  const objects = things.filter((one) => one.kind !== "text")
  if (objects.length > 0) return objects[0] ?? textThing("", at)
  return held(
    found,
    either(
      things.map((one) => found.held.value(asText(one, at).text)),
      found.analysis.limits,
    ),
    at,
  )
}

function keyOf(of: Thing): string {
  if (of.kind === "text") return `text ${of.of.text}`
  if (of.kind === "object") return `object ${of.name} ${of.holds.text}`
  const inside: string[] = of.kind === "list" ? of.items.map(keyOf) : [...of.fields].map(([name, value]) => `${name}:${keyOf(value)}`)
  return `${of.kind} ${inside.join("\n")}`
}
