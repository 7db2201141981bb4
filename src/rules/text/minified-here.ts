import type { LedgerEntry } from "../../model/ledger.ts"
import { meets } from "../capabilities.ts"
import { oddities } from "../odd-text.ts"
import type { InspectedSubject, Rule } from "../rule.ts"
import { ofCommit } from "../unexplained-acts.ts"

/** Builds make minified files of sources. They do not put one unreadable line into a file that stays readable. */
export const textMinifiedHere: Rule<InspectedSubject> = {
  id: "text/minified-here",
  version: 1,
  question: "Does a file of the commit have a line in the release that nobody can read, and that the commit lacks?",
  check: (subject) => {
    const own = ofCommit(subject)
    return oddities(subject, "long line", ({ what, at }, item) => {
      if (!own.has(item) || !(item.unexplained ?? []).some((run) => meets(at, run))) return undefined
      return { severity: isReadableElse(item) ? "alarm" : "note", message: `a line of ${what} that the commit's file lacks` }
    })
  },
}

/** Most of the file is the commit's still. */
function isReadableElse({ lines = 0, unexplained = [] }: LedgerEntry): boolean {
  const changed = unexplained.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  return changed * 2 < lines
}
