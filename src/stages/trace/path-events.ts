import type { Touch } from "../../model/history.ts"
import { type PathEventKind, pathClasses } from "../../model/path-classes.ts"
import { firstOfEach } from "./actors.ts"
import { dayOf } from "./days.ts"
import type { Facts, Teller } from "./facts.ts"

/** `git log --no-merges --author=... -- <paths>`, the earliest: one event for each author, not one for each commit. */
export function firstChangeAt(kind: PathEventKind): Teller {
  const bit = 1 << Object.keys(pathClasses).indexOf(kind)
  return function* ({ rows, firsts, person }: Facts) {
    const own = firsts.classed.filter((row) => ((rows.classes[row] ?? 0) & bit) !== 0)
    for (const [author, row] of firstOfEach(own, (one) => person(rows.author[one])))
      yield {
        day: dayOf(rows.committed[row] ?? 0),
        person: author,
        commit: rows.oidOf(row),
        detail: `first such change of this author: ${told(rows.touchesOf(row, bit))}`,
      }
  }
}

function told([first, ...more]: readonly Touch[]): string {
  if (first === undefined) return ""
  const verb = !first.isOld && first.isNew ? "adds" : first.isOld && !first.isNew ? "removes" : "changes"
  return `${verb} ${first.path}${more.length === 0 ? "" : ` and ${more.length} more`}`
}
