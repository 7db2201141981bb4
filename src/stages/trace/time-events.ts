import { plural } from "../../core/count.ts"
import type { CommitRows } from "../../model/history.ts"
import type { PersonId } from "../../model/trace.ts"
import { dayOf, daySeconds, daysBetween } from "./days.ts"
import type { Facts, Teller } from "./facts.ts"

/** A commit that its committer states more than a day before a parent: the earliest of each committer, and how many there are. Which of the two is wrong nobody can tell. */
export function* commitTimeRegression({ rows, firsts, person }: Facts): ReturnType<Teller> {
  const found = new Map<PersonId, { readonly row: number; count: number }>()
  for (const row of firsts.early) {
    const by = person(rows.committer[row])
    const known = by === undefined ? undefined : found.get(by)
    if (known !== undefined) known.count += 1
    else if (by !== undefined) found.set(by, { row, count: 1 })
  }
  for (const [by, { row, count }] of found) {
    const all = count === 1 ? "the only one" : `one of ${plural(count, "such commit")}`
    const stated = dayOf(laterParentOf(rows, row))
    const detail = `states a time more than a day before its parent, which states ${stated}: ${all} of this committer`
    yield { day: dayOf(rows.committed[row] ?? 0), person: by, commit: rows.oidOf(row), detail }
  }
}

/** When the first of its later parents is stated to be. */
function laterParentOf({ committed, parents, parentStarts, parentCounts }: CommitRows, row: number): number {
  const [start, count] = [parentStarts[row] ?? 0, parentCounts[row] ?? 0]
  const times = [...parents.subarray(start, start + count)].map((parent) => committed[parent] ?? -Infinity)
  return times.find((at) => at - (committed[row] ?? 0) > daySeconds) ?? 0
}

const lagDays = 30

/** A tag that its tagger states more than 30 days after the commit it names: an old state was made a release, or one of the two times is wrong. */
export function* tagLag({ tags }: Facts): ReturnType<Teller> {
  for (const { tag, committed, at, by } of tags) {
    if (by === undefined || committed === undefined || at - committed <= lagDays * daySeconds) continue
    const detail = `states a time ${plural(daysBetween(committed, at), "day")} after its commit`
    yield { day: dayOf(at), person: by, commit: tag.commit, tag: tag.name, detail }
  }
}
