import { number } from "../../core/count.ts"
import type { Commit } from "../../model/history.ts"
import type { Account, ForgeExports } from "../../model/pull.ts"
import type { PersonId } from "../../model/trace.ts"
import { type AccountInput, Accounts, type Tied } from "./accounts.ts"
import { approvalsOf, type Discarded } from "./approvals.ts"
import type { Twins } from "./twins.ts"

export interface CoverageInput extends AccountInput {
  readonly history: AccountInput["history"] & { readonly commits: readonly Commit[] }
  readonly exports: ForgeExports
  readonly twins: Twins
  /** How often a review is held against a commit. */
  readonly stepsMax: number
}

/** Which accounts approved each commit, of all of the history. */
export class Coverage {
  readonly accountsOf = new Map<Commit, Set<Tied>>()
  approvals = 0
  readonly #accounts: Accounts
  readonly #personOf: readonly PersonId[]
  readonly #names = new Map<Tied, Account>()
  readonly #counts = new Map<keyof typeof sentences, number>()
  #stepsLeft: number

  constructor(input: CoverageInput) {
    this.#accounts = new Accounts(input)
    this.#personOf = input.personOf
    this.#stepsLeft = input.stepsMax
    const commitOf = new Map(input.history.commits.map((commit) => [commit.oid, commit]))
    const within = {
      commitOf,
      accounts: this.#accounts,
      discard: (why: Discarded) => this.#count(why),
      step: () => this.#step(),
    }
    for (const pull of input.exports.pulls) {
      if (pull.isCut) this.#count("cut")
      if (![...pull.commits, pull.head, ...pull.results].some((oid) => commitOf.has(oid))) this.#count("elsewhere")
      for (const { account, tied, commits } of approvalsOf(pull, within)) {
        this.approvals += 1
        this.#names.set(tied, account)
        this.#add(commits, [tied])
      }
    }
    this.#share(input.twins)
  }

  named(tied: Tied): Pick<Account, "login" | "forge"> {
    const { login, forge } = this.#names.get(tied) ?? { login: tied.key, forge: "" }
    return { login, forge }
  }

  said(): readonly string[] {
    return Object.entries(sentences).flatMap(([kind, sentence]) => {
      const count = [...this.#counts].find(([one]) => one === kind)?.[1]
      return count === undefined ? [] : [`${sentence}: ${number(count)}`]
    })
  }

  /** A change that was picked to another branch has been approved where it was committed first; one that was approved as a pick, there alone. */
  #share({ groupOf }: Twins): void {
    for (const group of new Set(groupOf.values())) {
      const [first, ...picks] = group
      const accounts = first === undefined ? undefined : this.accountsOf.get(first)
      if (accounts !== undefined) this.#add(picks, [...accounts])
    }
  }

  /** Nobody approves what they wrote. What no step is left for is counted, not walked over: each of many accounts may stand beside each of many commits. */
  #add(commits: readonly Commit[], accounts: readonly Tied[]): void {
    const held = commits.slice(0, Math.floor(this.#stepsLeft / accounts.length))
    this.#stepsLeft -= held.length * accounts.length
    this.#count("left", (commits.length - held.length) * accounts.length)
    for (const commit of held) {
      const author = this.#personOf[commit.author] ?? -1
      const others = accounts.filter(({ people }) => !people.has(author))
      if (others.length === 0) continue
      const known = this.accountsOf.get(commit) ?? new Set()
      this.accountsOf.set(commit, known)
      for (const one of others) known.add(one)
    }
  }

  #step(): boolean {
    const isLeft = this.#stepsLeft > 0
    if (isLeft) this.#stepsLeft -= 1
    else this.#count("left")
    return isLeft
  }

  #count(kind: keyof typeof sentences, more = 1): void {
    if (more > 0) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + more)
  }
}

const sentences = {
  elsewhere: "merged pulls of which the history has no commit",
  cut: "pulls of which an export has not all commits and reviews, so that only those that are there count",
  gone: "approvals by accounts that are gone, which count for nobody",
  bot: "approvals by bots, which count for nobody",
  self: "approvals of a pull by whoever opened it, which count for nothing",
  withdrawn: "approvals that were dismissed or taken back, which count for nothing",
  late: "approvals of what was merged already, which count for nothing",
  unplaced: "approvals of no commit that is in the history, or of none that is told, which count for nothing",
  left: "approvals that were not held against a commit, being more than forgeStepsMax",
} as const satisfies Record<Discarded | "elsewhere" | "cut" | "left", string>
