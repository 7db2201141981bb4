import type { PersonId } from "../../model/trace.ts"
import type { Identities } from "./identities.ts"

/** Whom the signature at an index names; undefined for bots and forges, which hold no rights. */
export type PersonAt = (signature: number | undefined) => PersonId | undefined

export function personAt({ people, personOf }: Identities): PersonAt {
  const ids = personOf.map((id) => (people[id]?.kind === "person" ? id : undefined))
  return (signature) => ids[signature ?? -1]
}

/** The same as a column; -1: a bot or a forge. */
export const personColumn = ({ people, personOf }: Identities): Int32Array =>
  Int32Array.from(personOf, (id) => (people[id]?.kind === "person" ? id : -1))

/** Of each person the first item, in the order of the items. */
export function firstOfEach<T>(items: Iterable<T>, who: (item: T) => PersonId | undefined): ReadonlyMap<PersonId, T> {
  const firsts = new Map<PersonId, T>()
  for (const item of items) {
    const person = who(item)
    if (person !== undefined && !firsts.has(person)) firsts.set(person, item)
  }
  return firsts
}
