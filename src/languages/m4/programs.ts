import type { Probe } from "../../model/code.ts"
import { isConstant } from "../held.ts"
import { Mapped } from "../mapped.ts"
import { type Call, type Expander, lacksArguments, type Macro } from "./expander.ts"

/** Probes of Autoconf (2.72, 6 "Writing Tests"): small programs that `configure` compiles, links or runs. */

const empty = Mapped.still("", 0)
const arg = (call: Call, index: number): Mapped => call.args[index] ?? empty

const languages: ReadonlyMap<string, string> = new Map([
  ["C", "c"],
  ["C++", "c++"],
  ["Objective C", "objective-c"],
  ["Objective C++", "objective-c++"],
  ["Fortran", "fortran"],
  ["Fortran 77", "fortran"],
  ["Erlang", "erlang"],
  ["Go", "go"],
])

const inLanguage =
  (of: (call: Call) => string): Macro =>
  (call, m4) => {
    m4.language = languages.get(of(call).trim()) ?? of(call).trim()
    return m4.build(call.at, ":")
  }

/** What is expanded of a program: macros that are known, and none that only look like one. */
function source(of: Mapped, m4: Expander): Mapped {
  const before = m4.isProgram
  m4.isProgram = true
  const made = m4.expand(of)
  m4.isProgram = before
  return made
}

/** `AC_LANG_PROGRAM` (6.3.2): a prologue and the body of `main`. */
const main = (call: Call, m4: Expander): Mapped =>
  m4.build(call.at, source(arg(call, 0), m4), "\nint\nmain (void)\n{\n", source(arg(call, 1), m4), "\n  ;\n  return 0;\n}\n")

const whole = (call: Call, m4: Expander): Mapped => source(arg(call, 0), m4)

/** A program that stands where it is no argument of a probe: a macro that other files give to one. */
const program =
  (made: (call: Call, m4: Expander) => Mapped): Macro =>
  (call, m4) =>
    m4.isProgram || !call.isStatement ? made(call, m4) : probed(call, m4, made(call, m4), [])

/** Keeps a program, and says which of two texts of a shell run after it. */
function probed(call: Call, m4: Expander, made: Mapped, outcomes: readonly number[], how: Pick<Probe, "isPreprocessed"> = {}): Mapped {
  const lacks = lacksArguments(made.text, m4.unfilled) ? ({ lacksArguments: true } as const) : {}
  if (isConstant(made.text)) m4.found.probe({ at: m4.found.placeOf(made), language: m4.language, text: made.text, ...how, ...lacks })
  else m4.found.giveUp(m4.found.placeOf(made), "a probe whose program is not constant")
  const bodies = outcomes.map((index) => m4.expand(arg(call, index))).filter((body) => body.text.trim() !== "")
  const parts = bodies.flatMap((body, index) => [index === 0 ? "if :; then :\n" : "\nelif :; then :\n", body])
  return m4.build(call.at, ...(bodies.length === 0 ? [":"] : [...parts, "\nfi"]))
}

/** `AC_LANG_CONFTEST` only writes the file: one without a single statement or directive is for the preprocessor to show (X.Org's XORG_PROG_RAWCPP). */
function written(call: Call, m4: Expander): Mapped {
  const made = source(arg(call, 0), m4)
  return probed(call, m4, made, [], /[;{}#]/.test(made.text) ? {} : { isPreprocessed: true })
}

const compile: Macro = (call, m4) => probed(call, m4, source(arg(call, 0), m4), [1, 2, 3])
const preprocess =
  (program: number, outcomes: readonly number[]): Macro =>
  (call, m4) =>
    probed(call, m4, source(arg(call, program), m4), outcomes, { isPreprocessed: true })
const tries: Macro = (call, m4) => probed(call, m4, main(call, m4), [2, 3])

export const probeMacros: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  ["AC_LANG", inLanguage((call) => arg(call, 0).text)],
  ["AC_LANG_PUSH", inLanguage((call) => arg(call, 0).text)],
  ["AC_LANG_POP", inLanguage(() => "C")],
  ["AC_LANG_C", inLanguage(() => "C")],
  ["AC_LANG_CPLUSPLUS", inLanguage(() => "C++")],
  ["AC_LANG_PROGRAM", program(main)],
  ["AC_LANG_SOURCE", program(whole)],
  ["AC_LANG_CONFTEST", written],
  ["AC_LANG_DEFINES_PROVIDED", (call, m4) => m4.build(call.at, "")],
  [
    "AC_INCLUDES_DEFAULT",
    (call, m4) =>
      m4.build(call.at, "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n", source(arg(call, 0), m4)),
  ],
  ["AC_COMPILE_IFELSE", compile],
  ["AC_LINK_IFELSE", compile],
  ["AC_RUN_IFELSE", compile],
  ["AC_PREPROC_IFELSE", preprocess(0, [1, 2, 3])],
  ["AC_TRY_COMPILE", tries],
  ["AC_TRY_LINK", tries],
  ["AC_TRY_CPP", preprocess(0, [1, 2])],
  ["AC_TRY_RUN", compile],
  ["AC_EGREP_CPP", preprocess(1, [2, 3])],
])
