import type { GitOid } from "../../core/digest.ts"
import type { RecordedHistory } from "../../model/history.ts"
import type { Hand, HandCount, Level, PersonId } from "../../model/trace.ts"
import { dayOf } from "./days.ts"

/** What is known of commits as those that brought something. */
export interface Handed {
  readonly history: RecordedHistory
  /** Commits at which a shallow clone ends. */
  readonly cut: ReadonlySet<GitOid>
  /** By the index of a signature. */
  readonly personOf: readonly PersonId[]
  /** Undefined for a merge. */
  readonly levelOf: (commit: GitOid) => Level | undefined
  /** Of a commit that has a level. */
  readonly countOf: (commit: GitOid) => HandCount | undefined
}

/** Undefined: of a merge, of a commit that was not read, or of one that a shallow clone ends at. */
export type HandOf = (commit: GitOid) => Hand | undefined

export function handTeller({ history, cut, personOf, levelOf, countOf }: Handed): HandOf {
  const hands = new Map<GitOid, Hand>()
  const person = (signature: number): PersonId => personOf[signature] ?? -1
  for (const { oid: commit, parents, author, committer, committed } of history.commits) {
    const [level, count] = [levelOf(commit), countOf(commit)]
    if (parents.length > 1 || level === undefined || count === undefined || cut.has(commit)) continue
    hands.set(commit, { commit, day: dayOf(committed), author: person(author), committer: person(committer), level, hands: count })
  }
  return (commit) => hands.get(commit)
}
