import { createHash } from "node:crypto"
import type { Dirent } from "node:fs"
import { lstat, readdir } from "node:fs/promises"
import { endianness } from "node:os"
import { join } from "node:path"
import { latin1 } from "../core/bytes.ts"
import { canonicalJson } from "../core/canonical-json.ts"
import { finishSha256, type GitOid, isGitOid, sha256Of } from "../core/digest.ts"
import { isFlag, isList, isNumber, isRecord, isText, type Shaped, shapedJson } from "../core/shape.ts"
import type { Commit, Tag } from "../model/history.ts"
import { touch } from "./cache.ts"
import type { Context } from "./context.ts"
import { readSmallFile, writeAtomically } from "./files.ts"
import type { Repository } from "./git.ts"
import { type Columns, columnList, columnsOf, commitsIn } from "./history-columns.ts"

/** Raised whenever something else is kept of a commit than before, or it is kept in another form. */
const form = 1

/*
 * CACHE/histories/KEY, one file for each folder of objects, padded to multiples of eight bytes:
 *   64 hexadecimal digits  SHA-256 of all that follows
 *    8 hexadecimal digits  bytes of the note
 *   the note as JSON, then the columns in their order
 */
const digestLength = 64
const headLength = digestLength + 8

const isOid = (value: unknown): value is GitOid => isText(value) && isGitOid(value)
const isTagging = isRecord({ oid: isOid }, { annotated: isRecord({ tagger: isNumber, tagged: isNumber, isSigned: isFlag }) })

const isNote = isRecord({
  /** What decides how git tells a commit, and which have parents. */
  depends: isText,
  mailmap: isText,
  /** The files that the objects were in: while all are as they were, whatever was read can be read. */
  objects: isList(isText),
  /** The commits of branches and tags, and those of all commits that are no other's parent. */
  tips: isList(isOid),
  heads: isList(isOid),
  tags: isList(isTagging),
  /** As the collector counts them. */
  signatures: isList(isText),
  paths: isList(isText),
  columns: isList(isNumber),
})
type Note = Shaped<typeof isNote>

/** Where the history of a repository is kept, and what that which is kept must be of. */
export interface HistoryPlace {
  readonly path: string
  readonly depends: string
  readonly objects: readonly string[]
  readonly format: Repository["objectFormat"]
}

/** What was read of a history before, all of it and without a fault. */
export interface StoredHistory extends Pick<Note, "mailmap" | "heads" | "signatures"> {
  readonly commits: readonly Commit[]
  readonly changes: number
  readonly tips: ReadonlySet<GitOid>
  readonly tags: ReadonlyMap<GitOid, Tag["annotated"]>
}

/** Undefined: which objects it has cannot be told without reading them, as of a bundle. */
export async function historyPlace(repository: Repository, ctx: Context): Promise<HistoryPlace | undefined> {
  const { files, objectFormat } = repository
  const objects = files === undefined ? undefined : await objectFiles(files.objects).catch(() => undefined)
  if (files === undefined || objects === undefined) return undefined
  const { shallow } = files
  const depends = { form, byteOrder: endianness(), git: ctx.toolsUsed.get("git"), objectFormat, shallow, limits: ctx.limits }
  const path = join(ctx.cache, "histories", sha256Of(files.objects))
  return { path, depends: sha256Of(canonicalJson(depends)), objects, format: objectFormat }
}

/**
 * Loose objects and packs by name, size and which file each is: not by when it was changed, as git sets that forward where it would have written the same again. Undefined: a
 * link, or objects of another repository.
 */
async function objectFiles(folder: string): Promise<readonly string[] | undefined> {
  const inner = async ({ name }: Dirent): Promise<readonly string[] | undefined> => {
    const items = await readdir(join(folder, name), { withFileTypes: true })
    if (name === "info") return items.some((item) => item.name.endsWith("alternates")) ? undefined : []
    const objects = items.filter((item) => /^[0-9a-f]+$|\.(?:pack|idx)$/.test(item.name))
    if (objects.some((item) => !item.isFile())) return undefined
    return await Promise.all(
      objects.map(async (item) => {
        const path = `${name}/${item.name}`
        const { size, ino, birthtimeMs } = await lstat(join(folder, path))
        return `${path} ${size} ${ino} ${birthtimeMs}`
      }),
    )
  }
  const folders = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => /^(?:[0-9a-f]{2}|pack|info)$/.test(name))
  if (folders.some((item) => !item.isDirectory())) return undefined
  const found = await Promise.all(folders.map(inner))
  return found.some((one) => one === undefined) ? undefined : found.flatMap((one) => one ?? [])
}

/** What is kept for this place, while all that it was read from is as it was. What cannot be read, or is not what was kept, is none. */
export async function storedHistory(place: HistoryPlace, ctx: Context): Promise<StoredHistory | undefined> {
  const bytes = await readSmallFile(place.path, ctx.limits.keptHistoryBytesMax).catch(() => undefined)
  const head = bytes === undefined ? "" : latin1(bytes.subarray(0, headLength))
  if (bytes === undefined || !/^[0-9a-f]{72}$/.test(head)) return undefined
  if (finishSha256(createHash("sha256").update(bytes.subarray(digestLength))) !== head.slice(0, digestLength)) return undefined
  const noteEnd = headLength + Number.parseInt(head.slice(digestLength), 16)
  const note = shapedJson(Buffer.from(bytes.subarray(headLength, noteEnd)).toString("utf8"), isNote)
  const now = new Set(place.objects)
  if (note === undefined || note.depends !== place.depends || !note.objects.every((file) => now.has(file))) return undefined
  const list = parted(bytes, noteEnd, note.columns)
  if (list === undefined) return undefined
  const columns = columnsOf(list)
  await touch(place.path)
  return {
    ...note,
    commits: commitsIn({ columns, paths: note.paths, format: place.format }),
    changes: columns.paths.length,
    tips: new Set(note.tips),
    tags: new Map(note.tags.map(({ oid, annotated }) => [oid, annotated === undefined ? undefined : { oid, ...annotated }])),
  }
}

function parted(bytes: Uint8Array, start: number, sizes: readonly number[]): readonly Uint8Array[] | undefined {
  let at = start
  // Typed arrays begin at multiples of their element's size.
  const whole = (bytes.byteOffset + start) % 8 === 0 ? bytes : Uint8Array.from(bytes)
  const list = sizes.map((size) => {
    const part = whole.subarray(at, at + size)
    at += padded(size)
    return part
  })
  return at === bytes.byteLength ? list : undefined
}

const padded = (size: number): number => Math.ceil(size / 8) * 8

/** Characters of people and paths: as JSON, where one can become six, they still fit one string of V8 (2^29 characters). */
const namesLengthMax = 64 * 2 ** 20

export interface ReadHistory extends Pick<Note, "mailmap" | "tips" | "heads" | "signatures" | "paths"> {
  readonly tags: ReadonlyMap<GitOid, Tag["annotated"]>
  readonly columns: Columns
}

/** Keeps a history for the next trace. One that is too large, or a cache that cannot be written, costs that trace its time and nothing else. */
export async function keepHistory(place: HistoryPlace, { columns, tags, ...read }: ReadHistory, ctx: Context): Promise<void> {
  const list = columnList(columns)
  if ([...read.signatures, ...read.paths].reduce((sum, { length }) => sum + length, 0) > namesLengthMax) return
  const note: Note = {
    ...read,
    depends: place.depends,
    objects: place.objects,
    tags: [...tags].map(([oid, annotated]) => ({ oid, annotated })),
    columns: list.map(({ byteLength }) => byteLength),
  }
  const text = JSON.stringify(note)
  const words = Buffer.from(text.padEnd(text.length + padded(Buffer.byteLength(text)) - Buffer.byteLength(text)))
  const head = Buffer.from(words.byteLength.toString(16).padStart(headLength - digestLength, "0"))
  const parts = [head, words, ...list.flatMap((part) => [part, new Uint8Array(padded(part.byteLength) - part.byteLength)])]
  if (parts.reduce((sum, { byteLength }) => sum + byteLength, digestLength) > ctx.limits.keptHistoryBytesMax) return
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  await writeAtomically(place.path, Buffer.concat([Buffer.from(finishSha256(hash)), ...parts])).catch(() => undefined)
}
