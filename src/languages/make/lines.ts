import type { Mapped } from "../mapped.ts"

/** A line of a makefile as make reads it (GNU make, 3.1.1 "Splitting Long Lines"). */
export type Line =
  /** Of a recipe: its lines as they are handed to the shell, without the prefix of each. */
  | { readonly kind: "recipe"; readonly of: Mapped }
  /** Of make itself: joined, without comments. */
  | { readonly kind: "make"; readonly of: Mapped }
  /** A variable of several lines. */
  | { readonly kind: "define"; readonly head: Mapped; readonly body: Mapped }

/** Where a line that ends in backslashes goes on: only an odd number of them continues it. */
function logicalEnd(of: string, at: number): number {
  for (let end = at; ; ) {
    end = of.indexOf("\n", end)
    if (end === -1) return of.length
    let slashes = end - 1
    while (slashes >= at && of.charCodeAt(slashes) === 0x5c) slashes -= 1
    if ((end - 1 - slashes) % 2 === 0) return end
    end += 1
  }
}

/** The lines in order. A tab begins a recipe's line once a rule was seen: `isRule` says of each line of make whether it is one. */
export function* linesOf(of: Mapped, isRule: (line: Mapped) => boolean): Generator<Line> {
  const { text } = of
  let [inRecipe, prefix] = [false, "\t"]
  for (let at = 0; at < text.length; ) {
    const end = logicalEnd(text, at)
    const raw = of.slice(at, end)
    at = end + 1
    if (raw.text.startsWith(prefix) && inRecipe) {
      yield { kind: "recipe", of: recipeText(raw.slice(1), prefix) }
      continue
    }
    const line = joinedLine(raw)
    const defined = /^(?:override\s+|export\s+|private\s+)*define\s+(.*)$/.exec(line.text)
    if (defined !== null) {
      const head = line.slice(line.length - (defined[1] ?? "").length)
      const body = defineEnd(text, at)
      yield { kind: "define", head, body: of.slice(at, Math.max(at, body.end)) }
      at = body.behind
      inRecipe = false
      continue
    }
    if (line.text === "") continue
    const recipePrefix = /^\.RECIPEPREFIX\s*:*=\s*(.?)/.exec(line.text)
    if (recipePrefix !== null) prefix = recipePrefix[1] || "\t"
    if (isRule(line)) inRecipe = true
    else if (!/^(?:-|s)?(?:include|if|ifn?eq|ifn?def|else|endif)\b/.test(line.text)) inRecipe = false
    yield { kind: "make", of: line }
  }
}

/** A backslash and its newline reach the shell; the prefix of the next line does not (5.1.1). */
function recipeText(of: Mapped, prefix: string): Mapped {
  if (!of.text.includes(`\n${prefix}`)) return of
  return of.replace(prefix === "\t" ? /\n\t/g : /\n[^\s]/g, ({ 0: found }, self) =>
    found.slice(1) === prefix ? self.slice(self.text.indexOf(found), self.text.indexOf(found) + 1) : found,
  )
}

/** Joins continued lines with a space, and drops a comment. */
function joinedLine(of: Mapped): Mapped {
  const whole = of.text.includes("\n") ? of.replace(/[ \t]*\\\n[ \t]*/g, () => " ") : of
  const comment = /(?:^|[^\\])#/.exec(whole.text)
  const kept = comment === null ? whole : whole.slice(0, comment.index + comment[0].length - 1)
  return kept.trim()
}

/** Where the body of a `define` ends: they nest. */
function defineEnd(of: string, at: number): { readonly end: number; readonly behind: number } {
  let depth = 1
  const pattern = /^[ \t]*(?:(?:override|export|private)[ \t]+)*(define\b|endef\b)[^\n]*$/gm
  pattern.lastIndex = at
  for (let match = pattern.exec(of); match !== null; match = pattern.exec(of)) {
    depth += match[1] === "define" ? 1 : -1
    if (depth === 0) return { end: match.index - 1, behind: Math.min(of.length, match.index + match[0].length + 1) }
  }
  return { end: of.length, behind: of.length }
}
