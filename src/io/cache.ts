import { type Dirent, existsSync } from "node:fs"
import { lstat, readdir, rm, stat, utimes } from "node:fs/promises"
import { homedir } from "node:os"
import { join } from "node:path"
import type { Context } from "./context.ts"

/** What the cache holds, by folder. A repository or toolchain is one entry, however many files it has. */
export const cacheKinds = ["objects", "partial", "indexes", "repositories", "tmp"] as const
export type CacheKind = (typeof cacheKinds)[number]

export interface CacheEntry {
  readonly kind: CacheKind
  /** Relative to the cache folder. */
  readonly path: string
  readonly bytes: number
  /** When it was last used, in milliseconds since 1970. */
  readonly usedAt: number
}

export interface Pruned {
  readonly removed: readonly CacheEntry[]
  readonly bytesLeft: number
}

const day = 86_400_000
const foldersMax = 64

/** `$XDG_CACHE_HOME/everybyte`, else `~/.cache/everybyte` (XDG Base Directory Specification: a relative value is ignored). */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const set = environment["XDG_CACHE_HOME"]
  if (set?.startsWith("/") === true) return join(set, "everybyte")
  return join(environment["HOME"] ?? homedir(), ".cache", "everybyte")
}

/** Marks an entry as used now. A folder's access time says nothing, as listing the cache changes it; so it gets a new modification time. */
export async function touch(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  // A cache that may only be read is still a cache.
  if (found !== undefined) await utimes(path, new Date(), found.isDirectory() ? new Date() : found.mtime).catch(() => undefined)
}

/** Everything in the cache, by path. */
export async function listCache(ctx: Context): Promise<readonly CacheEntry[]> {
  const entries: CacheEntry[] = []
  for (const kind of cacheKinds) entries.push(...(await entriesOf(ctx.cache, kind)))
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Removes leftovers older than a day, then the entries that were used longest ago, until at most `bytesMax` remain. */
export async function pruneCache(ctx: Context, bytesMax: number): Promise<Pruned> {
  const entries = [...(await listCache(ctx))].sort((a, b) => a.usedAt - b.usedAt || (a.path < b.path ? -1 : 1))
  const old = Date.now() - day
  let bytesLeft = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  const removed: CacheEntry[] = []
  for (const entry of entries) {
    const leftover = entry.kind === "tmp" && entry.usedAt < old
    const busy = entry.kind === "tmp" && !leftover // a younger one may belong to a run that is under way
    if (!leftover && (bytesLeft <= bytesMax || busy)) continue
    await rm(join(ctx.cache, entry.path), { recursive: true, force: true })
    removed.push(entry)
    bytesLeft -= entry.bytes
  }
  return { removed, bytesLeft }
}

async function entriesOf(cache: string, kind: CacheKind): Promise<CacheEntry[]> {
  const whole = kind === "repositories" || kind === "tmp"
  const found: CacheEntry[] = []
  for (const member of await members(join(cache, kind))) {
    const path = `${kind}/${member.name}`
    if (member.isDirectory() && !whole) {
      for (const inner of await members(join(cache, path))) found.push(await entryAt(cache, kind, `${path}/${inner.name}`))
    } else found.push(await entryAt(cache, kind, path))
  }
  return found.filter((entry) => existsSync(join(cache, entry.path)))
}

const members = (folder: string): Promise<Dirent[]> => readdir(folder, { withFileTypes: true }).catch(() => [])

async function entryAt(cache: string, kind: CacheKind, path: string): Promise<CacheEntry> {
  const found = await lstat(join(cache, path)).catch(() => undefined)
  if (found === undefined) return { kind, path, bytes: 0, usedAt: 0 }
  const bytes = found.isDirectory() ? await bytesUnder(join(cache, path), foldersMax) : found.size
  return { kind, path, bytes, usedAt: found.isDirectory() ? found.mtimeMs : Math.max(found.atimeMs, found.mtimeMs) }
}

async function bytesUnder(folder: string, depthLeft: number): Promise<number> {
  if (depthLeft === 0) return 0
  let bytes = 0
  for (const member of await members(folder)) {
    const path = join(folder, member.name)
    if (member.isDirectory()) bytes += await bytesUnder(path, depthLeft - 1)
    else bytes += (await lstat(path).catch(() => undefined))?.size ?? 0
  }
  return bytes
}
