import { createHash, randomBytes } from "node:crypto"
import { constants } from "node:fs"
import { chmod, mkdir, mkdtemp, open as openHandle, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { ByteSource } from "../core/bytes.ts"
import { finishSha256, type Sha256 } from "../core/digest.ts"
import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import type { Context } from "./context.ts"
import { codeOf, fault } from "./disk-fault.ts"
import { fileSource } from "./open-file.ts"

/** Writes beside the target and renames: a reader sees the old bytes or the new ones, never a part. */
export async function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  await makeFolder(dirname(path))
  const part = `${path}.${randomBytes(6).toString("hex")}.new`
  try {
    await writeFile(part, bytes, { flag: "wx", mode: 0o600 })
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    fault(path, error)
  }
}

/** The whole of a small file; undefined when there is none. */
export async function readSmallFile(
  path: string,
  bytesMax: number,
  limit: keyof Limits = "metadataBytesMax",
): Promise<Uint8Array | undefined> {
  const handle = await openHandle(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined
    return fault(path, error)
  })
  if (handle === undefined) return undefined
  try {
    const found = await handle.stat()
    if (!found.isFile()) throw new FaultError({ kind: "unavailable", source: path, why: "it is not a regular file", remedy: "name a file" })
    if (found.size > bytesMax) throw new FaultError({ kind: "over-limit", layer: path, limit, max: bytesMax })
    return await readFile(handle)
  } finally {
    await handle.close()
  }
}

export async function sha256OfSource(source: ByteSource): Promise<Sha256> {
  const hash = createHash("sha256")
  for await (const chunk of source.stream()) hash.update(chunk)
  return finishSha256(hash)
}

/** Of a file's bytes; undefined when there is none that can be read. */
export async function sha256OfFile(path: string): Promise<Sha256 | undefined> {
  const source = await fileSource(path).catch(() => undefined)
  if (source === undefined) return undefined
  try {
    return await sha256OfSource(source)
  } finally {
    await source.close()
  }
}

/** What stands at a path, links followed; undefined when nothing does. */
export async function kindAt(path: string): Promise<"file" | "folder" | "other" | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return undefined
  return found.isFile() ? "file" : found.isDirectory() ? "folder" : "other"
}

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((error: unknown) => fault(path, error))
}

/** An empty folder that others may read, for as long as something is handed over in it. */
export async function temporaryFolder(ctx: Context): Promise<{ readonly path: string; remove(): Promise<void> }> {
  await makeFolder(join(ctx.cache, "tmp"))
  const path = await mkdtemp(join(ctx.cache, "tmp", "folder-")).catch((error: unknown) => fault(ctx.cache, error))
  await chmod(path, 0o755)
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Bytes of a file; 0 when there is none. */
export const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0

/** The names in a folder, sorted; none when there is no such folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).sort()
}

/** Whether anything is at this path. */
export const exists = async (path: string): Promise<boolean> => (await kindAt(path)) !== undefined
