import { plural } from "../../core/count.ts"
import type { Finding } from "../../model/finding.ts"
import type { LedgerEntry } from "../../model/ledger.ts"
import { spelled } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"
import { hasCommit, type NewAct, newActs } from "../unexplained-acts.ts"

/**
 * A packer has reasons to write files that the commit lacks. To change a file of the commit into one that does more he has none that
 * does not show: a version that is stamped in does nothing.
 */
export const unexplainedChangedCode: Rule<InspectedSubject> = {
  id: "unexplained/changed-code",
  version: 1,
  question: "Does a file of the commit carry other code in the release, and does that do something?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  if (!hasCommit(subject)) return { outcome: "not-assessed", why: "there was no commit to compare with" }
  const found = byEntry(newActs(subject).filter(({ does, isOfCommit }) => does !== undefined && isOfCommit))
  if (found.length === 0) return { outcome: "absent", why: "no line that the commit's own files lack does anything" }
  return { outcome: "present", why: `${plural(found.length, "file")} of the commit do more in the release`, findings: found.map(told) }
}

function byEntry(acts: readonly NewAct[]): readonly (readonly NewAct[])[] {
  return [...Map.groupBy(acts, ({ item }) => item.entry.path).values()]
}

function told(acts: readonly NewAct[]): Omit<Finding, "rule" | "version"> {
  const [first] = acts
  const { entry } = first?.item ?? { entry: { path: "", sha256: "" } }
  const lines = acts.flatMap(({ act }) => act.at.lines)
  const does = [...new Set(acts.flatMap((act) => act.does ?? []))]
  return {
    // A packer may write what it made over what the commit has there: then no line is left to tell what somebody put in.
    severity: acts.every(({ item }) => isRewritten(item)) ? "review" : "alarm",
    message: `lines that the commit's ${entry.path} lacks do something: ${does.join(", ")}`,
    at: { path: entry.path, lines: [Math.min(...lines), Math.max(...lines)] },
    evidence: acts
      .slice(0, toldMax)
      .map(({ act, does: what = "" }) => ({ what, where: spelled(act.at), digest: `sha256:${entry.sha256}` })),
  }
}

const isRewritten = ({ unexplained = [], lines }: LedgerEntry): boolean =>
  lines !== undefined && unexplained.some(({ first, last }) => first === 1 && last >= lines)

const toldMax = 20
