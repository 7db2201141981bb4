import type { Limits } from "../../core/limits.ts"
import type { Place, Search, Transform, Value } from "../../model/code.ts"
import { text, unknown } from "../../model/code.ts"

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

class Itself {
  constructor(of: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the object gets the private field of the class below, which no other code sees.
    return of
  }
}

/** A size that is kept with a value: in a WeakMap it would cost more than all else that is done with it. */
class Sized extends Itself {
  readonly #size: number

  constructor(of: object, size: number) {
    super(of)
    this.#size = size
  }

  static of(value: object): number | undefined {
    return #size in value ? value.#size : undefined
  }
}

/** Nodes as a tree, not as the graph it is held as, and KiB of text; below nothing if content from outside the script is in it. */
function weigh(value: Value): number {
  if (value.kind === "text") return 1 + value.text.length / 1024
  if (value.kind === "environment" || value.kind === "unknown") return 1
  const before = Sized.of(value)
  if (before !== undefined) return before
  let size = 1
  let isFromOutside = outside.has(value.kind)
  for (const part of inside(value)) {
    const weight = weigh(part)
    size += Math.abs(weight)
    isFromOutside ||= weight < 0
  }
  const weight = isFromOutside ? -size : size
  new Sized(value, weight)
  return weight
}

const sizeOf = (value: Value): number => Math.abs(weigh(value))

/** Whether the content of a file, names of files or something fetched is in a value. */
export const carries = (value: Value): boolean => weigh(value) < 0

export const sameAll = (first: readonly Value[], second: readonly Value[]): boolean =>
  first.length === second.length &&
  first.every((one, index) => {
    const other = second[index]
    return other !== undefined && same(one, other)
  })

/** Whether two values say the same, wherever they stand. */
export function same(first: Value, second: Value): boolean {
  if (first === second) return true
  if (first.kind !== second.kind) return false
  switch (first.kind) {
    case "text":
      return second.kind === "text" && first.text === second.text
    case "environment":
      return second.kind === "environment" && first.name === second.name
    case "unknown":
      return second.kind === "unknown" && first.why === second.why
    case "step":
      return (
        second.kind === "step" &&
        first.how === second.how &&
        first.tool === second.tool &&
        results.get(first) === results.get(second) &&
        same(first.of, second.of)
      )
    case "names":
      return (
        second.kind === "names" &&
        first.search.by === second.search.by &&
        first.search.syntax === second.search.syntax &&
        sameAll(inside(first), inside(second))
      )
    default:
      return sizeOf(first) === sizeOf(second) && sameAll(inside(first), inside(second))
  }
}

/** Makes values within their limits: what grows beyond is unknown, but what comes from outside is kept as long as it can be. */
export class Builder {
  readonly #limits: Limits

  constructor(limits: Limits) {
    this.#limits = limits
  }

  joined(parts: readonly Value[]): Value {
    const [first, second] = parts
    if (first !== undefined && second === undefined) return first
    const flat: Value[] = []
    let pending = ""
    const add = (one: Value): void => {
      if (one.kind === "joined") for (const part of one.parts) add(part)
      else if (one.kind === "text") pending += one.text
      else {
        if (pending !== "") flat.push(text(pending))
        pending = ""
        flat.push(one)
      }
    }
    for (const part of parts) add(part)
    if (pending.length > this.#limits.valueBytesMax) flat.push(unknown(`more than ${this.#limits.valueBytesMax} bytes`))
    else if (pending !== "" || flat.length === 0) flat.push(text(pending))
    const [only] = flat
    if (flat.length === 1 && only !== undefined) return only
    return this.#bounded({ kind: "joined", parts: flat.length > this.#limits.valuePartsMax ? this.#fewer(flat) : [...flat] })
  }

  /** What all begin or end with is said once: a variable that each of many branches may append to grows by what is appended. */
  either(of: readonly Value[]): Value {
    const different = distinct(of)
    const [first, second] = different
    if (first === undefined) return text("")
    if (second === undefined) return first
    if (different.every((one) => one.kind === "text")) return this.#options(different)
    const lists = different.map(partsOf)
    const [list = []] = lists
    const shortest = Math.min(...lists.map(({ length }) => length))
    let start = 0
    while (start < shortest && lists.every((other) => isSamePart(other[start], list[start]))) start += 1
    let end = 0
    while (end < shortest - start && lists.every((other) => isSamePart(other.at(-1 - end), list.at(-1 - end)))) end += 1
    if (start + end === 0) return this.#options(different)
    const middle = this.#options(lists.map((other) => this.joined(other.slice(start, other.length - end))))
    return this.joined([...list.slice(0, start), middle, ...(end === 0 ? [] : list.slice(-end))])
  }

  #options(of: readonly Value[]): Value {
    const all = distinct(of.flatMap((one) => (one.kind === "either" ? one.of : [one])))
    const [only] = all
    if (all.length === 1 && only !== undefined) return only
    return this.#bounded({ kind: "either", of: all.length > this.#limits.valuePartsMax ? this.#fewer(all) : all })
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

  #bounded(value: Value): Value {
    return sizeOf(value) <= this.#limits.valueNodesMax ? value : unknown("too large a value")
  }

  /** Too many: those that carry something from outside stay, the others are one that is unknown. */
  #fewer(parts: readonly Value[]): readonly Value[] {
    const max = this.#limits.valuePartsMax
    return [...[...new Set(parts.filter((one) => carries(one)))].slice(0, max - 1), unknown(`more than ${max} parts`)]
  }
}

const isSamePart = (first: Value | undefined, second: Value | undefined): boolean =>
  first !== undefined && second !== undefined && same(first, second)

function distinct(of: readonly Value[]): readonly Value[] {
  const found: Value[] = []
  // Branches leave mostly the very same values: to find these takes no look into them.
  for (const one of of) if (!found.includes(one) && !hasSame(found, one)) found.push(one)
  return found
}

function hasSame(found: readonly Value[], one: Value): boolean {
  for (const other of found) if (other.kind === one.kind && same(one, other)) return true
  return false
}

const partsOf = (value: Value): readonly Value[] =>
  value.kind === "joined" ? value.parts : value.kind === "text" && value.text === "" ? [] : [value]
