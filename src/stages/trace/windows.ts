import { plural } from "../../core/count.ts"
import type { RecordedHistory } from "../../model/history.ts"
import type { Window } from "../../model/trace.ts"
import { dayOf, daySeconds, startOf } from "./days.ts"
import type { Identities } from "./identities.ts"
import { holderOf, lastTags, taggingsOf } from "./taggings.ts"
import { talliesOf } from "./tallies.ts"

/** Named of one window: a history of a million authors has windows that half of them hold. */
export const holdersMax = 100

/** Each end's window, oldest first. A window without commits has absence factors of 0 and no holders. */
export function windowsOf(history: RecordedHistory, identities: Identities, ends: readonly string[]): readonly Window[] {
  const tags = taggingsOf(history, identities)
  let before = 0
  return Array.from(talliesOf(history, identities, ends), ({ end, commits, sizes, largest }) => {
    for (let next = tags[before]; next !== undefined && next.at < startOf(end); next = tags[++before]);
    const releaseHolder = holderOf(tags.slice(Math.max(0, before - lastTags), before))
    const absence50 = absenceFactor(sizes, 50)
    return {
      end,
      commits,
      absence50,
      absence80: absenceFactor(sizes, 80),
      holders: largest(Math.min(absence50, holdersMax)),
      ...(releaseHolder === undefined ? {} : { releaseHolder }),
    }
  })
}

/** CHAOSS, "Contributor Absence Factor": how few together account for at least `percent` of all; 0 of nothing. */
export function absenceFactor(counts: ArrayLike<number>, percent: number): number {
  const sorted = Float64Array.from(counts).sort()
  const whole = sorted.reduce((sum, count) => sum + count, 0)
  let [few, part] = [0, 0]
  for (const count of sorted.reverse()) {
    if (part * 100 >= whole * percent) break
    part += count
    few += 1
  }
  return few
}

/** What git keeps as a time since 1970 in 32 bits: 1970-01-01 to 2106-02-07. */
const isTimely = (seconds: number): boolean => seconds >= 0 && seconds < 2 ** 32

/**
 * The first day of each month whose window holds a commit, and the day after the last commit. Times that no 32 bits hold make no window, so there are never more than twelve a
 * year from 1970 to 2106, whatever the commits state.
 */
export function monthlyEnds({ commits }: Pick<RecordedHistory, "commits">): readonly string[] {
  const days = new Set<number>()
  let last = -1
  for (const { parents, committed } of commits) {
    if (parents.length > 1 || !isTimely(committed)) continue
    last = Math.max(last, committed)
    days.add(Math.floor(committed / daySeconds))
  }
  if (last === -1) return []
  const months = new Set<number>()
  for (const day of days) {
    const date = new Date(day * daySeconds * 1000)
    months.add((date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth())
  }
  const ends = new Set<number>()
  for (const month of months)
    for (let after = 1; after <= 12; after += 1) {
      const end = Date.UTC(1970, month + after) / 1000
      if (end <= last) ends.add(end)
    }
  return [...[...ends].sort((a, b) => a - b), last + daySeconds].map(dayOf)
}

/** A sentence about the commits whose times make no monthly window. */
export function untimely({ commits }: Pick<RecordedHistory, "commits">): readonly string[] {
  const count = commits.filter(({ committed }) => !isTimely(committed)).length
  return count === 0
    ? []
    : [`${plural(count, "commit")} before 1970 or after 2106 by their own statement: no monthly window is made for them`]
}
