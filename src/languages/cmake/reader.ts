import type { Gathered } from "../gathered.ts"
import type { Mapped } from "../mapped.ts"

/** An argument as it is written (cmake-language(7), "Command Arguments"). */
export interface Written {
  readonly kind: "quoted" | "unquoted" | "bracket"
  readonly of: Mapped
}

export interface Command {
  readonly name: string
  readonly args: readonly Written[]
  readonly of: Mapped
}

/** What runs in order; a block holds what stands between its command and the one that ends it. */
export type Statement =
  | { readonly kind: "command"; readonly command: Command }
  | { readonly kind: "block"; readonly command: Command; readonly bodies: readonly Body[] }

/** Of `if` one for each branch, with the command that begins it. */
export interface Body {
  readonly command: Command
  readonly statements: readonly Statement[]
}

const bracketOpen = /#?\[(=*)\[/y
const identifier = /[A-Za-z_][A-Za-z0-9_]*(?=[ \t]*\()/y
const unquoted = /(?:[^\s()"#\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*")+/y

/** The end of a bracket argument or comment at `at`, and of what it holds. */
function bracketAt(of: string, at: number): { readonly start: number; readonly end: number; readonly behind: number } | undefined {
  bracketOpen.lastIndex = at
  const open = bracketOpen.exec(of)
  if (open === null) return undefined
  const close = `]${open[1] ?? ""}]`
  const start = bracketOpen.lastIndex
  const end = of.indexOf(close, start)
  return end === -1 ? { start, end: of.length, behind: of.length } : { start, end, behind: end + close.length }
}

function afterComment(of: string, at: number): number {
  const bracket = bracketAt(of, at)
  if (bracket !== undefined) return bracket.behind
  const end = of.indexOf("\n", at)
  return end === -1 ? of.length : end
}

/** The commands of a text. A line that is none is said, and passed over. */
export function* commandsOf(of: Mapped, found: Gathered): Generator<Command> {
  const { text } = of
  for (let at = 0; at < text.length; ) {
    const one = text.charAt(at)
    if (/\s/.test(one)) at += 1
    else if (one === "#") at = afterComment(text, at)
    else {
      identifier.lastIndex = at
      const name = identifier.exec(text)?.[0]
      const args = name === undefined ? undefined : argumentsAt(of, text.indexOf("(", at + name.length))
      if (name === undefined || args === undefined) {
        const end = text.indexOf("\n", at)
        const next = end === -1 ? text.length : end
        if (!/^@\w+@\s*$/.test(text.slice(at, next))) found.giveUp(found.placeOf(of.slice(at, next)), "no command of CMake")
        // What is not closed leaves nothing to read.
        at = name === undefined ? next : text.length
        continue
      }
      yield { name: name.toLowerCase(), args: args.args, of: of.slice(at, args.behind) }
      at = args.behind
    }
  }
}

function argumentsAt(of: Mapped, open: number): { readonly args: readonly Written[]; readonly behind: number } | undefined {
  const { text } = of
  const args: Written[] = []
  let depth = 1
  for (let at = open + 1; at < text.length; ) {
    const one = text.charAt(at)
    const bracket = one === "[" ? bracketAt(text, at) : undefined
    if (/\s/.test(one)) at += 1
    else if (one === "#") at = afterComment(text, at)
    else if (bracket !== undefined) {
      // A newline at once behind the opening bracket is not part of it.
      args.push({ kind: "bracket", of: of.slice(text.charAt(bracket.start) === "\n" ? bracket.start + 1 : bracket.start, bracket.end) })
      at = bracket.behind
    } else if (one === '"') {
      const end = quoteEnd(text, at)
      if (end === undefined) return undefined
      args.push({ kind: "quoted", of: of.slice(at + 1, end) })
      at = end + 1
    } else if (one === "(" || one === ")") {
      depth += one === "(" ? 1 : -1
      if (depth === 0) return { args, behind: at + 1 }
      args.push({ kind: "quoted", of: of.slice(at, at + 1) })
      at += 1
    } else {
      unquoted.lastIndex = at
      const end = unquoted.exec(text) === null ? at + 1 : unquoted.lastIndex
      args.push({ kind: "unquoted", of: of.slice(at, end) })
      at = end
    }
  }
  return undefined
}

function quoteEnd(of: string, at: number): number | undefined {
  for (let end = at + 1; end < of.length; end += 1) {
    const one = of.charAt(end)
    if (one === '"') return end
    if (one === "\\") end += 1
  }
  return undefined
}

const opening = new Set(["if", "foreach", "while", "function", "macro", "block"])
const branching = new Set(["elseif", "else"])

interface Open {
  readonly command: Command
  readonly bodies: { command: Command; statements: Statement[] }[]
}

/** Commands as blocks inside blocks. What is not closed ends where the text does. */
export function blocksOf(commands: Iterable<Command>, found: Gathered): readonly Statement[] {
  const top: Statement[] = []
  const stack: Open[] = []
  const here = (): Statement[] => stack.at(-1)?.bodies.at(-1)?.statements ?? top
  const close = (): void => {
    const ended = stack.pop()
    if (ended !== undefined) here().push({ kind: "block", command: ended.command, bodies: ended.bodies })
  }
  for (const command of commands) {
    if (opening.has(command.name)) {
      if (stack.length >= found.analysis.limits.scriptDepthMax) {
        found.giveUp(found.placeOf(command.of), `blocks nest deeper than ${found.analysis.limits.scriptDepthMax}`)
        break
      }
      stack.push({ command, bodies: [{ command, statements: [] }] })
    } else if (branching.has(command.name)) stack.at(-1)?.bodies.push({ command, statements: [] })
    else if (command.name.startsWith("end") && opening.has(command.name.slice(3))) close()
    else here().push({ kind: "command", command })
  }
  while (stack.length > 0) close()
  return top
}
