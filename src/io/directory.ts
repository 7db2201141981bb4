import { createReadStream } from "node:fs"
import { lstat, open, readdir, readlink, stat } from "node:fs/promises"
import { join } from "node:path"
import type { ByteSource } from "../core/bytes.ts"
import { memorySource } from "../core/bytes.ts"
import { FaultError } from "../core/fault.ts"
import { decodeName } from "../core/name.ts"
import type { Context } from "./context.ts"

export interface Found {
  readonly path: string
  readonly type: "file" | "link" | "special"
  readonly mode: number
  readonly target: string | undefined
  readonly content: ByteSource
}

/**
 * Every file under a folder, in byte order of the paths, links not followed. `skipped` receives what is left out:
 * a `.git` at the top belongs to a checkout and is not part of a release.
 */
export async function* walkDirectory(folder: string, ctx: Context, skipped: (path: string) => void): AsyncGenerator<Found> {
  let seen = 0
  for await (const path of namesUnder(folder, "", ctx.limits.depthMax * 32)) {
    if (path === ".git" || path.startsWith(".git/")) {
      if (path === ".git") skipped(path)
      continue
    }
    seen += 1
    if (seen > ctx.limits.entriesMax)
      throw new FaultError({ kind: "over-limit", layer: folder, limit: "entriesMax", max: ctx.limits.entriesMax })
    yield found(folder, path)
  }
}

export async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() === true
}

async function* namesUnder(folder: string, prefix: string, depthLeft: number): AsyncGenerator<string> {
  if (depthLeft === 0)
    throw new FaultError({
      kind: "unavailable",
      source: join(folder, prefix),
      why: "folders are nested too deep",
      remedy: "name a folder further down",
    })
  const names = await readdir(Buffer.from(join(folder, prefix)), { withFileTypes: true, encoding: "buffer" })
  names.sort((a, b) => Buffer.compare(a.name, b.name))
  for (const name of names) {
    const path = `${prefix}${decodeName(name.name)}`
    if (!name.isDirectory()) yield path
    else if (path === ".git") yield path
    else yield* namesUnder(folder, `${path}/`, depthLeft - 1)
  }
}

async function found(folder: string, path: string): Promise<Found> {
  const full = join(folder, path)
  const found = await lstat(full)
  const mode = found.mode & 0o7777
  if (found.isSymbolicLink()) {
    const target = decodeName(await readlink(full, { encoding: "buffer" }))
    return { path, type: "link", mode, target, content: memorySource(Buffer.from(target)) }
  }
  if (!found.isFile()) return { path, type: "special", mode, target: undefined, content: memorySource(Buffer.alloc(0)) }
  return { path, type: "file", mode, target: undefined, content: lazyFile(full, found.size) }
}

/** A file that is opened for each read, so that a tree of any size holds no handles. */
function lazyFile(path: string, size: number): ByteSource {
  return {
    size,
    async read(start, end) {
      const handle = await open(path)
      try {
        const bytes = Buffer.alloc(end - start)
        const { bytesRead } = await handle.read(bytes, 0, bytes.byteLength, start)
        return bytes.subarray(0, bytesRead)
      } finally {
        await handle.close()
      }
    },
    async *stream(start = 0, end = size) {
      if (end > start) yield* createReadStream(path, { start, end: end - 1, highWaterMark: 1 << 20 })
    },
  }
}
