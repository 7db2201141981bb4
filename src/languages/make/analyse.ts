import { unknown, type Value } from "../../model/code.ts"
import { Gathered } from "../gathered.ts"
import { isConstant } from "../held.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"
import { namesCompiler, standIns } from "../stand-ins.ts"
import { either } from "../values.ts"
import { goalsToAskFor, targetsOf } from "./goals.ts"
import { looseObjects } from "./links.ts"
import { Makefile, type Rule } from "./makefile.ts"

/** Automatic variables (GNU make, 10.5.3): of a pattern, the stem is not known. */
function automatic(file: Makefile, { targets, prerequisites }: Rule): ReadonlyMap<string, Mapped> {
  const stem = file.make.hold(unknown("the stem of a pattern"), targets.from(0))
  const parts = file.make.expand(prerequisites).text.split("|")
  const known = (of: string): Mapped => Mapped.still(of.replace(/\s+/g, " ").trim().replaceAll("%", stem.text), targets.from(0))
  const names = file.make.expand(targets).text.trim()
  const all = known(names)
  const target = /\s/.test(names) ? file.make.hold(oneOf(file, names), targets.from(0)) : all
  const normal = known(parts[0] ?? "")
  const first = Mapped.still(normal.text.split(" ")[0] ?? "", targets.from(0))
  return new Map([
    ["@", target],
    ["<", first],
    ["^", normal],
    ["+", normal],
    ["?", normal],
    ["|", known(parts[1] ?? "")],
    ["*", stem],
    ["%", stem],
    ["@D", folder(target)],
    ["@F", base(target)],
    ["<D", folder(first)],
    ["<F", base(first)],
  ])
}

const oneOf = (file: Makefile, names: string): Value =>
  either(
    names.split(/\s+/).map((name) => file.found.held.value(name)),
    file.found.analysis.limits,
  )
const folder = (of: Mapped): Mapped => Mapped.still(of.text.includes("/") ? of.text.slice(0, of.text.lastIndexOf("/")) : ".", of.from(0))
const base = (of: Mapped): Mapped => Mapped.still(of.text.slice(of.text.lastIndexOf("/") + 1), of.from(0))

/** What a recipe's line is handed to: the shell that `SHELL` names (5.3.2). */
function run(file: Makefile, of: Mapped, shell: string): void {
  const command = of.slice(/^[@+\-\s]*/.exec(of.text)?.[0].length ?? 0)
  const line = command.slice(unknownPrefix(file, command.text))
  if (line.text.trim() === "") return
  const program = shell.trim().split(/\s+/)[0] ?? ""
  const name = program.slice(program.lastIndexOf("/") + 1)
  if (isConstant(shell) && /^(?:|[a-z]*sh|env|busybox)$/.test(name)) file.found.inner("shell", line)
  else if (isConstant(shell) && /^(?:python|perl|node|ruby)[\d.]*$/.test(name))
    file.found.inner(name.replace(/[\d.]+$/, "").replace("node", "javascript"), line)
  else {
    const what = file.found.held.value(program)
    file.found.act({
      kind: "runs",
      as: "program",
      what,
      with: [file.found.held.value(shell), file.found.held.value(line.text)],
      at: file.found.placeOf(line),
    })
    file.found.inner("shell", line)
  }
}

/** What is not known before a compound command can be no part of it: it is empty, or ends a command of its own. */
function unknownPrefix(file: Makefile, of: string): number {
  const [whole = "", mark = ""] = /^([^\0-\xff])\s*(?=\(|\{\s|(?:if|for|case|while|until)\s)/.exec(of) ?? []
  return whole !== "" && file.found.held.value(mark).kind === "unknown" ? whole.length : 0
}

function recipe(file: Makefile, rule: Rule, isOneShell: boolean): void {
  const variables = automatic(file, rule)
  const shell = file.make.expand(Mapped.still("$(SHELL)", rule.targets.from(0))).text
  const lines = rule.recipe.map((line) => file.make.with(variables, line))
  const whole = isOneShell
    ? [Mapped.join(lines.flatMap((line) => [line, Mapped.still("\n", line.from(line.length))]))]
    : lines.flatMap(ownLines)
  for (const one of whole) run(file, one, shell)
}

/** A variable of several lines makes several lines of a recipe (5.8). */
function ownLines(of: Mapped): readonly Mapped[] {
  if (!of.text.includes("\n")) return [of]
  const made: Mapped[] = []
  let start = 0
  for (const { index } of of.text.matchAll(/(?<!\\)\n/g)) {
    made.push(of.slice(start, index))
    start = index + 1
  }
  return [...made, of.slice(start)]
}

export const analyse: Analyser = (source, analysis) => {
  const found = new Gathered(source, analysis)
  const { path } = source.place(0, 1)
  const file = new Makefile(found, path)
  file.read(Mapped.whole(source.text))
  const isOneShell = file.rules.some(({ targets }) => targets.text.trim() === ".ONESHELL")
  const toAskFor = goalsToAskFor(file, path)
  for (const rule of file.rules) {
    const [target = "", ...others] = toAskFor.size === 0 ? [] : targetsOf(file, rule)
    found.asked = others.length === 0 && toAskFor.has(target) ? `make ${target}` : undefined
    if (rule.recipe.length === 0) file.make.expand(rule.prerequisites)
    else recipe(file, rule, isOneShell)
  }
  found.asked = undefined
  // What nothing refers to may be used by what includes this file.
  for (const name of [...file.make.variables.keys()]) {
    const value = file.make.named(name, file.make.variables.get(name)?.values.at(-1)?.from(0) ?? 0)
    if (namesCompiler(name)) for (const one of file.make.valuesOf(name, value)) standIns(name, one, found)
    for (const act of looseObjects(file, name, value)) found.act(act)
  }
  return found.done()
}
