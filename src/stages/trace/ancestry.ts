import type { GitOid } from "../../core/digest.ts"
import type { Commit, RecordedHistory } from "../../model/history.ts"

/** What a commit reaches, itself included, each with its place in an order that puts ancestors first, whatever dates they state. */
export type Ancestry = ReadonlyMap<GitOid, { readonly commit: Commit; readonly place: number }>

/** `git rev-list --topo-order --reverse TIP`, as far as the history was read. */
export function ancestryOf({ commits }: Pick<RecordedHistory, "commits">, tip: GitOid): Ancestry {
  const commitOf = new Map(commits.map((commit) => [commit.oid, commit]))
  const found = new Map<GitOid, { commit: Commit; place: number }>()
  const entered = new Set<GitOid>()
  const open = [tip]
  for (let oid = open.at(-1); oid !== undefined; oid = open.at(-1)) {
    const commit = commitOf.get(oid)
    const waiting = commit === undefined || entered.has(oid) ? [] : commit.parents.filter((parent) => !entered.has(parent))
    entered.add(oid)
    if (waiting.length > 0) {
      for (const parent of waiting.toReversed()) open.push(parent)
      continue
    }
    open.pop()
    if (commit !== undefined && !found.has(oid)) found.set(oid, { commit, place: found.size })
  }
  return found
}
