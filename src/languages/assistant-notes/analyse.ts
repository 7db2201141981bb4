import { Gathered } from "../gathered.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"

/**
 * Code, in which nothing begins a comment: a fence with the first word that it states (CommonMark 0.31.2, section 4.5), or a span (6.1); and where a comment of HTML begins (4.6, 6.6), which whoever
 * reads the page does not see, and an assistant does. A run of marks is taken whole, so that nothing is tried twice.
 */
const pieces =
  /(?<=^|\n) {0,3}(`{3,}(?!`)|~{3,}(?!~))[ \t]*([\w+-]*)[^\n]*\n([\s\S]*?)(?:\n {0,3}\1|$)|``((?:[^`]|`(?!`)){1,1000})``(?!`)|`([^`]{1,1000})`|<!--/g

const shells = /^(?:|sh|bash|zsh|shell|console|shellscript)$/i

/** Commands without marks of code: what is fetched goes to a shell. */
const bare = /\b(?:curl|wget)[ \t][^\n|`]{1,500}\|[ \t]*(?:sudo[ \t]+)?(?:ba|z|da)?sh\b/g

/** Commands that are hidden are run by whoever was told to, without anybody asking for it. They may be a warning too: which of the two no reader of commands can tell. */
export const analyse: Analyser = (source, analysis) => {
  const found = new Gathered(source, analysis)
  const whole = Mapped.whole(source.text)
  const hand = (start: number, length: number): void => {
    if (found.spend(1 + length, start)) found.inner("shell", whole.slice(start, start + length), new Map(), "assistant")
  }
  for (const { start, end } of commentsIn(source.text)) {
    const hidden = source.text.slice(start, end)
    for (const match of hidden.matchAll(pieces)) {
      const [all, , language = "", fenced, double, single] = match
      const inside = fenced ?? double ?? single
      // One word alone is a name: of a file, of a program that is spoken of.
      if (inside !== undefined && shells.test(language) && /\S\s+\S/.test(inside))
        hand(start + match.index + all.lastIndexOf(inside), inside.length)
    }
    const prose = hidden.replace(pieces, (all) => " ".repeat(all.length))
    for (const match of prose.matchAll(bare)) hand(start + match.index, match[0].length)
  }
  return found.done()
}

/** What stands inside each; one that is not closed goes on to the end, where it begins a line. */
function* commentsIn(text: string): Generator<{ readonly start: number; readonly end: number }> {
  for (const next = new RegExp(pieces); ; ) {
    const match = next.exec(text)
    if (match === null) return
    if (match[0] !== "<!--") continue
    const start = next.lastIndex
    const close = text.indexOf("-->", start - 2) // `<!-->` is a whole one
    if (close === -1 && !/(?:^|\n) {0,3}$/.test(text.slice(Math.max(0, match.index - 4), match.index))) return
    const end = close === -1 ? text.length : close
    if (end > start) yield { start, end }
    next.lastIndex = close === -1 ? end : close + "-->".length
  }
}
