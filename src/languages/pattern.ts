/** Regular expressions of audited scripts, evaluated on constants. A hostile one must not be able to hang the program: what could backtrack without end is not evaluated. */

/** A pattern in the syntax of JavaScript, or why it is not evaluated; `cost`: steps that one use on a text of this length takes at most. */
export interface Pattern {
  readonly expression: RegExp
  cost(length: number): number
}

/** `extended` of POSIX as CMake has it, or that of Emacs as m4 has it, where groups and alternatives are written with a backslash. */
export function patternOf(of: string, syntax: "extended" | "emacs"): Pattern | undefined {
  if (of.length > 1024 || /[^\0-\xff]/.test(of)) return undefined
  const source = syntax === "emacs" ? fromEmacs(of) : fromExtended(of)
  // A repeated group backtracks exponentially; a few repeated characters do so by powers of the length.
  if (source === undefined || /\)[*+?{]/.test(source)) return undefined
  const repeated = source.match(/[*+]/g)?.length ?? 0
  if (repeated > 3) return undefined
  try {
    return { expression: new RegExp(source, "gm"), cost: (length) => 1 + length ** Math.min(4, repeated + 1) / 16 }
  } catch {
    return undefined
  }
}

const sets = /\[(\^?)(\]?[^\]]*)\]/y

function setAt(of: string, at: number): { readonly source: string; readonly end: number } | undefined {
  sets.lastIndex = at
  const match = sets.exec(of)
  if (match === null || (match[2] ?? "").includes("[:")) return undefined
  return { source: `[${match[1] ?? ""}${(match[2] ?? "").replace(/[\\[\]]/g, "\\$&")}]`, end: sets.lastIndex }
}

function fromEmacs(of: string): string | undefined {
  let made = ""
  for (let at = 0; at < of.length; at += 1) {
    const one = of.charAt(at)
    if (one === "[") {
      const set = setAt(of, at)
      if (set === undefined) return undefined
      made += set.source
      at = set.end - 1
    } else if (one === "\\") {
      const next = of.charAt(++at)
      if (/[()|]/.test(next)) made += next
      else if (/[wWbB1-9]/.test(next)) made += `\\${next}`
      else if (next === "`") made += "(?<![\\s\\S])"
      else if (next === "'") made += "(?![\\s\\S])"
      else if (/[.*+?^$[\]\\/]/.test(next)) made += `\\${next}`
      else return undefined
    } else made += /[(){}|/]/.test(one) ? `\\${one}` : one
  }
  return made
}

function fromExtended(of: string): string | undefined {
  let made = ""
  for (let at = 0; at < of.length; at += 1) {
    const one = of.charAt(at)
    if (one === "[") {
      const set = setAt(of, at)
      if (set === undefined) return undefined
      made += set.source
      at = set.end - 1
    } else if (one === "\\") {
      const next = of.charAt(++at)
      made += /\w/.test(next) ? next : `\\${next}`
    } else made += /[{}/]/.test(one) ? `\\${one}` : one
  }
  return made
}

/** A replacement with `\1`, and `\&` or `\0` for all of it. */
export const replaceBy = (of: string, pattern: Pattern, by: string): string =>
  of.replace(pattern.expression, (whole: string, ...groups: unknown[]) =>
    by.replace(/\\([&0-9\\])/g, (_, which: string) => {
      if (which === "\\") return "\\"
      const group = which === "&" || which === "0" ? whole : groups[Number(which) - 1]
      return typeof group === "string" ? group : ""
    }),
  )
