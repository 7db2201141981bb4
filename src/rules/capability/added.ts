import { plural } from "../../core/count.ts"
import type { Held } from "../../model/capability.ts"
import { heldBy } from "../capabilities.ts"
import { entriesByPath, spelled } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** A release that does what the one before it did not: most are features, so it is told and weighs nothing by itself. */
export const capabilityAdded: Rule<InspectedSubject> = {
  id: "capability/added",
  version: 1,
  question: "Does the release do something that the release before it did not?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  const { inspection, before } = subject
  if (before === undefined) return { outcome: "not-assessed", why: "no release before it was named or accepted" }
  const was = new Set(heldBy(before).map(key))
  const added = heldBy(inspection).filter((held) => !was.has(key(held)))
  if (added.length === 0) return { outcome: "absent", why: "it does nothing that the release before it did not" }
  const items = entriesByPath(subject)
  const findings = added.map(({ capability, runs, places, at }) => ({
    severity: "note" as const,
    message: `new against the release before it: ${capability}${runs === undefined ? "" : ` at ${runs}`} (${plural(places, "place")})`,
    at: { path: at.path, lines: at.lines },
    evidence: [{ what: capability, where: spelled(at), digest: `sha256:${items.get(at.path)?.entry.sha256 ?? ""}` }],
  }))
  return { outcome: "present", why: `${plural(added.length, "capability", "capabilities")} more than the release before it`, findings }
}

const key = ({ capability, runs }: Held): string => `${capability} at ${runs}`
