import type { RecordedHistory } from "../../model/history.ts"
import type { PersonId } from "../../model/trace.ts"
import { daySeconds } from "./days.ts"
import { isChange } from "./twins.ts"

const apartDaysMin = 60

/** That one stands behind a commit of the other. */
export interface Vouching {
  readonly author: PersonId
  readonly second: PersonId
}

/** Tells why a second counts for less with this author; undefined: nothing here speaks against it. */
export type Discount = (pair: Vouching) => string | undefined

/** Facts of the history alone, by the dates of committers: it tells strangers from people who came together, not honest people from others. */
export function discounts(
  { commits }: Pick<RecordedHistory, "commits">,
  { personOf, vouched }: { readonly personOf: readonly PersonId[]; readonly vouched: readonly Vouching[] },
): Discount {
  const pasts = new Map<PersonId, Past>()
  const pastOf = (person: PersonId): Past => {
    const past = pasts.get(person) ?? { first: Infinity, firstPush: Infinity, authors: new Set(), patches: [] }
    pasts.set(person, past)
    return past
  }
  for (const { author, second } of vouched) pastOf(second).authors.add(author)
  for (const commit of commits) {
    const [author, committer] = [personOf[commit.author] ?? -1, personOf[commit.committer] ?? -1]
    for (const past of [pastOf(author), pastOf(committer)]) past.first = Math.min(past.first, commit.committed)
    pastOf(committer).firstPush = Math.min(pastOf(committer).firstPush, commit.committed)
    if (!isChange(commit)) continue
    for (const past of [pastOf(author), pastOf(committer)]) past.authors.add(author)
    if (committer !== author) pastOf(author).patches.push({ committer, committed: commit.committed })
  }
  return ({ author, second }) => {
    const [first, other] = [pastOf(author), pastOf(second)]
    if (other.authors.size === 1 && other.authors.has(author)) return "all that they did here is to stand behind this author"
    if (Math.abs(first.first - other.first) <= apartDaysMin * daySeconds) return `both appear within ${apartDaysMin} days of each other`
    const early = other.patches.filter(({ committed }) => committed < other.firstPush)
    const byAuthor = early.filter(({ committer }) => committer === author)
    if (other.firstPush < Infinity && byAuthor.length * 2 > early.length)
      return "this author committed most of their patches until they committed themselves"
    return undefined
  }
}

interface Past {
  /** When they appear, and when as a committer. */
  first: number
  firstPush: number
  /** Whose commits they wrote, committed or stand behind. */
  readonly authors: Set<PersonId>
  /** Their own that others committed. */
  readonly patches: { readonly committer: PersonId; readonly committed: number }[]
}
