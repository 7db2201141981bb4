import { number } from "../../core/count.ts"
import type { PackageSettings, Weight } from "../../model/policy.ts"
import type { Report, Verdict } from "../../model/report.ts"
import type { Seen } from "../../rules/index.ts"

/** The cause with the verdict that the policy gives it. */
export function weighed(cause: Seen, settings: PackageSettings): Seen {
  const weight = weightOf(cause, settings)
  return weight === undefined ? cause : { ...cause, verdict: verdictOf(weight) }
}

const verdictOf = (weight: Weight): Verdict => (weight === "note" ? "accounted" : weight)

function weightOf({ verdict, finding, entry, kind }: Seen, { rules, unexplained, undetermined }: PackageSettings): Weight | undefined {
  if (finding !== undefined) return rules.get(finding.rule)
  if (verdict === "undetermined") return undetermined
  if (kind !== "entry" || entry === undefined) return undefined
  const weight = unexplained.get(entry.danger)
  // That it was accounted for before is news wherever it sits.
  return entry.regressed === true && weight !== "alarm" ? undefined : weight
}

/** What only a policy asks for. That nobody signed as it demands is no gap in our sight, so it is at least to look at. */
export function* policyReasons({ artifact }: Report, { signers = [] }: PackageSettings): Generator<Seen> {
  if (signers.length === 0) return
  const { signature, sha256 } = artifact
  const named = new Set(signers.map((one) => one.toUpperCase()))
  if (signature?.kind === "valid" && named.has(signature.fingerprint.toUpperCase())) return
  const by = signature?.kind === "valid"
  const why = by
    ? `the release is signed by ${signature.fingerprint}, which is not among the policy's signers`
    : "no signature of the policy's signers was verified"
  yield { kind: "reason", at: why, what: `sha256:${sha256}`, verdict: by ? "alarm" : "review", why, toRead: 0 }
}

export function* tooMuch(open: readonly Seen[], { toReadMax }: PackageSettings, sha256: string): Generator<Seen> {
  const toRead = open.reduce((sum, cause) => sum + cause.toRead, 0)
  if (toReadMax === undefined || toRead <= toReadMax) return
  const why = `${number(toRead)} to read is more than the policy's toReadMax of ${number(toReadMax)}`
  yield { kind: "reason", at: why, what: `sha256:${sha256}`, verdict: "alarm", why, toRead: 0 }
}
