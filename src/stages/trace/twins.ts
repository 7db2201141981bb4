import type { GitOid } from "../../core/digest.ts"
import type { PatchIds } from "../../io/git-patch-ids.ts"
import type { Commit, RecordedHistory } from "../../model/history.ts"

type Commits = Pick<RecordedHistory, "commits">

/** What a cherry-pick or a rebase keeps of a commit: its author as typed, the author's time, the subject. */
const kept = ({ author, authored, subject }: Commit): string => `${author} ${authored} ${subject}`

/** Commits that may be the same change as another: these need a patch id. */
export const twinCandidates = (history: Commits): readonly GitOid[] =>
  [...groupedBy(history.commits.filter(isChange), kept).values()].flatMap((group) => (group.length > 1 ? group.map(({ oid }) => oid) : []))

export const isChange = ({ parents }: Commit): boolean => parents.length < 2

export interface Twins {
  /** Of each commit that has twins, all of them, itself too, in the order in which they were committed. */
  readonly groupOf: ReadonlyMap<GitOid, readonly Commit[]>
  /** Commits that keep what a pick keeps of another, whose patches differ or could not be compared. */
  readonly unconfirmed: number
}

/** The candidates whose patches are equal. Whose author a person takes them for plays no part: it is what was typed that a pick keeps. */
export function twinsOf(history: Commits, patchIds: PatchIds): Twins {
  const groupOf = new Map<GitOid, readonly Commit[]>()
  let unconfirmed = 0
  for (const group of groupedBy(history.commits.filter(isChange), kept).values()) {
    if (group.length < 2) continue
    for (const same of groupedBy(group, ({ oid }) => patchIds.get(oid) ?? oid).values()) {
      const inOrder = [...same].sort((a, b) => a.committed - b.committed || (a.oid < b.oid ? -1 : 1))
      if (inOrder.length > 1) for (const { oid } of inOrder) groupOf.set(oid, inOrder)
      else unconfirmed += 1
    }
  }
  return { groupOf, unconfirmed }
}

/** In the order of their first members. */
export function groupedBy<T>(items: Iterable<T>, keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}
