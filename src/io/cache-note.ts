import { lstat } from "node:fs/promises"
import { join } from "node:path"
import { isFlag, isRecord, isText, type Shaped, shapedJson } from "../core/shape.ts"
import { readSmallFile } from "./files.ts"

/** What the notes in the cache have in common: what something was fetched as, and which object it is. Written at download. */
const isCacheNote = isRecord({}, { what: isText, sha256: isText, index: isFlag })
export type CacheNote = Shaped<typeof isCacheNote>

/** In a bare mirror of ours: what it is a clone of. */
export const repositoryNote = "everybyte.json"

const noteBytesMax = 64 * 1024

/** The note that a file is, or that a repository holds. What cannot be read, as an answer of an earlier check, is none. */
export async function noteAt(path: string): Promise<CacheNote | undefined> {
  const folder = (await lstat(path).catch(() => undefined))?.isDirectory() === true
  if (!folder && !path.endsWith(".json")) return undefined
  const bytes = await readSmallFile(folder ? join(path, repositoryNote) : path, noteBytesMax).catch(() => undefined)
  return bytes === undefined ? undefined : shapedJson(Buffer.from(bytes).toString("utf8"), isCacheNote)
}
