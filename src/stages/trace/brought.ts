import type { GitOid } from "../../core/digest.ts"
import type { Commit, RecordedHistory } from "../../model/history.ts"

/**
 * Which merge brought a commit to a branch: of the merges on the first-parent lines of branches and tags, the oldest whose `git rev-list MERGE^1..MERGE` has it. A commit that
 * was made on such a line itself was brought by none.
 */
export function broughtBy({
  commits,
  branches,
  tags,
}: Pick<RecordedHistory, "commits" | "branches" | "tags">): ReadonlyMap<GitOid, GitOid> {
  const byOid = new Map(commits.map((commit) => [commit.oid, commit]))
  const lines = new Set<Commit>()
  for (const tip of [...branches.map((branch) => branch.tip), ...tags.map(({ commit }) => commit)])
    for (let at = byOid.get(tip); at !== undefined && !lines.has(at); at = byOid.get(at.parents[0] ?? tip)) lines.add(at)
  const brought = new Map<GitOid, GitOid>()
  for (const merge of commits.toReversed()) {
    if (!lines.has(merge)) continue
    // What the first parent reaches beside its line came with an older merge on it, and parents stand before children here.
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
