import type { Commit } from "../../model/history.ts"
import { firstOfEach } from "./actors.ts"
import { dayOf } from "./days.ts"
import type { Facts, Teller } from "./facts.ts"

/** `git log --no-merges --author=... -- <paths>`, the earliest: one event for each author, not one for each commit. */
export const firstChangeAt = (paths: RegExp): Teller =>
  function* ({ touching, person }: Facts) {
    for (const [author, commit] of firstOfEach(touching.get(paths) ?? [], (one) => person(one.author)))
      yield {
        day: dayOf(commit.committed),
        person: author,
        commit: commit.oid,
        detail: `first such change of this author: ${told(commit, paths)}`,
      }
  }

function told({ changes }: Commit, paths: RegExp): string {
  const [first, ...more] = changes.filter(({ path }) => paths.test(path))
  if (first === undefined) return ""
  const verb =
    first.before === undefined && first.after !== undefined
      ? "adds"
      : first.after === undefined && first.before !== undefined
        ? "removes"
        : "changes"
  return `${verb} ${first.path}${more.length === 0 ? "" : ` and ${more.length} more`}`
}
