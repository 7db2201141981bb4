import { type Dirent, utimesSync } from "node:fs"
import { lstat, readdir, rm, stat } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { type CacheNote, noteAt } from "./cache-note.ts"
import type { Context } from "./context.ts"
import { statOf } from "./file-looks.ts"
import { storedToolchains } from "./toolchain-store.ts"

/** What a person knows it as. `other`: notes, answers of earlier checks, what was made again, reports, histories, unfinished downloads, temporary files. */
export type CacheKind = "artifact" | "index" | "metadata" | "repository" | "toolchain" | "other"

/** One thing in the cache, with the notes beside it. */
export interface CacheItem {
  readonly kind: CacheKind
  /** What it was fetched as, or where it stands. May come from the network. */
  readonly name: string
  /** Relative to the cache folder. */
  readonly paths: readonly string[]
  readonly bytes: number
  /** When it was last used, in milliseconds since 1970. */
  readonly usedAt: number
}

export interface Pruned {
  readonly removed: readonly CacheItem[]
  readonly left: readonly CacheItem[]
}

const day = 86_400_000
const foldersMax = 64
const nameCharactersMax = 200

/** Marks an entry as used now. A folder's access time says nothing, as listing the cache changes it; so it gets a new modification time. */
export function touch(path: string): void {
  const found = statOf(path)
  if (found === undefined) return
  try {
    utimesSync(path, new Date(), found.isDirectory() ? new Date() : found.mtime)
  } catch {
    // A cache that may only be read is still a cache.
  }
}

/** Everything in the cache, by kind, name and path. */
export async function listCache(ctx: Context): Promise<readonly CacheItem[]> {
  const files = await filesOf(ctx.cache)
  const notes = new Map<string, CacheNote>()
  for (const { path } of files) {
    const note = await noteAt(join(ctx.cache, path))
    if (note !== undefined) notes.set(path, note)
  }
  const described = describing(notes)
  const items = new Map<string, CacheItem>()
  // A note comes after what it is about, so that this one's time of use counts.
  for (const file of files.sort((a, b) => Number(a.path.endsWith(".json")) - Number(b.path.endsWith(".json")) || compare(a.path, b.path))) {
    const owner = ownerOf(file.path, notes.get(file.path), items)
    const item = items.get(owner)
    if (item === undefined) items.set(owner, { ...described(file.path), paths: [file.path], bytes: file.bytes, usedAt: file.usedAt })
    else items.set(owner, { ...item, paths: [...item.paths, file.path], bytes: item.bytes + file.bytes })
  }
  return [...items.values(), ...(await toolchainItems(ctx))].sort(
    (a, b) => compare(a.kind, b.kind) || compare(a.name, b.name) || compare(a.paths[0] ?? "", b.paths[0] ?? ""),
  )
}

/** A toolchain's size is known from its note: it has too many files to look at each. */
async function toolchainItems(ctx: Context): Promise<readonly CacheItem[]> {
  const found: CacheItem[] = []
  for (const { name, digest, root, installedBytes } of await storedToolchains(ctx)) {
    const path = dirname(root)
    const usedAt = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0
    found.push({
      kind: "toolchain",
      name: `${name}  ${digest.slice(0, 16)}`,
      paths: [relative(ctx.cache, path)],
      bytes: installedBytes,
      usedAt,
    })
  }
  return found
}

/**
 * Removes leftovers older than a day, then what was used longest ago, until at most `bytesMax` remain. A dry run only says what it would remove.
 * Toolchains neither count nor go: somebody built them on purpose, and a sandbox may be in one (`everybyte toolchain remove`).
 */
export async function pruneCache(ctx: Context, bytesMax: number, dryRun = false): Promise<Pruned> {
  const items = [...(await listCache(ctx))]
  const removed = new Set<CacheItem>()
  const old = Date.now() - day
  const prunable = items.filter(({ kind }) => kind !== "toolchain")
  let bytesLeft = prunable.reduce((sum, item) => sum + item.bytes, 0)
  for (const item of prunable.toSorted((a, b) => a.usedAt - b.usedAt || compare(a.paths[0] ?? "", b.paths[0] ?? ""))) {
    const path = item.paths[0] ?? ""
    const leftover = path.startsWith("tmp/") && item.usedAt < old
    const busy = /^(?:tmp|partial)\//.test(path) && item.usedAt >= old // it may belong to a run that is under way
    if (!leftover && (bytesLeft <= bytesMax || busy)) continue
    if (!dryRun) for (const one of item.paths) await rm(join(ctx.cache, one), { recursive: true, force: true })
    removed.add(item)
    bytesLeft -= item.bytes
  }
  return { removed: items.filter((item) => removed.has(item)), left: items.filter((item) => !removed.has(item)) }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The path that a file is counted with: a pointer's object, a note's document, itself. */
function ownerOf(path: string, note: CacheNote | undefined, items: ReadonlyMap<string, CacheItem>): string {
  const about = path.startsWith("indexes/pointers/") ? `objects/${note?.sha256}` : path.replace(/\.json$/, "")
  return items.has(about) ? about : path
}

const others: ReadonlyMap<string, string> = new Map([
  ["indexes/pointers", "notes of downloads that are gone"],
  ["indexes/checked", "answers of earlier checks"],
  ["histories", "histories of traces"],
  ["partial", "unfinished downloads"],
  ["replays", "files that were made again"],
  ["reports", "reports of audits"],
  ["tmp", "temporary files"],
])

/** What a file is: by its place, and by the notes about it. */
function describing(notes: ReadonlyMap<string, CacheNote>): (path: string) => Pick<CacheItem, "kind" | "name"> {
  const pointers = new Map(
    [...notes].flatMap(([path, note]) => (path.startsWith("indexes/pointers/") ? [[note.sha256, note] as const] : [])),
  )
  return (path) => {
    const [folder = "", second = "", third] = path.split("/")
    const own = notes.get(path) ?? notes.get(`${path}.json`)
    const named = (kind: CacheKind, note: CacheNote | undefined, more = "") => ({
      kind,
      name: note?.what === undefined ? path : `${note.what.slice(0, nameCharactersMax)}${more}`,
    })
    const pointer = pointers.get(second.replace(/\.sqlite$/, ""))
    if (folder === "repositories") return named("repository", own)
    if (folder === "objects") return named(pointer?.index === true ? "index" : "artifact", pointer, `  sha256 ${second.slice(0, 12)}`)
    if (folder === "indexes" && third === undefined) return named("index", pointer, ", made for lookup")
    if (folder === "indexes" && second === "metadata") return named("metadata", own, own?.sha256 === undefined ? " (there is none)" : "")
    return { kind: "other", name: others.get(`${folder}/${second}`) ?? others.get(folder) ?? path }
  }
}

interface CacheFile {
  readonly path: string
  readonly bytes: number
  readonly usedAt: number
}

/** The files of the cache; a repository and a temporary folder count as one, however many files they have. */
async function filesOf(cache: string): Promise<CacheFile[]> {
  const found: (CacheFile | undefined)[] = []
  for (const folder of ["objects", "partial", "indexes", "repositories", "histories", "replays", "reports", "tmp"]) {
    const whole = folder === "repositories" || folder === "tmp"
    for (const member of await members(join(cache, folder))) {
      const path = `${folder}/${member.name}`
      if (!member.isDirectory() || whole) found.push(await fileAt(cache, path))
      else for (const inner of await members(join(cache, path))) found.push(await fileAt(cache, `${path}/${inner.name}`))
    }
  }
  return found.filter((file) => file !== undefined)
}

const members = (folder: string): Promise<Dirent[]> => readdir(folder, { withFileTypes: true }).catch(() => [])

/** A note's access time says nothing either: listing the cache reads it. */
async function fileAt(cache: string, path: string): Promise<CacheFile | undefined> {
  const found = await lstat(join(cache, path)).catch(() => undefined)
  if (found === undefined) return undefined
  const bytes = found.isDirectory() ? await bytesUnder(join(cache, path), foldersMax) : found.size
  const read = found.isDirectory() || path.endsWith(".json")
  return { path, bytes, usedAt: read ? found.mtimeMs : Math.max(found.atimeMs, found.mtimeMs) }
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
