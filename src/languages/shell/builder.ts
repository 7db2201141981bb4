import type { Limits } from "../../core/limits.ts"
import type { Place, Search, Transform, Value } from "../../model/code.ts"
import { text, unknown } from "../../model/code.ts"
import * as values from "../values.ts"

/** What a step over constants gives: the step stays, as it says how the text came about. */
const results = new WeakMap<Value, string>()
/** What was written where a shell looks for files: without a match the pattern stands for itself. */
const written = new WeakMap<Value, string>()

/** The text that a value is sure to be, also behind steps that were computed. */
export function constantOf(value: Value): string | undefined {
  if (value.kind === "text") return value.text
  if (value.kind === "step") return results.get(value)
  if (value.kind !== "joined") return undefined
  let all = ""
  for (const part of value.parts) {
    const one = constantOf(part)
    if (one === undefined) return undefined
    all += one
  }
  return all
}

/** The same, and a pattern of file names as it is written. */
export const textual = (value: Value): string | undefined => constantOf(value) ?? written.get(value)

/** Each text that a value may be; what the environment or the caller leaves empty is empty. */
export function candidates(value: Value, max = 16): readonly string[] {
  const constant = textual(value)
  if (constant !== undefined) return [constant]
  if (value.kind === "environment" || isArgument(value)) return [""]
  if (value.kind === "either") return [...new Set(value.of.flatMap((one) => candidates(one, max)))].slice(0, max)
  if (value.kind !== "joined") return []
  let all: readonly string[] = [""]
  for (const part of value.parts) {
    const ends = candidates(part, max)
    all = all.flatMap((start) => ends.map((end) => start + end)).slice(0, max)
  }
  return all
}

export const argument = (name: string): Value => unknown(`argument ${name}`)
export const isArgument = (value: Value): boolean => value.kind === "unknown" && value.why.startsWith("argument ")

/** A value as acts show it beside what is run: computed steps as their text. */
export const plain = (value: Value): Value => {
  const constant = value.kind === "text" ? undefined : constantOf(value)
  return constant === undefined ? value : text(constant)
}

interface Weight {
  /** Nodes as a tree, not as the graph it is held as, and KiB of text. */
  readonly nodes: number
  /** Whether content from outside the script is in it. */
  readonly carries: boolean
}

const weights = new WeakMap<Value, Weight>()
const outside = new Set<Value["kind"]>(["file", "names", "fetched"])

function weigh(value: Value): Weight {
  const before = weights.get(value)
  if (before !== undefined) return before
  const inside =
    value.kind === "joined" ? value.parts : value.kind === "either" ? value.of : value.kind === "step" ? [value.of] : below(value)
  let nodes = 1 + (value.kind === "text" ? value.text.length / 1024 : 0)
  let carries = outside.has(value.kind)
  for (const part of inside) {
    const weight = weigh(part)
    nodes += weight.nodes
    carries ||= weight.carries
  }
  const weight = { nodes, carries }
  if (inside.length > 0) weights.set(value, weight)
  return weight
}

const below = (value: Value): readonly Value[] =>
  value.kind === "file"
    ? [value.path]
    : value.kind === "fetched"
      ? [value.from]
      : value.kind === "names"
        ? [value.search.pattern, ...value.search.within]
        : []

/** Whether the content of a file, names of files or something fetched is in a value. */
export const carries = (value: Value): boolean => weigh(value).carries

/** Makes values within their limits: what grows beyond is unknown, but what comes from outside is kept as long as it can be. */
export class Builder {
  readonly #limits: Limits
  /** Told of each value that became unknown. */
  readonly #cut: (why: string) => void

  constructor(limits: Limits, cut: (why: string) => void) {
    this.#limits = limits
    this.#cut = cut
  }

  joined(parts: readonly Value[]): Value {
    const [first, second] = parts
    if (first !== undefined && second === undefined) return first
    return this.#bounded(values.joined(this.#fewer(parts, values.joined), this.#limits))
  }

  either(of: readonly Value[]): Value {
    return this.#bounded(values.either(this.#fewer(of, values.either), this.#limits))
  }

  step(how: Transform, tool: string, of: Value, at: Place): Value {
    return this.#bounded({ kind: "step", how, tool, of, at })
  }

  /** A step over a constant: `result` is what it gives. */
  computed(step: Value, result: string): Value {
    if (step.kind === "step" && result.length <= this.#limits.valueBytesMax) results.set(step, result)
    return step
  }

  names(search: Search, at: Place, asWritten?: string): Value {
    const value = this.#bounded({ kind: "names", search, at })
    if (asWritten !== undefined) written.set(value, asWritten)
    return value
  }

  file(path: Value, at: Place): Value {
    return this.#bounded({ kind: "file", path: plain(path), at })
  }

  fetched(from: Value, at: Place): Value {
    return this.#bounded({ kind: "fetched", from: plain(from), at })
  }

  /** Too many parts: those that carry something from outside stay. */
  #fewer(parts: readonly Value[], make: (parts: readonly Value[], limits: Limits) => Value): readonly Value[] {
    const max = this.#limits.valuePartsMax
    if (parts.length <= max / 2 && !parts.some((one) => one.kind === "joined" || one.kind === "either")) return parts
    const whole = make(parts, this.#limits)
    if (whole.kind !== "unknown") return [whole]
    const flat = parts.flatMap((one) => (one.kind === "joined" ? one.parts : one.kind === "either" ? one.of : [one]))
    const kept = [...new Set(flat.filter((one) => carries(one)))].slice(0, max - 1)
    this.#cut(`a value of more than ${max} parts`)
    return [...kept, whole]
  }

  #bounded(value: Value): Value {
    if (weigh(value).nodes <= this.#limits.valueNodesMax) return value
    this.#cut(`a value of more than ${this.#limits.valueNodesMax} nodes`)
    return unknown("too large a value")
  }
}
