import { order } from "../../core/order.ts"
import type { HistoryRows, Tag } from "../../model/history.ts"
import type { PersonId } from "../../model/trace.ts"
import { personAt } from "./actors.ts"
import type { Identities } from "./identities.ts"

/** A tag, when it was set and by whom. */
export interface Tagging {
  readonly tag: Tag
  /** When its commit was. Undefined: that was not read, as in a history that a limit cut. */
  readonly committed: number | undefined
  readonly at: number
  /** The tagger; of a light tag, which says neither, the committer of its commit. Undefined for a bot or a forge. */
  readonly by: PersonId | undefined
}

/** Oldest first. A light tag of a commit that was not read has no date and nobody, and is left out. */
export function taggingsOf({ tags, rows }: Pick<HistoryRows, "tags" | "rows">, identities: Identities): readonly Tagging[] {
  const person = personAt(identities)
  return tags
    .flatMap((tag): readonly Tagging[] => {
      const row = rows.rowOf(tag.commit)
      const committed = row === undefined ? undefined : rows.committed[row]
      if (tag.annotated !== undefined) return [{ tag, committed, at: tag.annotated.tagged, by: person(tag.annotated.tagger) }]
      return row === undefined || committed === undefined ? [] : [{ tag, committed, at: committed, by: person(rows.committer[row]) }]
    })
    .sort((a, b) => order(a.at, b.at) || order(a.tag.name, b.tag.name))
}

/** Tags that say who holds the releases. */
export const lastTags = 5

/** Who made more than half of these tags. */
export function holderOf(taggings: readonly Tagging[]): PersonId | undefined {
  return taggings.find(({ by }) => by !== undefined && 2 * taggedBy(by, taggings) > taggings.length)?.by
}

export function taggedBy(person: PersonId, taggings: readonly Tagging[]): number {
  let own = 0
  for (const { by } of taggings) if (by === person) own += 1
  return own
}
