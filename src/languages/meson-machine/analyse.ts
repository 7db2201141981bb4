import { Gathered } from "../gathered.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"
import { isMesonCompiler, standIn } from "../stand-ins.ts"

/** `name = 'program'` or `name = ['starter', 'program']` below `[binaries]` (Meson, "Machine files"); constants may stand before a program, and are not known here. */
export const analyse: Analyser = (source, analysis) => {
  const found = new Gathered(source, analysis)
  const whole = Mapped.whole(source.text)
  let section = ""
  for (const { index, 0: line } of source.text.matchAll(/[^\n]+/g)) {
    if (!found.spend(1 + (line.length >> 4), index)) break
    section = /^\[([^\]]*)\]/.exec(line)?.[1] ?? section
    const [head = "", name = ""] = (section === "binaries" ? /^\s*'?(\w+)'?\s*=\s*/.exec(line) : null) ?? []
    if (!isMesonCompiler(name)) continue
    const value = whole.slice(index + head.length, index + line.replace(/\s#.*$/, "").length)
    standIn(
      name,
      value.replace(/[[\],]/g, () => " ").replace(/@(?:DIRNAME|GLOBAL_SOURCE_ROOT)@/g, () => "."),
      found,
    )
  }
  return found.done()
}
