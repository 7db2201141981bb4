import type { Limits } from "../core/limits.ts"
import { text, unknown, type Value } from "../model/code.ts"
import { distinctOf } from "./distinct.ts"

type Bounds = Pick<Limits, "valueBytesMax" | "valuePartsMax">

/** One value behind another: neighbouring texts become one. */
export function joined(parts: readonly Value[], { valueBytesMax, valuePartsMax }: Bounds): Value {
  const flat: Value[] = []
  for (const part of parts.flatMap((one) => (one.kind === "joined" ? one.parts : [one]))) {
    const last = flat.at(-1)
    if (part.kind !== "text") flat.push(part)
    else if (last?.kind !== "text") flat.push(part)
    else flat[flat.length - 1] = text(last.text + part.text)
  }
  const filled = flat.filter((part) => part.kind !== "text" || part.text !== "")
  if (filled.length > valuePartsMax) return unknown(`more than ${valuePartsMax} parts`)
  if (filled.some((part) => part.kind === "text" && part.text.length > valueBytesMax)) return unknown(`more than ${valueBytesMax} bytes`)
  const [only] = filled
  return filled.length === 0 ? text("") : filled.length === 1 && only !== undefined ? only : { kind: "joined", parts: filled }
}

export const isEither = (value: Value): value is Extract<Value, { readonly kind: "either" }> => value.kind === "either"

/** One of several values: the same counts once. */
export const either = (of: readonly Value[], bounds: Bounds): Value => oneOf(distinctOf(of, isEither), bounds)

/** The same of values of which none is there twice and none is itself one of several. */
export function oneOf(of: readonly Value[], { valuePartsMax }: Bounds): Value {
  const texts = new Set<string>()
  let isUnknown = false
  const isNew = (one: Value): boolean => {
    const [before, hadUnknown] = [texts.size, isUnknown]
    if (one.kind === "text") return texts.add(one.text).size > before
    isUnknown ||= one.kind === "unknown"
    return one.kind !== "unknown" || !hadUnknown
  }
  const different = of.filter(isNew)
  const [only] = different
  if (different.length === 1 && only !== undefined) return only
  return different.length > valuePartsMax ? unknown(`one of more than ${valuePartsMax}`) : { kind: "either", of: different }
}

/** Whether a value that is put together holds one of some kinds. */
export function holds(value: Value, kinds: ReadonlySet<Value["kind"]>): boolean {
  switch (value.kind) {
    case "joined":
      return value.parts.some((part) => holds(part, kinds))
    case "either":
      return value.of.some((one) => holds(one, kinds))
    case "step":
      return holds(value.of, kinds)
    default:
      return kinds.has(value.kind)
  }
}

const outside: ReadonlySet<Value["kind"]> = new Set(["file", "fetched", "names"])

/** Whether something from outside of the script is in a value: content, names of files, what is fetched. */
export const isFromOutside = (value: Value): boolean => holds(value, outside)

/** The text that a value is sure to be. */
export const textOf = (value: Value): string | undefined => (value.kind === "text" ? value.text : undefined)

/** Each text that a value may be, as far as they are known: of `either` those that are. */
export const textsOf = (value: Value): readonly string[] =>
  value.kind === "text" ? [value.text] : value.kind === "either" ? value.of.flatMap(textsOf) : []
