import { oddities } from "../odd-text.ts"
import type { InspectedSubject, Rule } from "../rule.ts"

/** Two names that look the same and are two: the reader follows the wrong one. Without its double such a word is a slip of the keyboard. */
export const textHomoglyph: Rule<InspectedSubject> = {
  id: "text/homoglyph",
  version: 1,
  question: "Does code hold a name that looks like another of its names, by letters of another script?",
  check: (subject) =>
    oddities(subject, "lookalike", ({ what, count }) => ({
      severity: count > 0 ? "alarm" : "note",
      message: `letters of two scripts: ${what}`,
    })),
}
