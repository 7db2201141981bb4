import { oddities } from "../odd-text.ts"
import type { InspectedSubject, Rule } from "../rule.ts"

/** Code behind a blank that is wider than a window is not seen by who reads the file, nor by who reads its difference. */
export const textPushedRight: Rule<InspectedSubject> = {
  id: "text/pushed-right",
  version: 1,
  question: "Does code stand behind a blank that is wider than any window?",
  check: (subject) => {
    const { inspection } = subject
    const acting = new Set(inspection.scripts.flatMap(({ acts }) => acts.map(({ at }) => `${at.path}:${at.lines[0]}`)))
    // Macros of autoconf indent a line without end now and then (tcpdump's configure); nobody writes code in front of such a blank by accident.
    return oddities(subject, "pushed right", ({ what, at }) => ({
      severity: !acting.has(`${at.path}:${at.lines[0]}`) ? "note" : what.startsWith("an indentation") ? "review" : "alarm",
      message: `text behind ${what}`,
    }))
  },
}
