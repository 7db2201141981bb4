import { configured, text, unknown, type Value } from "../../model/code.ts"
import type { Gathered } from "../gathered.ts"
import { Mapped } from "../mapped.ts"
import { isFromOutside } from "../values.ts"
import { Expander } from "./expander.ts"
import { functions } from "./functions.ts"
import { linesOf } from "./lines.ts"
import { referenceAt } from "./references.ts"

/** A rule, with its recipe not expanded yet. */
export interface Rule {
  readonly targets: Mapped
  readonly prerequisites: Mapped
  readonly recipe: Mapped[]
  /** It stands in a branch. */
  readonly isMaybe: boolean
}

/** What make itself and, in its templates, `configure` define (GNU make, 10.3; Automake). */
const defined: Readonly<Record<string, string>> = {
  MAKE: "make",
  SHELL: "/bin/sh",
  CC: "cc",
  CXX: "c++",
  CPP: "cc -E",
  AR: "ar",
  AS: "as",
  LD: "ld",
  RM: "rm -f",
  SED: "sed",
  GREP: "grep",
  EGREP: "grep -E",
  AWK: "awk",
  LN_S: "ln -s",
  MKDIR_P: "mkdir -p",
  INSTALL: "install -c",
  COMPILE: "cc",
  LINK: "cc",
  am__tar: "tar -cf -",
  am__untar: "tar -xf -",
  srcdir: ".",
  builddir: ".",
}

const assignment = /^((?:(?:export|override|private|unexport)\s+)*)([^:#=\s?+!][^:#=]*?)\s*(::?:?=|\?=|\+=|!=|=)\s*/
/** Automake's conditionals (20) begin with a word of their own. */
const conditional = /^(?:if|ifn?eq|ifn?def)\b/

/** Reads the lines of a makefile in their order: sets variables, collects rules, and looks at what make runs while it reads. */
export class Makefile {
  readonly found: Gathered
  readonly make: Expander
  readonly rules: Rule[] = []
  /** It takes in other files, whose rules are not known here. */
  includes = false
  readonly #isTemplate: boolean
  readonly #known: Readonly<Record<string, string>>
  #rule: Rule | undefined
  /** Branches that the line is in: what is set there may be set or not. */
  #branches = 0
  #evaluations = 0

  constructor(found: Gathered, path: string) {
    this.found = found
    this.#isTemplate = /\.(?:am|in)$/.test(path)
    const depth = path.split("/").length - 1
    this.#known = { ...defined, top_srcdir: "../".repeat(depth).replace(/\/$/, "") || "." }
    this.make = new Expander(found, functions, {
      evaluate: (of) => this.#evaluate(of),
      otherwise: (name) => this.#otherwise(name),
    })
  }

  read(of: Mapped): void {
    for (const line of linesOf(of, (candidate) => ruleAt(candidate.text) !== undefined)) {
      if (
        !this.found.spend(
          4 + (line.kind === "define" ? 0 : line.of.length >> 4),
          line.kind === "define" ? line.head.from(0) : line.of.from(0),
        )
      )
        return
      if (line.kind === "recipe") this.#rule?.recipe.push(this.#substituted(line.of))
      else if (line.kind === "define") this.#define(line.head, line.body)
      else this.#line(this.#substituted(line.of))
    }
  }

  /** `@name@` of a template is what `configure` puts there. */
  #substituted(of: Mapped): Mapped {
    if (!this.#isTemplate || !of.text.includes("@")) return of
    return of.replace(/@([A-Za-z_]\w*)@/g, ({ 1: name = "" }) => this.found.held.hold(this.#otherwise(name)))
  }

  /** The value of a name that no line defines. */
  #otherwise(name: string): Value {
    const value = Object.hasOwn(this.#known, name) ? this.#known[name] : undefined
    if (value !== undefined) return text(value)
    // What Automake puts before a command to say little of it (Automake, 21.3).
    if (/^AM_V_\w+$/.test(name)) return text("")
    return this.#isTemplate ? configured(name, "what configure puts here") : { kind: "environment", name, at: this.found.place(0) }
  }

  #evaluate(of: Mapped): void {
    const { innerDepthMax } = this.found.analysis.limits
    if (this.#evaluations >= innerDepthMax) {
      this.found.giveUp(this.found.placeOf(of), `eval inside eval more than ${innerDepthMax} times`)
      return
    }
    // What a variable is set to is no program, but for what `!=` runs.
    const [head = ""] = /^[^=\n]*/.exec(of.text) ?? []
    const what = this.found.held.value(head.endsWith("!") ? of.text : head)
    if (isFromOutside(what)) this.found.act({ kind: "runs", as: "text", what, language: "make", at: this.found.placeOf(of) })
    this.#evaluations += 1
    this.read(of)
    this.#evaluations -= 1
  }

  #line(of: Mapped): void {
    const rule = this.#rule
    this.#rule = undefined
    if (conditional.test(of.text)) {
      this.#branches += 1
      this.#rule = rule
      // A condition may run a command.
      this.make.expand(of)
    } else if (/^(?:else|endif)\b/.test(of.text)) {
      if (of.text.startsWith("endif")) this.#branches = Math.max(0, this.#branches - 1)
      else this.make.expand(of)
      this.#rule = rule
    } else if (/^(?:-|s)?include\s/.test(of.text)) this.#include(of, "module", "make")
    else if (/^-?load\s/.test(of.text)) this.#include(of, "object", undefined)
    else if (assignment.test(of.text) && isAssignment(of.text)) this.#assign(of)
    else this.#other(of)
  }

  #include(of: Mapped, as: "module" | "object", language: string | undefined): void {
    this.includes = true
    const made = this.make.expand(of.slice(/\s/.exec(of.text)?.index ?? 0).trim())
    for (const word of made.text.split(/\s+/).filter((one) => one !== ""))
      this.found.act({
        kind: "runs",
        as,
        what: this.found.held.value(word),
        ...(language === undefined ? {} : { language }),
        at: this.found.placeOf(of),
      })
  }

  #define(head: Mapped, body: Mapped): void {
    const [, name = "", how = "="] = /^(\S+)\s*(\S*)$/.exec(head.text.trim()) ?? []
    this.#set(this.make.expand(Mapped.still(name, head.from(0))).text, how || "=", body)
  }

  #assign(of: Mapped): void {
    const match = assignment.exec(of.text)
    if (match === null) return
    const name = this.make.expand(of.slice((match[1] ?? "").length, (match[1] ?? "").length + (match[2] ?? "").length)).text.trim()
    this.#set(name, match[3] ?? "=", of.slice(match[0].length))
  }

  #set(name: string, how: string, of: Mapped): void {
    const before = this.make.variables.get(name)
    if (how === "?=" && before !== undefined && this.#branches === 0) return
    const isRecursive = how === "=" || how === "?=" || (how === "+=" && before?.isRecursive !== false)
    const printed = how === "!=" ? this.make.printed(this.make.expand(of), of.from(0)) : undefined
    const value = printed ?? (isRecursive ? of : this.make.expand(of))
    const values = how === "+=" ? (before?.values ?? []).map((one) => Mapped.join([one, Mapped.still(" ", of.from(0)), value])) : [value]
    const kept = this.#branches > 0 && before !== undefined ? [...before.values, ...values] : values.length > 0 ? values : [value]
    const { valuePartsMax } = this.found.analysis.limits
    const more = this.make.hold(unknown(`one of more than ${valuePartsMax}`), of.from(0))
    const bounded = kept.length > valuePartsMax ? [more, ...kept.slice(1 - valuePartsMax)] : kept
    this.found.spend(bounded.reduce((sum, one) => sum + one.runs, 0) >> 3, of.from(0))
    // Values of both kinds: what was expanded has no references left that matter.
    this.make.set(name, { values: bounded, isRecursive: isRecursive || before?.isRecursive === true })
  }

  #other(of: Mapped): void {
    const colon = ruleAt(of.text)
    if (colon === undefined) {
      // `$(eval ...)`, `$(info ...)`, a call that makes rules.
      const made = this.make.expand(of)
      if (made.text.includes("\n") || ruleAt(made.text) !== undefined) this.#evaluate(made)
      return
    }
    const behind = of.slice(colon).text.match(/^::?/)?.[0].length ?? 1
    const rest = of.slice(colon + behind)
    // A variable of a target: one more value that it may have.
    if (assignment.test(rest.text.trim()) && isAssignment(rest.text.trim())) {
      this.#branches += 1
      this.#assign(rest.trim())
      this.#branches -= 1
      return
    }
    const semicolon = topLevel(rest.text, ";")
    const prerequisites = rest.slice(0, semicolon ?? rest.length)
    const recipe = semicolon === undefined ? [] : [rest.slice(semicolon + 1).trim()]
    this.#rule = { targets: of.slice(0, colon), prerequisites, recipe, isMaybe: this.#branches > 0 }
    this.rules.push(this.#rule)
  }
}

/** An assignment, and no rule whose recipe or variable has an equals sign. */
function isAssignment(of: string): boolean {
  const equals = topLevel(of, "=")
  const colon = topLevel(of, ":")
  return equals !== undefined && (colon === undefined || colon > equals || /^::?:?=/.test(of.slice(colon)))
}

/** Where the colon of a rule stands. */
function ruleAt(of: string): number | undefined {
  const colon = topLevel(of, ":")
  return colon === undefined || isAssignment(of) || colon === 0 ? undefined : colon
}

/** The first such character that is in no reference. */
function topLevel(of: string, what: string): number | undefined {
  for (let at = 0; at < of.length; at += 1) {
    const one = of.charAt(at)
    if (one === what) return at
    if (one === "$") at = referenceAt(of, at).end - 1
    else if (one === "\\") at += 1
  }
  return undefined
}
