import { plural } from "../core/count.ts"
import type { Severity } from "../model/finding.ts"
import type { Oddity } from "../model/inspection.ts"
import type { LedgerEntry } from "../model/ledger.ts"
import { entriesByPath } from "./chain.ts"
import type { Answer, InspectedSubject } from "./rule.ts"

/** Answers for one kind of oddity. `weigh`: how much one weighs; undefined: it is ordinary there. */
export function oddities(
  subject: InspectedSubject,
  kind: Oddity["kind"],
  weigh: (oddity: Oddity, item: LedgerEntry) => { readonly severity: Severity; readonly message: string } | undefined,
): Answer {
  const { inspection } = subject
  if (inspection.scripts.length === 0) return { outcome: "not-applicable", why: "no entry is in a language that is read" }
  const items = entriesByPath(subject)
  const findings = inspection.oddities.flatMap((oddity) => {
    const item = items.get(oddity.at.path)
    const weighed = oddity.kind === kind && item !== undefined ? weigh(oddity, item) : undefined
    if (weighed === undefined || item === undefined) return []
    const { path, lines } = oddity.at
    return [
      {
        ...weighed,
        at: { path, lines },
        evidence: [{ what: oddity.what, where: `${path}:${lines[0]}`, digest: `sha256:${item.entry.sha256}` }],
      },
    ]
  })
  if (findings.length === 0) return { outcome: "absent", why: `${plural(inspection.scripts.length, "text")} in a language were looked at` }
  return { outcome: "present", why: `${plural(findings.length, "place")} in texts`, findings }
}
