import { plural } from "../../core/count.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** One version has one content. Where two places, or two days, disagree, one of them serves what was not published. */
export const releaseOtherBytes: Rule<InspectedSubject> = {
  id: "release/other-bytes",
  version: 1,
  question: "Does the same version have other bytes at another place, or had it at another time?",
  check: answer,
}

function answer({ artifact: { name, sha256 }, facts }: InspectedSubject): Answer {
  const elsewhere = facts?.elsewhere
  if (elsewhere === undefined) return { outcome: "not-assessed", why: "this version is known from one place alone" }
  const others = elsewhere.filter((one) => one.sha256 !== sha256)
  if (others.length === 0) return { outcome: "absent", why: `the same bytes: ${elsewhere.map(({ place }) => place).join(", ")}` }
  const findings = others.map(({ place, sha256: other }) => ({
    severity: "alarm" as const,
    message: `the same version has other bytes: ${place}`,
    at: { path: name },
    evidence: [
      { what: "the release", where: name, digest: `sha256:${sha256}` },
      { what: "the same version", where: place, digest: `sha256:${other}` },
    ],
  }))
  return { outcome: "present", why: `${plural(others.length, "place")} with other bytes`, findings }
}
