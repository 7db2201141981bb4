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

const outside = new Set<Value["kind"]>(["file", "names", "fetched"])

function inside(value: Value): readonly Value[] {
  switch (value.kind) {
    case "joined":
      return value.parts
    case "either":
      return value.of
    case "step":
      return [value.of]
    case "file":
      return [value.path]
    case "fetched":
      return [value.from]
    case "names":
      return [value.search.pattern, ...value.search.within]
    default:
      return []
  }
}

/**
 * Makes values within their limits: what grows beyond is unknown, but what comes from outside is kept as long as it can be.
 * The same value is the same object, so that what branches share is told by looking at it.
 */
export class Builder {
  readonly #limits: Limits
  readonly #texts = new Map<string, Value>()
  readonly #known = new Map<string, Value>()
  readonly #numbers = new Map<Value, number>()
  readonly #weights = new Map<Value, Weight>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  joined(parts: readonly Value[]): Value {
    const [first, second] = parts
    if (first !== undefined && second === undefined) return first
    const all = values.joined(parts, { valueBytesMax: this.#limits.valueBytesMax, valuePartsMax: Number.POSITIVE_INFINITY })
    if (all.kind !== "joined" || all.parts.length <= this.#limits.valuePartsMax) return this.#bounded(all)
    return this.#bounded({ kind: "joined", parts: this.#fewer(all.parts) })
  }

  /** What all begin or end with is said once: a variable that each of many branches may append to grows by what is appended. */
  either(of: readonly Value[]): Value {
    const different = [...new Set(of.map((one) => this.#one(one)))]
    const [first, second] = different
    if (first === undefined) return text("")
    if (second === undefined) return first
    const lists = different.map((one) => partsOf(one).map((part) => this.#one(part)))
    const shortest = Math.min(...lists.map((list) => list.length))
    let start = 0
    while (start < shortest && lists.every((list) => list[start] === lists[0]?.[start])) start += 1
    let end = 0
    while (end < shortest - start && lists.every((list) => list.at(-1 - end) === lists[0]?.at(-1 - end))) end += 1
    if (start + end > 0 && lists[0] !== undefined) {
      const middle = this.#options(lists.map((list) => this.joined(list.slice(start, list.length - end))))
      return this.joined([...lists[0].slice(0, start), middle, ...(end === 0 ? [] : lists[0].slice(-end))])
    }
    return this.#options(different)
  }

  #options(of: readonly Value[]): Value {
    const all = values.either(
      of.flatMap((one) => (one.kind === "either" ? one.of : [one])).map((one) => this.#one(one)),
      { valueBytesMax: this.#limits.valueBytesMax, valuePartsMax: Number.POSITIVE_INFINITY },
    )
    if (all.kind !== "either" || all.of.length <= this.#limits.valuePartsMax) return this.#bounded(all)
    return this.#bounded({ kind: "either", of: this.#fewer(all.of) })
  }

  step(how: Transform, tool: string, of: Value, at: Place): Value {
    return this.#bounded({ kind: "step", how, tool, of, at })
  }

  /** A step over a constant: `result` is what it gives. */
  computed(step: Value, result: string): Value {
    if (step.kind !== "step" || result.length > this.#limits.valueBytesMax) return step
    const own = { ...step }
    results.set(own, result)
    return own
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

  /** Whether the content of a file, names of files or something fetched is in a value. */
  carries(value: Value): boolean {
    return this.#weigh(value).carries
  }

  /** A number that equal values share. */
  key(value: Value): number {
    return this.#numbers.get(this.#one(value)) ?? 0
  }

  /** The one object of all values that equal this one. A long text is only equal to itself: to compare it costs what it is long. */
  #one(value: Value): Value {
    if (this.#numbers.has(value)) return value
    const isOwn = results.has(value) || written.has(value)
    if (value.kind === "text" && value.text.length <= 256) {
      const before = this.#texts.get(value.text)
      if (before !== undefined) return before
      this.#texts.set(value.text, value)
    } else if (value.kind !== "text" && !isOwn) {
      const name = this.#nameOf(value)
      const before = this.#known.get(name)
      if (before !== undefined) return before
      this.#known.set(name, value)
    }
    this.#numbers.set(value, this.#numbers.size + 1)
    return value
  }

  #bounded(value: Value): Value {
    return this.#weigh(value).nodes <= this.#limits.valueNodesMax ? value : unknown("too large a value")
  }

  #weigh(value: Value): Weight {
    if (value.kind === "text") return { nodes: 1 + value.text.length / 1024, carries: false }
    const before = this.#weights.get(value)
    if (before !== undefined) return before
    let nodes = 1
    let carries = outside.has(value.kind)
    for (const part of inside(value)) {
      const weight = this.#weigh(part)
      nodes += weight.nodes
      carries ||= weight.carries
    }
    const weight = { nodes, carries }
    this.#weights.set(value, weight)
    return weight
  }

  #nameOf(value: Value): string {
    switch (value.kind) {
      case "text":
        return ""
      case "joined":
        return `j${value.parts.map((part) => this.key(part)).join()}`
      case "either":
        return `e${value.of.map((part) => this.key(part)).join()}`
      case "step":
        return `s${value.how} ${value.tool} ${this.key(value.of)} ${value.at.lines.join()}`
      case "file":
        return `f${this.key(value.path)}`
      case "fetched":
        return `h${this.key(value.from)}`
      case "environment":
        return `$${value.name}`
      case "unknown":
        return `?${value.why}`
      case "names": {
        const { by, syntax, ignoresCase, pattern, within } = value.search
        return `n${by} ${syntax} ${ignoresCase} ${[pattern, ...within].map((one) => this.key(one)).join()} ${value.at.lines.join()}`
      }
    }
  }

  /** Too many: those that carry something from outside stay, the others are one that is unknown. */
  #fewer(parts: readonly Value[]): readonly Value[] {
    const max = this.#limits.valuePartsMax
    return [...[...new Set(parts.filter((one) => this.carries(one)))].slice(0, max - 1), unknown(`more than ${max} parts`)]
  }
}

const partsOf = (value: Value): readonly Value[] => (value.kind === "joined" ? value.parts : value.kind === "text" && value.text === "" ? [] : [value])
