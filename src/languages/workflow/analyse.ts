import type { Value } from "../../model/code.ts"
import { Gathered } from "../gathered.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"
import { membersOf, readYaml, textIn, textsIn, type Yaml } from "./yaml.ts"

/** What a step knows from the job and the workflow around it. */
interface Around {
  readonly shell: string
  readonly variables: ReadonlyMap<string, Value>
}

/** Shells of GitHub (workflow syntax, `jobs.<job_id>.steps[*].shell`) as the languages that they run. */
const interpreters: ReadonlyMap<string, string> = new Map([
  ["pwsh", "powershell"],
  ["powershell", "powershell"],
  ["cmd", "batch"],
  ["python", "python"],
  ["python3", "python"],
  ["node", "javascript"],
  ["perl", "perl"],
  ["ruby", "ruby"],
])

/** Keys whose texts are commands, by the service that knows them, and which of them belong to one shell. */
const commandKeys =
  /^(?:before_script|script|after_script|after_success|after_failure|before_install|before_deploy|install|commands?|\w+_script|bash|test|build|setup|tasks)$/
const powershellKeys = /^(?:powershell|pwsh|ps)$/

class Workflow {
  readonly #found: Gathered
  /** GitHub's know `run` alone: other names are those of jobs, inputs and matrices. */
  readonly #isGitHub: boolean

  constructor(found: Gathered, path: string) {
    this.#found = found
    this.#isGitHub = /(?:^|\/)(?:\.\w+\/workflows\/[^/]+|action)\.ya?ml$/.test(path)
  }

  visit(of: Yaml, around: Around): void {
    if (of.kind === "list") for (const item of of.items) this.visit(item, around)
    if (of.kind !== "map") return
    const here = this.#here(of, around)
    for (const [name, value] of of.members) {
      if (name === "run") this.#run(value, here)
      else if (name === "uses" && value.kind === "text") this.#uses(value.of, of)
      else if (this.#isGitHub) this.visit(value, here)
      else if (powershellKeys.test(name)) for (const text of textsIn(value)) this.#hand("powershell", text, here)
      else if (commandKeys.test(name)) this.#commands(value, here)
      else if (name === "include" || name === "local" || name === "remote") this.#include(name, value)
      if (!this.#isGitHub || name === "run") this.visit(value, here)
    }
  }

  /** `env` and `defaults` of a map hold for what is inside it. */
  #here(of: Yaml, around: Around): Around {
    const shell =
      textIn(of, "shell") ??
      membersOf(of, "defaults")
        .flatMap((one) => membersOf(one, "run"))
        .map((one) => textIn(one, "shell"))
        .at(-1)
    // Without a word about it, Windows has PowerShell.
    const isWindows = membersOf(of, "runs-on")
      .flatMap(textsIn)
      .some(({ text }) => text.toLowerCase().includes("windows"))
    const variables = new Map(around.variables)
    for (const name of ["env", "variables", "environment"])
      for (const value of membersOf(of, name))
        if (value.kind === "map")
          for (const [own, text] of value.members)
            if (text.kind === "text") variables.set(own, this.#found.held.value(this.#expanded(text.of, around.variables).text))
    return { shell: shell ?? (around.shell === "" && isWindows ? "pwsh" : around.shell), variables }
  }

  /** `run: text`, or CircleCI's `run: { command: text }`, which is visited as a map. */
  #run(value: Yaml, { shell, variables }: Around): void {
    if (value.kind !== "text") return
    const [program = ""] = shell.trim().split(/\s+/)
    const name = program.slice(program.lastIndexOf("/") + 1)
    if (program !== "" && !/^(?:ba|da|z|k)?sh$/.test(name) && !interpreters.has(name))
      this.#found.act({
        kind: "runs",
        as: "program",
        what: { kind: "text", text: program },
        with: [this.#found.held.value(value.of.text)],
        at: this.#found.placeOf(value.of),
      })
    this.#hand(interpreters.get(name) ?? "shell", value.of, { shell, variables })
  }

  /** Lines of a list run in one shell, one behind another. */
  #commands(value: Yaml, around: Around): void {
    const texts = textsIn(value)
    if (texts.length === 0) return
    this.#hand(
      "shell",
      Mapped.join(texts.flatMap((text) => [text, Mapped.still("\n", text.length === 0 ? 0 : text.from(text.length - 1))])),
      around,
    )
  }

  #hand(language: string, of: Mapped, { variables }: Around): void {
    this.#found.inner(language, this.#expanded(of, variables), variables)
  }

  /** `${{ expression }}` is put into the text before a shell sees it: what a contributor writes can be more than a word. */
  #expanded(of: Mapped, variables: ReadonlyMap<string, Value>): Mapped {
    return of.replace(/\$\{\{([\s\S]*?)\}\}/g, ({ 1: expression = "", index }, self) => {
      const name = expression.trim()
      const known = /^env\.([\w-]+)$/.exec(name)
      const literal = /^'([^']*)'$/.exec(name)
      if (literal !== null) return literal[1] ?? ""
      const value = known === null ? undefined : variables.get(known[1] ?? "")
      return this.#found.held.hold(value ?? { kind: "environment", name, at: this.#found.place(self.from(index)) })
    })
  }

  #uses(of: Mapped, step: Yaml): void {
    this.#found.act({
      kind: "runs",
      as: "module",
      what: this.#found.held.value(of.text),
      language: "workflow",
      at: this.#found.placeOf(of),
    })
    if (!/^actions\/github-script(?:@|$)/.test(of.text)) return
    for (const inputs of membersOf(step, "with"))
      for (const script of membersOf(inputs, "script"))
        if (script.kind === "text") this.#hand("javascript", script.of, { shell: "", variables: new Map() })
  }

  #include(name: string, value: Yaml): void {
    for (const of of textsIn(value)) {
      const at = this.#found.placeOf(of)
      const path: Value = { kind: "text", text: of.text }
      const isFetched = name === "remote" || /^https?:/.test(of.text)
      this.#found.act({
        kind: "runs",
        as: "module",
        what: isFetched ? { kind: "fetched", from: path, at } : path,
        language: "workflow",
        at,
      })
    }
  }
}

export const analyse: Analyser = (source, analysis) => {
  const found = new Gathered(source, analysis)
  const reader = new Workflow(found, source.place(0, 1).path)
  for (const document of readYaml(Mapped.whole(source.text), found)) reader.visit(document, { shell: "", variables: new Map() })
  return found.done()
}
