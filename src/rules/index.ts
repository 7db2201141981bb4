import { assert } from "../core/assert.ts"
import type { Finding, RuleOutcome } from "../model/finding.ts"
import { originClaimedVersion } from "./origin/claimed-version.ts"
import { releaseSignature } from "./release/signature.ts"
import { replayDisagreement } from "./replay/disagreement.ts"
import { replayUnstable } from "./replay/unstable.ts"
import type { Rule, Subject } from "./rule.ts"

export { byVerdict, causesOf, type Judged, judge, type Seen } from "./judge.ts"
export type { Subject } from "./rule.ts"
export { totalsOf } from "./totals.ts"

/** Every rule, in the order of a report. A new one is a file and a line here. */
export const rules = [releaseSignature, originClaimedVersion, replayDisagreement, replayUnstable] as const satisfies readonly Rule[]

/** Asks each rule once: its outcome always, its findings where it saw what it asks for. */
export function detect(subject: Subject): { readonly rules: readonly RuleOutcome[]; readonly findings: readonly Finding[] } {
  const asked = rules.map(({ id, version, check }) => ({ id, version, answer: check(subject) }))
  return {
    rules: asked.map(({ id, version, answer: { outcome, why } }) => ({ rule: id, version, outcome, why })),
    findings: asked.flatMap(({ id, version, answer }) => {
      if (answer.outcome !== "present") return []
      assert(answer.findings.every(({ evidence }) => evidence.length > 0) && answer.findings.length > 0, `${id} found without evidence`)
      return answer.findings.map((finding) => ({ rule: id, version, ...finding }))
    }),
  }
}
