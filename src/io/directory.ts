import { constants } from "node:fs"
import { type FileHandle, lstat, open, readdir, readlink, stat } from "node:fs/promises"
import type { ByteSource } from "../core/bytes.ts"
import { memorySource } from "../core/bytes.ts"
import { FaultError } from "../core/fault.ts"
import { decodeName } from "../core/name.ts"
import type { Context } from "./context.ts"
import { diskFaults } from "./disk-fault.ts"

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
  for await (const place of namesUnder({ path: "", raw: Buffer.from(folder) }, ctx.limits.depthMax * 32)) {
    if (place.path === ".git") {
      skipped(place.path)
      continue
    }
    seen += 1
    if (seen > ctx.limits.entriesMax)
      throw new FaultError({ kind: "over-limit", layer: folder, limit: "entriesMax", max: ctx.limits.entriesMax })
    yield await found(place)
  }
}

export async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() === true
}

/** The name as it is told, and the bytes that the operating system knows it by: a name need not be UTF-8. */
interface Place {
  readonly path: string
  readonly raw: Buffer
}

async function* namesUnder(at: Place, depthLeft: number): AsyncGenerator<Place> {
  if (depthLeft === 0)
    throw new FaultError({
      kind: "unavailable",
      source: shown(at.raw),
      why: "folders are nested too deep",
      remedy: "name a folder further down",
    })
  const names = await reading(at.raw, () => readdir(at.raw, { withFileTypes: true, encoding: "buffer" }))
  names.sort((a, b) => Buffer.compare(a.name, b.name))
  for (const name of names) {
    const path = `${at.path}${decodeName(name.name)}`
    const raw = Buffer.concat([at.raw, Buffer.from("/"), name.name])
    if (!name.isDirectory() || path === ".git") yield { path, raw }
    else yield* namesUnder({ path: `${path}/`, raw }, depthLeft - 1)
  }
}

async function found({ path, raw }: Place): Promise<Found> {
  const found = await reading(raw, () => lstat(raw))
  const mode = found.mode & 0o7777
  if (found.isSymbolicLink()) {
    const target = await reading(raw, () => readlink(raw, { encoding: "buffer" }))
    return { path, type: "link", mode, target: decodeName(target), content: memorySource(target) }
  }
  if (!found.isFile()) return { path, type: "special", mode, target: undefined, content: memorySource(Buffer.alloc(0)) }
  return { path, type: "file", mode, target: undefined, content: lazyFile(raw, found.size) }
}

const chunkBytes = 1 << 20

/** A file that is opened for each read, so that a tree of any size holds no handles. */
function lazyFile(raw: Buffer, size: number): ByteSource {
  return {
    size,
    async read(start, end) {
      const handle = await openFile(raw)
      try {
        return await readSpan(handle, raw, { start, end })
      } finally {
        await handle.close()
      }
    },
    async *stream(start = 0, end = size) {
      if (end <= start) return
      const handle = await openFile(raw)
      try {
        for (let at = start; at < end; at += chunkBytes)
          yield await readSpan(handle, raw, { start: at, end: Math.min(end, at + chunkBytes) })
      } finally {
        await handle.close()
      }
    },
  }
}

/** What was a file may have become a link or a pipe since: neither is followed or waited for. */
const openFile = (raw: Buffer): Promise<FileHandle> =>
  reading(raw, () => open(raw, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK))

async function readSpan(handle: FileHandle, raw: Buffer, span: { readonly start: number; readonly end: number }): Promise<Uint8Array> {
  const bytes = Buffer.alloc(span.end - span.start)
  let have = 0
  while (have < bytes.byteLength) {
    const { bytesRead } = await reading(raw, () => handle.read(bytes, have, bytes.byteLength - have, span.start + have))
    if (bytesRead === 0)
      throw new FaultError({ kind: "unavailable", source: shown(raw), why: "it became shorter while it was read", remedy })
    have += bytesRead
  }
  return bytes
}

const remedy = "make it readable, and run again when nothing writes to the folder"
const shown = (raw: Buffer): string => decodeName(raw)

/** What the operating system refuses, as a fault that says which file it was. */
async function reading<T>(raw: Buffer, work: () => Promise<T>): Promise<T> {
  const result = await diskFaults(shown(raw), work)
  if (result.ok) return result.value
  throw new FaultError(result.fault.kind === "unavailable" ? { ...result.fault, remedy } : result.fault)
}
