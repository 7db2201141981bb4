import type { Key } from "openpgp"
import { memorySource } from "../core/bytes.ts"
import type { SignatureAnswer, SignatureCheck, Signer } from "../io/git-signatures.ts"
import type { SignedObject } from "../io/git-signed.ts"
import { binaryOf, type KeyBlock, keysFor } from "./keyring.ts"
import { checkDetached, type Keys, signatureBytesMax } from "./signature.ts"

/** Signatures that one object may carry; each is tried with each key that it names. */
const packetsMax = 8

/** Checks signatures of commits and tags with these keys. A key made after the date that an object states cannot have signed it then: it counts for nothing. */
export function gitSignatureCheck(keys: readonly Keys[]): SignatureCheck {
  const known = new Map<KeyBlock, Promise<Owner>>()
  const ownerOf = (block: KeyBlock): Promise<Owner> => {
    const owner = known.get(block) ?? readOwner(block)
    known.set(block, owner)
    return owner
  }
  return async (what, signed) => {
    if (signed.signature.byteLength > signatureBytesMax) return { kind: "unreadable" }
    const openpgp = await import("openpgp")
    const signature = await openpgp.readSignature({ binarySignature: binaryOf(signed.signature) }).catch(() => undefined)
    if (signature === undefined || signature.packets.length > packetsMax) return { kind: "unreadable" }
    const ids = [...new Set(signature.getSigningKeyIDs().map((id) => id.toHex()))]
    const signers: Signer[] = []
    let other: SignatureAnswer = { kind: ids.length === 0 ? "unreadable" : "unknown-key" }
    for (const { id, from, block } of ids.flatMap((id) => keysFor(id, keys).map((found) => ({ id, ...found })))) {
      const answer = await checkDetached(what, memorySource(signed.payload), signed.signature, [{ from, blocks: [block] }])
      const kind = answer.ok ? answer.value.kind : "unreadable"
      if (kind !== "valid") other = { kind }
      else {
        const owner = await ownerOf(block)
        if (wasMade(owner, id, signed)) signers.push(owner)
        else other = { kind: "younger-key" }
      }
    }
    return signers.length > 0 ? { kind: "valid", signers } : other
  }
}

interface Owner extends Signer {
  /** When the primary key and its subkeys were made, by key id. */
  readonly made: ReadonlyMap<string, number>
  readonly madePrimary: number
}

const wasMade = ({ made, madePrimary }: Owner, id: string, { stated }: SignedObject): boolean =>
  Math.max(madePrimary, made.get(id) ?? Number.POSITIVE_INFINITY) <= stated * 1000

async function readOwner(block: KeyBlock): Promise<Owner> {
  const { readKey } = await import("openpgp")
  const key = await readKey({ binaryKey: block.bytes })
  return {
    fingerprint: key.getFingerprint(),
    addresses: await addressesOf(key),
    made: new Map(key.getKeys().map((one) => [one.getKeyID().toHex(), one.getCreationTime().getTime()])),
    madePrimary: key.getCreationTime().getTime(),
  }
}

/** Of the user ids that the key itself signed: anybody can put another one beside them. A signature of it that ended since takes nothing back. */
async function addressesOf(key: Key): Promise<readonly string[]> {
  const addresses: string[] = []
  for (const user of key.users) {
    const email = user.userID?.email
    if (email === undefined || email === "") continue
    const days = user.selfCertifications.flatMap(({ created }) => (created === null ? [] : [created]))
    for (const day of days) {
      const isOwn = await user.verify(day).catch(() => false)
      if (isOwn !== true) continue
      addresses.push(email)
      break
    }
  }
  return addresses
}
