import { plural } from "../../core/count.ts"
import type { Held } from "../../model/capability.ts"
import type { Needed } from "../../model/needed.ts"
import { heldBy } from "../capabilities.ts"
import { entriesByPath, spelled } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** A release that does what the one before it did not: most are features, so it is told and weighs nothing by itself. */
export const capabilityAdded: Rule<InspectedSubject> = {
  id: "capability/added",
  version: 3,
  question: "Does the release, or a package that it newly needs, do something that the release before it did not?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  const { inspection, before, needed } = subject
  if (before === undefined) return { outcome: "not-assessed", why: "no release before it was named or accepted" }
  const was = new Set(heldBy(before).map(key))
  const added = heldBy(inspection).filter((held) => !was.has(key(held)))
  const through = needed?.looked.filter(({ isNew, held }) => isNew && held.length > 0) ?? []
  if (added.length + through.length === 0) {
    const why = `it does nothing that the release before it did not${unread(needed)}`
    return { outcome: needed === undefined || needed.not.length === 0 ? "absent" : "not-assessed", why }
  }
  const items = entriesByPath(subject)
  const digestOf = (path: string): string => `sha256:${items.get(path)?.entry.sha256 ?? ""}`
  const own = added.map(({ capability, runs, places, at }) => ({
    severity: "note" as const,
    message: `new against the release before it: ${capability}${runs === undefined ? "" : ` at ${runs}`} (${plural(places, "place")})`,
    at: { path: at.path, lines: at.lines },
    evidence: [{ what: capability, where: spelled(at), digest: digestOf(at.path) }],
  }))
  const others = through.map(({ target, through: names, at, held }) => ({
    severity: "note" as const,
    message: `needs ${names.join(", which needs ")}, which the release before it did not; ${target} ${held.map(({ capability, runs }) => `${capability}${runs === undefined ? "" : ` at ${runs}`}`).join(", ")}`,
    at: { path: at.path, lines: at.lines },
    evidence: [{ what: `new dependency ${names[0]}`, where: spelled(at), digest: digestOf(at.path) }],
  }))
  const counted = [
    ...(own.length === 0 ? [] : [plural(own.length, "capability", "capabilities")]),
    ...(others.length === 0 ? [] : [`${plural(others.length, "package")} that it needs`]),
  ]
  return {
    outcome: "present",
    why: `${counted.join(" and ")} more than the release before it${unread(needed)}`,
    findings: [...own, ...others],
  }
}

const unread = (needed: Needed | undefined): string =>
  needed === undefined || needed.not.length === 0
    ? ""
    : `; ${plural(needed.not.length, "package")} that it newly needs ${needed.not.length === 1 ? "was" : "were"} not opened, the first ${needed.not[0]?.name}: ${needed.not[0]?.why}`

const key = ({ capability, runs }: Held): string => `${capability} at ${runs}`
