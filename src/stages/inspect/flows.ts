import type { Limits } from "../../core/limits.ts"
import { numberReaders, type Place, type Search, type Value } from "../../model/code.ts"
import type { Flow, FlowSource, FlowStep, Inspected, Running } from "../../model/inspection.ts"
import type { EntryPaths } from "./entry-paths.ts"
import type { Called, Exports } from "./exports.ts"
import type { Programs } from "./programs.ts"
import { Walk } from "./walk.ts"
import type { Moments } from "./when.ts"
import type { Writing, Writings } from "./writings.ts"

/** What there is to follow content through. */
export interface Traced {
  readonly scripts: readonly Inspected[]
  readonly when: Pick<Moments, "of">
  readonly paths: EntryPaths
  /** What variables of the configuration name. */
  readonly programs: Pick<Programs, "named" | "isNamed">
  readonly writings: Writings
  readonly exports: Exports
  /** Entries that a search matches; none where it could not be evaluated. */
  found(search: Search): readonly string[]
  readonly limits: Pick<Limits, "flowStepsMax" | "flowLengthMax" | "flowsMax">
}

/**
 * Every way on which content becomes program: from each act that runs something back through what the value is made of, through files that one script writes
 * and another reads, to entries of the release, literals and the network.
 */
export function flowsOf(traced: Traced): readonly Flow[] {
  const flows: Flow[] = []
  for (const script of traced.scripts) {
    for (const act of [...script.acts, ...(script.ofOthers ?? [])]) {
      if (act.kind === "runs") {
        const trail = new Trail(traced, script)
        for (const { from, steps, isPart } of trail.of(act)) flows.push({ from, steps, isPart, to: act, runs: traced.when.of(act, script) })
      }
      if (flows.length > traced.limits.flowsMax) return flows.slice(0, traced.limits.flowsMax)
    }
  }
  return flows
}

type Traveled = Pick<Flow, "from" | "steps" | "isPart">

/**
 * A program that is known, or that whoever builds names in a variable of the environment: no release chooses that. What the known ones do with their input is
 * told where they are run.
 */
function isChosenOutside(what: Value): boolean {
  if (what.kind === "either") return what.of.every(isChosenOutside)
  // A program of a known name in a folder that is not known: what was just built, and is tested.
  if (what.kind === "joined") return /\/[^/]+$/.test(textOf(what.parts.at(-1)))
  return what.kind === "text" || (what.kind === "environment" && !interpreterNames.test(what.name))
}

const textOf = (value: Value | undefined): string => (value?.kind === "text" ? value.text : "")

/** Variables that name what runs or compiles its input. */
const interpreterNames =
  /(?:sh|shell|python\d*|perl|ruby|node|php|lua|awk|cc|cxx|cpp|interp(?:reter)?|_(?:exec|eval)|^(?:ld|as|exec|eval))$/i

/** One walk back from a place where something runs. */
class Trail {
  readonly #traced: Traced
  readonly #script: Inspected
  readonly #walk: Walk
  #isPart = false

  constructor(traced: Traced, script: Inspected) {
    this.#traced = traced
    this.#script = script
    this.#walk = new Walk(traced.limits)
  }

  *of({ as, what, input, at }: Running): Generator<Traveled> {
    yield* as === "text" || as === "script" || what.kind === "file" ? this.#content(what, [], this.#script) : this.#program(what, at, as)
    // A program that is not known gets the content: what it does with it is not known either.
    if (input !== undefined && as === "program" && !isChosenOutside(what) && !this.#traced.programs.isNamed(what))
      yield* this.#content(input, [], this.#script)
  }

  /** What a path names becomes program; and a name may itself be put together of what a file holds. */
  *#program(path: Value, at: Place, as: Running["as"]): Generator<Traveled> {
    const read: FlowStep = { at, how: "read", what: "" }
    // A program without a slash is looked for in PATH (POSIX, 2.9.1.4), never here: only what was written into some folder can be it.
    if (as === "program" && path.kind === "text" && !path.text.includes("/")) {
      for (const one of this.#traced.writings.to(path, this.#script))
        if (one.path.kind !== "text" || one.path.text.includes("/")) yield* this.#written(one, [read])
    } else yield* this.#file(path, [read], this.#script)
    yield* this.#content(path, [], this.#script)
  }

  /** Back from a value that is content. Steps are gathered from the end, and told from the start. */
  *#content(value: Value, after: readonly FlowStep[], script: Inspected, call?: Called): Generator<Traveled> {
    // A literal that runs as it stands is no way: the same may come again, decoded.
    if ((value.kind === "text" && after.length === 0) || !this.#walk.enters(value, after, call)) return
    switch (value.kind) {
      case "joined": {
        const around = this.#isPart
        this.#isPart = true
        for (const part of value.parts) yield* this.#content(part, after, script, call)
        this.#isPart = around
        return
      }
      case "either":
        for (const one of value.of) yield* this.#content(one, after, script, call)
        return
      case "step":
        if (numberReaders.has(value.tool) && after.every(({ how }) => how === "given" || how === "handed")) return
        yield* this.#content(value.of, [this.#step(value), ...after], script, call)
        return
      case "file":
        yield* this.#file(value.path, [{ at: value.at, how: "read", what: "" }, ...after], script)
        return
      case "names": {
        if (value.search.by === "name") return // a loop over files
        const steps: readonly FlowStep[] = [{ at: value.at, how: "named", what: patternOf(value.search) }, ...after]
        for (const path of this.#traced.found(value.search)) yield this.#told({ kind: "name", path }, steps)
        return
      }
      case "fetched":
        yield this.#told(fromNetwork(value), [{ at: value.at, how: "fetched", what: value.pin ?? "" }, ...after])
        return
      case "text": {
        const first = after[0]
        if (first !== undefined && first.how !== "read")
          yield this.#told({ kind: "literal", at: first.at, bytes: value.text.length, ...numbersIn(value.text) }, after)
        return
      }
      case "export":
      case "unknown":
        for (const { step, ...held } of this.#traced.exports.behind(value, script, call))
          yield* this.#walk.elsewhere(this.#content(held.value, step === undefined ? after : [step, ...after], held.script, held.call))
        return
      case "environment":
        return
    }
  }

  /** A program that a variable names is known by its name, as where a script says it itself. */
  #step({ at, how, tool }: Extract<Value, { readonly kind: "step" }>): FlowStep {
    const named = how === "program" ? this.#traced.programs.named(tool) : undefined
    return named === undefined ? { at, how, what: tool } : { at, how: "edit", what: named }
  }

  /** Back from a file: to what scripts write there, and to the entries that it may be. */
  *#file(path: Value, after: readonly FlowStep[], script: Inspected): Generator<Traveled> {
    if (!this.#walk.spend()) return
    for (const one of this.#traced.writings.to(path, script)) yield* this.#written(one, after)
    const names = namesIn(path)
    const found = names === undefined ? [] : [{ at: names.at, how: "found", what: patternOf(names.search) } as const]
    const entries = this.#traced.paths.meant(path, script.path, (search) => this.#traced.found(search))
    for (const entry of entries) yield this.#told({ kind: "content", path: entry }, [...found, ...after])
  }

  *#written({ by, at, what }: Writing, after: readonly FlowStep[]): Generator<Traveled> {
    yield* this.#content(what, [{ at, how: "written", what: "" }, ...after], by)
  }

  #told(from: FlowSource, steps: readonly FlowStep[]): Traveled {
    return { from, steps, isPart: this.#isPart }
  }
}

/** The search that a path, or a part of it, comes from. */
function namesIn(path: Value): Extract<Value, { readonly kind: "names" }> | undefined {
  if (path.kind === "names") return path
  const parts = path.kind === "joined" ? path.parts : path.kind === "either" ? path.of : path.kind === "step" ? [path.of] : []
  for (const part of parts) {
    const found = namesIn(part)
    if (found !== undefined) return found
  }
  return undefined
}

const fromNetwork = ({ from, pin }: Extract<Value, { readonly kind: "fetched" }>): FlowSource =>
  pin === undefined ? { kind: "network", from } : { kind: "network", from, pin }

const lowNumbers = /^(?:(?:\d|[12]\d|3[01])(?:,|$))+$/

/** So many numbers below 32 that only rise, and then are zeros, say no more than 11 bytes do; that are all different, 15. */
const orderlyMax = 64

function numbersIn(of: string): { readonly numbers?: "low" | "orderly" } {
  if (!lowNumbers.test(of)) return {}
  const all = of.split(",").map(Number)
  const told = all.slice(0, all.findLastIndex((one) => one !== 0) + 1)
  const isRising = told.every((one, index) => one >= (told[index - 1] ?? 0))
  return { numbers: all.length <= orderlyMax && (isRising || new Set(all).size === all.length) ? "orderly" : "low" }
}

const patternOf = ({ pattern }: Search): string => (pattern.kind === "text" ? pattern.text : "")
