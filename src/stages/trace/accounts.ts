import type { RecordedHistory } from "../../model/history.ts"
import type { Account } from "../../model/pull.ts"
import type { Person, PersonId } from "../../model/trace.ts"
import { type Alias, normalAddress } from "./identities.ts"

export interface AccountInput {
  readonly history: Pick<RecordedHistory, "signatures">
  /** By the index of a signature. */
  readonly personOf: readonly PersonId[]
  readonly people: readonly Person[]
  readonly aliases?: readonly Alias[] | undefined
}

/** Whom an account can be: all whose commits carry the address that its forge gives it, or one that an alias joins with it. */
export interface Tied {
  readonly key: string
  readonly people: ReadonlySet<PersonId>
  readonly isBot: boolean
}

/** Whose accounts are: by the address that a forge gives an account in place of its own, and by nothing else. A login that reads like a name is nobody's. */
export class Accounts {
  readonly #peopleAt: ReadonlyMap<string, ReadonlySet<PersonId>>
  readonly #people: readonly Person[]
  readonly #known = new Map<string, Tied>()

  constructor({ history, personOf, people, aliases = [] }: AccountInput) {
    const peopleAt = new Map<string, Set<PersonId>>()
    const note = (address: string, person: PersonId): void => {
      const known = peopleAt.get(address)
      if (known === undefined) peopleAt.set(address, new Set([person]))
      else known.add(person)
    }
    for (const [index, { address, mapped }] of history.signatures.entries())
      for (const one of [address, mapped.address]) note(normalAddress(one), personOf[index] ?? -1)
    for (const alias of aliases) {
      const joined = alias.map(normalAddress)
      const found = new Set(joined.flatMap((address) => [...(peopleAt.get(address) ?? [])]))
      for (const address of joined.filter(isGiven)) for (const person of found) note(address, person)
    }
    this.#peopleAt = peopleAt
    this.#people = people
  }

  of(account: Account): Tied {
    // GitHub has programs and people of one login.
    const key = `${account.login}@${account.forge}${account.isBot ? " (bot)" : ""}`.toLowerCase()
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const people = new Set(givenTo(account).flatMap((address) => [...(this.#peopleAt.get(address) ?? [])]))
    const isBot = account.isBot || [...people].some((person) => this.#people[person]?.kind !== "person")
    const tied = { key, people, isBot }
    this.#known.set(key, tied)
    return tied
  }
}

/** As GitHub and GitLab give them, with a number in front, and as Gitea and Forgejo do. No address has a port. */
function givenTo({ login, forge }: Account): readonly string[] {
  const host = forge.replace(/:\d+$/, "")
  return [`0+${login}@users.noreply.${host}`, `${login}@noreply.${host}`].map(normalAddress)
}

const isGiven = (address: string): boolean => /@(?:users\.)?noreply\./.test(address)
