import { unknown, type Value } from "../../model/code.ts"
import { isConstant } from "../held.ts"
import { Mapped } from "../mapped.ts"
import { patternOf, replaceBy } from "../pattern.ts"
import { either } from "../values.ts"
import type { Call, Expander, Macro } from "./expander.ts"
import { argumentsAt, backquotes } from "./reader.ts"

/** What m4 itself and M4sugar compute (GNU m4, 5 to 13; Autoconf, 8.3). Names are those of M4sugar, without their prefix. */

const empty = Mapped.still("", 0)
const arg = (call: Call, index: number): Mapped => call.args[index] ?? empty
const textAt = (call: Call, index: number): string => arg(call, index).text

/** A computation on constants; with a value in it that is none, it is that value after a step. */
const computed =
  (how: "translate" | "edit" | "slice", compute: (call: Call, m4: Expander) => string | undefined): Macro =>
  (call, m4) => {
    const made = call.args.every((one) => isConstant(one.text)) ? compute(call, m4) : undefined
    if (made !== undefined) return m4.expand(m4.build(call.at, made))
    const of = m4.found.held.value(textAt(call, 0))
    return m4.hold({ kind: "step", how, tool: call.name, of, at: m4.found.place(call.at) }, call.at)
  }

/** The characters that a set of `translit` names, ranges in both directions (11.6). */
function characters(of: string): string {
  return of.replace(/([\s\S])-([\s\S])/g, (_, first: string, last: string) => {
    const [from, to] = [first.charCodeAt(0), last.charCodeAt(0)]
    return String.fromCharCode(...Array.from({ length: Math.abs(to - from) + 1 }, (__, index) => from + (to < from ? -index : index)))
  })
}

export function translit(of: string, from: string, to: string): string {
  const [before, after] = [characters(from), characters(to)]
  return of.replace(/[\s\S]/g, (one) => (before.includes(one) ? after.charAt(before.indexOf(one)) : one))
}

function substituted(call: Call, m4: Expander, pairs: readonly (readonly [string, string])[]): string | undefined {
  let made = textAt(call, 0)
  for (const [of, by] of pairs) {
    const pattern = patternOf(of, "emacs")
    if (pattern === undefined || !m4.found.spend(pattern.cost(made.length), call.at)) return undefined
    made = replaceBy(made, pattern, by)
  }
  return made
}

const pairsOf = (call: Call): (readonly [string, string])[] =>
  Array.from(
    { length: Math.ceil((call.args.length - 1) / 2) },
    (_, index) => [textAt(call, 2 * index + 1), textAt(call, 2 * index + 2)] as const,
  )

const define =
  (isShell: boolean): Macro =>
  (call, m4) => {
    const name = textAt(call, 0).trim()
    if (/^\w+$/.test(name) && call.args.length > 1) m4.definitions.set(name, { body: arg(call, 1), at: call.at, isShell })
    return m4.build(call.at, "")
  }

const undefine: Macro = (call, m4) => m4.build(call.at, "")

/** `ifelse`: constants are compared, of others each branch may be it. */
const ifElse: Macro = (call, m4) => {
  const alternatives: Mapped[] = []
  let index = 0
  for (; index + 2 < call.args.length; index += 3) {
    const [one, other] = [textAt(call, index), textAt(call, index + 1)]
    // Arguments that nobody gave are parameters still: `$1`.
    const isKnown = isConstant(one + other) && !/\$[\d@*#]/.test(one + other)
    if (isKnown && one !== other) continue
    alternatives.push(m4.expand(arg(call, index + 2)))
    if (isKnown) return m4.build(call.at, ...lines(alternatives))
  }
  if (index < call.args.length) alternatives.push(m4.expand(arg(call, index)))
  if (call.isStatement || alternatives.length < 2) return m4.build(call.at, ...lines(alternatives))
  m4.aside.push(...alternatives.filter((one) => one.text.includes("\n")))
  const values = alternatives.map((one) => m4.found.held.value(one.text.trim()))
  return m4.hold(either(values, m4.found.analysis.limits), call.at)
}

const lines = (of: readonly Mapped[]): (Mapped | string)[] => of.flatMap((one, index) => (index === 0 ? [one] : ["\n", one]))
const both =
  (...indexes: readonly number[]): Macro =>
  (call, m4) =>
    m4.build(call.at, ...lines(indexes.map((index) => m4.expand(arg(call, index))).filter((one) => one.text.trim() !== "")))

/** A command that runs while m4 does; what it prints becomes text of the script. */
const command =
  (isOutput: boolean): Macro =>
  (call, m4) => {
    const of = m4.expand(arg(call, 0))
    const output = m4.found.inner("shell", of) ?? unknown(`what ${call.name} prints`)
    if (!isOutput) return m4.build(call.at, "")
    if (output.kind === "text") return m4.expand(m4.build(call.at, output.text.replace(/\n$/, call.name.endsWith("_s") ? "" : "\n")))
    if (output.kind !== "unknown") m4.found.act({ kind: "runs", as: "text", what: output, language: "m4", at: m4.found.place(call.at) })
    return m4.hold(output, call.at)
  }

const include: Macro = (call, m4) => {
  const what: Value = m4.found.held.value(m4.expand(arg(call, 0)).text)
  m4.found.act({ kind: "runs", as: "module", what, language: "m4", at: m4.found.place(call.at) })
  return m4.build(call.at, "")
}

const forEach =
  (isWords: boolean): Macro =>
  (call, m4) => {
    const variable = textAt(call, 0).trim()
    const list = m4.expand(arg(call, 1))
    const items = isWords ? list.text.split(/\s+/) : listItems(list, m4)
    const before = m4.definitions.get(variable)
    const made: Mapped[] = []
    const { scriptTurnsMax } = m4.found.analysis.limits
    if (items.length > scriptTurnsMax)
      m4.found.giveUp(m4.found.place(call.at), `a loop of more than ${scriptTurnsMax} words: the first are looked at`)
    for (const item of items.filter((one) => one !== "").slice(0, scriptTurnsMax)) {
      m4.definitions.set(variable, { body: m4.build(call.at, item), at: call.at, isShell: false })
      made.push(m4.expand(arg(call, 2)))
    }
    if (before === undefined) m4.definitions.delete(variable)
    else m4.definitions.set(variable, before)
    return m4.build(call.at, ...lines(made))
  }

function listItems(of: Mapped, m4: Expander): string[] {
  const args = argumentsAt(m4.build(0, "(", of, ")"), 0, m4.quotes)?.args ?? []
  return args.map((one) => m4.expand(one).text.trim())
}

const changeQuote: Macro = (call, m4) => {
  m4.quotes = call.args.length === 0 ? backquotes : { open: textAt(call, 0), close: textAt(call, 1) || "'" }
  return m4.build(call.at, "")
}

/** `m4_indir` and `m4_builtin` call by a name that is computed. */
const indirect: Macro = (call, m4) => {
  const name = textAt(call, 0).trim()
  const inner = { ...call, args: call.args.slice(1), name: call.name.endsWith("builtin") ? `m4_${name.replace(/^m4_/, "")}` : name }
  if (inner.name !== "m4_builtin" && inner.name !== "m4_indir") return m4.call(inner)
  m4.found.giveUp(m4.found.place(call.at), "m4 calls by a computed name inside each other")
  return m4.build(call.at, "")
}

export const sugar: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  ["define", define(false)],
  ["pushdef", define(false)],
  ["copy", (call, m4) => m4.build(call.at, "")],
  ["undefine", undefine],
  ["popdef", undefine],
  ["defn", (call, m4) => m4.definitions.get(textAt(call, 0).trim())?.body ?? m4.build(call.at, "")],
  ["ifelse", ifElse],
  ["if", ifElse],
  ["ifdef", both(1, 2)],
  ["ifndef", both(1, 2)],
  ["ifset", both(1, 2)],
  ["ifval", both(1, 2)],
  ["ifvaln", both(1, 2)],
  ["ifblank", both(1, 2)],
  ["ifnblank", both(1, 2)],
  ["default", (call, m4) => m4.expand(arg(call, textAt(call, 0) === "" ? 1 : 0))],
  ["translit", computed("translate", (call) => translit(textAt(call, 0), textAt(call, 1), textAt(call, 2)))],
  ["bpatsubst", computed("edit", (call, m4) => substituted(call, m4, [[textAt(call, 1), textAt(call, 2)]]))],
  ["patsubst", computed("edit", (call, m4) => substituted(call, m4, [[textAt(call, 1), textAt(call, 2)]]))],
  ["bpatsubsts", computed("edit", (call, m4) => substituted(call, m4, pairsOf(call)))],
  ["tolower", computed("translate", (call) => textAt(call, 0).toLowerCase())],
  ["toupper", computed("translate", (call) => textAt(call, 0).toUpperCase())],
  [
    "substr",
    computed("slice", (call) =>
      textAt(call, 0).substr(Number(textAt(call, 1)) || 0, textAt(call, 2) === "" ? undefined : Number(textAt(call, 2)) || 0),
    ),
  ],
  ["len", computed("edit", (call) => String(textAt(call, 0).length))],
  ["index", computed("edit", (call) => String(textAt(call, 0).indexOf(textAt(call, 1))))],
  ["normalize", computed("edit", (call) => textAt(call, 0).trim().replace(/\s+/g, " "))],
  ["strip", computed("edit", (call) => textAt(call, 0).trim().replace(/\s+/g, " "))],
  ["flatten", computed("edit", (call) => textAt(call, 0).replace(/\n/g, " "))],
  ["chomp", computed("edit", (call) => textAt(call, 0).replace(/\n$/, ""))],
  [
    "join",
    computed("edit", (call) =>
      call.args
        .slice(1)
        .map((one) => one.text)
        .filter((one) => one !== "")
        .join(textAt(call, 0)),
    ),
  ],
  ["format", computed("edit", (call) => format(call))],
  ["quote", (call, m4) => m4.build(call.at, ...call.args.flatMap((one, index) => (index === 0 ? [one] : [",", one])))],
  ["dquote", (call, m4) => m4.build(call.at, ...call.args)],
  ["expand", (call, m4) => m4.expand(arg(call, 0))],
  ["esyscmd", command(true)],
  ["esyscmd_s", command(true)],
  ["syscmd", command(false)],
  ["include", include],
  ["sinclude", include],
  ["foreach", forEach(false)],
  ["foreach_w", forEach(true)],
  ["changequote", changeQuote],
  ["indir", indirect],
  ["builtin", indirect],
  ...[
    "changecom",
    "divert",
    "divert_push",
    "divert_pop",
    "undivert",
    "pattern_allow",
    "pattern_forbid",
    "version_prereq",
    "errprint",
    "wrap",
    "assert",
    "fatal",
    "warn",
  ].map((name): [string, Macro] => [name, (call, m4) => m4.build(call.at, "")]),
])

export const definers: ReadonlyMap<string, Macro> = new Map(
  ["AC_DEFUN", "AC_DEFUN_ONCE", "AU_DEFUN", "AU_ALIAS", "m4_defun", "m4_defun_once", "m4_define_default"].map((name) => [
    name,
    define(true),
  ]),
)

/** `format` of `%s`, `%d` and `%c`; others are not computed (11.7). */
function format(call: Call): string | undefined {
  let next = 1
  const made = textAt(call, 0).replace(/%([sdc%])/g, (_, how: string) => {
    if (how === "%") return "%"
    const of = textAt(call, next++)
    return how === "c" ? String.fromCharCode(Number(of) & 0xff) : of
  })
  return /%[^sdc%]/.test(textAt(call, 0)) ? undefined : made
}
