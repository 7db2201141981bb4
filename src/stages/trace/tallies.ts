import { order } from "../../core/order.ts"
import type { RecordedHistory } from "../../model/history.ts"
import type { PersonId } from "../../model/trace.ts"
import { inTime, personAt } from "./actors.ts"
import { daySeconds, startOf } from "./days.ts"
import type { Identities } from "./identities.ts"

/** Who made how many of the commits of the 365 days before `end`: `git log --no-merges --since=... --until=...`, by author. */
export interface Tally {
  readonly end: string
  readonly commits: number
  /** The largest first; among equals whoever came first into the history. */
  readonly counts: readonly { readonly person: PersonId; readonly commits: number }[]
}

/** As long in a leap year. */
const windowSeconds = 365 * daySeconds

/**
 * The tallies of all `ends`, oldest first: each commit enters and leaves once. Merges are nobody's work, and what a bot or a forge is the author of is in no count and in no
 * sum; a person's commit that a bot or a forge committed is that person's.
 */
export function* talliesOf(history: Pick<RecordedHistory, "commits">, identities: Identities, ends: readonly string[]): Generator<Tally> {
  const person = personAt(identities)
  const counted = history.commits
    .filter(({ parents }) => parents.length <= 1)
    .sort(inTime)
    .flatMap(({ author, committed }) => {
      const by = person(author)
      return by === undefined ? [] : [{ by, committed }]
    })
  const ranks = new Map<PersonId, number>()
  for (const { by } of counted) if (!ranks.has(by)) ranks.set(by, ranks.size)
  const sums = new Map<PersonId, number>()
  let [from, to] = [0, 0]
  for (const end of [...ends].sort(order)) {
    const until = startOf(end)
    for (let next = counted[to]; next !== undefined && next.committed < until; next = counted[++to]) change(sums, next.by, 1)
    for (let next = counted[from]; from < to && next !== undefined && next.committed < until - windowSeconds; next = counted[++from])
      change(sums, next.by, -1)
    const counts = [...sums].map(([by, commits]) => ({ person: by, commits }))
    counts.sort((a, b) => b.commits - a.commits || (ranks.get(a.person) ?? 0) - (ranks.get(b.person) ?? 0))
    yield { end, commits: to - from, counts }
  }
}

function change(sums: Map<PersonId, number>, person: PersonId, by: 1 | -1): void {
  const sum = (sums.get(person) ?? 0) + by
  if (sum === 0) sums.delete(person)
  else sums.set(person, sum)
}
