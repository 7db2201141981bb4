import { plural } from "../../core/count.ts"
import type { Held } from "../../model/capability.ts"
import type { Needed } from "../../model/needed.ts"
import { filesOf, heldBy, isSettled } from "../capabilities.ts"
import { entriesByPath, spelled } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/**
 * A release that does what the one before it did not. Major versions have such features; of releases in one series few do (docs/results.md counts them), so
 * that there it is to be looked at.
 */
export const capabilityAdded: Rule<InspectedSubject> = {
  id: "capability/added",
  version: 5,
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
  const own = added.map((held) => ({
    severity: isExpected(held, subject) ? ("note" as const) : ("review" as const),
    message: `new against the release before it: ${key(held)} (${plural(held.places, "place")})`,
    at: { path: held.at.path, lines: held.at.lines },
    evidence: [{ what: held.capability, where: spelled(held.at), digest: digestOf(held.at.path) }],
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

/** What nobody does in whose reach the release comes; what a new major version may well do; files, which everybody writes; what a commit shows that runs its own programs, as most hooks do. */
function isExpected(held: Held, subject: InspectedSubject): boolean {
  const { capability, runs } = held
  if (!isSettled(runs, subject.facts) || capability === "cannot be analysed" || capability === "writes files") return true
  return capability === "runs programs" && [...filesOf(subject.inspection, held)].every((path) => isExplained(path, subject))
}

function isExplained(path: string, subject: InspectedSubject): boolean {
  const kind = entriesByPath(subject).get(path)?.explanation.kind
  return kind !== undefined && kind !== "unexplained" && kind !== "undetermined"
}

const unread = (needed: Needed | undefined): string =>
  needed === undefined || needed.not.length === 0
    ? ""
    : `; ${plural(needed.not.length, "package")} that it newly needs ${needed.not.length === 1 ? "was" : "were"} not opened, the first ${needed.not[0]?.name}: ${needed.not[0]?.why}`

const key = ({ capability, runs }: Held): string => `${capability}${runs === undefined ? "" : ` at ${runs}`}`
