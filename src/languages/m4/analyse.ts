import { text, type Value } from "../../model/code.ts"
import { Assignments } from "../assignments.ts"
import { Gathered } from "../gathered.ts"
import type { Analysed, Analyser, Analysis, Source } from "../language.ts"
import { Mapped } from "../mapped.ts"
import { definers, sugar } from "./builtins.ts"
import { commandMacros } from "./commands.ts"
import { Expander, type Macro, unboundBody } from "./expander.ts"
import { probeMacros } from "./programs.ts"
import { backquotes, brackets, type Quotes } from "./reader.ts"
import { shellMacros, unknownMacro } from "./shell.ts"

/** Names of m4 itself that Autoconf takes away. */
const takenByAutoconf = new Set(["eval", "format", "incr", "index", "len", "regexp", "shift", "substr", "sysval", "unix", "wrap"])
/** Names of M4sugar that m4 has not. */
const onlySugar = new Set([
  "assert",
  "chomp",
  "copy",
  "default",
  "expand",
  "fatal",
  "flatten",
  "foreach",
  "if",
  "join",
  "normalize",
  "quote",
  "strip",
  "warn",
])
/** Macros of m4 that are known without arguments too (GNU m4, 5.1). */
const alone = new Set(["changecom", "changequote", "divert", "undivert"])

const find =
  (isAutoconf: boolean) =>
  (name: string, hasArguments: boolean): Macro | undefined => {
    if (name.startsWith("m4_")) return sugar.get(name.slice(3)) ?? definers.get(name)
    const macro = shellMacros.get(name) ?? probeMacros.get(name) ?? commandMacros.get(name) ?? definers.get(name)
    if (macro !== undefined) return isAutoconf ? macro : undefined
    if (!(hasArguments || alone.has(name)) || onlySugar.has(name) || (isAutoconf && takenByAutoconf.has(name))) return undefined
    return sugar.get(name)
  }

/** What `configure` and Autoconf's own macros know before anything of this file runs. */
const variables: ReadonlyMap<string, Value> = new Map(
  Object.entries({
    srcdir: ".",
    top_srcdir: ".",
    ac_top_srcdir: ".",
    ac_srcdir: ".",
    SHELL: "/bin/sh",
    CONFIG_SHELL: "/bin/sh",
    SED: "sed",
    GREP: "grep",
    EGREP: "grep -E",
    FGREP: "grep -F",
    AWK: "awk",
    LN_S: "ln -s",
    MKDIR_P: "mkdir -p",
    CC: "cc",
    CXX: "c++",
    CPP: "cc -E",
  }).map(([name, value]) => [name, text(value)]),
)

function analyseWith(source: Source, analysis: Analysis, quotes: Quotes): Analysed {
  const found = new Gathered(source, analysis)
  const whole = Mapped.whole(source.text)
  const isAutoconf = quotes === brackets
  const m4 = new Expander(found, quotes, { builtin: find(isAutoconf), unknown: unknownMacro })
  const top = m4.expand(whole)
  if (!isAutoconf) return found.done()
  const bodies: Mapped[] = []
  // Definitions that nobody calls here: what calls them is in another file. Each body may define more.
  for (const [name, { body, isShell, at }] of m4.definitions) {
    if (m4.called.has(name) || m4.required.has(name)) continue
    const made = m4.expand(unboundBody(body))
    if (isShell) bodies.push(m4.build(at, "\n", made))
    else if (/[\n=;`|]/.test(made.text)) found.inner("shell", finished(made), variables)
  }
  const all = finished(m4.build(0, live(top, m4, source.text), ...bodies, ...m4.later.flatMap((later) => ["\n", later])))
  for (const one of [all, ...m4.aside.map(finished)]) if (one.text.trim() !== "") found.inner("shell", one, variables)
  return found.done()
}

/** What becomes part of `configure`: nothing before `AC_INIT`, unless the text says where it goes; no `serial` lines, which are for aclocal (Automake, 6.3.2). */
function live(top: Mapped, m4: Expander, of: string): Mapped {
  const start = m4.begins === undefined || /divert/.test(of) ? 0 : top.text.lastIndexOf(m4.begins) + 1
  return top.slice(start).replace(/^[ \t]*serial[ \t]+\d[^\n]*$/gm, () => "")
}

const quadrigraphs: ReadonlyMap<string, string> = new Map([
  ["@<:@", "["],
  ["@:>@", "]"],
  ["@S|@", "$"],
  ["@%:@", "#"],
  ["@{:@", "("],
  ["@:}@", ")"],
  ["@&t@", ""],
])

/** What Autoconf makes of the characters that m4 cannot hold (Autoconf 2.72, 8.1.6 "Quadrigraphs"). */
const finished = (of: Mapped): Mapped => of.replace(/@(?:<:|:>|S\||%:|\{:|:\}|&t)@/g, ({ 0: token }) => quadrigraphs.get(token) ?? "")

const likeAutoconf = /\b(?:A[CMSHUX]|m4|LT|PKG|gl)_[A-Za-z]/
const likePlain = /\b(?:define|include|syscmd|esyscmd|divert|changequote|ifelse)\(`/

/** Files that could be of both kinds, as a word in a comment can make any, are read as both. */
export const analyse: Analyser = (source, analysis) => {
  const isPlain = likePlain.test(source.text)
  const isAutoconf = !isPlain || likeAutoconf.test(source.text)
  const found = [...(isAutoconf ? [brackets] : []), ...(isPlain ? [backquotes] : [])].map((quotes) => analyseWith(source, analysis, quotes))
  const assignments = new Assignments()
  for (const { assigned } of found) assignments.merge(assigned)
  return {
    assigned: assignments.all,
    acts: found.flatMap(({ acts }) => acts),
    blind: found.flatMap(({ blind }) => blind),
    probes: found.flatMap(({ probes }) => probes ?? []),
  }
}
