import type { Limits } from "../../core/limits.ts"
import { loadProgramSyntax, type ReadPackaged } from "../../languages/index.ts"
import type { Script } from "../../model/code.ts"
import type { CheckedProbe } from "../../model/inspection.ts"

/** Reads the small programs that a build compiles. The parser is loaded only where there are any, and the same program is read once. */
export async function checkedProbes(
  scripts: readonly Script[],
  { limits, read }: { readonly limits: Limits; readonly read: ReadPackaged },
): Promise<readonly CheckedProbe[]> {
  const all = scripts.flatMap(({ language, probes = [] }) => probes.map((probe) => ({ probe, language })))
  if (all.length === 0) return []
  const syntaxOf = await loadProgramSyntax(read, limits)
  const known = new Map<string, Pick<CheckedProbe, "fault" | "unread">>()
  let left = limits.probeBytesRunMax
  const checked = ({ text, language }: CheckedProbe["probe"], isMade: boolean): Pick<CheckedProbe, "fault" | "unread"> => {
    left -= text.length
    if (left < 0) return { unread: `more than ${limits.probeBytesRunMax} bytes of probes` }
    const syntax = syntaxOf(text, language)
    // In a function, make takes the backslash away that it needed there before 4.3, and leaves it since (its NEWS of that version).
    if (isMade && syntax.kind === "fault" && text.includes("\\#") && syntaxOf(text.replaceAll("\\#", "#"), language).kind === "parsed")
      return { unread: "which make reads it decides about its backslashes before #" }
    if (syntax.kind === "unread") return { unread: syntax.why }
    return syntax.kind === "parsed"
      ? {}
      : { fault: { why: syntax.why, text: text.slice(syntax.start, syntax.start + shownMax), isMissing: / is missing$/.test(syntax.why) } }
  }
  return all.map(({ probe, language }) => {
    if (probe.isPreprocessed === true) return { probe, language }
    const key = `${language === "make"}\0${probe.language}\0${probe.text}`
    const found = known.get(key) ?? checked(probe, language === "make")
    known.set(key, found)
    return { probe, language, ...found }
  })
}

const shownMax = 40
