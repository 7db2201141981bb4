import { oddities } from "../odd-text.ts"
import type { InspectedSubject, Rule } from "../rule.ts"

/** Joined emoji and scripts that need joiners have one or two of them in a row. More carry something that is not to be seen. */
const inRowMin = 6

/** A run of characters without a form is data that no reader sees. */
export const textInvisible: Rule<InspectedSubject> = {
  id: "text/invisible",
  version: 1,
  question: "Does code hold a run of characters that have no form?",
  check: (subject) =>
    oddities(subject, "invisible", ({ what, count }) =>
      count < inRowMin ? undefined : { severity: "alarm", message: `${count} characters in a row that cannot be seen: ${what}` },
    ),
}
