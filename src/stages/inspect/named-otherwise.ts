import type { Script, Value } from "../../model/code.ts"
import type { EntryPaths } from "./entry-paths.ts"

/** Entries that one act may name before it says nothing of any. */
const namedMax = 4

/** An entry, and the language that a script has it read in. */
export interface Handed {
  readonly path: string
  readonly language: string
}

/** What a script runs or takes in as text of a language, whatever its name says: `include words.txt` of make, `sh notes`, `perl data/x`. */
export function handedBy({ path: script, acts }: Script, paths: EntryPaths): readonly Handed[] {
  return acts.flatMap((act) => {
    if (act.kind !== "runs" || act.language === undefined) return []
    const { language } = act
    const named = fileOf(act.what, act.as)
    const entries = named === undefined ? [] : paths.meant(named, script, () => [])
    return entries.length > namedMax ? [] : entries.map((path) => ({ path, language }))
  })
}

const fileOf = (what: Value, as: string): Value | undefined => (what.kind === "file" ? what.path : as === "module" ? what : undefined)
