import { isConstant } from "../held.ts"
import { Mapped } from "../mapped.ts"
import type { Call, Expander, Macro } from "./expander.ts"

/** Macros of M4sh and Autoconf (Autoconf 2.72, 5 to 9) as the shell text that they become: not all of what they write, but what of their arguments runs, and when. */

const empty = Mapped.still("", 0)
const arg = (call: Call, index: number): Mapped => call.args[index] ?? empty
/** An argument that is shell text: read again. */
const shell = (call: Call, m4: Expander, index: number): Mapped => m4.expand(arg(call, index))
const word = (call: Call, m4: Expander, index: number): string => m4.word(arg(call, index)).text.trim()

/** Arguments of which each may run or not. */
const branches =
  (...indexes: readonly number[]): Macro =>
  (call, m4) =>
    alternatives(
      call,
      m4,
      indexes.map((index) => shell(call, m4, index)),
    )

function alternatives(call: Call, m4: Expander, bodies: readonly Mapped[]): Mapped {
  const filled = bodies.filter((body) => body.text.trim() !== "")
  const parts = filled.flatMap((body, index) => [index === 0 ? "if :; then :\n" : "\nelif :; then :\n", body])
  return m4.build(call.at, ...(filled.length === 0 ? [":"] : [...parts, "\nfi"]))
}

const asIf: Macro = (call, m4) => {
  const parts: (string | Mapped)[] = []
  for (let index = 0; index < Math.max(2, call.args.length); index += 2) {
    if (index + 1 === call.args.length && index > 0) parts.push("\nelse :\n", shell(call, m4, index))
    else parts.push(index === 0 ? "if " : "\nelif ", shell(call, m4, index), "; then :\n", shell(call, m4, index + 1))
  }
  return m4.build(call.at, ...parts, "\nfi")
}

const asCase: Macro = (call, m4) => {
  const parts: (string | Mapped)[] = ["case ", shell(call, m4, 0), " in\n"]
  for (let index = 1; index < call.args.length; index += 2) {
    if (index + 1 === call.args.length) parts.push("*) :\n", shell(call, m4, index), ";;\n")
    else parts.push(shell(call, m4, index), ") :\n", shell(call, m4, index + 1), ";;\n")
  }
  return m4.build(call.at, ...parts, "esac")
}

/** `AC_ARG_ENABLE` and `AC_ARG_WITH`: a variable holds what the builder gave. */
const option =
  (kind: "enable" | "with"): Macro =>
  (call, m4) => {
    const variable = `${kind}_${word(call, m4, 0).replace(/[^A-Za-z0-9_]/g, "_")}`
    const given = m4.build(call.at, `if test \${${variable}+y}; then :\n${kind}val=$${variable}\n`, shell(call, m4, 2))
    return m4.build(call.at, given, "\nelse :\n", shell(call, m4, 3), "\nfi")
  }

/** A variable that holds the name of a program, the first of these that there is. */
const program =
  (at: { readonly names: number; readonly otherwise: number; readonly found?: number }): Macro =>
  (call, m4) => {
    const variable = word(call, m4, 0)
    const named = at.found === undefined ? arg(call, at.names) : arg(call, at.found)
    const names =
      at.found === undefined
        ? m4
            .expand(named)
            .text.split(/\s+/)
            .filter((one) => one !== "")
        : [m4.expand(named).text.trim()]
    const otherwise = word(call, m4, at.otherwise)
    const values = otherwise === "" ? names : [...names, otherwise]
    const from = named.length === 0 ? call.at : named.from(0)
    const each = values.map((value, index) => `${index === 0 ? "if" : "\nelif"} :; then ${variable}="${value.replace(/["\\]/g, "")}"`)
    return values.length === 0 ? m4.build(call.at, ":") : m4.build(call.at, Mapped.still(`${each.join("")}\nfi`, from))
  }

/** Text that `configure` prints or writes: substitutions in it run, those between backquotes only where `escaped` has none (`_AS_QUOTE` of M4sh escapes them). */
const printed =
  (escaped: RegExp): Macro =>
  (call, m4) => {
    const texts = call.args.map((one) => m4.expand(one)).filter((one) => /[`$]/.test(one.text))
    const lines = texts.flatMap((one) => ['echo "', one.replace(escaped, ({ 0: token }) => `\\${token}`), '"\n'])
    return m4.build(call.at, ...(lines.length === 0 ? [":"] : lines))
  }

const nothing: Macro = (call, m4) => m4.build(call.at, call.isStatement ? ":" : "")
const set =
  (between: string, after: string): Macro =>
  (call, m4) =>
    m4.build(call.at, shell(call, m4, 0), between, shell(call, m4, 1), after)

const required: Macro = (call, m4) => {
  const name = arg(call, 0).text.trim()
  if (m4.required.has(name) || m4.called.has(name) || !m4.definitions.has(name)) return m4.build(call.at, ":\n")
  m4.required.add(name)
  const made = m4.call({ name, args: [], at: call.at, isStatement: true })
  return m4.build(call.at, made ?? "", "\n")
}

const init: Macro = (call, m4) => {
  const mark = m4.hold({ kind: "unknown", why: "what configure begins with" }, call.at)
  m4.begins = mark.text
  return mark
}

const check = branches

export const shellMacros: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  ["AS_IF", asIf],
  ["AS_CASE", asCase],
  ["AS_VAR_SET", set("=", "")],
  ["AS_VAR_COPY", set("=$", "")],
  ["AS_VAR_APPEND", (call, m4) => m4.build(call.at, shell(call, m4, 0), "=$", shell(call, m4, 0), shell(call, m4, 1))],
  ["AS_VAR_GET", (call, m4) => m4.build(call.at, "$", shell(call, m4, 0))],
  ["AS_VAR_SET_IF", branches(1, 2)],
  ["AS_VAR_TEST_SET", (call, m4) => m4.build(call.at, 'test -n "$', shell(call, m4, 0), '"')],
  ["AS_VAR_IF", (call, m4) => asIf({ ...call, args: [m4.build(call.at, "test x = ", arg(call, 1)), arg(call, 2), arg(call, 3)] }, m4)],
  [
    "AS_FOR",
    (call, m4) =>
      m4.build(call.at, `for ${word(call, m4, 1) || "ac_item"} in `, shell(call, m4, 2), "; do :\n", shell(call, m4, 3), "\ndone"),
  ],
  ["AS_ECHO", (call, m4) => m4.build(call.at, "echo ", shell(call, m4, 0))],
  ["AS_ECHO_N", (call, m4) => m4.build(call.at, "printf %s ", shell(call, m4, 0))],
  ["AS_MKDIR_P", (call, m4) => m4.build(call.at, "mkdir -p ", shell(call, m4, 0))],
  ["AS_EXIT", (call, m4) => m4.build(call.at, "exit ", shell(call, m4, 0))],
  ["AS_UNSET", (call, m4) => m4.build(call.at, "unset ", shell(call, m4, 0))],
  ["AS_SET_CATFILE", (call, m4) => m4.build(call.at, shell(call, m4, 0), "=", shell(call, m4, 1), "/", shell(call, m4, 2))],
  ["AS_DIRNAME", (call, m4) => m4.build(call.at, "`dirname ", shell(call, m4, 0), "`")],
  ["AS_BASENAME", (call, m4) => m4.build(call.at, "`basename ", shell(call, m4, 0), "`")],
  [
    "AS_TR_SH",
    (call, m4) =>
      m4.build(
        call.at,
        shell(call, m4, 0).replace(/[^A-Za-z0-9_\u0100-\uffff]/g, () => "_"),
      ),
  ],
  [
    "AS_TR_CPP",
    (call, m4) =>
      m4.build(
        call.at,
        shell(call, m4, 0)
          .text.toUpperCase()
          .replace(/[^A-Z0-9_\u0100-\uffff]/g, "_"),
      ),
  ],
  ["AS_ESCAPE", (call, m4) => shell(call, m4, 0)],
  ["AS_HELP_STRING", (call, m4) => m4.build(call.at, "")],
  ["AC_HELP_STRING", (call, m4) => m4.build(call.at, "")],
  ["AC_ARG_ENABLE", option("enable")],
  ["AC_ARG_WITH", option("with")],
  ["AC_ARG_VAR", nothing],
  ["AC_CACHE_CHECK", (call, m4) => shell(call, m4, 2)],
  ["AC_CACHE_VAL", (call, m4) => shell(call, m4, 1)],
  [
    "AC_SUBST",
    (call, m4) => (call.args.length < 2 ? m4.build(call.at, ":") : m4.build(call.at, word(call, m4, 0), "=", shell(call, m4, 1))),
  ],
  // The content of the file that the variable names, and no name of a program.
  ["AC_SUBST_FILE", (call, m4) => m4.build(call.at, word(call, m4, 0), '="`cat $', word(call, m4, 0), '`"')],
  ["AM_CONDITIONAL", (call, m4) => m4.build(call.at, "if ", shell(call, m4, 1), "; then :; fi")],
  ["AM_COND_IF", branches(1, 2)],
  ["AC_DEFINE", nothing],
  ["AC_DEFINE_UNQUOTED", (call, m4) => printed(/"/g)({ ...call, args: call.args.slice(1, 2) }, m4)],
  ["AH_TEMPLATE", nothing],
  ["AH_VERBATIM", nothing],
  ["AH_TOP", nothing],
  ["AH_BOTTOM", nothing],
  ...["AC_MSG_CHECKING", "AC_MSG_RESULT", "AC_MSG_NOTICE", "AC_MSG_WARN", "AC_MSG_ERROR", "AC_MSG_FAILURE", "AS_MESSAGE", "AS_BOX"].map(
    (name) => [name, printed(/["`]/g)] as const,
  ),
  ...["AC_BEFORE", "AC_PREREQ", "AC_COPYRIGHT", "AC_REVISION", "AC_CONFIG_AUX_DIR", "AC_CONFIG_MACRO_DIR", "AC_CONFIG_MACRO_DIRS"].map(
    (name) => [name, nothing] as const,
  ),
  ...["AM_INIT_AUTOMAKE", "AC_CONFIG_SRCDIR", "AC_OBSOLETE", "AC_DIAGNOSE", "AS_INIT", "LT_INIT"].map((name) => [name, nothing] as const),
  ["AC_INIT", init],
  ["AC_REQUIRE", required],
  ["AC_CHECK_PROG", program({ names: 1, found: 2, otherwise: 3 })],
  ["AC_CHECK_PROGS", program({ names: 1, otherwise: 2 })],
  ["AC_CHECK_TOOL", program({ names: 1, otherwise: 2 })],
  ["AC_CHECK_TOOLS", program({ names: 1, otherwise: 2 })],
  ["AC_PATH_PROG", program({ names: 1, otherwise: 2 })],
  ["AC_PATH_PROGS", program({ names: 1, otherwise: 2 })],
  ["AC_PATH_TOOL", program({ names: 1, otherwise: 2 })],
  ["AC_PATH_TARGET_TOOL", program({ names: 1, otherwise: 2 })],
  ["AM_MISSING_PROG", program({ names: 1, otherwise: 9 })],
  ["AC_CHECK_HEADER", check(1, 2)],
  ["AC_CHECK_HEADERS", check(1, 2)],
  ["AC_CHECK_HEADERS_ONCE", check()],
  ["AC_CHECK_FUNC", check(1, 2)],
  ["AC_CHECK_FUNCS", check(1, 2)],
  ["AC_CHECK_FUNCS_ONCE", check()],
  ["AC_REPLACE_FUNCS", check()],
  ["AC_CHECK_LIB", check(2, 3)],
  ["AC_SEARCH_LIBS", check(2, 3)],
  ["AC_CHECK_DECL", check(1, 2)],
  ["AC_CHECK_DECLS", check(1, 2)],
  ["AC_CHECK_DECLS_ONCE", check()],
  ["AC_CHECK_MEMBER", check(1, 2)],
  ["AC_CHECK_MEMBERS", check(1, 2)],
  ["AC_CHECK_TYPE", check(1, 2)],
  ["AC_CHECK_TYPES", check(1, 2)],
  ["AC_CHECK_SIZEOF", check()],
  ["AC_CHECK_FILE", check(1, 2)],
  ["AC_CHECK_FILES", check(1, 2)],
  ["PKG_CHECK_MODULES", check(2, 3)],
  ["PKG_CHECK_EXISTS", check(1, 2)],
])

const isShellLike = /[\n=;`|&<>]|\$[({A-Za-z_]|^\s*[a-z./][\w./-]*\s+\S/
const isProgramLike = /^[ \t]*#[ \t]*include\b|\bint\s+main\s*\(/m

/** A shell finds nothing to run in it before it stops at what it cannot read. */
const isProgram = /^(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*(?:int|void)\s+main\s*\(/

/** A macro that nobody defines: each argument that could be shell text is looked at, where it stands if a command can stand there, else at the end; one that seems a program of C by itself. */
export const unknownMacro: Macro = (call, m4) => {
  const texts = call.args.map((one) => m4.expand(one)).filter((one) => isShellLike.test(one.text))
  const [programs, shells] = [texts.filter((one) => isProgramLike.test(one.text)), texts.filter((one) => !isProgramLike.test(one.text))]
  for (const one of programs) {
    if (isProgram.test(one.text) && isConstant(one.text))
      m4.found.probe({ at: m4.found.placeOf(one), language: m4.language, text: one.text })
    else m4.aside.push(one)
  }
  if (call.isStatement) return alternatives(call, m4, shells)
  m4.aside.push(...shells)
  return m4.hold({ kind: "unknown", why: `what the macro ${call.name.slice(0, 80)} becomes` }, call.at)
}
