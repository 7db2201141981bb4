import { constants } from "node:buffer"
import type { Key, SignaturePacket } from "openpgp"
import { type ByteSource, collect } from "../core/bytes.ts"
import { escapeForeign } from "../core/escape.ts"
import { FaultError, faultsOf, type Result } from "../core/fault.ts"
import type { Context } from "../io/context.ts"
import { readSmallFile } from "../io/files.ts"
import type { Signature } from "../model/artifact.ts"
import { binaryOf, type KeyBlock, keyBlocks, keysFor } from "./keyring.ts"
import { faultOfVersion3, type Version3, version3 } from "./signature-v3.ts"

/** Bytes of a key file or a detached signature. */
const keyringBytesMax = 32 * 2 ** 20
export const signatureBytesMax = 1 << 20
/** On which a key is tried; each costs a verification of each of its own signatures. */
const daysMax = 64

/** Keys that may sign, and where they came from. */
export interface Keys {
  readonly from: string
  readonly blocks: readonly KeyBlock[]
}

/** Written out, as the library is only loaded when a signature is checked anew. */
export const openpgpVersion = "6.3.2"

/** Puts the library that a verdict on a signature rests on in the trusted base, also where the verdict was kept from an earlier run. */
export const noteOpenpgp = (ctx: Context): void => void ctx.toolsUsed.set("openpgp", openpgpVersion)

/** The key files that the user trusts. */
export async function trustedKeys(ctx: Context): Promise<readonly Keys[]> {
  noteOpenpgp(ctx)
  const found: Keys[] = []
  for (const path of ctx.keyrings) found.push(await keysAt(path))
  return found
}

/** The keys of one file, binary or armored. A missing or unreadable one is a fault. */
export async function keysAt(path: string): Promise<Keys> {
  const bytes = await readSmallFile(path, keyringBytesMax)
  if (bytes === undefined)
    throw new FaultError({ kind: "unavailable", source: path, why: "there is no such key file", remedy: "check the path" })
  return keysFrom(path, bytes)
}

export function keysFrom(from: string, bytes: Uint8Array): Keys {
  const blocks = keyBlocks(binaryOf(bytes))
  if (blocks.length > 0) return { from, blocks }
  throw new FaultError({
    kind: "unavailable",
    source: from,
    why: "no OpenPGP public key was found in it",
    remedy: "export the key with `gpg --export --armor`",
  })
}

/** Checks a detached signature. It is an answer in every case; only a signature that cannot be read is a fault. */
export function checkDetached(what: string, bytes: ByteSource, signature: Uint8Array, keys: readonly Keys[]): Promise<Result<Signature>> {
  return faultsOf(async () => {
    const openpgp = await import("openpgp")
    const parsed = await openpgp.readSignature({ binarySignature: binaryOf(signature) }).catch((error: unknown) => unreadable(what, error))
    const ids = hexOf(parsed.getSigningKeyIDs())
    const first = ids[0]
    if (first === undefined) {
      const old = version3(binaryOf(signature))
      return old === undefined ? unreadable(what, new Error("there is none of a known version in it")) : checkVersion3(old, bytes, keys)
    }
    const known = ids.flatMap((id) => keysFor(id, keys).map((found) => ({ id, ...found })))
    if (known.length === 0) return { kind: "unknown-key", keyId: first }
    if (bytes.size > constants.MAX_LENGTH)
      throw new FaultError({ kind: "over-limit", layer: what, limit: "artifactBytesMax", max: constants.MAX_LENGTH })
    const signed = await collect(bytes.stream())
    const answers: Signature[] = []
    const read = new openpgp.PacketList<SignaturePacket>()
    read.push(...parsed.packets.filter((packet) => packet instanceof openpgp.SignaturePacket))
    const binary = new openpgp.Signature(read).write()
    for (const { from, block } of known) answers.push(await checkWith(from, block, signed, binary))
    return answers.find((answer) => answer.kind === "valid") ?? answers[0] ?? { kind: "unknown-key", keyId: first }
  })
}

async function checkVersion3(old: Version3, bytes: ByteSource, keys: readonly Keys[]): Promise<Signature> {
  const openpgp = await import("openpgp")
  const answers: Signature[] = []
  for (const { from, block } of keysFor(old.keyId, keys)) {
    const fingerprint = block.fingerprints[0] ?? ""
    const key = await openpgp.readKey({ binaryKey: block.bytes }).catch(messageOf)
    if (typeof key === "string") answers.push({ kind: "bad", fingerprint, why: key })
    else {
      const { created } = old
      const own = key.getKeys().find((one) => one.getKeyID().toHex() === old.keyId)
      const later = own === undefined ? undefined : await laterDay(key, { issuerKeyID: own.getKeyID(), created })
      const fault = await faultOfVersion3(old, bytes, { key, own, day: later ?? created })
      if (fault === undefined) answers.push(await validBy(key, { from, later, created }))
      else answers.push({ ...fault, fingerprint, why: escapeForeign(fault.why) })
    }
  }
  return answers.find(({ kind }) => kind === "valid") ?? answers[0] ?? { kind: "unknown-key", keyId: old.keyId }
}

interface Signing {
  readonly from: string
  readonly created: Date | undefined
  /** On which the key stands, where it is not the day of the signature. */
  readonly later: Date | undefined
}

async function validBy(key: Key, { from, created, later }: Signing): Promise<Signature> {
  const { user } = await key.getPrimaryUser(later).catch(() => ({ user: undefined }))
  const signer = escapeForeign(user?.userID?.userID ?? "")
  return { kind: "valid", fingerprint: key.getFingerprint(), signer, keyFrom: from, created: created?.toISOString() ?? "" }
}

/** The library's ids of keys: of a packet whose version it does not know it gives none. */
const hexOf = (ids: readonly ({ toHex(): string } | undefined)[]): readonly string[] => ids.flatMap((id) => id?.toHex() ?? [])

async function checkWith(from: string, block: KeyBlock, signed: Uint8Array, binary: unknown): Promise<Signature> {
  const fingerprint = block.fingerprints[0] ?? ""
  if (!(binary instanceof Uint8Array)) return { kind: "bad", fingerprint, why: "the signature could not be read again" }
  try {
    return await verified({ from, block, signed, binary })
  } catch (error) {
    // Whether the bytes are the signed ones is another question than whether such a signature is accepted today. A key that was taken back answers neither.
    const why = messageOf(error)
    const fits = !/revoked/i.test(why) && (await fitsBytes({ from, block, signed, binary }).catch(() => false))
    return { kind: fits ? "weak" : "bad", fingerprint, why }
  }
}

interface Asked {
  readonly from: string
  readonly block: KeyBlock
  readonly signed: Uint8Array
  readonly binary: Uint8Array
}

/** Throws when the signature is not valid. The key is judged as of the day on which it signed: that it expired since takes nothing back. */
async function verified({ from, block, signed, binary }: Asked): Promise<Signature> {
  const openpgp = await import("openpgp")
  const [key, signature, message] = await Promise.all([
    openpgp.readKey({ binaryKey: block.bytes }),
    openpgp.readSignature({ binarySignature: binary }),
    openpgp.createMessage({ binary: signed }),
  ])
  const packet = signature.packets.find(({ issuerKeyID }) => isOf(block, issuerKeyID.toHex()))
  const later = packet === undefined ? undefined : await laterDay(key, packet)
  const day = later === undefined ? {} : { date: later, config: { allowInsecureVerificationWithReformattedKeys: true } }
  const { signatures } = await openpgp.verify({ message, signature, verificationKeys: key, format: "binary", ...day })
  const own = signatures.find(({ keyID }) => isOf(block, keyID.toHex()))
  if (own === undefined) throw new Error("none of its signatures is by this key")
  await own.verified
  return validBy(key, { from, later, created: (await own.signature).packets[0]?.created ?? undefined })
}

/**
 * The first day on which a key stands whose own signatures are all younger than what it signed: whoever moves its end makes them anew, and exports leave the old ones out. They speak of its
 * whole life, which is counted from its making (RFC 9580, 5.2.3.13). Undefined: the day of the signature is one, or none is.
 */
async function laterDay(key: Key, { issuerKeyID, created }: Pick<SignaturePacket, "issuerKeyID" | "created">): Promise<Date | undefined> {
  const stands = (day: Date): Promise<boolean> =>
    key.getSigningKey(issuerKeyID, day).then(
      () => true,
      () => false,
    )
  if (created === null || (await stands(created))) return undefined
  const { SignaturePacket } = await import("openpgp")
  const days = [...key.toPacketList()].flatMap((one) =>
    one instanceof SignaturePacket && one.issuerKeyID.equals(key.getKeyID()) && one.created !== null && one.created > created
      ? [one.created]
      : [],
  )
  for (const day of days.sort((a, b) => a.getTime() - b.getTime()).slice(0, daysMax)) if (await stands(day)) return day
  return undefined
}

/** Only the arithmetic, with every algorithm and size, as releases of ten years ago used them: the key's dates and flags are not asked. The signature must be of today or earlier. */
async function fitsBytes({ block, signed, binary }: Asked): Promise<boolean> {
  const openpgp = await import("openpgp")
  const config = { ...openpgp.config, rejectHashAlgorithms: new Set<never>(), rejectMessageHashAlgorithms: new Set<never>(), minRSABits: 0 }
  const key = await openpgp.readKey({ binaryKey: block.bytes })
  const signature = await openpgp.readSignature({ binarySignature: binary })
  const [literal] = (await openpgp.createMessage({ binary: signed })).packets
  for (const packet of signature.packets) {
    const { signatureType } = packet
    if (literal === undefined || !isOf(block, packet.issuerKeyID.toHex())) continue
    if (signatureType !== openpgp.enums.signature.binary && signatureType !== openpgp.enums.signature.text) continue
    for (const { keyPacket } of key.getKeys(packet.issuerKeyID)) {
      await packet.verify(keyPacket, signatureType, literal, undefined, true, config) // throws when it does not fit
      return true
    }
  }
  return false
}

const isOf = (block: KeyBlock, keyId: string): boolean => block.fingerprints.some((one) => one.endsWith(keyId))

/** A text that carries its own signatures, as far as a key of ours vouches for it. */
export interface Cleartext {
  readonly text: string
  readonly fingerprint: string
  readonly keyFrom: string
}

/** The signed text and its signer. Nothing outside the signed part is ever returned. */
export async function checkCleartext(what: string, bytes: Uint8Array, keys: readonly Keys[]): Promise<Cleartext> {
  const openpgp = await import("openpgp")
  const cleartextMessage = Buffer.from(bytes).toString("utf8")
  const message = await openpgp.readCleartextMessage({ cleartextMessage }).catch((error: unknown) => unreadable(what, error))
  const ids = hexOf(message.getSigningKeyIDs())
  const reasons: string[] = []
  for (const { from, block } of ids.flatMap((id) => keysFor(id, keys))) {
    const key = await openpgp.readKey({ binaryKey: block.bytes })
    const { signatures } = await openpgp.verify({ message, verificationKeys: key })
    for (const { keyID, verified } of signatures) {
      if (!block.fingerprints.some((one) => one.endsWith(keyID.toHex()))) continue
      const why = await verified.then(() => undefined, messageOf)
      if (why === undefined) return { text: message.getText(), fingerprint: key.getFingerprint(), keyFrom: from }
      reasons.push(`${keyID.toHex()}: ${why}`)
    }
  }
  const expected = `a signature by a key of ${keys.map((one) => one.from).join(", ") || "a known keyring"}`
  const found = reasons.length > 0 ? reasons.join("; ") : `signatures by unknown keys only: ${ids.join(", ") || "none"}`
  throw new FaultError({ kind: "mismatch", source: what, expected, found })
}

function unreadable(what: string, error: unknown): never {
  throw new FaultError({ kind: "malformed", layer: what, offset: 0, expected: `an OpenPGP signature (${messageOf(error)})` })
}

const messageOf = (error: unknown): string => escapeForeign(error instanceof Error ? error.message : String(error)).slice(0, 300)
