import { unknown, type Value } from "../../model/code.ts"
import { Gathered } from "../gathered.ts"
import { type Json, membersOf, readJson } from "../json.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"
import { shellWords } from "../words.ts"
import { commandLine, lastOf, textsOf } from "./command-line.ts"

const platforms = ["linux", "osx", "windows"] as const

/** What says what a task does, the first that has a word of it: the task for a platform, the task, and the file in the same way. */
type Layers = readonly (Json | undefined)[]

interface Task {
  readonly of: Json
  readonly file: Json
}

export const analyse: Analyser = (source, analysis) => {
  const found = new Gathered(source, analysis)
  const { value: file, brokenAt } = readJson(Mapped.whole(source.text), analysis.limits.scriptDepthMax, "commented")
  if (brokenAt !== undefined) found.giveUp(found.place(brokenAt, source.text.length), "no JSON from here on")
  if (file === undefined) return found.done()
  const tasks = [file, ...platforms.flatMap((platform) => membersOf(file, platform))]
    .flatMap((one) => membersOf(one, "tasks"))
    .flatMap((list) => (list.kind === "array" ? list.items.map((of): Task => ({ of, file })) : []))
  const byItself = ofOpening(tasks)
  for (const task of tasks) new Running(task, found, byItself.has(task)).run()
  return found.done()
}

/** Tasks that run when the folder is opened, and those that they need (Visual Studio Code, "Run behavior", "Compound tasks"). */
function ofOpening(tasks: readonly Task[]): ReadonlySet<Task> {
  const named = Map.groupBy(
    tasks.flatMap((task) =>
      ["label", "taskName", "identifier"].flatMap((field) => namesIn(task.of, field).map((name) => ({ name, task }))),
    ),
    ({ name }) => name,
  )
  const isOfOpening = ({ of }: Task): boolean =>
    membersOf(of, "runOptions").some((options) => namesIn(options, "runOn").some((on) => on.toLowerCase() === "folderopen"))
  const all = new Set(tasks.filter(isOfOpening))
  for (const { of } of all) for (const name of namesIn(of, "dependsOn")) for (const { task } of named.get(name) ?? []) all.add(task)
  return all
}

const namesIn = (of: Json, field: string): readonly string[] => membersOf(of, field).flatMap((one) => textsOf(one).map((name) => name.text))

class Running {
  readonly #task: Task
  readonly #found: Gathered
  readonly #isOfOpening: boolean
  readonly #said = new Set<string>()

  constructor(task: Task, found: Gathered, isOfOpening: boolean) {
    this.#task = task
    this.#found = found
    this.#isOfOpening = isOfOpening
  }

  /** As it stands, and on each platform that has it otherwise. */
  run(): void {
    const { of, file } = this.#task
    this.#runAs([of, file])
    for (const platform of platforms) {
      const [own, shared] = [lastOf(of, platform), lastOf(file, platform)]
      if (own !== undefined || shared !== undefined) this.#runAs([own, of, shared, file])
    }
  }

  #runAs(layers: Layers): void {
    const has = (name: string): Json | undefined => layers.flatMap((layer) => lastOf(layer, name) ?? [])[0]
    const words = [has("type"), has("script")].map((one) => (one?.kind === "string" ? one.of : undefined))
    const [type, script] = words
    const [command, args] = [has("command"), has("args")]
    const line = commandLine(command, args, type?.text === "process" ? "words" : "text")
    if (line !== undefined) this.#hand(this.#expanded(line), layers)
    else if (type?.text === "npm" && script !== undefined) {
      this.#hand(shellWords([Mapped.still("npm", script.from(0)), Mapped.still("run", script.from(0)), script]), layers)
      this.#giveUp(script, "a script of a package.json, by its name")
    } else if (type !== undefined) this.#giveUp(type, `what a task of ${type.text.slice(0, 40)} runs is said by an extension of the editor`)
  }

  /** A shell of another kind is given the line as its last word, behind what it is asked. */
  #hand(line: Mapped, layers: Layers): void {
    const options = layers.flatMap((layer) => lastOf(layer, "options") ?? [])
    const shell = options.flatMap((one) => lastOf(one, "shell") ?? [])[0]
    const executable = lastOf(shell, "executable")
    const args = lastOf(shell, "args")
    const program = executable?.kind === "string" ? executable.of : undefined
    const asked = args === undefined ? [] : textsOf(args)
    const name = /[^/\\]*$/.exec(program?.text.toLowerCase().replace(/\.exe$/, "") ?? "")?.[0] ?? ""
    const isPlain = asked.length === 0 && /^(?:(?:ba|da|z|k)?sh)?$/.test(name)
    const isShell = lastOf(this.#task.of, "type")?.kind !== "string" || namesIn(this.#task.of, "type").includes("shell")
    const whole = program === undefined || !isShell || isPlain ? line : shellWords([program, ...asked, line])
    const key = `${whole.from(0)} ${whole.text}`
    if (this.#said.size === this.#said.add(key).size || !this.#found.spend(1 + whole.length, line.from(0))) return
    this.#found.inner("shell", whole, this.#variables(options), this.#isOfOpening ? "folderOpen" : "task")
  }

  #variables(options: readonly Json[]): ReadonlyMap<string, Value> {
    const variables = new Map<string, Value>()
    for (const one of options.toReversed())
      for (const environment of membersOf(one, "env"))
        if (environment.kind === "object")
          for (const [name, value] of environment.members)
            if (value.kind === "string") variables.set(name, this.#found.held.value(this.#expanded(value.of).text))
    return variables
  }

  /** What the editor puts in (Visual Studio Code, "Variables reference"); what it does not know it leaves to the shell. */
  #expanded(of: Mapped): Mapped {
    return of.replace(/\$\{([^${}]{1,200})\}/g, ({ 0: whole, 1: name = "", index }, self) => {
      if (/^(?:(?:workspace|fileWorkspace)Folder|workspaceRoot|cwd)(?::|$)/.test(name)) return "."
      if (name === "pathSeparator" || name === "/") return "/"
      const at = this.#found.place(self.from(index))
      if (name.startsWith("env:")) return this.#found.held.hold({ kind: "environment", name: name.slice(4), at })
      const isKnown = /^(?:config|command|input):|^(?:file|relativeFile|workspaceFolder|userHome|execPath|lineNumber|selectedText)/.test(
        name,
      )
      return isKnown ? this.#found.held.hold(unknown(`what an editor puts in for ${name}`)) : whole
    })
  }

  /** Of a task that is asked for somebody sees what it is. */
  #giveUp(of: Mapped, why: string): void {
    if (this.#isOfOpening) this.#found.giveUp(this.#found.placeOf(of), why)
  }
}
