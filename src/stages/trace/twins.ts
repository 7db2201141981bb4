import type { GitOid } from "../../core/digest.ts"
import { inTime } from "../../core/order.ts"
import type { PatchIds } from "../../io/git-patch-ids.ts"
import type { Commit, RecordedHistory } from "../../model/history.ts"
import { parentsFirst } from "./brought.ts"

type Commits = Pick<RecordedHistory, "commits">

/** What a cherry-pick or a rebase keeps of a commit: its author as typed, the author's time, the subject. */
const kept = ({ author, authored, subject }: Commit): string => `${author} ${authored} ${subject}`

type Asked = (commit: GitOid) => boolean
const all: Asked = () => true

/** Commits that may be the same change as another: these need a patch id. With `isAsked` those alone of which one is asked for. */
export const twinCandidates = (history: Commits, isAsked: Asked = all): readonly GitOid[] =>
  likelyTwins(history, isAsked).flatMap((group) => group.map(({ oid }) => oid))

const likelyTwins = ({ commits }: Commits, isAsked: Asked): readonly (readonly Commit[])[] =>
  [...groupedBy(commits.filter(isChange), kept).values()].filter((group) => group.length > 1 && group.some(({ oid }) => isAsked(oid)))

export const isChange = ({ parents }: Commit): boolean => parents.length < 2

export interface Twins {
  /** Of each commit that has twins, all of them, itself too, in the order in which they were committed. */
  readonly groupOf: ReadonlyMap<GitOid, readonly Commit[]>
  /** Commits that keep what a pick keeps of another, whose patches differ or could not be compared. */
  readonly unconfirmed: number
  /** Commits that make a change again which they have in their past. */
  readonly again: number
}

/**
 * The candidates whose patches are equal, on branches apart: what reaches its like makes again what was taken back since, and whoever looked then did not look now. Whose author a person
 * takes them for plays no part: it is what was typed that a pick keeps.
 */
export function twinsOf(history: Commits, patchIds: PatchIds, isAsked: Asked = all): Twins {
  const alike: (readonly Commit[])[] = []
  let unconfirmed = 0
  for (const group of likelyTwins(history, isAsked)) {
    for (const same of groupedBy(group, ({ oid }) => patchIds.get(oid) ?? oid).values()) {
      if (same.length > 1) alike.push(same)
      else unconfirmed += 1
    }
  }
  const again = reachingTheirLike(history, alike)
  const groupOf = new Map<GitOid, readonly Commit[]>()
  for (const same of alike) {
    const inOrder = same.filter(({ oid }) => !again.has(oid)).sort(inTime)
    if (inOrder.length > 1) for (const { oid } of inOrder) groupOf.set(oid, inOrder)
  }
  return { groupOf, unconfirmed, again: again.size }
}

/** Bits of an integer: as many groups are looked for in one walk. */
const groupsAtOnce = 32

/** Those that reach another of their group. A walk keeps one integer for each commit, so that even of a history in which each commit has its like, neither time nor memory gets out of hand. */
function reachingTheirLike({ commits }: Commits, groups: readonly (readonly Commit[])[]): ReadonlySet<GitOid> {
  const again = new Set<GitOid>()
  if (groups.length === 0) return again
  const ordered = [...parentsFirst(commits, new Map(commits.map((commit) => [commit.oid, commit])))]
  const places = new Map(ordered.map(({ oid }, place) => [oid, place]))
  const parents = ordered.map((commit) => commit.parents.flatMap((oid) => places.get(oid) ?? []))
  for (let start = 0; start < groups.length; start += groupsAtOnce) {
    const [own, reached] = [new Int32Array(ordered.length), new Int32Array(ordered.length)]
    for (const [bit, group] of groups.slice(start, start + groupsAtOnce).entries())
      for (const { oid } of group) own[places.get(oid) ?? -1] = 1 << bit
    for (let place = 0; place < own.length; place += 1) {
      let past = 0
      for (const parent of parents[place] ?? []) past |= reached[parent] ?? 0
      const self = own[place] ?? 0
      const oid = ordered[place]?.oid
      if ((self & past) !== 0 && oid !== undefined) again.add(oid)
      reached[place] = self | past
    }
  }
  return again
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
