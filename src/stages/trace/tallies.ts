import { order } from "../../core/order.ts"
import type { CommitRows } from "../../model/history.ts"
import type { PersonId } from "../../model/trace.ts"
import { personColumn } from "./actors.ts"
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
export function* talliesOf(rows: CommitRows, identities: Identities, ends: readonly string[]): Generator<Tally> {
  const { length, committed, author, parentCounts } = rows
  const ids = personColumn(identities)
  const counts = new Counts(identities.people.length)
  let [from, to] = [0, 0]
  for (const end of [...ends].sort(order)) {
    const until = startOf(end)
    for (; to < length && (committed[to] ?? 0) < until; to += 1)
      if ((parentCounts[to] ?? 0) <= 1) counts.add(ids[author[to] ?? 0] ?? -1, to)
    for (; from < to && (committed[from] ?? 0) < until - windowSeconds; from += 1)
      if ((parentCounts[from] ?? 0) <= 1) counts.remove(ids[author[from] ?? 0] ?? -1)
    const sizes = counts.sizes()
    yield { end, commits: counts.sum, sizes, by: (one) => counts.of(one), largest: (people) => largestOf(counts, sizes, people) }
  }
}

function largestOf(counts: Counts, sizes: Uint32Array, people: number): readonly Count[] {
  const least = sizes.at(-people) ?? 0
  const found: Count[] = []
  for (const person of counts.active) if (counts.of(person) >= least) found.push({ person, commits: counts.of(person) })
  return found.sort((a, b) => b.commits - a.commits || counts.firstOf(a.person) - counts.firstOf(b.person)).slice(0, people)
}

/** How many commits each has, and who has any. */
class Counts {
  readonly active: PersonId[] = []
  sum = 0
  readonly #counts: Uint32Array
  /** Where an active person stands. */
  readonly #places: Uint32Array
  /** The first row of each. */
  readonly #firsts: Int32Array

  constructor(people: number) {
    this.#counts = new Uint32Array(people)
    this.#places = new Uint32Array(people)
    this.#firsts = new Int32Array(people).fill(-1)
  }

  firstOf(person: PersonId): number {
    return this.#firsts[person] ?? -1
  }

  of(person: PersonId): number {
    return this.#counts[person] ?? 0
  }

  /** Call in the order of rows. */
  add(person: PersonId, row: number): void {
    if (person < 0) return
    const count = this.of(person)
    if (this.#firsts[person] === -1) this.#firsts[person] = row
    this.sum += 1
    this.#counts[person] = count + 1
    if (count === 0) this.#places[person] = this.active.push(person) - 1
  }

  remove(person: PersonId): void {
    if (person < 0) return
    const count = this.of(person)
    this.sum -= 1
    this.#counts[person] = count - 1
    const last = count === 1 ? this.active.pop() : undefined
    if (last === undefined || last === person) return
    const place = this.#places[person] ?? 0
    this.active[place] = last
    this.#places[last] = place
  }

  sizes(): Uint32Array {
    const sizes = new Uint32Array(this.active.length)
    for (let index = 0; index < sizes.length; index += 1) sizes[index] = this.of(this.active[index] ?? -1)
    return sizes.sort()
  }
}

/** Who made most of a window: so many are told apart. */
export const leadersMax = 3

/** Who leads a window, and who did before. */
export interface Lead {
  readonly end: string
  readonly commits: number
  /** Those who made most, `leadersMax` of them. */
  readonly largest: readonly Count[]
  /** Whoever made most of an earlier window with nobody making more since, and what that person made of this one. */
  readonly held: Count | undefined
}

/** Of a window that has commits, after the lead of the last one that had. */
export function leadOf({ end, commits, by }: Tally, largest: readonly Count[], before: Lead | undefined): Lead {
  const [most] = before?.largest ?? []
  const leads = most !== undefined && most.commits > (before?.held?.commits ?? 0)
  const holder = leads ? most.person : before?.held?.person
  return { end, commits, largest, held: holder === undefined ? undefined : { person: holder, commits: by(holder) } }
}
