import type { GitOid } from "../../core/digest.ts"
import { order } from "../../core/order.ts"
import type { Commit, RecordedHistory } from "../../model/history.ts"

/** When the first tag was set that holds each commit (`git tag --contains`). No tag counts as older than the commit it names. */
export function nextTags({ tags, commits }: Pick<RecordedHistory, "tags" | "commits">): ReadonlyMap<GitOid, number> {
  const commitOf = new Map(commits.map((commit) => [commit.oid, commit]))
  const dated = tags.flatMap(({ commit: oid, annotated }) => {
    const commit = commitOf.get(oid)
    return commit === undefined ? [] : [{ commit, at: Math.max(annotated?.tagged ?? 0, commit.committed) }]
  })
  dated.sort((a, b) => order(a.at, b.at) || order(a.commit.oid, b.commit.oid))
  const next = new Map<GitOid, number>()
  for (const { commit, at } of dated) {
    const open: Commit[] = [commit]
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      if (next.has(one.oid)) continue
      next.set(one.oid, at)
      for (const parent of one.parents) {
        const found = commitOf.get(parent)
        if (found !== undefined && !next.has(parent)) open.push(found)
      }
    }
  }
  return next
}
