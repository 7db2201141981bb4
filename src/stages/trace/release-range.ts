import type { GitOid } from "../../core/digest.ts"
import { order } from "../../core/order.ts"
import type { RecordedHistory, Tag } from "../../model/history.ts"
import type { Since } from "../../model/people.ts"
import { type Ancestry, ancestryOf } from "./ancestry.ts"
import { type Range, rangeOf } from "./range.ts"

/** What is new in a release, and against what. */
export interface ReleaseRange {
  readonly tip: GitOid
  /** Left out: nothing before it is known, so that it is all of the commit's history. */
  readonly from?: Since
  readonly range: Range
}

interface Asked {
  readonly commit: GitOid
  /** The release's own tag. */
  readonly tag: Tag | undefined
  /** The commit of the release that it is compared with. */
  readonly previous: Since | undefined
  /** Tags that are weighed. */
  readonly tagsMax: number
}

/** From the commit of the release that it is compared with, else from the tag before it. Undefined: no branch or tag reaches the commit. */
export function releaseRangeOf(history: RecordedHistory, { commit, tag, previous, tagsMax }: Asked): ReleaseRange | undefined {
  const past = ancestryOf(history, commit)
  if (!past.has(commit)) return undefined
  const isKnown = previous !== undefined && previous.commit !== commit && history.commits.some(({ oid }) => oid === previous.commit)
  const before = isKnown ? undefined : tagBefore(history.tags, { past, commit, like: tag?.name, tagsMax })
  const from: Since | undefined = isKnown
    ? previous
    : before === undefined
      ? undefined
      : { commit: before.commit, tag: before.name, how: "tag" }
  const range = rangeOf(history, from === undefined ? commit : `${from.commit}..${commit}`, undefined)
  return { tip: commit, range, ...(from === undefined ? {} : { from }) }
}

interface Weighed {
  readonly past: Ancestry
  readonly commit: GitOid
  readonly like: string | undefined
  readonly tagsMax: number
}

/**
 * Of the tags in the past of a commit the one with the fewest `git rev-list --count TAG..COMMIT`. Where there are some that begin as the release's own before its first digit, only of
 * those: a repository of many packages has tags of each.
 */
function tagBefore(tags: readonly Tag[], { past, commit, like, tagsMax }: Weighed): Tag | undefined {
  const earlier = tags.filter((tag) => tag.commit !== commit && past.has(tag.commit))
  const alike = like === undefined ? [] : earlier.filter(({ name }) => beginningOf(name) === beginningOf(like))
  const place = ({ commit: oid }: Tag): number => past.get(oid)?.place ?? -1
  const sorted = [...(alike.length > 0 ? alike : earlier)].sort((a, b) => place(b) - place(a) || order(a.name, b.name))
  let best: { readonly tag: Tag; readonly size: number } | undefined
  const seen = new Set<GitOid>()
  let weighed = 0
  for (const tag of sorted) {
    // Ancestors come first: what stands at a place reaches no more than that many.
    if ((best !== undefined && place(tag) < best.size) || weighed === tagsMax) break
    if (seen.has(tag.commit)) continue
    weighed += 1
    const size = sizeOf(tag.commit, past, seen)
    if (best === undefined || size > best.size) best = { tag, size }
  }
  return best?.tag
}

/** What stands before the first digit of a tag's name; all of a name without one. */
const beginningOf = (name: string): string => /^\D*(?=\d)/.exec(name)?.[0] ?? name

/** How many commits one reaches, itself too; all of them are put among those `seen`. */
function sizeOf(oid: GitOid, past: Ancestry, seen: Set<GitOid>): number {
  const reached = new Set<GitOid>()
  const open = [oid]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const commit = reached.has(next) ? undefined : past.get(next)?.commit
    if (commit === undefined) continue
    reached.add(next)
    seen.add(next)
    for (const parent of commit.parents) open.push(parent)
  }
  return reached.size
}
