import { unknown, type Value } from "../../model/code.ts"
import { isConstant } from "../held.ts"
import { Mapped } from "../mapped.ts"
import { either } from "../values.ts"
import type { Expander, MakeFunction } from "./expander.ts"
import { argumentsOf } from "./references.ts"

/** Functions of GNU make (8). */

const words = (of: string): string[] => of.split(/\s+/).filter((word) => word !== "")

/** A computation on constants, else the last argument's value after a step. */
const computed =
  (tool: string, how: "edit" | "slice", count: number, compute: (...args: readonly string[]) => string): MakeFunction =>
  (inside, make, at) => {
    const args = argumentsOf(inside, count).map((arg) => make.expand(arg))
    const texts = args.map((arg) => arg.text)
    const cost = texts.reduce((sum, one) => sum + one.length, 0)
    if (texts.every(isConstant) && make.found.spend(cost >> 3, at)) return Mapped.still(compute(...texts), at)
    const of = make.value(args.at(-1) ?? Mapped.still("", at))
    return make.hold({ kind: "step", how, tool, of, at: make.found.place(at) }, at)
  }

const each =
  (change: (word: string, ...args: readonly string[]) => string) =>
  (...args: readonly string[]): string =>
    words(args.at(-1) ?? "")
      .map((word) => change(word, ...args))
      .filter((word) => word !== "")
      .join(" ")

/** `%` matches any text (6.3.1, 8.2). */
function stem(pattern: string, word: string): string | undefined {
  const at = pattern.indexOf("%")
  if (at === -1) return pattern === word ? "" : undefined
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + 1)]
  const matches = word.length >= before.length + after.length && word.startsWith(before) && word.endsWith(after)
  return matches ? word.slice(before.length, word.length - after.length) : undefined
}

function patsubst(word: string, pattern = "", by = ""): string {
  const found = stem(pattern, word)
  return found === undefined ? word : pattern.includes("%") ? by.replace("%", () => found) : by
}

const matchesOne = (patterns: string, word: string): boolean => words(patterns).some((pattern) => stem(pattern, word) !== undefined)
const suffixAt = (word: string): number => (word.lastIndexOf(".") > word.lastIndexOf("/") ? word.lastIndexOf(".") : word.length)

/** The text of a command becomes what it prints. */
const shell: MakeFunction = (inside, make, at) => make.printed(make.expand(inside), at)

const wildcard: MakeFunction = (inside, make, at) => {
  const pattern = make.value(make.expand(inside).trim())
  return make.hold(
    { kind: "names", search: { by: "name", syntax: "expansion", ignoresCase: false, pattern, within: [] }, at: make.found.place(at) },
    at,
  )
}

const call: MakeFunction = (inside, make, at) => {
  const [name, ...args] = argumentsOf(inside).map((arg) => make.expand(arg))
  if (name === undefined) return inside
  const called = name.text.trim()
  const variable = make.variables.get(called)
  const bindings = new Map([["0", name], ...args.map((arg, index) => [String(index + 1), arg] as const)])
  if (variable === undefined) {
    const builtIn = make.functions.get(called)
    return builtIn === undefined
      ? make.named(called, at)
      : builtIn(Mapped.join(args.flatMap((arg, index) => (index === 0 ? [arg] : [Mapped.still(",", at), arg]))), make, at)
  }
  const values = variable.values.map((value) => (variable.isRecursive ? make.with(bindings, value) : value))
  return oneOf(values, make, at)
}

function oneOf(values: readonly Mapped[], make: Expander, at: number): Mapped {
  const [only] = values
  if (values.length === 1 && only !== undefined) return only
  return make.hold(
    either(
      values.map((value) => make.value(value)),
      make.found.analysis.limits,
    ),
    at,
  )
}

const forEach: MakeFunction = (inside, make, at) => {
  const [variable = inside, list = inside, body = inside] = argumentsOf(inside, 3)
  const name = make.expand(variable).text.trim()
  const items = make.expand(list)
  const made: Mapped[] = []
  for (const item of words(items.text)) {
    if (made.length > 0) made.push(Mapped.still(" ", at))
    made.push(make.with(new Map([[name, Mapped.still(item, at)]]), body))
    if (made.length > 2 * make.found.analysis.limits.scriptTurnsMax) {
      make.found.giveUp(make.found.place(at), "a foreach of more words than are looked at")
      break
    }
  }
  return Mapped.join(made)
}

const choose: MakeFunction = (inside, make, at) => {
  const [condition = inside, ...branches] = argumentsOf(inside, 3)
  const tested = make.expand(condition).text.trim()
  const [yes, no] = branches
  if (isConstant(tested)) {
    const taken = tested === "" ? no : yes
    return taken === undefined ? Mapped.still("", at) : make.expand(taken)
  }
  return oneOf(
    [yes, no].map((branch) => (branch === undefined ? Mapped.still("", at) : make.expand(branch))),
    make,
    at,
  )
}

/** `or`: the first that is not empty. `and`: the last, if none is. Of those that are no constants each may be it. */
const first: MakeFunction = (inside, make, at) => {
  const possible: Mapped[] = []
  for (const arg of argumentsOf(inside)) {
    const made = make.expand(arg).trim()
    if (made.text !== "") possible.push(made)
    if (made.text !== "" && isConstant(made.text)) break
  }
  return possible.length === 0 ? Mapped.still("", at) : oneOf(possible, make, at)
}

const all: MakeFunction = (inside, make, at) => {
  const made = argumentsOf(inside).map((arg) => make.expand(arg).trim())
  return made.some((one) => one.text === "") ? Mapped.still("", at) : (made.at(-1) ?? Mapped.still("", at))
}

const evaluate: MakeFunction = (inside, make, at) => {
  make.evaluate(make.expand(inside))
  return Mapped.still("", at)
}

/** `$(file > name,text)` (8.15). */
const file: MakeFunction = (inside, make, at) => {
  const [target = inside, content] = argumentsOf(inside, 2).map((arg) => make.expand(arg).trim())
  const [, how = "", name = ""] = /^(>>|>|<)?\s*([\s\S]*)$/.exec(target.text) ?? []
  const place = make.found.place(at)
  const path: Value = make.found.held.value(name)
  if (how === "<") return make.hold({ kind: "file", path, at: place }, at)
  make.found.act({ kind: "writes", path, what: content === undefined ? { kind: "text", text: "" } : make.value(content), at: place })
  return Mapped.still("", at)
}

const silent: MakeFunction = (inside, make, at) => {
  make.expand(inside)
  return Mapped.still("", at)
}

const guile: MakeFunction = (inside, make, at) => {
  make.found.inner("guile", make.expand(inside))
  return make.hold(unknown("what Guile computes"), at)
}

export const functions: ReadonlyMap<string, MakeFunction> = new Map<string, MakeFunction>([
  ["subst", computed("subst", "edit", 3, (from = "", to = "", of = "") => (from === "" ? of : of.replaceAll(from, () => to)))],
  [
    "patsubst",
    computed("patsubst", "edit", 3, (pattern = "", by = "", of = "") => each((word) => patsubst(word, pattern.trim(), by.trim()))(of)),
  ],
  ["strip", computed("strip", "edit", 1, (of = "") => words(of).join(" "))],
  ["findstring", computed("findstring", "slice", 2, (what = "", of = "") => (of.includes(what) ? what : ""))],
  [
    "filter",
    computed(
      "filter",
      "slice",
      2,
      each((word, patterns = "") => (matchesOne(patterns, word) ? word : "")),
    ),
  ],
  [
    "filter-out",
    computed(
      "filter-out",
      "slice",
      2,
      each((word, patterns = "") => (matchesOne(patterns, word) ? "" : word)),
    ),
  ],
  ["sort", computed("sort", "edit", 1, (of = "") => [...new Set(words(of))].sort().join(" "))],
  ["word", computed("word", "slice", 2, (which = "", of = "") => words(of)[Number(which) - 1] ?? "")],
  [
    "wordlist",
    computed("wordlist", "slice", 3, (from = "", to = "", of = "") =>
      words(of)
        .slice(Number(from) - 1, Number(to))
        .join(" "),
    ),
  ],
  ["words", computed("words", "slice", 1, (of = "") => String(words(of).length))],
  ["firstword", computed("firstword", "slice", 1, (of = "") => words(of)[0] ?? "")],
  ["lastword", computed("lastword", "slice", 1, (of = "") => words(of).at(-1) ?? "")],
  [
    "dir",
    computed(
      "dir",
      "slice",
      1,
      each((word) => (word.includes("/") ? word.slice(0, word.lastIndexOf("/") + 1) : "./")),
    ),
  ],
  [
    "notdir",
    computed(
      "notdir",
      "slice",
      1,
      each((word) => word.slice(word.lastIndexOf("/") + 1)),
    ),
  ],
  [
    "suffix",
    computed(
      "suffix",
      "slice",
      1,
      each((word) => word.slice(suffixAt(word))),
    ),
  ],
  [
    "basename",
    computed(
      "basename",
      "slice",
      1,
      each((word) => word.slice(0, suffixAt(word))),
    ),
  ],
  [
    "addsuffix",
    computed(
      "addsuffix",
      "edit",
      2,
      each((word, suffix = "") => word + suffix),
    ),
  ],
  [
    "addprefix",
    computed(
      "addprefix",
      "edit",
      2,
      each((word, prefix = "") => prefix + word),
    ),
  ],
  ["join", computed("join", "edit", 2, (one = "", other = "") => joinWords(words(one), words(other)))],
  ["realpath", computed("realpath", "edit", 1, (of = "") => of)],
  ["abspath", computed("abspath", "edit", 1, (of = "") => of)],
  ["shell", shell],
  ["wildcard", wildcard],
  ["call", call],
  ["foreach", forEach],
  ["if", choose],
  ["or", first],
  ["and", all],
  ["eval", evaluate],
  ["file", file],
  ["value", (inside, make, at) => make.named(make.expand(inside).text.trim(), at)],
  ["info", silent],
  ["warning", silent],
  ["error", silent],
  ["guile", guile],
])

function joinWords(one: readonly string[], other: readonly string[]): string {
  return Array.from({ length: Math.max(one.length, other.length) }, (_, index) => (one[index] ?? "") + (other[index] ?? "")).join(" ")
}
