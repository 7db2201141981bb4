import { inTime, order } from "../../core/order.ts"
import type { RecordedHistory } from "../../model/history.ts"
import type { PersonId } from "../../model/trace.ts"
import { firstOfEach, personAt } from "./actors.ts"
import { daySeconds, startOf } from "./days.ts"
import type { Identities } from "./identities.ts"

export interface Count {
  readonly person: PersonId
  readonly commits: number
}

/** Who made how many of the commits of the 365 days before `end`: `git log --no-merges --since=... --until=...`, by author. It holds until the next one is asked for. */
export interface Tally {
  readonly end: string
  readonly commits: number
  /** What each made who made any, the least first. */
  readonly sizes: Uint32Array
  by(person: PersonId): number
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
  const counted = history.commits.filter(({ parents, author }) => parents.length <= 1 && person(author) !== undefined).sort(inTime)
  const ranks = new Map([...firstOfEach(counted, ({ author }) => person(author)).keys()].map((one, rank) => [one, rank]))
  const counts = new Counts(identities.people.length)
  let [from, to] = [0, 0]
  for (const end of [...ends].sort(order)) {
    const until = startOf(end)
    for (let next = counted[to]; next !== undefined && next.committed < until; next = counted[++to]) counts.add(person(next.author))
    for (let next = counted[from]; from < to && next !== undefined && next.committed < until - windowSeconds; next = counted[++from])
      counts.remove(person(next.author))
    const sizes = counts.sizes()
    yield { end, commits: to - from, sizes, by: (one) => counts.of(one), largest: (people) => largestOf(counts, { sizes, ranks, people }) }
  }
}

function largestOf(
  counts: Counts,
  { sizes, ranks, people }: { readonly sizes: Uint32Array; readonly ranks: ReadonlyMap<PersonId, number>; readonly people: number },
): readonly Count[] {
  const least = sizes.at(-people) ?? 0
  const found = counts.active.flatMap((person) => (counts.of(person) < least ? [] : [{ person, commits: counts.of(person) }]))
  const rankOf = ({ person }: Count): number => ranks.get(person) ?? 0
  return found.sort((a, b) => b.commits - a.commits || rankOf(a) - rankOf(b)).slice(0, people)
}

/** How many commits each has, and who has any. */
class Counts {
  readonly active: PersonId[] = []
  readonly #counts: Uint32Array
  /** Where an active person stands. */
  readonly #places: Uint32Array

  constructor(people: number) {
    this.#counts = new Uint32Array(people)
    this.#places = new Uint32Array(people)
  }

  of(person: PersonId): number {
    return this.#counts[person] ?? 0
  }

  add(person: PersonId | undefined): void {
    if (person === undefined) return
    const count = this.of(person)
    this.#counts[person] = count + 1
    if (count === 0) this.#places[person] = this.active.push(person) - 1
  }

  remove(person: PersonId | undefined): void {
    if (person === undefined) return
    const count = this.of(person)
    this.#counts[person] = count - 1
    const last = count === 1 ? this.active.pop() : undefined
    if (last === undefined || last === person) return
    const place = this.#places[person] ?? 0
    this.active[place] = last
    this.#places[last] = place
  }

  sizes(): Uint32Array {
    const sizes = new Uint32Array(this.active.length)
    for (const [index, person] of this.active.entries()) sizes[index] = this.of(person)
    return sizes.sort()
  }
}

/** Who leads a window, and who did before. */
export interface Lead {
  readonly end: string
  readonly commits: number
  /** The three who made most. */
  readonly largest: readonly Count[]
  /** Whoever made most of an earlier window with nobody making more since, and what that person made of this one. */
  readonly held: Count | undefined
}

/** Of each window that has commits. */
export function leadsOf(history: Pick<RecordedHistory, "commits">, identities: Identities, ends: readonly string[]): readonly Lead[] {
  const leads: Lead[] = []
  let holder: PersonId | undefined
  for (const { end, commits, by, largest: ranked } of talliesOf(history, identities, ends)) {
    const largest = ranked(3)
    const [most] = largest
    if (most === undefined) continue
    const held = holder === undefined ? undefined : { person: holder, commits: by(holder) }
    leads.push({ end, commits, largest, held })
    if (most.commits > (held?.commits ?? 0)) holder = most.person
  }
  return leads
}
