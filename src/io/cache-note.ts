import { lstat } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { readSmallFile } from "./files.ts"

/** What the notes in the cache have in common: what something was fetched as, and which object it is. Written at download. */
const CacheNote = z.object({ what: z.string().optional(), sha256: z.string().optional(), index: z.boolean().optional() })
export type CacheNote = z.infer<typeof CacheNote>

/** In a bare mirror of ours: what it is a clone of. */
export const repositoryNote = "everybyte.json"

const noteBytesMax = 64 * 1024

/** The note that a file is, or that a repository holds. What cannot be read is none. */
export async function noteAt(path: string): Promise<CacheNote | undefined> {
  const folder = (await lstat(path).catch(() => undefined))?.isDirectory() === true
  if (!folder && !path.endsWith(".json")) return undefined
  const bytes = await readSmallFile(folder ? join(path, repositoryNote) : path, noteBytesMax).catch(() => undefined)
  try {
    return bytes === undefined ? undefined : CacheNote.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8"))).data
  } catch {
    return undefined // an answer of an earlier check, or damaged
  }
}
