import { order } from "../../core/order.ts"
import type { Commit, RecordedHistory, Tag } from "../../model/history.ts"
import type { PersonId } from "../../model/trace.ts"
import { personAt } from "./actors.ts"
import type { Identities } from "./identities.ts"

/** A tag, when it was set and by whom. */
export interface Tagging {
  readonly tag: Tag
  /** Undefined: it was not read, as in a history that a limit cut. */
  readonly commit: Commit | undefined
  readonly at: number
  /** The tagger; of a light tag, which says neither, the committer of its commit. Undefined for a bot or a forge. */
  readonly by: PersonId | undefined
}

/** Oldest first. A light tag of a commit that was not read has no date and nobody, and is left out. */
export function taggingsOf({ tags, commits }: Pick<RecordedHistory, "tags" | "commits">, identities: Identities): readonly Tagging[] {
  const person = personAt(identities)
  const tagged = new Set(tags.map(({ commit }) => commit))
  const found = new Map(commits.filter(({ oid }) => tagged.has(oid)).map((commit) => [commit.oid, commit]))
  return tags
    .flatMap((tag): readonly Tagging[] => {
      const commit = found.get(tag.commit)
      if (tag.annotated !== undefined) return [{ tag, commit, at: tag.annotated.tagged, by: person(tag.annotated.tagger) }]
      return commit === undefined ? [] : [{ tag, commit, at: commit.committed, by: person(commit.committer) }]
    })
    .sort((a, b) => order(a.at, b.at) || order(a.tag.name, b.tag.name))
}

/** Tags that say who holds the releases. */
export const lastTags = 5

/** Who made more than half of these tags. */
export function holderOf(taggings: readonly Tagging[]): PersonId | undefined {
  return taggings.find(({ by }) => by !== undefined && 2 * taggedBy(by, taggings) > taggings.length)?.by
}

export const taggedBy = (person: PersonId, taggings: readonly Tagging[]): number => taggings.filter(({ by }) => by === person).length
