import { number, plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import { order } from "../../core/order.ts"
import type { Level, PersonId, Reviews } from "../../model/trace.ts"
import type { Tied } from "./accounts.ts"
import { Coverage, type CoverageInput } from "./coverage.ts"
import { type Discount, discounts, type Vouching } from "./independence.ts"
import { groupedBy } from "./twins.ts"

export interface ReviewInput extends CoverageInput {
  readonly levelOf: ReadonlyMap<GitOid, Level>
  /** Who stands behind whom without any of this. */
  readonly vouched: readonly Vouching[]
  readonly isShown: (commit: GitOid) => boolean
}

/** What exports say of who approved which commit, and sentences about what of them counts for nothing. It raises no level: nobody signed it. */
export function reviewsOf(input: ReviewInput): { readonly reviews: Reviews; readonly said: readonly string[] } {
  const { exports, history, personOf, levelOf, vouched, isShown } = input
  const covered = new Coverage(input)
  const shown = [...covered.accountsOf].filter(([commit, accounts]) => accounts.size > 0 && isShown(commit.oid))
  const named = new Map(
    [...new Set(shown.flatMap(([, accounts]) => [...accounts]))].sort((a, b) => order(a.key, b.key)).map((one, at) => [one, at]),
  )
  const approved = shown
    .map(([commit, accounts]) => ({
      commit: commit.oid,
      author: personOf[commit.author] ?? -1,
      level: levelOf.get(commit.oid) ?? 0,
      approvers: [...accounts].sort((a, b) => order(a.key, b.key)),
    }))
    .sort((a, b) => order(a.commit, b.commit))
  // An account is tied to a person, not to one of their addresses.
  const discount = discounts(history, { personOf, typedOf: personOf, vouched: [...vouched, ...vouchingsOf(covered, personOf)] })
  const untied = [...named.keys()].filter((one) => personAt(one) === undefined)
  return {
    reviews: {
      pulls: exports.pulls.length,
      approvals: covered.approvals,
      accounts: [...named.keys()].map((one) => {
        const person = personAt(one)
        return { ...covered.named(one), ...(person === undefined ? {} : { person }) }
      }),
      commits: levelsOf(approved),
      untied: levelsOf(approved.filter(({ approvers }) => approvers.every((one) => personAt(one) === undefined))),
      authors: authorsOf(approved, named, discount),
      approved: approved.map(({ commit, approvers }) => ({ commit, accounts: approvers.map((one) => named.get(one) ?? -1) })),
    },
    said: [
      `reviews on a forge beyond what exports say of ${plural(exports.pulls.length, "merged pull")}; nobody signed that, and it raises no level`,
      ...(untied.length === 0
        ? []
        : [`whether accounts that no address ties to one person are independent of whom they approved: ${number(untied.length)}`]),
      ...(exports.unmerged === 0 ? [] : [`pulls that their forge did not merge: ${number(exports.unmerged)}`]),
      ...covered.said(),
    ],
  }
}

function* vouchingsOf({ accountsOf }: Coverage, personOf: readonly PersonId[]): Generator<Vouching> {
  for (const [commit, accounts] of accountsOf)
    for (const second of [...accounts].map(personAt)) if (second !== undefined) yield { author: personOf[commit.author] ?? -1, second }
}

/** The one person whose account it is; undefined where no address ties it to one, or one ties it to several. */
const personAt = ({ people }: Tied): PersonId | undefined => (people.size === 1 ? [...people][0] : undefined)

interface Approved {
  readonly commit: GitOid
  readonly author: PersonId
  readonly level: Level
  readonly approvers: readonly Tied[]
}

function levelsOf(approved: readonly Approved[]): Record<Level, number> {
  const counts: Record<Level, number> = { 0: 0, 1: 0, 2: 0, 3: 0, 4: 0 }
  for (const { level } of approved) counts[level] += 1
  return counts
}

function authorsOf(approved: readonly Approved[], named: ReadonlyMap<Tied, number>, discount: Discount): Reviews["authors"] {
  return [...groupedBy(approved, ({ author }) => String(author)).values()]
    .map((own) => {
      const author = own[0]?.author ?? -1
      const counts = new Map<Tied, number>()
      for (const one of own.flatMap(({ approvers }) => approvers)) counts.set(one, (counts.get(one) ?? 0) + 1)
      const approvers = [...counts]
        .map(([one, commits]) => ({ account: named.get(one) ?? -1, commits, ...independenceOf(author, personAt(one), discount) }))
        .sort((a, b) => b.commits - a.commits || a.account - b.account)
      return { person: author, commits: own.length, approvers }
    })
    .sort((a, b) => b.commits - a.commits || a.person - b.person)
}

function independenceOf(author: PersonId, second: PersonId | undefined, discount: Discount): { isIndependent?: boolean; why?: string } {
  if (second === undefined) return {}
  const why = discount({ author, second })
  return why === undefined ? { isIndependent: true } : { isIndependent: false, why }
}
