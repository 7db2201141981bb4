import { unknown } from "../../model/code.ts"
import { Gathered } from "../gathered.ts"
import { type Json, readJson, stringsOf } from "../json.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"
import { shellWords } from "../words.ts"

/** Commands that GYP runs while it reads: `<!(command)`, `<!@(command)`, `>!(...)` (GYP, Input Format Reference, "Command Expansions"). */
const command = /[<>]!@?\(/g

/** Where the parenthesis before `at` is closed. */
function closeOf(of: string, at: number): number {
  let depth = 1
  for (let here = at; here < of.length; here += 1) {
    const one = of.charAt(here)
    if (one === "(") depth += 1
    if (one === ")" && --depth === 0) return here
  }
  return of.length
}

export const analyse: Analyser = (source, analysis) => {
  const found = new Gathered(source, analysis)
  const { value, brokenAt } = readJson(Mapped.whole(source.text), analysis.limits.scriptDepthMax, "relaxed")
  if (brokenAt !== undefined) found.giveUp(found.place(brokenAt, source.text.length), "no GYP from here on")
  if (value === undefined) return found.done()
  const variables = constants(value)
  const expanded = (of: Mapped): Mapped =>
    of.replace(/[<>]@?\((\w+)\)/g, ({ 1: name = "" }) => variables.get(name) ?? found.held.hold(unknown(`the variable ${name} of GYP`)))
  for (const { of } of stringsOf(value))
    for (const match of of.text.matchAll(command)) {
      const start = match.index + match[0].length
      found.inner("shell", expanded(of.slice(start, closeOf(of.text, start))))
    }
  visit(value, (name, member) => {
    const texts = [...stringsOf(member)].map((one) => expanded(one.of))
    if (name === "action" && texts.length > 0) found.inner("shell", shellWords(texts))
    const role =
      name === "sources"
        ? "source"
        : name === "libraries" || name === "link_settings"
          ? "object"
          : name === "includes"
            ? "module"
            : undefined
    if (role === undefined) return
    for (const one of texts)
      if (role !== "object" || /\.(?:o|obj|a|lib|so|dylib)$/.test(one.text))
        found.act({
          kind: "runs",
          as: role,
          what: found.held.value(one.text),
          at: found.placeOf(one),
          ...(role === "module" ? { language: "gyp" } : {}),
        })
  })
  return found.done()
}

function visit(of: Json, see: (name: string, value: Json) => void): void {
  if (of.kind === "array") for (const item of of.items) visit(item, see)
  if (of.kind !== "object") return
  for (const [name, value] of of.members) {
    // `sources!` takes away, `sources+` puts before, `sources/` filters.
    see(name.replace(/[+?=]$/, ""), value)
    visit(value, see)
  }
}

/** Variables that are set once, to a text. */
function constants(of: Json): ReadonlyMap<string, string> {
  const known = new Map<string, string>()
  const twice = new Set<string>()
  visit(of, (name, value) => {
    if (name !== "variables" || value.kind !== "object") return
    for (const [own, one] of value.members) {
      const variable = own.replace(/%$/, "")
      if (known.has(variable)) twice.add(variable)
      if (one.kind === "string") known.set(variable, one.of.text)
    }
  })
  for (const name of twice) known.delete(name)
  return known
}
