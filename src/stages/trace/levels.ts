import type { GitOid } from "../../core/digest.ts"
import type { GitSignatures, Signer } from "../../io/git-signatures.ts"
import type { Commit, RecordedHistory, Trailer } from "../../model/history.ts"
import type { Level, Person, PersonId } from "../../model/trace.ts"
import { broughtBy } from "./brought.ts"
import { normalAddress } from "./identities.ts"
import { type TypedId, typedIn, type Witness } from "./independence.ts"

/** How well a commit is seen to have been looked at by another than its author, and by whom: nobody below level 2. */
export interface Standing {
  readonly level: Level
  readonly seconds: readonly PersonId[]
  /** What makes them seconds: none is the author's own. */
  readonly witnesses: readonly Witness[]
}

export interface LevelInput {
  readonly history: RecordedHistory
  /** By the index of a signature. */
  readonly personOf: readonly PersonId[]
  readonly people: readonly Person[]
  /** Undefined: no keys were given. */
  readonly verified?: GitSignatures | undefined
}

/**
 * The highest level that holds for a commit by itself (docs/trace.md). More evidence never lowers it, and joining two people never raises it: a person counts as a second only by
 * being told from the author, and two signatures count as two only where their keys' people are told apart.
 */
export class Levels {
  readonly #input: LevelInput
  readonly #peopleAt: ReadonlyMap<string, AtAddress>
  readonly #namesOf: ReadonlyMap<PersonId, ReadonlySet<string>>
  readonly #brought: ReadonlyMap<GitOid, GitOid>
  readonly #typedAt: ReadonlyMap<string, ReadonlySet<TypedId>>
  /** By the index of a signature. */
  readonly typedOf: readonly TypedId[]

  constructor(input: LevelInput) {
    this.#input = input
    this.typedOf = typedIn(input.history)
    const typedAt = new Map<string, Set<TypedId>>()
    const peopleAt = new Map<string, Set<PersonId>>()
    const namesOf = new Map<PersonId, Set<string>>()
    for (const [index, { name, address, mapped }] of input.history.signatures.entries()) {
      const person = this.#person(index)
      add(typedAt, normalAddress(address), this.typedOf[index] ?? -1)
      for (const one of [address, mapped.address]) add(peopleAt, normalAddress(one), person)
      for (const one of [name, mapped.name]) add(namesOf, person, normalName(one))
    }
    this.#peopleAt = new Map(
      [...peopleAt].map(([address, people]) => [address, { people, arePersons: [...people].every((person) => this.#isPerson(person)) }]),
    )
    this.#namesOf = namesOf
    this.#typedAt = typedAt
    this.#brought = (input.verified?.signers.size ?? 0) > 0 ? broughtBy(input.history) : new Map()
  }

  standingOf(commit: Commit): Standing {
    const [author, committer] = [this.#person(commit.author), this.#person(commit.committer)]
    const isSeconded = committer !== author && this.#isPerson(committer)
    const committed = isSeconded ? [{ people: [committer], typed: [this.typedOf[commit.committer] ?? -1] }] : []
    const keys = this.#ownersOf(commit.oid)
    const merge = this.#ownersOf(this.#brought.get(commit.oid))
    if (keys.some((one) => merge.some((other) => one.people.every((person) => !other.people.includes(person))))) {
      const all = [...committed, ...keys, ...merge]
      const seconds = all.flatMap(({ people }) => people).filter((person) => person !== author)
      return { level: 4, seconds: [...new Set(seconds)], witnesses: all.filter(({ people }) => !people.includes(author)) }
    }
    if (isSeconded)
      return { level: keys.some(({ people }) => !people.includes(author)) ? 3 : 2, seconds: [committer], witnesses: committed }
    return { level: commit.trailers.some((trailer) => this.#namesAnother(trailer, author)) ? 1 : 0, seconds: [], witnesses: [] }
  }

  /** Verified signatures by keys in whose names nobody wrote or committed here. */
  get signedByNobody(): number {
    const lists = [...(this.#input.verified?.signers.values() ?? [])]
    return lists.filter((signers) => signers.every((signer) => this.#ownersOfKey(signer).length === 0)).length
  }

  #person(signature: number): PersonId {
    return this.#input.personOf[signature] ?? -1
  }

  #isPerson(person: PersonId): boolean {
    return this.#input.people[person]?.kind === "person"
  }

  /** Of each key that an object's signature verifies with, the people: a forge's or bot's key is no person's. */
  #ownersOf(oid: GitOid | undefined): readonly Witness[] {
    const signers = oid === undefined ? [] : (this.#input.verified?.signers.get(oid) ?? [])
    return signers
      .map((signer) => ({ people: this.#ownersOfKey(signer), typed: this.#typedOfKey(signer) }))
      .filter(({ people }) => people.length > 0 && people.every((one) => this.#isPerson(one)))
  }

  #typedOfKey({ addresses }: Signer): readonly TypedId[] {
    return [...new Set(addresses.flatMap((address) => [...(this.#typedAt.get(normalAddress(address)) ?? [])]))]
  }

  /** All whom one of its addresses can mean. */
  #ownersOfKey({ addresses }: Signer): readonly PersonId[] {
    return [...new Set(addresses.flatMap((address) => [...(this.#peopleAt.get(normalAddress(address))?.people ?? [])]))]
  }

  /** A claim: whoever writes the message types it. */
  #namesAnother({ token, value }: Trailer, author: PersonId): boolean {
    if (!vouching.test(token)) return false
    const address = /<([^<>]*)>/.exec(value)?.[1]
    const found = address === undefined ? undefined : this.#peopleAt.get(normalAddress(address))
    if (found !== undefined) return found.arePersons && !found.people.has(author)
    const name = normalName(value.replace(/<.*/, ""))
    return name !== "" && this.#namesOf.get(author)?.has(name) !== true
  }
}

/** Whom an address can mean: of one that many have typed, no trailer asks each. */
interface AtAddress {
  readonly people: ReadonlySet<PersonId>
  /** No bot or forge is among them. */
  readonly arePersons: boolean
}

/** Words for having looked at a change or having made it together; whoever reported or suggested it did neither. */
const vouching =
  /^(?:reviewed|acked|acknowledged|approved|tested|verified|checked|signed-off|co-authored|co-developed|pair-programmed|committed|merged)-by$/i

export const normalName = (name: string): string => name.trim().toLowerCase()

function add<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key)
  if (set === undefined) map.set(key, new Set([value]))
  else set.add(value)
}
