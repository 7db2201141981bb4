import { rowsOf } from "../../io/commit-rows.ts"
import type { RecordedHistory } from "../../model/history.ts"
import type { HandCount, PersonId } from "../../model/trace.ts"
import { daySeconds } from "./days.ts"
import { identify } from "./identities.ts"
import { isChange } from "./twins.ts"

const apartDaysMin = 60

/** Who signs under one address as it is typed in commits: smaller than a person, whom `.mailmap` and aliases may join from several. */
export type TypedId = number

/** By the index of a signature. */
export const typedIn = ({ signatures }: Pick<RecordedHistory, "signatures">): readonly TypedId[] =>
  identify({ signatures: signatures.map(({ name, address }) => ({ name, address, mapped: { name, address } })), rows: rowsOf([]) }).personOf

/** Whose a signature or a key behind a commit is, which is not the author's: all whom it can mean. */
export interface Witness {
  readonly people: readonly PersonId[]
  readonly typed: readonly TypedId[]
}

/** That a second stands behind a commit of an author. */
export interface Vouching {
  readonly author: PersonId
  readonly second: TypedId
}

/** Tells why a second counts for less with this author; undefined: nothing here speaks against it. */
export type Discount = (vouching: Vouching) => string | undefined

/**
 * Facts of the history alone, by the dates of committers: it tells strangers from people who came together, not honest people from others. A past is that of an address as it was
 * typed, the author is whom all unions join, under any of their addresses: so joining people makes nobody independent, and no line of `.mailmap` lends a newcomer another's past.
 */
export function discounts(
  { commits }: Pick<RecordedHistory, "commits">,
  {
    personOf,
    typedOf,
    vouched,
  }: { readonly personOf: readonly PersonId[]; readonly typedOf: readonly TypedId[]; readonly vouched: readonly Vouching[] },
): Discount {
  const pasts = new Map<TypedId, Past>()
  const pastOf = (typed: TypedId): Past => {
    const past = pasts.get(typed) ?? { first: Infinity, firstPush: Infinity, authors: new Set(), patches: [] }
    pasts.set(typed, past)
    return past
  }
  const addresses = new Map<PersonId, Set<TypedId>>()
  for (const [signature, person] of personOf.entries())
    addresses.set(person, (addresses.get(person) ?? new Set()).add(typedOf[signature] ?? -1))
  for (const { author, second } of vouched) pastOf(second).authors.add(author)
  for (const commit of commits) {
    const [author, committer] = [personOf[commit.author] ?? -1, personOf[commit.committer] ?? -1]
    const [own, other] = [pastOf(typedOf[commit.author] ?? -1), pastOf(typedOf[commit.committer] ?? -1)]
    for (const past of [own, other]) past.first = Math.min(past.first, commit.committed)
    other.firstPush = Math.min(other.firstPush, commit.committed)
    if (!isChange(commit)) continue
    for (const past of [own, other]) past.authors.add(author)
    if (committer !== author) own.patches.push({ committer, committed: commit.committed })
  }
  return ({ author, second }) => {
    const other = pastOf(second)
    const isNear = (typed: TypedId): boolean => Math.abs(pastOf(typed).first - other.first) <= apartDaysMin * daySeconds
    if (other.authors.size === 1 && other.authors.has(author)) return "all that they did here is to stand behind this author"
    if ([...(addresses.get(author) ?? [])].some(isNear)) return `both appear within ${apartDaysMin} days of each other`
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

/** The author and those of the independent witnesses who cannot be one person. */
export function handsBehind(independent: readonly Witness[]): HandCount {
  if (independent.length === 0) return 1
  const areTwo = independent.some(({ people }, index) =>
    independent.slice(index + 1).some((other) => people.every((one) => !other.people.includes(one))),
  )
  return areTwo ? 3 : 2
}
