import type { GitOid } from "../../core/digest.ts"
import type { Commit } from "../../model/history.ts"
import type { Account, Opinion, Pull } from "../../model/pull.ts"
import type { Accounts, Tied } from "./accounts.ts"
import { isChange } from "./twins.ts"

/** Commits of a pull that one account approved. */
export interface Approval {
  readonly account: Account
  readonly tied: Tied
  readonly commits: readonly Commit[]
}

/** Why an approval counts for nothing. */
export type Discarded = "gone" | "bot" | "self" | "late" | "withdrawn" | "unplaced"

export interface Within {
  /** All of the history. */
  readonly commitOf: ReadonlyMap<GitOid, Commit>
  readonly accounts: Accounts
  readonly discard: (why: Discarded) => void
  /** False: forgeStepsMax is reached. */
  readonly step: () => boolean
}

/**
 * The approvals of a pull that stood when it was merged, with what they are of. One of the last commit covers all of the pull, and what the forge made in place of it; one of
 * an earlier commit covers that commit and those of the pull that it reaches, and no more. Commits are known by their ids alone.
 */
export function* approvalsOf(pull: Pull, within: Within): Generator<Approval> {
  const own = new Set([...pull.commits, pull.head])
  // What a forge names for a pull that somebody merged by hand may be any commit that was pushed with it.
  const results = within.commitOf.has(pull.head) ? [] : pull.results
  const whole = [...new Set([...own, ...results])].flatMap((oid) => within.commitOf.get(oid) ?? []).filter(isChange)
  const author = pull.author === undefined ? undefined : within.accounts.of(pull.author)
  for (const { account, tied, opinions } of byAccount(pull, within)) {
    const standing = standingOf(opinions, pull.merged, within.discard)
    if (standing.length === 0) continue
    if (tied.isBot) within.discard("bot")
    else if (author !== undefined && isOne(author, tied)) within.discard("self")
    else {
      const isWhole = standing.some(({ commit }) => commit === pull.head)
      const commits = isWhole ? whole : reachedWithin(own, standing, within)
      if (commits?.length === 0) within.discard("unplaced")
      else if (commits !== undefined) yield { account, tied, commits }
    }
  }
}

const isOne = (author: Tied, other: Tied): boolean => author.key === other.key || [...other.people].some((one) => author.people.has(one))

interface Own {
  readonly account: Account
  readonly tied: Tied
  readonly opinions: Opinion[]
}

function byAccount({ opinions }: Pull, { accounts, discard }: Within): Iterable<Own> {
  const all = new Map<string, Own>()
  for (const opinion of opinions) {
    const account = opinion.by
    if (account === undefined) {
      if (opinion.isApproval) discard("gone")
      continue
    }
    const tied = accounts.of(account)
    const known = all.get(tied.key)
    if (known === undefined) all.set(tied.key, { account, tied, opinions: [opinion] })
    else known.opinions.push(opinion)
  }
  return all.values()
}

/** What an account approved after it last took an approval back, and until the merge. Where no time is told, all is taken back, and nothing approved. */
function standingOf(opinions: readonly Opinion[], merged: number, discard: Within["discard"]): readonly Opinion[] {
  const withdrawn = opinions
    .filter(({ isApproval, at = merged }) => !isApproval && at <= merged)
    .reduce((latest, { at = Infinity }) => Math.max(latest, at), -Infinity)
  return opinions.filter(({ isApproval, at }) => {
    if (!isApproval) return false
    const why = at === undefined ? "unplaced" : at > merged ? "late" : at <= withdrawn ? "withdrawn" : undefined
    if (why !== undefined) discard(why)
    return why === undefined
  })
}

/** Undefined: no step is left. */
function reachedWithin(own: ReadonlySet<GitOid>, standing: readonly Opinion[], { commitOf, step }: Within): readonly Commit[] | undefined {
  const next = standing.flatMap(({ commit }) => commit ?? [])
  const seen = new Set<GitOid>()
  const covered: Commit[] = []
  for (let oid = next.pop(); oid !== undefined; oid = next.pop()) {
    const commit = own.has(oid) && !seen.has(oid) ? commitOf.get(oid) : undefined
    seen.add(oid)
    if (commit === undefined) continue
    if (!step()) return undefined
    if (isChange(commit)) covered.push(commit)
    for (const parent of commit.parents) next.push(parent)
  }
  return covered
}
