import type { Sha256 } from "../../core/digest.ts"
import { sha256Of } from "../../core/digest.ts"
import { explainFault, faultsOf, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { decompressor } from "../../io/decompress.ts"
import { readSmallFile } from "../../io/files.ts"
import { download } from "../../io/http.ts"
import { fileSource } from "../../io/open-file.ts"
import type { Signature } from "../../model/artifact.ts"
import { checkDetached, type Keys, keysFrom, signatureBytesMax, trustedKeys } from "../signature.ts"
import { kept } from "./kept.ts"
import type { PackageFiles } from "./package-files.ts"
import { isKeptSignature } from "./schema.ts"
import type { ListedFile } from "./stanza.ts"
import { upstreamKey } from "./upstream-key.ts"

/** A package's files and the folder of the mirror they stand in. */
export interface Place {
  readonly folder: string
  readonly files: PackageFiles
}

/** What upstream's signature says, and what was not looked at to know it. */
export interface SignatureAnswer {
  readonly signature?: Signature
  readonly chain: readonly string[]
  readonly notLookedAt: readonly string[]
}

/** Checks upstream's own signature of the tarball: with the user's keys, else with the key that Debian keeps beside it. */
export async function upstreamSignature(
  place: Place,
  artifact: { readonly path: string; readonly sha256: Sha256 },
  ctx: Context,
): Promise<SignatureAnswer> {
  const { signature, debian } = place.files
  const half = debian === undefined ? [] : [`Debian's own half (${debian.name}) was not looked at`]
  if (signature === undefined) return { chain: [], notLookedAt: [...half, "the release has no upstream signature in Debian"] }
  const keyrings = await Promise.all(ctx.keyrings.map(async (path) => `${path} ${sha256Of((await readSmallFile(path, 32 << 20)) ?? "")}`))
  const question = [artifact.sha256, signature.sha256, debian?.sha256 ?? "", ...keyrings].join("\n")
  const result = await faultsOf(() =>
    kept("upstream signature 4", question, isKeptSignature, () => check(place, signature, artifact.path, ctx), ctx),
  )
  if (!result.ok)
    return { chain: [], notLookedAt: [...half, `the signature ${signature.name} could not be checked: ${explainFault(result.fault)}`] }
  return { signature: result.value, ...described(signature, debian, result.value) }
}

async function check(place: Place, signature: ListedFile, artifact: string, ctx: Context): Promise<Signature> {
  const detached = await fileSource((await fetchListed(place.folder, signature, ctx)).path)
  const bytes = await fileSource(artifact)
  try {
    const signed = await detached.read(0, Math.min(detached.size, signatureBytesMax))
    const own = await trustedKeys(ctx)
    const answer = own.length === 0 ? undefined : orThrow(await checkDetached(signature.name, bytes, signed, own))
    if (answer !== undefined && answer.kind !== "unknown-key") return answer
    const keys = await debianKeys(place, ctx)
    if (keys === undefined && answer !== undefined) return answer
    return orThrow(await checkDetached(signature.name, bytes, signed, keys === undefined ? [] : [keys]))
  } finally {
    await detached.close()
    await bytes.close()
  }
}

async function debianKeys({ folder, files }: Place, ctx: Context): Promise<Keys | undefined> {
  if (files.debian === undefined || !files.debian.name.includes(".tar.")) return undefined
  const half = await fileSource((await fetchListed(folder, files.debian, ctx)).path)
  try {
    const key = await upstreamKey(files.debian.name, half, {
      limits: ctx.limits,
      decompress: (compression, chunks) => decompressor(ctx)(compression, chunks),
    })
    return key === undefined ? undefined : keysFrom(`${key.name} in ${files.debian.name}`, key.bytes)
  } finally {
    await half.close()
  }
}

/** A file of a source package, with the digest and size that Sources promises. */
export async function fetchListed(
  folder: string,
  { name, size, sha256 }: ListedFile,
  ctx: Context,
): Promise<{ readonly path: string; readonly sha256: Sha256 }> {
  return orThrow(
    await download(`${folder}${encodeURIComponent(name)}`, { what: name, expect: { algorithm: "sha256", hex: sha256, size } }, ctx),
  )
}

function described(
  signature: ListedFile,
  debian: ListedFile | undefined,
  answer: Signature,
): Pick<SignatureAnswer, "chain" | "notLookedAt"> {
  const untouched = debian === undefined ? [] : [`Debian's own half (${debian.name}) was not looked at`]
  const forKey = debian === undefined ? [] : [`of Debian's own half (${debian.name}) only upstream's signing key was looked for`]
  if (answer.kind === "valid") {
    const ofDebian = debian !== undefined && answer.keyFrom.endsWith(` in ${debian.name}`)
    return {
      chain: [`${signature.name}: valid signature by ${answer.fingerprint} (key from ${answer.keyFrom})`],
      notLookedAt: ofDebian ? forKey : untouched,
    }
  }
  if (answer.kind === "bad")
    return { chain: [`${signature.name}: BAD signature by ${answer.fingerprint}: ${answer.why}`], notLookedAt: forKey }
  if (answer.kind === "weak")
    return { chain: [`${signature.name}: signature by ${answer.fingerprint} that is not relied on: ${answer.why}`], notLookedAt: forKey }
  return {
    chain: [],
    notLookedAt: [
      ...forKey,
      `${signature.name} was not verified: its key ${answer.keyId} is neither in a given keyring nor in Debian's half`,
    ],
  }
}
