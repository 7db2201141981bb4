import { order } from "../../core/order.ts"
import type { CommitRows, HistoryRows, Signature } from "../../model/history.ts"
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
export function identify({ signatures, rows }: Pick<HistoryRows, "signatures" | "rows">, aliases: readonly Alias[] = []): Identities {
  const aliased = new Map(aliases.flatMap((addresses) => addresses.map((one) => [normalAddress(one), normalAddress(addresses[0] ?? "")])))
  const counts = countsOf(rows, signatures.length)
  const groups = new Map<string, number[]>()
  for (const [index, signature] of signatures.entries()) {
    const key = keyOf(signature, aliased)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [index])
    else group.push(index)
  }
  const memberAt = (index: number): Member => ({ signature: signatures[index] ?? nobody, ...counts(index) })
  const found = Array.from(groups.values(), (indexes) => ({ indexes, person: personOf(indexes.map(memberAt), aliased) }))
  found.sort((a, b) => b.person.authored - a.person.authored || b.person.committed - a.person.committed || compare(a.person, b.person))
  const ids = new Array<PersonId>(signatures.length).fill(0)
  for (const [id, { indexes }] of found.entries()) for (const index of indexes) ids[index] = id
  return { people: found.map(({ person }) => person), personOf: ids }
}

interface Counted {
  readonly authored: number
  readonly committed: number
  /** Of what it is the author of, seconds since 1970; infinite where that is nothing. */
  readonly first: number
  readonly last: number
}

interface Member extends Counted {
  readonly signature: Signature
}

const nobody: Signature = { name: "", address: "", mapped: { name: "", address: "" } }

/** By the index of a signature. */
function countsOf(rows: CommitRows, signatures: number): (signature: number) => Counted {
  const [authored, committed] = [new Uint32Array(signatures), new Uint32Array(signatures)]
  const [first, last] = [new Float64Array(signatures).fill(Infinity), new Float64Array(signatures).fill(-Infinity)]
  for (let row = 0; row < rows.length; row += 1) {
    if ((rows.parentCounts[row] ?? 0) > 1) continue
    const author = rows.author[row] ?? 0
    const committer = rows.committer[row] ?? 0
    const at = rows.authored[row] ?? 0
    authored[author] = (authored[author] ?? 0) + 1
    committed[committer] = (committed[committer] ?? 0) + 1
    if (at < (first[author] ?? 0)) first[author] = at
    if (at > (last[author] ?? 0)) last[author] = at
  }
  return (one) => ({ authored: authored[one] ?? 0, committed: committed[one] ?? 0, first: first[one] ?? 0, last: last[one] ?? 0 })
}

const compare = (a: Person, b: Person): number => order(a.address, b.address) || order(a.name, b.name)

/** An address that says who it is; else the signature as it stands. */
function keyOf({ mapped }: Signature, aliased: ReadonlyMap<string, string>): string {
  const address = normalAddress(mapped.address)
  return isTelling(address) ? (aliased.get(address) ?? address) : `${address}\0${mapped.name}`
}

/** Forges put a number before the name of an account, where they hide its address. */
export function normalAddress(address: string): string {
  const plain = address.trim().toLowerCase()
  return plain.includes("@users.noreply.") ? plain.replace(/^\d+[+-](?=[^@]+@users\.noreply\.)/, "") : plain
}

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
const isBot = (normal: string): boolean => normal.includes("[bot]@") || botAddresses.has(normal)
const isForge = (normal: string): boolean => normal.startsWith("noreply@") || normal.startsWith("no-reply@")

/** By all addresses as they are typed in commits: neither a name nor `.mailmap` makes a program of somebody. A forge commits what others wrote, and writes nothing. */
function kindOf(members: readonly Member[]): Person["kind"] {
  const are = (is: (normal: string) => boolean): boolean => members.every(({ signature }) => is(normalAddress(signature.address)))
  if (are(isBot)) return "bot"
  return members.every(({ authored }) => authored === 0) && are(isForge) ? "forge" : "person"
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
  let [authored, committed, first, last] = [0, 0, Infinity, -Infinity]
  for (const one of members) {
    authored += one.authored
    committed += one.committed
    first = Math.min(first, one.first)
    last = Math.max(last, one.last)
  }
  return {
    ...shown,
    kind: kindOf(members),
    unions: [...unions.values()],
    authored,
    ...(authored === 0 ? {} : { span: { first: dayOf(first), last: dayOf(last) } }),
    committed,
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
