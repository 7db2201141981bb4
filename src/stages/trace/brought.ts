import type { GitOid } from "../../core/digest.ts"
import { inTime } from "../../core/order.ts"
import type { Commit, RecordedHistory } from "../../model/history.ts"

/**
 * Which merge brought a commit to a branch: of the merges on the first-parent lines of branches and tags, the oldest whose `git rev-list MERGE^1..MERGE` has it. A commit that
 * was made on such a line itself was brought by none; one that came to several lines apart, by a merge of the line whose tip is oldest.
 */
export function broughtBy({
  commits,
  branches,
  tags,
}: Pick<RecordedHistory, "commits" | "branches" | "tags">): ReadonlyMap<GitOid, GitOid> {
  const byOid = new Map(commits.map((commit) => [commit.oid, commit]))
  const tips = [...branches.map(({ tip }) => tip), ...tags.map(({ commit }) => commit)].flatMap((oid) => byOid.get(oid) ?? []).sort(inTime)
  const lines = new Set<Commit>()
  for (const tip of tips)
    for (let at: Commit | undefined = tip; at !== undefined && !lines.has(at); at = parentOf(at, 0, byOid)) lines.add(at)
  const brought = new Map<GitOid, GitOid>()
  for (const merge of parentsFirst(tips, byOid)) {
    if (!lines.has(merge)) continue
    // What the first parent reaches beside its line came with an older merge on it.
    const next = merge.parents.slice(1)
    for (let oid = next.pop(); oid !== undefined; oid = next.pop()) {
      const commit = byOid.get(oid)
      if (commit === undefined || lines.has(commit) || brought.has(oid)) continue
      brought.set(oid, merge.oid)
      for (const parent of commit.parents) next.push(parent)
    }
  }
  return brought
}

type ByOid = ReadonlyMap<GitOid, Commit>

function parentOf({ parents }: Commit, index: number, byOid: ByOid): Commit | undefined {
  const oid = parents[index]
  return oid === undefined ? undefined : byOid.get(oid)
}

/** All that the tips reach, each after all of its parents. */
export function* parentsFirst(tips: readonly Commit[], byOid: ByOid): Generator<Commit> {
  const seen = new Set<Commit>()
  for (const tip of tips) {
    const path = seen.has(tip) ? [] : [{ commit: tip, next: 0 }]
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      seen.add(top.commit)
      const parent = parentOf(top.commit, top.next, byOid)
      top.next += 1
      if (parent !== undefined && !seen.has(parent)) path.push({ commit: parent, next: 0 })
      if (top.next <= top.commit.parents.length) continue
      yield top.commit
      path.pop()
    }
  }
}
