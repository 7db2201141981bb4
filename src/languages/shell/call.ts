import type { Place, Probe, Transform, Value } from "../../model/code.ts"
import { text, unknown } from "../../model/code.ts"
import { argumentsOf } from "../arguments.ts"
import { constantOf, textual } from "./builder.ts"
import { content, isFile, write } from "./files.ts"
import { loads } from "./loads.ts"
import type { Machine } from "./machine.ts"
import { type Options, readOptions, type Spec, without } from "./options.ts"
import { Input, type Streams } from "./streams.ts"

/** A command that runs: what a row of the table of tools is asked with. */
export class Call {
  readonly machine: Machine
  /** As the table has it. */
  readonly name: string
  readonly args: readonly Value[]
  readonly streams: Streams
  readonly at: Place

  constructor(
    machine: Machine,
    { name, args, streams, at }: { readonly name: string; readonly args: readonly Value[]; readonly streams: Streams; readonly at: Place },
  ) {
    this.machine = machine
    this.name = name
    this.args = args
    this.streams = streams
    this.at = at
  }

  /** Its words as text, where they are. */
  get words(): readonly (string | undefined)[] {
    return this.args.map(textual)
  }

  options(spec?: Spec): Options {
    return readOptions(this.args, spec)
  }

  get input(): Value {
    return this.streams.input?.value ?? unknown("standard input")
  }

  content(path: Value): Value {
    return textual(path) === "-" ? this.input : content(this.machine, path, this.streams, this.at)
  }

  /** What its operands hold one after another; without any, what is piped into it. */
  contents(paths: readonly Value[]): Value {
    return paths.length === 0 ? this.input : this.machine.build.joined(paths.map((path) => this.content(path)))
  }

  write(path: Value, what: Value, appends = false): void {
    write(this.machine, path, what, { streams: this.streams, at: this.at, appends })
  }

  act(act: Parameters<Machine["act"]>[0]): void {
    this.machine.act(act, this.at)
  }

  step(how: Transform, of: Value): Value {
    return this.machine.build.step(how, this.name, of, this.at)
  }

  /** A step that is computed over a constant; the step stays where it hides what the text is. */
  computed(how: Transform, of: Value, change: (one: string) => string | undefined): Value {
    if (of.kind === "either") return this.machine.build.either(of.of.map((one) => this.computed(how, one, change)))
    const step = this.step(how, of)
    const constant = constantOf(of)
    const result = constant === undefined || !this.machine.charge(constant.length) ? undefined : change(constant)
    if (result === undefined || constant === undefined) return step
    if (result === constant && how === "edit") return of
    return how === "slice" || result === constant ? text(result) : this.machine.build.computed(step, result)
  }

  /** A word without its first characters. */
  behind(word: Value, length: number): Value {
    return without(word, length)
  }

  /** Its streams with something else piped in. */
  fed(input: Value): Streams {
    return this.streams.copy({ input: new Input(input) })
  }

  /** Its streams with nothing left to read: it read its program there. */
  unfed(): Streams {
    const streams = this.streams.copy()
    streams.read(0, undefined)
    return streams
  }

  /** Text that becomes program. */
  runs(what: Value, language: string | undefined): void {
    this.act({ kind: "runs", as: "text", what, ...(language === undefined ? {} : { language }) })
  }

  /** Text in another language, also looked into where it is constant. `args`: what its interpreter is started with for it. */
  runsText(what: Value, language: string, args: readonly Value[] = []): void {
    this.runs(what, language)
    const { machine, at } = this
    const constant = constantOf(what)
    if (constant === undefined || machine.depth >= machine.limits.innerDepthMax) return
    const found = machine.analysis.inner(language, { text: constant, place: () => at }, argumentsOf(args))
    for (const act of found.acts) machine.act(act, act.at)
    for (const { why, at: where } of found.blind) machine.giveUp(why, where)
  }

  /** Shell text that is run in a process of its own. */
  runsShell(what: Value, streams = this.streams): void {
    this.runs(what, "shell")
    this.machine.subshell(() => this.machine.evaluator.text(this.machine, what, streams, this.at))
  }

  /** Another command in its place, which prints for it. */
  command(words: readonly Value[]): undefined {
    if (words.length > 0) this.machine.evaluator.invoke(this.machine, words, this.streams, this.at)
    return undefined
  }

  /** The same call with other words. */
  with(args: readonly Value[]): Call {
    return new Call(this.machine, { name: this.name, args, streams: this.streams, at: this.at })
  }

  isFile(word: string): boolean {
    return isFile(this.machine, word)
  }

  loads(name: string, value: Value): void {
    loads(name, value, this.machine, this.streams)
  }

  /** A small program that a configuration compiles, where it is constant. */
  probe(language: string, program: Value, how: Pick<Probe, "isPreprocessed"> = {}): void {
    const known = constantOf(program)
    if (known === undefined) this.machine.giveUp("a probe whose program is not constant", this.at)
    else if (known.trim() !== "") this.machine.probes.push({ at: this.at, language, text: known, ...how })
  }
}

/** What a program does; what it prints, if it prints. */
export type Tool = (call: Call) => Value | undefined
