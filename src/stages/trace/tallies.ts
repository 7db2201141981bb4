import { inTime, order } from "../../core/order.ts"
import type { RecordedHistory } from "../../model/history.ts"
import type { PersonId } from "../../model/trace.ts"
import { personAt } from "./actors.ts"
import { daySeconds, startOf } from "./days.ts"
import type { Identities } from "./identities.ts"

interface Count {
  readonly person: PersonId
  readonly commits: number
}

/** Who made how many of the commits of the 365 days before `end`: `git log --no-merges --since=... --until=...`, by author. It holds until the next one is asked for. */
export interface Tally {
  readonly end: string
  readonly commits: number
  readonly counts: ReadonlyMap<PersonId, number>
  /** So many people, the largest first; among equals whoever came first into the history. */
  largest(people: number): readonly Count[]
}

/** As long in a leap year. */
const windowSeconds = 365 * daySeconds

/**
 * The tallies of all `ends`, oldest first: each commit enters and leaves once. Merges are nobody's work, and what a bot or a forge is the author of is in no count and in no
 * sum; a person's commit that a bot or a forge committed is that person's.
 */
export function* talliesOf(history: Pick<RecordedHistory, "commits">, identities: Identities, ends: readonly string[]): Generator<Tally> {
  const person = personAt(identities)
  const counted: { readonly by: PersonId; readonly committed: number }[] = []
  const ranks = new Map<PersonId, number>()
  for (const { parents, author, committed } of [...history.commits].sort(inTime)) {
    const by = parents.length > 1 ? undefined : person(author)
    if (by === undefined) continue
    counted.push({ by, committed })
    if (!ranks.has(by)) ranks.set(by, ranks.size)
  }
  const counts = new Map<PersonId, number>()
  const rankOf = ({ person: one }: Count): number => ranks.get(one) ?? 0
  const largest = (people: number): readonly Count[] => {
    const least = Float64Array.from(counts.values()).sort().at(-people) ?? 0
    const found = [...counts].flatMap(([one, commits]) => (commits < least ? [] : [{ person: one, commits }]))
    return found.sort((a, b) => b.commits - a.commits || rankOf(a) - rankOf(b)).slice(0, people)
  }
  let [from, to] = [0, 0]
  for (const end of [...ends].sort(order)) {
    const until = startOf(end)
    for (let next = counted[to]; next !== undefined && next.committed < until; next = counted[++to]) change(counts, next.by, 1)
    for (let next = counted[from]; from < to && next !== undefined && next.committed < until - windowSeconds; next = counted[++from])
      change(counts, next.by, -1)
    yield { end, commits: to - from, counts, largest }
  }
}

function change(counts: Map<PersonId, number>, person: PersonId, by: 1 | -1): void {
  const count = (counts.get(person) ?? 0) + by
  if (count === 0) counts.delete(person)
  else counts.set(person, count)
}
