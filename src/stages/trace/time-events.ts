import { plural } from "../../core/count.ts"
import type { Commit } from "../../model/history.ts"
import type { PersonId } from "../../model/trace.ts"
import { dayOf, daySeconds, daysBetween } from "./days.ts"
import type { Facts, Teller } from "./facts.ts"

/** A commit that its committer states more than a day before a parent: the earliest of each committer, and how many there are. Which of the two is wrong nobody can tell. */
export function* commitTimeRegression({ commits, commitOf, person }: Facts): ReturnType<Teller> {
  const found = new Map<PersonId, { readonly commit: Commit; readonly parent: Commit; count: number }>()
  for (const commit of commits) {
    const by = person(commit.committer)
    const parent = by === undefined ? undefined : laterParent(commit, commitOf)
    if (by === undefined || parent === undefined) continue
    const known = found.get(by)
    if (known === undefined) found.set(by, { commit, parent, count: 1 })
    else known.count += 1
  }
  for (const [by, { commit, parent, count }] of found) {
    const all = count === 1 ? "the only one" : `one of ${plural(count, "such commit")}`
    const detail = `states a time more than a day before its parent, which states ${dayOf(parent.committed)}: ${all} of this committer`
    yield { day: dayOf(commit.committed), person: by, commit: commit.oid, detail }
  }
}

function laterParent({ committed, parents }: Commit, commitOf: Facts["commitOf"]): Commit | undefined {
  for (const oid of parents) {
    const parent = commitOf.get(oid)
    if (parent !== undefined && parent.committed - committed > daySeconds) return parent
  }
  return undefined
}

const lagDays = 30

/** A tag that its tagger states more than 30 days after the commit it names: an old state was made a release, or one of the two times is wrong. */
export function* tagLag({ tags }: Facts): ReturnType<Teller> {
  for (const { tag, commit, at, by } of tags) {
    if (by === undefined || commit === undefined || at - commit.committed <= lagDays * daySeconds) continue
    const detail = `states a time ${plural(daysBetween(commit.committed, at), "day")} after its commit`
    yield { day: dayOf(at), person: by, commit: tag.commit, tag: tag.name, detail }
  }
}
