import type { HistoryRows } from "../../model/history.ts"
import { daySeconds } from "./days.ts"

/** Of each person the first row of a kind, by the index of the person; -1: none. */
type Firsts = Int32Array

/** What one walk over all rows tells. A history has many of them, and few people: so nothing is made for a row. */
export interface FirstRows {
  /** As author, by author date, then by row; no merges. */
  readonly patch: Firsts
  /** As author, by committer date, which of a first patch is in most cases another person's statement; no merges. */
  readonly entry: Firsts
  /** `git log --first-parent --branches --tags`: what was put on a branch itself. What a merge brought along is not on it, whoever its committer is. */
  readonly push: Firsts
  /** The same, of commits that another person wrote and of merges of what another person's commit ends. */
  readonly merge: Firsts
  /** Rows that are more than a day earlier than a parent. */
  readonly early: readonly number[]
  /** Rows that change a path of some class. */
  readonly classed: readonly number[]
}

/** `ids` are people by signature, -1 for bots and forges. */
export function firstRowsOf(history: HistoryRows, ids: Int32Array, people: number): FirstRows {
  const { length, authored, committed, author, committer, parents, parentStarts, parentCounts, classes } = history.rows
  const pushed = mainlineOf(history)
  const [patch, entry, push, merge] = [firsts(people), firsts(people), firsts(people), firsts(people)]
  const [early, classed]: [number[], number[]] = [[], []]
  for (let row = 0; row < length; row += 1) {
    const start = parentStarts[row] ?? 0
    const count = parentCounts[row] ?? 0
    const by = ids[author[row] ?? 0] ?? -1
    if (classes[row] !== 0) classed.push(row)
    if (count <= 1 && by >= 0) {
      if (entry[by] === -1) entry[by] = row
      const known = patch[by] ?? -1
      if (known === -1 || (authored[row] ?? 0) < (authored[known] ?? 0)) patch[by] = row
    }
    const latest = (committed[row] ?? 0) + daySeconds
    for (let at = start; at < start + count; at += 1)
      if ((committed[parents[at] ?? -1] ?? -Infinity) > latest) {
        early.push(row)
        break
      }
    if (pushed[row] === 0) continue
    const own = ids[committer[row] ?? 0] ?? -1
    // Of a merge that the forge committed, its author, who asked the forge for it; of another commit of the forge's the author may be whoever sent the patch.
    const pusher = own >= 0 || count <= 1 ? own : by
    if (pusher < 0) continue
    if (push[pusher] === -1) push[pusher] = row
    if (merge[pusher] !== -1) continue
    // Of a merge the lines that it brought, else the commit itself.
    for (let at = start + 1; at < start + Math.max(2, count); at += 1) {
      const other = count <= 1 ? by : (ids[author[parents[at] ?? -1] ?? -1] ?? -1)
      if (other >= 0 && other !== pusher) merge[pusher] = row
    }
  }
  return { patch, entry, push, merge, early, classed }
}

const firsts = (people: number): Firsts => new Int32Array(people).fill(-1)

function mainlineOf({ branches, tags, rows }: HistoryRows): Uint8Array {
  const { parents, parentStarts, parentCounts } = rows
  const mainline = new Uint8Array(rows.length)
  for (const tip of new Set([...branches.map((branch) => branch.tip), ...tags.map(({ commit }) => commit)]))
    for (let row = rows.rowOf(tip) ?? -1; row >= 0 && mainline[row] === 0; ) {
      mainline[row] = 1
      row = parentCounts[row] === 0 ? -1 : (parents[parentStarts[row] ?? 0] ?? -1)
    }
  return mainline
}
