import { plural } from "../../core/count.ts"
import type { FlowStep } from "../../model/inspection.ts"
import { entriesByPath, shortest, spelled, told } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

const isTurned = (step: FlowStep): boolean =>
  step.how === "decode" || step.how === "decrypt" || (step.how === "translate" && step.what !== "sed")

/** A script that takes the name of a program from data does not want it read. */
export const flowBuiltCommand: Rule<InspectedSubject> = {
  id: "flow/built-command",
  version: 1,
  question: "Is the name of a program that is run taken from a file that a search finds, or from characters that were translated?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  const { inspection } = subject
  if (inspection.scripts.length === 0) return { outcome: "not-applicable", why: "no entry is in a language that is read" }
  const items = entriesByPath(subject)
  const found = shortest(
    inspection.flows.filter(({ from, steps, to, isPart }) => {
      if (to.as !== "program") return false
      if (from.kind === "name") return true
      // Through a file it is no name that is put together, but what a program wrote.
      return from.kind === "literal" && !isPart && steps.some(isTurned) && !steps.some(({ how }) => how === "written")
    }),
  )
  if (found.length === 0) return { outcome: "absent", why: `${plural(inspection.flows.length, "way")} to program were followed` }
  const findings = found.map((flow) => ({
    severity: "review" as const,
    message: `what is run at ${spelled(flow.to.at)} is put together of data`,
    ...told(flow, items),
  }))
  return { outcome: "present", why: `${plural(found.length, "command")} put together of data`, findings }
}
