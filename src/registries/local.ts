import { faultsOf, orThrow, type Result } from "../core/fault.ts"
import { baseName } from "../core/path.ts"
import type { Context } from "../io/context.ts"
import { kindAt, readSmallFile, sha256OfSource } from "../io/files.ts"
import { fileSource } from "../io/open-file.ts"
import type { Signature } from "../model/artifact.ts"
import type { Located } from "./registry.ts"
import { ownSignature } from "./rpm-signature.ts"
import { checkDetached, signatureBytesMax, trustedKeys } from "./signature.ts"

/** Endings of a detached signature beside its file. */
export const signatureEndings = [".asc", ".sig"] as const

/** A release that is a file on this machine. Folders are opened elsewhere. */
export function locatePath(path: string, ctx: Context): Promise<Result<Located>> {
  return faultsOf(async () => {
    const bytes = await fileSource(path)
    const chain = ["read from a file on this machine; nothing vouches for its bytes"]
    const name = baseName(path)
    const beside = await besideFile(path, bytes, ctx)
    const own = await ownSignature(name, bytes, ctx)
    const signature = beside.signature ?? own.signature
    return {
      name,
      version: undefined,
      purl: undefined,
      sha256: await sha256OfSource(bytes),
      bytes,
      provenance: {
        chain: [...chain, ...own.chain],
        notLookedAt: [...beside.notLookedAt, ...own.notLookedAt],
        ...(signature === undefined ? {} : { signature }),
      },
    }
  })
}

async function besideFile(path: string, bytes: Located["bytes"], ctx: Context): Promise<{ signature?: Signature; notLookedAt: string[] }> {
  for (const ending of signatureEndings) {
    if ((await kindAt(path + ending)) !== "file") continue
    const name = `${baseName(path)}${ending}`
    if (ctx.keyrings.length === 0) return { notLookedAt: [noKeys(name)] }
    const detached = await readSmallFile(path + ending, signatureBytesMax)
    if (detached !== undefined)
      return { signature: orThrow(await checkDetached(name, bytes, detached, await trustedKeys(ctx))), notLookedAt: [] }
  }
  return { notLookedAt: [] }
}

/** What a report says of a signature for which the user gave no key. */
const noKeys = (name: string): string => `the signature ${name}: no key was given (--keyring FILE)`
