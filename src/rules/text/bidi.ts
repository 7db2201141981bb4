import { oddities } from "../odd-text.ts"
import type { InspectedSubject, Rule } from "../rule.ts"

/** Characters that turn the order of what is shown make code read otherwise than it runs. Those who need them in code write escapes. */
export const textBidi: Rule<InspectedSubject> = {
  id: "text/bidi",
  version: 3,
  question: "Does code hold characters that turn the order in which it is shown?",
  check: (subject) =>
    oddities(subject, "bidi", ({ what, isUnread }) => ({
      // Tables of characters in what a minifier wrote (xregexp): nobody is deceived by the order of what nobody reads.
      severity: isUnread === true ? "note" : "review",
      message: `what is shown here is not the order in which it runs: ${what}`,
    })),
}
