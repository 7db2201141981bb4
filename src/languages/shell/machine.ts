import type { CompoundCommand, CompoundList, ParsedScript, Redirected, Statement } from "unbash"
import type { Limits } from "../../core/limits.ts"
import type { Act, Blind, Place, Probe, Value } from "../../model/code.ts"
import { text } from "../../model/code.ts"
import { argumentsIn } from "../arguments.ts"
import { Assignments } from "../assignments.ts"
import type { Analysis } from "../language.ts"
import { type Done, sameAct } from "./acts.ts"
import { argument, Builder } from "./builder.ts"
import { Journal } from "./journal.ts"
import { Sink, type Streams } from "./streams.ts"
import type { Syntax } from "./syntax.ts"

/** Where the characters [start, end) of the text that is run now stand in their file. */
export type Locate = (start: number, end: number) => Place

/** A variable: its value, and those of its elements by index or key. */
export interface Variable {
  readonly value: Value
  readonly items?: ReadonlyMap<string, Value>
}

export interface Callable {
  readonly name: string
  readonly body: CompoundCommand | Redirected | CompoundList
  readonly locate: Locate
}

/** What the script wrote to a file; not `sure`: in one of several branches. */
export interface Stored {
  readonly value: Value
  readonly sure: boolean
}

/** What runs syntax trees and commands: given to the machine, as words run commands and commands have words. */
export interface Evaluator {
  statements(machine: Machine, statements: readonly Statement[], streams: Streams): void
  callable(machine: Machine, callable: Callable, streams: Streams): void
  /** A command whose words are known. */
  invoke(machine: Machine, words: readonly Value[], streams: Streams, at: Place): void
  /** A text as shell, in this shell. */
  text(machine: Machine, value: Value, streams: Streams, at: Place): void
}

/** Acts of one line that are compared with the next. */
const recentMax = 12

/** `$1`, `$2`, ... */
const positional = (args: readonly Value[]): Variable => ({
  value: args[0] ?? text(""),
  items: new Map(args.map((arg, index) => [String(index), arg])),
})

/** A shell that runs a script without running anything: what variables, files and functions hold at the statement that it has come to. */
export class Machine {
  readonly analysis: Analysis
  readonly limits: Limits
  readonly build: Builder
  readonly evaluator: Evaluator
  readonly assignments = new Assignments()
  readonly variables = new Journal<Variable>((name, { value }) => this.assignments.set(name, value))
  readonly functions = new Journal<readonly Callable[]>()
  readonly aliases = new Journal<string>()
  /** By the key of their path. */
  readonly files = new Journal<Stored>()
  /** What was unpacked into a folder, whose files are not named. */
  readonly unpacked: { readonly under: string; readonly value: Value }[] = []
  /** Commands that read what is written to a path: `>(command)`. */
  readonly consumers = new Map<string, { readonly script: ParsedScript; readonly locate: Locate }>()
  readonly called = new Set<Callable["body"]>()
  /** Functions that run now, and how often each. */
  readonly active = new Map<Callable["body"], number>()
  /** Texts that could not be read whole, which is said once. */
  readonly faulty = new Set<string>()
  /** Short texts that were read: many are run again and again. */
  readonly read = new Map<string, Syntax>()
  readonly acts: Act[] = []
  readonly blind: Blind[] = []
  readonly probes: Probe[] = []
  /** Stands for what a text that is run has of values that are not constant: a character beyond ISO 8859-1 each. */
  readonly placeholders: Value[] = []
  locate: Locate
  /** The statement that runs now. */
  at: Place
  /** Texts inside texts, function calls, passes over loops that are not the last. */
  depth = 0
  loops = 0
  /** What `exec` opened: written when the script ends. */
  readonly lasting: Sink[] = []
  /** Local variables of the functions that run now: what their names held before. */
  readonly frames: Map<string, Variable | undefined>[] = []
  readonly defined: Callable[] = []
  /** `shopt -s dotglob` was run, maybe: a `._name` is like others. */
  expandsPeriods = false
  /** The function that runs now, if a package manager calls it. */
  hook: string | undefined
  #repeating = 0
  #rehearsing = 0
  #steps = 0
  #serial = 0
  #work = 0
  readonly #said = new Set<string>()
  readonly #recent = new Map<number, Done[]>()

  constructor(locate: Locate, analysis: Analysis, evaluator: Evaluator) {
    this.locate = locate
    this.at = locate(0, 0)
    this.analysis = analysis
    this.limits = analysis.limits
    this.evaluator = evaluator
    this.build = new Builder(analysis.limits)
    for (const [name, value] of analysis.variables) this.variables.set(name, { value })
    const args = argumentsIn(analysis.variables)
    if (args.length > 0) this.variables.set("@", positional(args))
  }

  act(act: Done, at: Place): void {
    if (act.kind === "runs" && act.as === "program") for (const one of act.with ?? []) this.#given(one)
    if (this.#rehearsing > 0 || (this.#repeating > 0 && this.#isKnown(act, at))) return
    if (this.acts.length < this.limits.scriptActsMax)
      this.acts.push(this.hook === undefined ? { ...act, at } : { ...act, at, hook: this.hook })
    else this.giveUp(`more than ${this.limits.scriptActsMax} acts`, at)
  }

  /** `configure NAME=value`, `cmake -DNAME:TYPE=value`: whoever runs it sets a variable of the configuration. */
  #given(word: Value): void {
    const [, name = "", value = ""] = (word.kind === "text" ? /^(?:-D)?([A-Z]\w*)(?::\w+)?=(.*)$/s.exec(word.text) : null) ?? []
    if (name !== "") this.assignments.set(name, text(value))
  }

  /** A body that runs many times does the same many times: it is said once, as far as the last of its acts tell. */
  #isKnown(act: Done, at: Place): boolean {
    const line = at.lines[0] * 2 ** 20 + at.lines[1]
    const recent = this.#recent.get(line)
    if (recent === undefined) {
      this.#recent.set(line, [act])
      return false
    }
    if (recent.some((one) => sameAct(one, act))) return true
    if (recent.push(act) > recentMax) recent.shift()
    return false
  }

  /** What is not analysed, once a place. */
  giveUp(why: string, at: Place): void {
    const key = `${at.lines[0]} ${at.lines[1]} ${why}`
    if (this.#said.has(key)) return
    if (this.#said.size < this.limits.scriptBlindMax) this.blind.push({ at, why })
    this.#said.add(key)
  }

  /** A number that no other place of this script has. */
  serial(): number {
    this.#serial += 1
    return this.#serial
  }

  step(): void {
    if (this.#repeating > 0) this.#steps += 1
  }

  /** Whether so many characters may still be computed with. */
  charge(work: number): boolean {
    this.#work += work
    if (this.#work <= this.limits.scriptWorkMax) return true
    this.giveUp(`more than ${this.limits.scriptWorkMax} characters computed with`, this.at)
    return false
  }

  /**
   * Runs what is run besides the one pass over the text: bodies of functions, texts that are evaluated, further passes of loops. These cost steps and end with them;
   * the one pass goes on, as its work is bounded by the text.
   */
  repeat(at: Place, run: () => void): boolean {
    if (this.#steps > this.limits.scriptStepsMax) {
      this.giveUp(`more than ${this.limits.scriptStepsMax} steps: what is run again is not analysed`, at)
      return false
    }
    this.#repeating += 1
    run()
    this.#repeating -= 1
    return true
  }

  /** Runs for what it leaves in variables and files alone. */
  rehearse(at: Place, run: () => void): void {
    this.#rehearsing += 1
    this.repeat(at, run)
    this.#rehearsing -= 1
  }

  /** What is written to standard output while it runs. */
  capture(streams: Streams, run: (streams: Streams) => void): Value {
    const sink = new Sink()
    run(streams.copy({ output: sink }))
    return sink.value(this.build)
  }

  /** Runs and forgets what variables and functions were made: a process of its own. Files stay. */
  subshell(run: () => void): void {
    const marks = [this.variables.mark(), this.functions.mark(), this.aliases.mark()] as const
    run()
    this.variables.rollback(marks[0])
    this.functions.rollback(marks[1])
    this.aliases.rollback(marks[2])
  }

  /** Runs with other arguments. */
  withArguments(args: readonly Value[], run: () => void): void {
    const before = this.variables.get("@")
    this.variables.set("@", positional(args))
    run()
    this.variables.set("@", before)
  }

  /** Runs each from the same state; what they leave is one of them. `skips`: it may be that none runs. */
  branches(bodies: readonly ((streams: Streams) => void)[], streams: Streams, skips: boolean): void {
    const collects = streams.output(1) !== undefined
    // Where branches go to is left behind them: of all folders at once no path could be told.
    const folder = this.variables.get("PWD")
    const outputs: Value[] = skips ? [text("")] : []
    const left = bodies.map((body) => {
      const marks = [this.variables.mark(), this.functions.mark(), this.aliases.mark(), this.files.mark()] as const
      if (collects) outputs.push(this.capture(streams, body))
      else body(streams)
      return {
        variables: this.variables.rollback(marks[0]),
        functions: this.functions.rollback(marks[1]),
        aliases: this.aliases.rollback(marks[2]),
        files: this.files.rollback(marks[3]),
      }
    })
    merge(
      this.variables,
      left.map(({ variables }) => variables),
      skips,
      (ends, name) => this.#eitherVariable(ends, name),
    )
    merge(
      this.functions,
      left.map(({ functions }) => functions),
      skips,
      (ends) => [...new Set(ends.flatMap((end) => end ?? []))].slice(0, 8),
    )
    merge(
      this.aliases,
      left.map(({ aliases }) => aliases),
      skips,
      (ends) => ends.findLast((end) => end !== undefined),
    )
    merge(
      this.files,
      left.map(({ files }) => files),
      skips,
      (ends) => this.#eitherStored(ends),
    )
    if (this.variables.get("PWD") !== folder && (skips || bodies.length > 1)) this.variables.set("PWD", folder)
    if (collects) streams.write(this.build.either(outputs), this.build)
  }

  #eitherStored(ends: readonly (Stored | undefined)[]): Stored | undefined {
    const stored = ends.filter((end) => end !== undefined)
    if (stored.length === 0) return undefined
    const value = this.build.either(stored.map((one) => one.value))
    return { value, sure: stored.length === ends.length && stored.every(({ sure }) => sure) }
  }

  #eitherVariable(ends: readonly (Variable | undefined)[], name: string): Variable {
    const value = this.build.either(ends.map((end) => end?.value ?? this.unset(name)))
    const items = new Map<string, Value>()
    const lists = ends.flatMap((end) => (end?.items === undefined ? [] : [end.items]))
    for (const key of new Set(lists.flatMap((list) => [...list.keys()]))) {
      items.set(key, this.build.either(lists.flatMap((list) => list.get(key) ?? [])))
    }
    return lists.length === 0 ? { value } : { value, items }
  }

  /** What a variable holds that the script does not set. */
  unset(name: string): Value {
    return name === "@" || /^\d+$/.test(name) ? argument(name) : { kind: "environment", name, at: this.at }
  }
}

/** What each branch leaves of a name, and what was there before where one did not touch it or none ran. */
function merge<T>(
  scope: Journal<T>,
  changes: readonly ReadonlyMap<string, T | undefined>[],
  skips: boolean,
  both: (ends: readonly (T | undefined)[], name: string) => T | undefined,
): void {
  if (changes.every(({ size }) => size === 0)) return
  for (const name of new Set(changes.flatMap((change) => [...change.keys()]))) {
    const before = scope.get(name)
    const ends = changes.map((change) => (change.has(name) ? change.get(name) : before))
    if (ends.every((end) => end === before)) continue
    scope.set(name, both(skips ? [before, ...ends] : ends, name))
  }
}
