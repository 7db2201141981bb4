import { plural } from "../../core/count.ts"
import type { Commit } from "../../model/history.ts"
import type { PersonId } from "../../model/trace.ts"
import { firstOfEach } from "./actors.ts"
import { dayOf } from "./days.ts"
import { type Facts, sincePatch, type Teller } from "./facts.ts"

/** `git log --no-merges --branches --tags --author=...`, the earliest author date. */
export function* firstPatch({ patch }: Facts): ReturnType<Teller> {
  for (const [person, { oid, authored, committed }] of patch) {
    const [day, entered] = [dayOf(authored), dayOf(committed)]
    yield { day, person, commit: oid, detail: `first commit of this author${day === entered ? "" : `, committed on ${entered}`}` }
  }
}

/**
 * `git log --first-parent --branches --tags --committer=...`, the earliest committer date. A committer beside that line need not have any right: contributors commit on
 * branches of their own, and whoever merges those brings the commits along. A branch that was moved on to a contributor's commits without a merge cannot be told from a push.
 */
export function* firstPush(facts: Facts): ReturnType<Teller> {
  for (const [person, commit] of firstOfEach(facts.pushed, (one) => pusherOf(one, facts))) {
    const how = isMerge(commit) ? "first commit put on a branch itself, a merge" : "first commit put on a branch itself"
    yield { day: dayOf(commit.committed), person, commit: commit.oid, detail: how + sincePatch(facts, person, commit.committed) }
  }
}

/** The same, of commits that another person wrote and of merges of what another person's commit ends. */
export function* firstMergeForOthers(facts: Facts): ReturnType<Teller> {
  const forOthers = facts.pushed.filter((commit) => isForOthers(commit, facts))
  for (const [person, commit] of firstOfEach(forOthers, (one) => pusherOf(one, facts))) {
    const how = isMerge(commit)
      ? `first merge, of ${plural(commit.parents.length, "parent")}`
      : "first commit of another author put on a branch"
    yield { day: dayOf(commit.committed), person, commit: commit.oid, detail: how + sincePatch(facts, person, commit.committed) }
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

const isMerge = ({ parents }: Commit): boolean => parents.length > 1

/** The committer. Of a merge that the forge committed, its author, who asked the forge for it; of another commit of the forge's the author may be whoever sent the patch. */
function pusherOf(commit: Commit, { person }: Facts): PersonId | undefined {
  return person(commit.committer) ?? (isMerge(commit) ? person(commit.author) : undefined)
}

function isForOthers(commit: Commit, facts: Facts): boolean {
  const pusher = pusherOf(commit, facts)
  const isOther = (one: Commit | undefined): boolean => {
    const author = one === undefined ? undefined : facts.person(one.author)
    return author !== undefined && author !== pusher
  }
  return isMerge(commit) ? commit.parents.slice(1).some((parent) => isOther(facts.commitOf.get(parent))) : isOther(commit)
}
