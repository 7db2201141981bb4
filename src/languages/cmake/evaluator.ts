import { configured, unknown, type Value } from "../../model/code.ts"
import type { Gathered } from "../gathered.ts"
import { isConstant } from "../held.ts"
import { Mapped } from "../mapped.ts"
import { standIns } from "../stand-ins.ts"
import { either } from "../values.ts"
import { listOf, splitList } from "./lists.ts"
import { matchedIn, partsOfMatch } from "./matches.ts"
import { type Body, blocksOf, type Command, commandsOf, type Statement, type Written } from "./reader.ts"
import { Scope } from "./scope.ts"

/** An argument as a command gets it. */
export interface Argument {
  readonly of: Mapped
  readonly text: string
  readonly isQuoted: boolean
}

/** What a command does. `at`: its place in the source. */
export type Builtin = (args: readonly Argument[], cmake: Evaluator, command: Command) => void

interface Routine {
  readonly parameters: readonly string[]
  readonly body: readonly Statement[]
  readonly isMacro: boolean
  readonly command: Command
}

/** Runs commands on values: each branch of an `if` may be the one, a loop runs for the words that are known (cmake-language(7)). */
export class Evaluator {
  readonly found: Gathered
  readonly #builtins: ReadonlyMap<string, Builtin>
  readonly #routines = new Map<string, Routine>()
  readonly #called = new Set<string>()
  /** Options that are off unless somebody turns them on. */
  readonly #off = new Set<string>()
  #scope = new Scope(undefined)
  #depth = 0

  constructor(found: Gathered, builtins: ReadonlyMap<string, Builtin>, known: Readonly<Record<string, string>>) {
    this.found = found
    this.#builtins = builtins
    for (const [name, value] of Object.entries(known)) this.#scope.own.set(name, Mapped.still(value, 0))
  }

  /** Runs a text of CMake: a file, or code that is put together. */
  code(of: Mapped): void {
    this.#deeper(of, () => this.#run(blocksOf(commandsOf(of, this.found), this.found)))
  }

  /** Runs what nobody called with arguments that nobody knows. */
  uncalled(): void {
    for (const [name, routine] of this.#routines) {
      if (this.#called.has(name)) continue
      this.#called.add(name)
      const args = routine.parameters.map((parameter) =>
        this.#argument(this.hold(unknown(`the argument ${parameter}`), routine.command.of.from(0))),
      )
      this.#call(routine, args)
    }
  }

  set(name: string, value: Mapped | undefined, isParent = false): void {
    if (value !== undefined) standIns(name, value, this.found)
    this.#keep(name, value, isParent)
  }

  #keep(name: string, value: Mapped | undefined, isParent = false): void {
    this.#off.delete(name)
    if (!isConstant(name)) this.#off.clear()
    this.found.assignments.set(name, value === undefined ? undefined : this.value(value))
    const scope = isParent ? (this.#scope.parent ?? this.#scope) : this.#scope
    const { valueBytesMax } = this.found.analysis.limits
    // Of a long list nobody needs the place of each word.
    if (value === undefined || value.length <= valueBytesMax)
      scope.own.set(
        name,
        value !== undefined && value.runs > 64 && !value.text.includes("\n") ? Mapped.still(value.text, value.from(0)) : value,
      )
    else {
      this.found.giveUp(this.found.place(value.from(0)), `a value of more than ${valueBytesMax} bytes`)
      scope.own.set(name, this.hold(unknown(`more than ${valueBytesMax} bytes`), value.from(0)))
    }
  }

  /** A variable that was set before stays as it is (policy CMP0077). */
  option(name: string, isOff: boolean, command: Command): void {
    const isNew = this.get(name) === undefined
    this.set(name, this.hold(unknown("an option"), command.of.from(0)))
    if (isNew && isOff) this.#off.add(name)
  }

  get(name: string): Mapped | undefined {
    return this.#scope.get(name)
  }

  hold(value: Value, at: number): Mapped {
    return Mapped.still(this.found.held.hold(value), at)
  }

  setMatches(of: Mapped, command: Command): void {
    const step: Value = { kind: "step", how: "search", tool: "MATCHES", of: this.value(of), at: this.found.placeOf(command.of) }
    for (const name of partsOfMatch) this.set(name, this.hold(step, command.of.from(0)))
  }

  value(of: Mapped | undefined): Value {
    return of === undefined ? unknown("an argument that is not there") : this.found.held.value(of.text)
  }

  run(name: string, args: readonly Argument[], command: Command): void {
    // Whatever a command does with an option, it may turn it on; and so may a file that is taken in.
    for (const { text } of args) this.#off.delete(text)
    if (name === "include" && args[0] !== undefined && !/^\w+$/.test(args[0].text)) this.#off.clear()
    if (name === "add_subdirectory" && this.found.asked === undefined) this.#off.clear()
    const routine = this.#routines.get(name)
    if (routine === undefined) this.#builtins.get(name)?.(args, this, command)
    else {
      this.#called.add(name)
      this.#deeper(command.of, () => this.#call(routine, args))
    }
  }

  #deeper(of: Mapped, run: () => void): void {
    const { scriptDepthMax } = this.found.analysis.limits
    if (this.#depth >= scriptDepthMax) this.found.giveUp(this.found.placeOf(of), `calls nest deeper than ${scriptDepthMax}`)
    else {
      this.#depth += 1
      run()
      this.#depth -= 1
    }
  }

  #run(statements: readonly Statement[]): void {
    for (const statement of statements) {
      const { command } = statement
      if (!this.found.spend(8 + (command.of.length >> 4), command.of.from(0))) return
      if (statement.kind === "command") this.run(command.name, this.#arguments(command.args), command)
      else this.#deeper(command.of, () => this.#block(statement))
    }
  }

  #block({ command, bodies }: Extract<Statement, { kind: "block" }>): void {
    const args = command.name === "if" || command.name === "while" ? [] : this.#arguments(command.args)
    const body = bodies[0]?.statements ?? []
    if (command.name === "foreach") this.#forEach(args, body, command)
    else if (command.name === "function" || command.name === "macro") {
      const [name, ...parameters] = args.map(({ text }) => text)
      if (name !== undefined) this.#routines.set(name.toLowerCase(), { parameters, body, isMacro: command.name === "macro", command })
    } else if (command.name === "block") this.#run(body)
    else this.#branches(bodies, command)
  }

  /** What each branch sets, or what was there before. */
  #branches(bodies: readonly Body[], command: Command): void {
    const before = this.#scope
    const { asked } = this.found
    const after = bodies.map((body) => {
      this.#scope = new Scope(before)
      this.found.asked = asked ?? this.#askedFor(body.command)
      for (const of of matchedIn(body.command)) this.setMatches(this.get(of.text) ?? this.expand(of), body.command)
      this.#run(body.statements)
      return this.#scope
    })
    this.#scope = before
    this.found.asked = asked
    const isWhole = bodies.some((one) => one.command.name === "else")
    for (const name of new Set(after.flatMap(({ own }) => [...own.keys()]))) {
      const values = [...(isWhole ? after : [before, ...after])].map((scope) => scope.get(name)).filter((value) => value !== undefined)
      if (values.length > 0) this.#keep(name, this.#merged(before.get(name), values, command))
    }
  }

  /** The option that somebody must turn on for a condition to hold: it is one of several that all must. */
  #askedFor({ name, args }: Command): string | undefined {
    const words = args.map(({ of }) => of.text)
    if ((name !== "if" && name !== "elseif") || words.some((word) => word === "OR" || !/^\w+$/.test(word))) return undefined
    const off = words.find(
      (word, at) => this.#off.has(word) && [undefined, "AND"].includes(words[at - 1]) && [undefined, "AND"].includes(words[at + 1]),
    )
    return off === undefined ? undefined : `-D${off}`
  }

  /** One value of those that branches leave. Of a list that they add to, all that is added: a word of it may be there. */
  #merged(before: Mapped | undefined, values: readonly Mapped[], command: Command): Mapped {
    const different = [...new Map(values.map((value) => [value.text, value])).values()]
    const [only] = different
    if (different.length === 1 && only !== undefined) return only
    if (
      before !== undefined &&
      before.length > 0 &&
      different.every(({ text }) => text === before.text || text.startsWith(`${before.text};`))
    )
      return Mapped.join([before, ...different.map((value) => value.slice(before.length))])
    const of = different.map((value) => this.value(value))
    return this.hold(either(of, this.found.analysis.limits), command.of.from(0))
  }

  #forEach(args: readonly Argument[], body: readonly Statement[], command: Command): void {
    const [variable, ...rest] = args
    if (variable === undefined) return
    const items = this.#items(rest, command)
    const { scriptTurnsMax } = this.found.analysis.limits
    if (items.length > scriptTurnsMax)
      this.found.giveUp(this.found.placeOf(command.of), `a loop of more than ${scriptTurnsMax} words: the first are looked at`)
    for (const item of items.slice(0, scriptTurnsMax)) {
      this.set(variable.text, item)
      this.#run(body)
    }
  }

  #items(args: readonly Argument[], command: Command): readonly Mapped[] {
    const [first, second] = args
    if (first?.text === "RANGE") return [this.hold(unknown("a number of a range"), command.of.from(0))]
    if (first?.text !== "IN" && first?.text !== "LISTS") return args.map(({ of }) => of)
    const items: Mapped[] = []
    let isList = first.text === "LISTS" || second?.text === "LISTS" || second?.text === "ZIP_LISTS"
    for (const { text, of } of args.slice(1)) {
      if (text === "LISTS" || text === "ZIP_LISTS") isList = true
      else if (text === "ITEMS") isList = false
      else if (isList) items.push(...splitList(this.get(text) ?? this.hold(unknown(`the list ${text}`), of.length > 0 ? of.from(0) : 0)))
      else items.push(of)
    }
    return items
  }

  #call(routine: Routine, args: readonly Argument[]): void {
    const before = this.#scope
    const outer = new Scope(before)
    const bindings = new Map(routine.parameters.map((parameter, index) => [parameter, args[index]?.of] as const))
    const all = args.map(({ of }) => of)
    for (const [name, value] of [...bindings, ...all.map((of, index) => [`ARGV${index}`, of] as const)]) outer.own.set(name, value)
    outer.own.set("ARGV", listOf(all))
    outer.own.set("ARGN", listOf(all.slice(routine.parameters.length)))
    outer.own.set("ARGC", Mapped.still(String(args.length), routine.command.of.from(0)))
    const bound = new Set(outer.own.keys())
    this.#scope = outer
    this.#run(routine.body)
    this.#scope = before
    // A macro sets variables of its caller.
    if (routine.isMacro) for (const [name, value] of outer.own) if (!bound.has(name)) this.set(name, value)
  }

  #arguments(written: readonly Written[]): readonly Argument[] {
    return written.flatMap(({ kind, of }) => {
      if (kind === "bracket") return [this.#argument(of, true)]
      const made = this.expand(of)
      return kind === "quoted" ? [this.#argument(made, true)] : splitList(made).map((one) => this.#argument(one))
    })
  }

  #argument(of: Mapped, isQuoted = false): Argument {
    return { of, text: of.text, isQuoted }
  }

  /** References and escapes (cmake-language(7), "Variable References", "Escape Sequences"); generator expressions are not known before the build. */
  expand(of: Mapped): Mapped {
    if (!/[$\\@]/.test(of.text)) return of
    if (this.#depth >= this.found.analysis.limits.scriptDepthMax || !this.found.spend(4 + (of.length >> 4), of.from(0)))
      return this.hold(unknown("references nest too deep"), of.from(0))
    const parts: Mapped[] = []
    let done = 0
    const pattern = /\\([\s\S])|\$(?:ENV|CACHE)?\{|\$<|@(\w+)@/g
    for (let match = pattern.exec(of.text); match !== null; match = pattern.exec(of.text)) {
      const end = match[0].startsWith("$")
        ? closeOf(of.text, pattern.lastIndex, match[0] === "$<" ? ["<", ">"] : ["{", "}"])
        : pattern.lastIndex
      const at = of.from(match.index)
      parts.push(of.slice(done, match.index), this.#token(match, of.slice(pattern.lastIndex, Math.max(pattern.lastIndex, end - 1)), at))
      done = end
      pattern.lastIndex = end
    }
    return Mapped.join([...parts, of.slice(done)])
  }

  #token([token, escaped, template]: RegExpExecArray, inside: Mapped, at: number): Mapped {
    if (escaped !== undefined) {
      const made: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\n": "", ";": "\\;" }
      return Mapped.still(made[escaped] ?? escaped, at)
    }
    if (template !== undefined) return this.get(template) ?? Mapped.still(`@${template}@`, at)
    if (token === "$<") return this.hold(unknown("a generator expression"), at)
    this.#depth += 1
    const name = this.expand(inside).text
    this.#depth -= 1
    if (token === "$ENV{") return this.hold({ kind: "environment", name, at: this.found.place(at) }, at)
    const value = this.get(name)
    if (value === undefined) return this.hold(configured(name, `the variable ${name.slice(0, 80)}`), at)
    return value.text.includes("\n") ? value : Mapped.still(value.text, at)
  }
}

function closeOf(of: string, start: number, [open, close]: readonly [string, string]): number {
  let depth = 1
  for (let at = start; at < of.length; at += 1) {
    const one = of.charAt(at)
    if (one === open) depth += 1
    else if (one === close && --depth === 0) return at + 1
  }
  return of.length
}
