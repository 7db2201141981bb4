import { plural } from "../../core/count.ts"
import type { CommitRows, HistoryRows } from "../../model/history.ts"
import type { PersonId, RightsEvent } from "../../model/trace.ts"
import { type PersonAt, personAt, personColumn } from "./actors.ts"
import { daysBetween } from "./days.ts"
import { type FirstRows, firstRowsOf } from "./first-rows.ts"
import type { Homepages } from "./homepages.ts"
import type { Identities } from "./identities.ts"
import { type Tagging, taggingsOf } from "./taggings.ts"
import type { Lead } from "./tallies.ts"

/** What events are told from, put in order once. */
export interface Facts {
  readonly person: PersonAt
  readonly rows: CommitRows
  readonly firsts: FirstRows
  readonly tags: readonly Tagging[]
  readonly leads: readonly Lead[]
  readonly homepages: Homepages
}

/** What events are told from besides the history. */
export interface Besides {
  readonly leads: readonly Lead[]
  readonly homepages: Homepages
}

/** An event of a kind that is known where it is told. */
export type Told = Omit<RightsEvent, "kind">
export type Teller = (facts: Facts) => Iterable<Told>

export function factsOf(history: HistoryRows, identities: Identities, besides: Besides): Facts {
  return {
    person: personAt(identities),
    rows: history.rows,
    firsts: firstRowsOf(history, personColumn(identities), identities.people.length),
    tags: taggingsOf(history, identities),
    ...besides,
  }
}

export const isMerge = ({ parentCounts }: CommitRows, row: number): boolean => (parentCounts[row] ?? 0) > 1

/** How many days after the person's first patch, where there is one. */
export function sincePatch({ firsts, rows }: Facts, person: PersonId, at: number): string {
  const first = rows.authored[firsts.patch[person] ?? -1]
  const days = first === undefined ? 0 : daysBetween(first, at)
  return days > 0 ? `, ${plural(days, "day")} after the first patch` : ""
}
