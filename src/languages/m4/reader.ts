import type { Mapped } from "../mapped.ts"

/** What opens and closes a quoted string (GNU m4, 8.2 "Changing the quote characters"). */
export interface Quotes {
  readonly open: string
  readonly close: string
}

export const brackets: Quotes = { open: "[", close: "]" }
export const backquotes: Quotes = { open: "`", close: "'" }

const escaped = (of: string): string => of.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")
const cache = new Map<string, { readonly either: RegExp; readonly next: RegExp }>()

function patterns({ open, close }: Quotes): { readonly either: RegExp; readonly next: RegExp } {
  const key = `${open}\0${close}`
  const known = cache.get(key)
  if (known !== undefined) return known
  const quotes = [open, close].filter((one) => one !== "").map(escaped)
  const made = {
    either: new RegExp(quotes.join("|") || "(?!)", "g"),
    next: new RegExp(["[A-Za-z_][A-Za-z0-9_]*", ...quotes.slice(0, 1), "#"].join("|"), "g"),
  }
  // A text can change its quotes as often as it likes.
  if (cache.size > 100) cache.clear()
  cache.set(key, made)
  return made
}

/** Where the next name, quote or comment begins. */
export function nextToken(of: string, at: number, quotes: Quotes): { readonly token: string; readonly at: number } | undefined {
  const { next } = patterns(quotes)
  next.lastIndex = at
  const match = next.exec(of)
  return match === null ? undefined : { token: match[0], at: match.index }
}

/** The end of what a quoted string at `at` holds, and what follows its closing quote; undefined: it has no end. Quotes nest. */
export function quotedAt(of: string, at: number, quotes: Quotes): { readonly end: number; readonly behind: number } | undefined {
  const { either } = patterns(quotes)
  either.lastIndex = at + quotes.open.length
  for (let depth = 1; ; ) {
    const match = either.exec(of)
    if (match === null) return undefined
    depth += match[0] === quotes.close ? -1 : 1
    if (depth === 0) return { end: match.index, behind: match.index + match[0].length }
  }
}

export const lineEnd = (of: string, at: number): number => {
  const end = of.indexOf("\n", at)
  return end === -1 ? of.length : end
}

/** The arguments of a call whose parenthesis is at `at`, as they stand there; undefined: it is not closed. White space before each is dropped (5.1). */
export function argumentsAt(
  of: Mapped,
  at: number,
  quotes: Quotes,
): { readonly args: readonly Mapped[]; readonly behind: number } | undefined {
  const { text } = of
  const args: Mapped[] = []
  let start = afterBlank(text, at + 1)
  let depth = 1
  for (let here = start; here < text.length; ) {
    if (quotes.open !== "" && text.startsWith(quotes.open, here)) {
      const quoted = quotedAt(text, here, quotes)
      if (quoted === undefined) return undefined
      here = quoted.behind
      continue
    }
    const one = text.charAt(here)
    if (one === "#") here = lineEnd(text, here)
    else if (one === "d" && /^dnl\b/.test(text.slice(here, here + 4)) && !/\w/.test(text.charAt(here - 1))) here = lineEnd(text, here) + 1
    else {
      if (one === "(") depth += 1
      if (one === ")") depth -= 1
      if (depth === 0) return { args: [...args, of.slice(start, here)], behind: here + 1 }
      here += 1
      if (one === "," && depth === 1) {
        args.push(of.slice(start, here - 1))
        here = afterBlank(text, here)
        start = here
      }
    }
  }
  return undefined
}

function afterBlank(of: string, at: number): number {
  let here = at
  for (; here < of.length; here += 1) if (!/\s/.test(of.charAt(here))) break
  return here
}
