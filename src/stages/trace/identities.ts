import { order } from "../../core/order.ts"
import type { RecordedHistory, Signature } from "../../model/history.ts"
import type { Person, PersonId, Union } from "../../model/trace.ts"
import { dayOf } from "./days.ts"

/** Addresses that a file of the user's says are one person's. */
export type Alias = readonly string[]

export interface Identities {
  readonly people: readonly Person[]
  /** By the index of a signature. */
  readonly personOf: readonly PersonId[]
}

/**
 * Who is one person: by `.mailmap`, then by equal addresses but for case and what a forge puts around them, then by the user's aliases. Never by name: names are
 * typed, and two people may share one. People stand in the order of their commits, the most first, then of their addresses.
 */
export function identify(
  { signatures, commits }: Pick<RecordedHistory, "signatures" | "commits">,
  aliases: readonly Alias[] = [],
): Identities {
  const aliased = new Map(aliases.flatMap((addresses) => addresses.map((one) => [normalAddress(one), normalAddress(addresses[0] ?? "")])))
  const counts = signatures.map(() => ({ authored: 0, committed: 0, first: Infinity, last: -Infinity }))
  for (const { author, authored, committer, parents } of commits) {
    if (parents.length > 1) continue
    const by = counts[author]
    const to = counts[committer]
    if (by !== undefined) {
      by.authored += 1
      by.first = Math.min(by.first, authored)
      by.last = Math.max(by.last, authored)
    }
    if (to !== undefined) to.committed += 1
  }
  const groups = new Map<string, number[]>()
  for (const [index, signature] of signatures.entries()) {
    const key = keyOf(signature, aliased)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [index])
    else group.push(index)
  }
  const found = [...groups.values()].map((indexes) => {
    const members = indexes.flatMap((index) => {
      const [signature, count] = [signatures[index], counts[index]]
      return signature === undefined || count === undefined ? [] : [{ signature, ...count }]
    })
    return { indexes, person: personOf(members, aliased) }
  })
  found.sort((a, b) => b.person.authored - a.person.authored || b.person.committed - a.person.committed || compare(a.person, b.person))
  const ids = new Array<PersonId>(signatures.length).fill(0)
  for (const [id, { indexes }] of found.entries()) for (const index of indexes) ids[index] = id
  return { people: found.map(({ person }) => person), personOf: ids }
}

interface Member {
  readonly signature: Signature
  readonly authored: number
  readonly committed: number
  /** Of what it is the author of, seconds since 1970; infinite where that is nothing. */
  readonly first: number
  readonly last: number
}

const compare = (a: Person, b: Person): number => order(a.address, b.address) || order(a.name, b.name)

/** An address that says who it is; else the signature as it stands. */
function keyOf({ mapped }: Signature, aliased: ReadonlyMap<string, string>): string {
  const address = normalAddress(mapped.address)
  return isTelling(address) ? (aliased.get(address) ?? address) : `${address}\0${mapped.name}`
}

/** Forges put a number before the name of an account, where they hide its address. */
export const normalAddress = (address: string): string =>
  address
    .trim()
    .toLowerCase()
    .replace(/^\d+[+-](?=[^@]+@users\.noreply\.)/, "")

/** RFC 5321, section 4.5.3.1: 64 of a local part, 255 of a domain. */
const addressLengthMax = 320

/** What a machine fills in when nobody told it an address is the address of many. */
const isTelling = (address: string): boolean =>
  address.length <= addressLengthMax &&
  /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address) &&
  !/@(?:.*\.)?(?:local|localhost|localdomain|invalid|example|test|none)$/.test(address)

/** Of programs that many projects let commit. Anybody can type these too, and whoever does is told with them. */
const botAddresses: ReadonlySet<string> = new Set([
  "bot@renovateapp.com",
  "hosted@weblate.org",
  "snyk-bot@snyk.io",
  "support@dependabot.com",
  "support@greenkeeper.io",
])
const isBot = ({ address }: Signature): boolean => /\[bot\]@/i.test(address) || botAddresses.has(normalAddress(address))
const isForge = ({ address }: Signature): boolean => /^no-?reply@/.test(normalAddress(address))

/** By all addresses as they are typed in commits: neither a name nor `.mailmap` makes a program of somebody. A forge commits what others wrote, and writes nothing. */
function kindOf(members: readonly Member[]): Person["kind"] {
  if (members.every(({ signature }) => isBot(signature))) return "bot"
  return members.every(({ signature, authored }) => isForge(signature) && authored === 0) ? "forge" : "person"
}

function personOf(members: readonly Member[], aliased: ReadonlyMap<string, string>): Person {
  const sorted = [...members].sort(
    (a, b) =>
      b.authored + b.committed - a.authored - a.committed ||
      order(a.signature.mapped.address, b.signature.mapped.address) ||
      order(a.signature.mapped.name, b.signature.mapped.name) ||
      order(a.signature.address, b.signature.address) ||
      order(a.signature.name, b.signature.name),
  )
  const shown = sorted[0]?.signature.mapped ?? { name: "", address: "" }
  const unions = new Map<string, Union>()
  for (const { signature } of sorted) {
    const { name, address } = signature
    if (name === shown.name && address === shown.address) continue
    unions.set(`${name}\0${address}`, { name, address, by: reasonOf(signature, { shown, aliased }) })
  }
  const authored = members.reduce((sum, one) => sum + one.authored, 0)
  const first = members.reduce((least, one) => Math.min(least, one.first), Infinity)
  const last = members.reduce((most, one) => Math.max(most, one.last), -Infinity)
  return {
    ...shown,
    kind: kindOf(members),
    unions: [...unions.values()],
    authored,
    ...(authored === 0 ? {} : { span: { first: dayOf(first), last: dayOf(last) } }),
    committed: members.reduce((sum, { committed }) => sum + committed, 0),
  }
}

function reasonOf(
  { name, address, mapped }: Signature,
  { shown, aliased }: { readonly shown: Signature["mapped"]; readonly aliased: ReadonlyMap<string, string> },
): Union["by"] {
  const isSame = normalAddress(mapped.address) === normalAddress(shown.address)
  if (!isSame && aliased.has(normalAddress(mapped.address))) return "alias"
  const isMapped = normalAddress(address) !== normalAddress(mapped.address) || (name !== mapped.name && address === mapped.address)
  return isMapped ? "mailmap" : "address"
}
