import { opendir } from "node:fs/promises"
import { join } from "node:path"
import { sha256Of } from "../core/digest.ts"
import { FaultError, orThrow } from "../core/fault.ts"
import type { FoundReview } from "../model/review.ts"
import type { Context } from "./context.ts"
import { diskFaults } from "./disk-fault.ts"
import { kindAt, readSmallFile, writeAtomically } from "./files.ts"
import { type Checking, checkReview } from "./review-statement.ts"
import { userFolder } from "./user-folder.ts"

/*
 * FOLDER/SHA-256.json, one envelope a file, named by its bytes: writers never meet, a copy is the same file, and a folder in git merges
 * by itself. Other names are left alone, such as a README; another name ending in .json is a review that does not count.
 */

/** Where reviews are kept unless the user names a folder. */
export const ownReviews = (environment: Context["environment"]): string => join(userFolder("XDG_DATA_HOME", environment), "reviews")

/** The folder that the user named, which has to be there, or our own. */
export async function reviewFolder(named: string | undefined, ctx: Context): Promise<string> {
  if (named === undefined || (await kindAt(named)) === "folder") return named ?? ownReviews(ctx.environment)
  throw new FaultError({
    kind: "unavailable",
    source: named,
    why: "there is no such folder of reviews",
    remedy: "make it, or check the path",
  })
}

/** Puts an envelope into the store; gives back the file. */
export async function keepReview(folder: string, text: string): Promise<string> {
  const path = join(folder, `${sha256Of(text)}.json`)
  await writeAtomically(path, text)
  return path
}

/** Every review of a store and whether it counts today, in the order of the files' names. */
export async function readReviews(folder: string, checking: Checking, ctx: Context): Promise<readonly FoundReview[]> {
  const found: FoundReview[] = []
  for await (const { source, bytes } of envelopesIn(folder, ctx)) {
    if (typeof bytes === "string") found.push({ kind: "refused", source, why: bytes })
    else if (source !== `${sha256Of(bytes)}.json`)
      found.push({ kind: "refused", source, why: "it is not what its name says: it was changed, or renamed" })
    else found.push(checkReview(source, bytes, checking))
  }
  return found
}

interface Stored {
  readonly source: string
  /** Or why there are none. */
  readonly bytes: Uint8Array | string
}

/** The files of a store as they are. */
export async function* envelopesIn(folder: string, { limits }: Context): AsyncGenerator<Stored> {
  const { envelopeBytesMax, reviewsMax, reviewBytesRunMax } = limits
  let left = reviewBytesRunMax
  for (const source of await namesOf(folder, reviewsMax)) {
    const bytes = await readSmallFile(join(folder, source), envelopeBytesMax, "envelopeBytesMax").catch((error: unknown) => {
      if (error instanceof FaultError) return error.message
      throw error
    })
    if (bytes === undefined) continue // taken away just now
    if (typeof bytes !== "string") left -= bytes.byteLength
    if (left < 0) throw new FaultError({ kind: "over-limit", layer: folder, limit: "reviewBytesRunMax", max: reviewBytesRunMax })
    yield { source, bytes }
  }
}

async function namesOf(folder: string, max: number): Promise<readonly string[]> {
  if ((await kindAt(folder)) === undefined) return []
  const names: string[] = []
  const done = await diskFaults(folder, async () => {
    for await (const { name } of await opendir(folder)) {
      if (name.endsWith(".json") && names.push(name) > max)
        throw new FaultError({ kind: "over-limit", layer: folder, limit: "reviewsMax", max })
    }
  })
  orThrow(done)
  return names.sort()
}
