import { unknown, type Value } from "../../model/code.ts"
import type { Gathered } from "../gathered.ts"
import { Mapped } from "../mapped.ts"
import { argumentsAt, lineEnd, nextToken, type Quotes, quotedAt } from "./reader.ts"

/** A macro's call: its arguments are expanded once, and lose one level of quotes, as m4 collects them. */
export interface Call {
  readonly name: string
  readonly args: readonly Mapped[]
  /** Where the name stands in the source. */
  readonly at: number
  /** Whether a command of a shell may stand where it stands. */
  readonly isStatement: boolean
}

/** What a call becomes, with nothing left to expand; undefined: it stays as it is written. */
export type Macro = (call: Call, m4: Expander) => Mapped | undefined

export interface Definition {
  readonly body: Mapped
  readonly at: number
  /** Of a function of shells: `AC_DEFUN` and its like, whose bodies end up in `configure`. */
  readonly isShell: boolean
}

/** Names that look like macros of Autoconf and those who write for it: a namespace and capital letters. */
const likeMacro = /^(?:_*[A-Za-z][A-Za-z0-9]{0,15}_[A-Z_][A-Za-z0-9_]*|m4_\w+|[A-Z][A-Z0-9_]{3,})$/
const statementBefore = /(?:^|[\n;{(&|`])[ \t]*$|\b(?:then|else|do)[ \t]*$/

/** Expands a text as m4 does (GNU m4, 3 to 5): names become what they are defined as, quoted text loses one level of quotes, and what came of a macro is read again. */
export class Expander {
  readonly found: Gathered
  readonly definitions = new Map<string, Definition>()
  readonly called = new Set<string>()
  readonly required = new Set<string>()
  /** Texts of shells that run at the end: commands of config.status. */
  readonly later: Mapped[] = []
  /** Texts that a shell may run by themselves: arguments that stand where no command can. */
  readonly aside: Mapped[] = []
  quotes: Quotes
  language = "c"
  /** What stands in the text where `AC_INIT` stood. */
  begins: string | undefined
  /** Inside a program of a probe: what looks like a macro of Autoconf may be one of C. */
  isProgram = false
  /** Lines of the macro that is expanded in which an argument stands that was not given, as `AC_REQUIRE` gives none; without it. */
  unfilled: ReadonlySet<string> = noLines
  readonly #builtins: (name: string, hasArguments: boolean) => Macro | undefined
  readonly #unknown: Macro
  #depth = 0

  constructor(
    found: Gathered,
    quotes: Quotes,
    macros: { readonly builtin: (name: string, hasArguments: boolean) => Macro | undefined; readonly unknown: Macro },
  ) {
    this.found = found
    this.quotes = quotes
    this.#builtins = macros.builtin
    this.#unknown = macros.unknown
  }

  expand(of: Mapped): Mapped {
    if (of.length === 0) return of
    const { scriptDepthMax } = this.found.analysis.limits
    if (this.#depth >= scriptDepthMax) {
      this.found.giveUp(this.found.placeOf(of), `macros nest deeper than ${scriptDepthMax}`)
      return this.hold(unknown("macros nest too deep"), of.from(0))
    }
    // A call costs far more than the steps of other languages.
    if (!this.found.spend(16 + (of.length >> 4) + of.runs, of.from(0))) return this.hold(unknown("too many steps"), of.from(0))
    this.#depth += 1
    const made = this.#expandNow(of)
    this.#depth -= 1
    return made
  }

  #expandNow(of: Mapped): Mapped {
    const parts: Mapped[] = []
    let [done, at] = [0, 0]
    // Whether nothing but white space follows a macro that is a command: what comes next must not join its line.
    let isBehindCommand = false
    for (;;) {
      const next = nextToken(of.text, at, this.quotes)
      if (next === undefined) break
      const { token } = next
      if (token === "#") {
        at = lineEnd(of.text, next.at)
        continue
      }
      if (token === this.quotes.open) {
        const quoted = quotedAt(of.text, next.at, this.quotes)
        if (quoted === undefined) {
          this.found.giveUp(this.found.placeOf(of.slice(next.at)), "a quote of m4 without an end")
          at = of.length
          break
        }
        parts.push(of.slice(done, next.at), of.slice(next.at + token.length, quoted.end))
        done = at = quoted.behind
        continue
      }
      if (token === "dnl") {
        const isJoint = isBehindCommand && of.text.slice(done, next.at).trim() === ""
        parts.push(of.slice(done, next.at))
        done = at = Math.min(of.length, lineEnd(of.text, next.at) + 1)
        if (isJoint) parts.push(Mapped.still("\n", of.from(at - 1)))
        continue
      }
      const called = this.#callAt(of, token, next.at, parts, done)
      at = called?.behind ?? next.at + token.length
      if (called === undefined) continue
      parts.push(of.slice(done, next.at), called.made)
      done = at
      isBehindCommand = called.isStatement
      if (called.isStatement && /^[ \t]*[\w$"'`/.]/.test(of.text.slice(at, at + 80))) parts.push(Mapped.still("\n", of.from(next.at)))
    }
    return Mapped.join([...parts, of.slice(done)])
  }

  #callAt(
    of: Mapped,
    name: string,
    at: number,
    parts: readonly Mapped[],
    done: number,
  ): { made: Mapped; behind: number; isStatement: boolean } | undefined {
    const hasArguments = of.text.charAt(at + name.length) === "("
    const isKnown = this.#isKnown(name, hasArguments)
    if (!isKnown && (this.isProgram || !likeMacro.test(name))) return undefined
    const isStatement =
      statementBefore.test(of.text.slice(Math.max(done, at - 80), at) || "\n") && (done < at - 80 || opens(of, parts, done, at))
    if (
      !hasArguments &&
      !isKnown &&
      !(isStatement && /^[ \t]*(?:\n|$|#|dnl\b)/.test(of.text.slice(at + name.length, at + name.length + 80)))
    )
      return undefined
    const collected = hasArguments ? argumentsAt(of, at + name.length, this.quotes) : { args: [], behind: at + name.length }
    if (collected === undefined) {
      this.found.spend((of.length - at) >> 4, of.from(at))
      if (isKnown) this.found.giveUp(this.found.placeOf(of.slice(at)), `arguments of ${name} without an end`)
      return undefined
    }
    this.found.spend((collected.behind - at) >> 4, of.from(at))
    const wasProgram = this.isProgram
    this.isProgram ||= /_(?:IFELSE|CONFTEST)$|^AC_TRY_(?:RUN|COMPILE|LINK|CPP)$/.test(name)
    const args = collected.args.map((arg) => this.word(arg))
    this.isProgram = wasProgram
    const made = this.call({ name, args, at: of.from(at), isStatement })
    return made === undefined ? undefined : { made, behind: collected.behind, isStatement }
  }

  /** A name alone as an argument is no command: a macro that is not known here may as well be a constant of C, or a variable of the shell. */
  word(of: Mapped): Mapped {
    return /^\s*\w+\s*$/.test(of.text) && !this.#isKnown(of.text.trim(), false) ? of : this.expand(of)
  }

  #isKnown(name: string, hasArguments: boolean): boolean {
    return this.definitions.has(name) || this.#builtins(name, hasArguments) !== undefined
  }

  /** What a call becomes: of the file's own definition, else of what Autoconf and m4 define. */
  call(call: Call): Mapped | undefined {
    const defined = this.definitions.get(call.name)
    if (defined === undefined) return (this.#builtins(call.name, call.args.length > 0) ?? this.#unknown)(call, this)
    this.called.add(call.name)
    const before = this.unfilled
    this.unfilled = call.args.length === 0 || before.size > 0 ? unfilledLines(defined.body.text, call.args) : noLines
    const made = this.expand(substitute(defined.body, call, this))
    this.unfilled = before
    return made
  }

  /** A text that stands in for a value. */
  hold(value: Value, at: number): Mapped {
    return Mapped.still(this.found.held.hold(value), at)
  }

  build(at: number, ...parts: readonly (string | Mapped)[]): Mapped {
    return Mapped.join(parts.map((part) => (typeof part === "string" ? Mapped.still(part, at) : part)))
  }
}

const noLines: ReadonlySet<string> = new Set()

/** Without quotes and what separates arguments around them, as a program has them. */
const bare = (line: string): string => line.replace(/^[\s[]+|[\s\],)]+$/g, "")

function unfilledLines(body: string, args: readonly Mapped[]): ReadonlySet<string> {
  const isMissing = (token: string): boolean => (args[Number(token.slice(1)) - 1]?.text.trim() ?? "") === ""
  return new Set(
    body
      .split("\n")
      .filter((line) => (line.match(/\$[1-9]/g) ?? []).some(isMissing))
      .map((line) => bare(line.replace(/\$[1-9]/g, (token) => (isMissing(token) ? "" : (args[Number(token.slice(1)) - 1]?.text ?? ""))))),
  )
}

/** Whether a line of a program lacks an argument of the macro that it is of. */
export const lacksArguments = (program: string, unfilled: ReadonlySet<string>): boolean =>
  unfilled.size > 0 && program.split("\n").some((line) => unfilled.has(bare(line)))

/** Whether what was written before ends where a command may begin, when only white space stands between. */
function opens(of: Mapped, parts: readonly Mapped[], done: number, at: number): boolean {
  if (of.text.slice(done, at).trim() !== "" || of.text.slice(done, at).includes("\n")) return true
  const last = parts.findLast((part) => part.text.trim() !== "" || part.text.includes("\n"))
  return last === undefined || statementBefore.test(last.text.slice(-80))
}

/** Puts the arguments into a body (GNU m4, 5.2 to 5.4). */
function substitute(body: Mapped, call: Call, m4: Expander): Mapped {
  return body.replace(/\$(?:\d+|[@*#])/g, ({ 0: token }) => {
    if (token === "$#") return String(call.args.length)
    if (token === "$0") return call.name
    if (token === "$*") return m4.build(call.at, ...call.args.flatMap((arg, index) => (index === 0 ? [arg] : [",", arg])))
    const { open, close } = m4.quotes
    if (token === "$@") return m4.build(call.at, ...call.args.flatMap((arg, index) => [index === 0 ? open : `,${open}`, arg, close]))
    return call.args[Number(token.slice(1)) - 1] ?? ""
  })
}

const name = /[A-Za-z_]\w*$/

/** The same where nobody says what the arguments are: as a part of a variable's name each is a word of its own, else it stays, and a shell knows it no better. */
export function unboundBody(body: Mapped): Mapped {
  return body.replace(/\[\$[1-9]\]|\$[1-9]/g, ({ 0: token, index }) => {
    const before = body.text.slice(Math.max(0, index - 80), index)
    const after = body.text.slice(index + token.length, index + token.length + 80)
    const start = before.replace(name, "")
    const isUsed = /\$\{?$/.test(start) || /\$\[\]$/.test(start)
    const isAssigned = /(?:^|[\s;({[`])$/.test(start) && /^[\w[\]$]*\+?=/.test(after)
    return isUsed || isAssigned
      ? Mapped.still(`argument${token.replace(/\D/g, "")}`, body.from(index))
      : body.slice(index, index + token.length)
  })
}
