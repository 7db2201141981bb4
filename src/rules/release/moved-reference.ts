import { plural } from "../../core/count.ts"
import type { Finding } from "../../model/finding.ts"
import type { MovedTag, ReleaseFacts } from "../../model/release-facts.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/**
 * A tag names a version for good: who moves one gives other code to everybody who asked for that version. A tag of a line (`v2`, `latest`) goes forward on its branch, and a maintainer may
 * set a tag again on a commit that follows; what is left is a tag that went aside, or to where no branch is.
 */
export const releaseMovedReference: Rule<InspectedSubject> = {
  id: "release/moved-reference",
  version: 1,
  question: "Does a tag point to another commit than it did, or to one outside any branch?",
  check: answer,
}

function answer({ facts }: InspectedSubject): Answer {
  const { moved, outside, unknown } = facts ?? {}
  const findings = [...(moved ?? []).flatMap(findingsOf), ...outsideOf(outside, moved)]
  if (findings.length > 0) return { outcome: "present", why: `${plural(findings.length, "tag")} of the repository`, findings }
  if (moved === undefined || unknown?.moved !== undefined)
    return { outcome: "not-assessed", why: unknown?.moved ?? "the tags of the repository were not read" }
  return { outcome: "absent", why: "tags that name a version are where they were seen, or where the release says" }
}

type Found = Omit<Finding, "rule" | "version">

function findingsOf(moved: MovedTag): readonly Found[] {
  const { ref, before, now, by, seen, isForward, isInBranch } = moved
  if (by !== "seen") return [disagreement(moved)]
  const isForwardOnBranch = isForward === true && isInBranch
  if (isForwardOnBranch && !namesVersion(ref)) return []
  const where = isInBranch ? (isForward === true ? "forward" : "aside") : "to a commit outside any branch"
  return [
    {
      severity: isForwardOnBranch ? "review" : namesVersion(ref) || !isInBranch ? "alarm" : "note",
      message: `${ref} moved ${where}: from ${before}${seen === undefined ? "" : `, where it was on ${seen},`} to ${now}`,
      at: { path: ref },
      evidence: [
        { what: "the commit that it pointed to", where: ref, digest: `git:${before}` },
        { what: "the commit that it points to", where: ref, digest: `git:${now}` },
      ],
    },
  ]
}

/** A publisher often states the commit before the one that is tagged. Of what an attestation names, the tag is to be that commit, or one that follows it. */
const disagreement = ({ ref, before, now, by, isForward }: MovedTag): Found => ({
  severity: by === "attestation" && isForward !== true ? "review" : "note",
  message: `${ref} points to ${now}, and the ${by} names ${before}${isForward === true ? ", which comes before it" : ""}`,
  at: { path: ref },
  evidence: [
    { what: `the commit that the ${by} names`, where: ref, digest: `git:${before}` },
    { what: "the commit that the tag points to", where: ref, digest: `git:${now}` },
  ],
})

/** Two numbers or more: `v1.2`, `release_3-1`. One alone names a line of versions. */
const namesVersion = (ref: string): boolean => /\d[._-]\d/.test(ref)

/** Branches of old lines are often removed once their tags are set: alone it is a note. */
function outsideOf(outside: ReleaseFacts["outside"], moved: ReleaseFacts["moved"]): readonly Found[] {
  if (outside === undefined || moved?.some(({ ref }) => ref === outside.ref) === true) return []
  const { ref, commit } = outside
  return [
    {
      severity: "note",
      message: `no branch reaches the commit of ${ref}`,
      at: { path: ref },
      evidence: [{ what: "the commit of the release", where: ref, digest: `git:${commit}` }],
    },
  ]
}
