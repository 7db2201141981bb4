import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto"
import { link, rm, stat, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type Sha256, sha256Of } from "../core/digest.ts"
import { FaultError } from "../core/fault.ts"
import type { Reviewer } from "../model/policy.ts"
import type { Context } from "./context.ts"
import { diskFaults } from "./disk-fault.ts"
import { makeFolder, readSmallFile } from "./files.ts"
import { userFolder } from "./user-folder.ts"

/** Signs statements (RFC 8032, Ed25519). */
export interface SigningKey {
  readonly keyId: Sha256
  readonly key: KeyObject
  /** The half to hand out: SPKI in PEM. */
  readonly publicKey: string
}

/** A key whose word counts, and whose it is. */
export interface TrustedKey {
  readonly name: string
  readonly keyId: string
  readonly key: KeyObject
}

const keyBytesMax = 1 << 16

/** This machine's own key. */
export const ownKeyPath = (environment: Context["environment"]): string =>
  join(userFolder("XDG_CONFIG_HOME", environment), "review-key.pem")

/** Makes the key unless there is one. Never writes over one: what it signed would be lost. */
export async function createSigningKey(path: string): Promise<void> {
  await makeFolder(dirname(path))
  const part = `${path}.${randomBytes(6).toString("hex")}.new`
  const { privateKey } = generateKeyPairSync("ed25519")
  const done = await diskFaults(path, async () => {
    try {
      await writeFile(part, privateKey.export({ type: "pkcs8", format: "pem" }), { flag: "wx", mode: 0o600 })
      // Unlike a rename, a link takes no one's place: of two runs at once the second finds the first's key, whole.
      await link(part, path).catch((error: unknown) => {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error
      })
    } finally {
      await rm(part, { force: true })
    }
  })
  if (!done.ok) throw new FaultError(done.fault)
}

/** The key to sign with. Like ssh, none that others on this machine may read. */
export async function signingKeyAt(path: string): Promise<SigningKey> {
  const bytes = await readSmallFile(path, keyBytesMax)
  const remedy = "make one with `everybyte review key`, or name it with --key FILE"
  if (bytes === undefined) throw new FaultError({ kind: "unavailable", source: path, why: "there is no key", remedy })
  const { mode } = await stat(path)
  if ((mode & 0o077) !== 0)
    throw new FaultError({ kind: "refused", source: path, why: "others may read this private key", remedy: `chmod 600 ${path}` })
  const key = keyOf(() => createPrivateKey({ key: Buffer.from(bytes), format: "pem" }))
  if (key === undefined)
    throw new FaultError({ kind: "unavailable", source: path, why: "it is no Ed25519 private key in PEM without a passphrase", remedy })
  const half = createPublicKey(key)
  return { keyId: keyIdOf(half), key, publicKey: half.export({ type: "spki", format: "pem" }).toString() }
}

/** A public key as a policy or a file has it; undefined for anything else, a private key among it. */
export function trustedKey(name: string, pem: string): TrustedKey | undefined {
  if (!/^\s*-----BEGIN PUBLIC KEY-----/.test(pem)) return undefined
  const key = keyOf(() => createPublicKey({ key: pem, format: "pem" }))
  return key === undefined ? undefined : { name, keyId: keyIdOf(key), key }
}

/** Whose word counts: the policy's reviewers, and whoever has this machine's key. */
export async function trustedKeys(reviewers: readonly Reviewer[], ctx: Context): Promise<readonly TrustedKey[]> {
  const named = reviewers.map(({ name, key }) => {
    const trusted = trustedKey(name, key)
    if (trusted === undefined)
      throw new FaultError({
        kind: "usage",
        why: `the key of the reviewer ${name} is no Ed25519 public key in PEM`,
        remedy: "`everybyte review key` prints one",
      })
    return trusted
  })
  const own = await ownKey(ctx)
  return own === undefined || named.some(({ keyId }) => keyId === own.keyId) ? named : [...named, own]
}

/** The key of this machine's user, whose word counts here; undefined where there is none. */
export async function ownKey(ctx: Context): Promise<TrustedKey | undefined> {
  const path = ownKeyPath(ctx.environment)
  if ((await readSmallFile(path, keyBytesMax)) === undefined) return undefined
  const { key, keyId } = await signingKeyAt(path)
  return { name: "the key of this machine", keyId, key: createPublicKey(key) }
}

/** SHA-256 of the SPKI in DER. */
const keyIdOf = (key: KeyObject): Sha256 => sha256Of(key.export({ type: "spki", format: "der" }))

function keyOf(read: () => KeyObject): KeyObject | undefined {
  try {
    const key = read()
    return key.asymmetricKeyType === "ed25519" ? key : undefined
  } catch {
    return undefined // OpenSSL's words for what is no key say nothing to a reader
  }
}
