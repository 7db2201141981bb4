import { Gathered } from "../gathered.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"

/** Comments of HTML (CommonMark 0.31.2, section 6.6): whoever reads the page does not see them, an assistant does. An open one goes on to the end. */
const hidden = /<!--([\s\S]*?)(?:-->|$)/g

/** Code in them: fenced, with the language that it states, and spans (sections 4.5 and 6.1). */
const code = /(`{3,}|~{3,})([^\n`]*)\n([\s\S]*?)(?:\1|$)|``((?:[^`]|`(?!`)){1,1000})``|`([^`]{1,1000})`/g

const shells = /^\s*(?:|sh|bash|zsh|shell|console)\s*$/i

/** Commands that are hidden are run by whoever was told to, without being asked for: as when a folder is opened. */
export const analyse: Analyser = (source, analysis) => {
  const found = new Gathered(source, analysis)
  const whole = Mapped.whole(source.text)
  for (const comment of source.text.matchAll(hidden)) {
    const begin = comment.index + "<!--".length
    for (const match of (comment[1] ?? "").matchAll(code)) {
      const [all, , language = "", fenced, double, single = ""] = match
      if (!shells.test(language)) continue
      const inside = fenced ?? double ?? single
      const start = begin + match.index + all.lastIndexOf(inside)
      const command = whole.slice(start, start + inside.length)
      if (found.spend(1 + command.length, start)) found.inner("shell", command, new Map(), "folderOpen")
    }
  }
  return found.done()
}
