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
        for (const commit of commits) this.#add(commit, tied)
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
      for (const pick of picks) for (const one of accounts ?? []) this.#add(pick, one)
    }
  }

  /** Nobody approves what they wrote. */
  #add(commit: Commit, tied: Tied): void {
    if (tied.people.has(this.#personOf[commit.author] ?? -1) || !this.#step()) return
    const known = this.accountsOf.get(commit)
    if (known === undefined) this.accountsOf.set(commit, new Set([tied]))
    else known.add(tied)
  }

  #step(): boolean {
    this.#stepsLeft -= 1
    if (this.#stepsLeft < 0) this.#count("left")
    return this.#stepsLeft >= 0
  }

  #count(kind: keyof typeof sentences): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1)
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
