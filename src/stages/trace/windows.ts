import { plural } from "../../core/count.ts"
import { below } from "../../core/order.ts"
import type { CommitRows, HistoryRows } from "../../model/history.ts"
import type { Window } from "../../model/trace.ts"
import { dayOf, daySeconds, startOf } from "./days.ts"
import type { Identities } from "./identities.ts"
import { holderOf, lastTags, taggingsOf } from "./taggings.ts"
import { type Lead, leadersMax, leadOf, talliesOf } from "./tallies.ts"

/** Named of one window: a history of a million authors has windows that half of them hold. */
export const holdersMax = 100

/** What the windows of a history are, and who led them. */
export interface Survey {
  /** Of each end, oldest first. A window without commits has absence factors of 0 and no holders. */
  readonly windows: readonly Window[]
  /** Of each window that has commits. */
  readonly leads: readonly Lead[]
}

export function surveyOf(history: Pick<HistoryRows, "rows" | "tags">, identities: Identities, ends: readonly string[]): Survey {
  const tags = taggingsOf(history, identities)
  const leads: Lead[] = []
  let before = 0
  const windows = Array.from(talliesOf(history.rows, identities, ends), (tally): Window => {
    const { end, commits, sizes } = tally
    for (let next = tags[before]; next !== undefined && next.at < startOf(end); next = tags[++before]);
    const releaseHolder = holderOf(tags.slice(Math.max(0, before - lastTags), before))
    const absence50 = absenceOf(sizes, commits, 50)
    const held = Math.min(absence50, holdersMax)
    const largest = tally.largest(Math.max(leadersMax, held))
    if (commits > 0) leads.push(leadOf(tally, largest.slice(0, leadersMax), leads.at(-1)))
    return {
      ...{ end, commits, absence50, absence80: absenceOf(sizes, commits, 80), holders: largest.slice(0, held) },
      ...(releaseHolder === undefined ? {} : { releaseHolder }),
    }
  })
  return { windows, leads }
}

export const windowsOf = (...of: Parameters<typeof surveyOf>): readonly Window[] => surveyOf(...of).windows

/** CHAOSS, "Contributor Absence Factor": how few together account for at least `percent` of all; 0 of nothing. */
export function absenceFactor(counts: ArrayLike<number>, percent: number): number {
  const sorted = Float64Array.from(counts).sort()
  return absenceOf(
    sorted,
    sorted.reduce((sum, count) => sum + count, 0),
    percent,
  )
}

/** The same of counts of which the least is first, and of their sum. */
function absenceOf(sorted: Float64Array | Uint32Array, whole: number, percent: number): number {
  let [few, part] = [0, 0]
  while (few < sorted.length && part * 100 < whole * percent) {
    few += 1
    part += sorted[sorted.length - few] ?? 0
  }
  return few
}

/** What git keeps as a time since 1970 in 32 bits: 1970-01-01 to 2106-02-07. */
const timeMax = 2 ** 32
const isTimely = (seconds: number): boolean => seconds >= 0 && seconds < timeMax

/**
 * The first day of each month whose window holds a commit, and the day after the last commit. Times that no 32 bits hold make no window, so there are never more than twelve a
 * year from 1970 to 2106, whatever the commits state.
 */
export function monthlyEnds({ committed, parentCounts }: CommitRows): readonly string[] {
  const isMerge = (row: number): boolean => (parentCounts[row] ?? 0) > 1
  const [first, behind] = [below(committed, 0), below(committed, timeMax)]
  const months = new Set<number>()
  for (let row = first; row < behind; ) {
    if (isMerge(row)) {
      row += 1
      continue
    }
    const date = new Date((committed[row] ?? 0) * 1000)
    const month = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
    months.add(month)
    row = below(committed, Date.UTC(1970, month + 1) / 1000) // oldest first: one commit of each month is enough
  }
  if (months.size === 0) return []
  let newest = behind - 1
  while (isMerge(newest)) newest -= 1
  const last = committed[newest] ?? 0
  const ends = new Set<number>()
  for (const month of months)
    for (let after = 1; after <= 12; after += 1) {
      const end = Date.UTC(1970, month + after) / 1000
      if (end <= last) ends.add(end)
    }
  return [...[...ends].sort((a, b) => a - b), last + daySeconds].map(dayOf)
}

/** A sentence about the commits whose times make no monthly window. */
export function untimely({ committed }: CommitRows): readonly string[] {
  const count = committed.filter((at) => !isTimely(at)).length
  return count === 0
    ? []
    : [`${plural(count, "commit")} before 1970 or after 2106 by their own statement: no monthly window is made for them`]
}
