import { plural } from "../../core/count.ts"
import { firstOfEach } from "./actors.ts"
import { dayOf } from "./days.ts"
import { type Facts, isMerge, sincePatch, type Teller } from "./facts.ts"

/** `git log --no-merges --branches --tags --author=...`, the earliest author date. */
export function* firstPatch({ firsts, rows }: Facts): ReturnType<Teller> {
  for (const [person, row] of firsts.patch.entries()) {
    if (row < 0) continue
    const [day, entered] = [dayOf(rows.authored[row] ?? 0), dayOf(rows.committed[row] ?? 0)]
    yield {
      day,
      person,
      commit: rows.oidOf(row),
      detail: `first commit of this author${day === entered ? "" : `, committed on ${entered}`}`,
    }
  }
}

/**
 * `git log --first-parent --branches --tags --committer=...`, the earliest committer date. A committer beside that line need not have any right: contributors commit on
 * branches of their own, and whoever merges those brings the commits along. A branch that was moved on to a contributor's commits without a merge cannot be told from a push.
 */
export function* firstPush(facts: Facts): ReturnType<Teller> {
  const { rows, firsts } = facts
  for (const [person, row] of firsts.push.entries()) {
    if (row < 0) continue
    const how = isMerge(rows, row) ? "first commit put on a branch itself, a merge" : "first commit put on a branch itself"
    const at = rows.committed[row] ?? 0
    yield { day: dayOf(at), person, commit: rows.oidOf(row), detail: how + sincePatch(facts, person, at) }
  }
}

/** The same, of commits that another person wrote and of merges of what another person's commit ends. */
export function* firstMergeForOthers(facts: Facts): ReturnType<Teller> {
  const { rows, firsts } = facts
  for (const [person, row] of firsts.merge.entries()) {
    if (row < 0) continue
    const how = isMerge(rows, row)
      ? `first merge, of ${plural(rows.parentCounts[row] ?? 0, "parent")}`
      : "first commit of another author put on a branch"
    const at = rows.committed[row] ?? 0
    yield { day: dayOf(at), person, commit: rows.oidOf(row), detail: how + sincePatch(facts, person, at) }
  }
}

/** `git for-each-ref --sort=taggerdate refs/tags`; of a light tag the committer of its commit is taken for whoever set it. */
export function* firstTag(facts: Facts): ReturnType<Teller> {
  for (const [person, { tag, at }] of firstOfEach(facts.tags, ({ by }) => by)) {
    const how =
      tag.annotated === undefined
        ? "first tag, a light one, which says only who committed what it names"
        : `first tag, ${tag.annotated.isSigned ? "with" : "without"} a signature`
    yield { day: dayOf(at), person, commit: tag.commit, tag: tag.name, detail: how + sincePatch(facts, person, at) }
  }
}
