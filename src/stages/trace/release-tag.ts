import type { GitOid } from "../../core/digest.ts"
import type { GitSignatures } from "../../io/git-signatures.ts"
import type { RecordedHistory, Tag } from "../../model/history.ts"
import type { ReleaseTag } from "../../model/people.ts"
import type { PersonId, RightsEvent } from "../../model/trace.ts"
import { dayOf } from "./days.ts"
import type { Identities } from "./identities.ts"

/** The tag that a release is of: the first of its commit that one of these refs is, the best first, else the first of its commit. */
export function tagOfRelease({ tags }: Pick<RecordedHistory, "tags">, commit: GitOid, refs: readonly string[]): Tag | undefined {
  const own = tags.filter((tag) => tag.commit === commit)
  const [named] = refs.flatMap((ref) => own.find(({ name }) => ref === `refs/tags/${name}` || ref === name) ?? [])
  return named ?? own[0]
}

interface Known {
  readonly history: RecordedHistory
  readonly identities: Identities
  /** Of all of the history. */
  readonly events: readonly RightsEvent[]
  readonly verified: GitSignatures | undefined
}

/** Who set a tag, and what they had tagged before, be it a person or a program. Undefined where its commit was not read. */
export function releaseTag(tag: Tag, { history, identities, events, verified }: Known): ReleaseTag | undefined {
  const { annotated, name } = tag
  const setters = settersOf(history, identities)
  const own = setters.get(tag)
  if (own === undefined) return undefined
  const earlier = [...setters.values()].filter(({ at }) => at < own.at)
  const keys = annotated === undefined ? [] : (verified?.signers.get(annotated.oid) ?? []).map(({ fingerprint }) => fingerprint)
  return {
    name,
    day: dayOf(own.at),
    person: own.by,
    form: annotated === undefined ? "light" : "annotated",
    signature: annotated?.isSigned !== true ? "none" : keys.length > 0 ? "verified" : "stated",
    keys,
    isNewSigner: events.some(({ kind, tag: of }) => kind === "new-release-signer" && of === name),
    before: { tags: earlier.length, own: earlier.filter(({ by }) => by === own.by).length },
  }
}

interface Setter {
  readonly by: PersonId
  readonly at: number
}

/** Of each tag its tagger; of a light one, which names none, the committer of its commit. */
function settersOf({ tags, commits }: RecordedHistory, { personOf }: Identities): ReadonlyMap<Tag, Setter> {
  const tagged = new Set(tags.map(({ commit }) => commit))
  const commitOf = new Map(commits.filter(({ oid }) => tagged.has(oid)).map((commit) => [commit.oid, commit]))
  return new Map(
    tags.flatMap((tag) => {
      const commit = commitOf.get(tag.commit)
      const [signature, at] =
        tag.annotated === undefined ? [commit?.committer, commit?.committed] : [tag.annotated.tagger, tag.annotated.tagged]
      const by = signature === undefined ? undefined : personOf[signature]
      return by === undefined || at === undefined ? [] : [[tag, { by, at }] as const]
    }),
  )
}
