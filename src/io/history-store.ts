import { createHash } from "node:crypto"
import { closeSync, constants, type Dirent, lstatSync, openSync, readdirSync, readSync } from "node:fs"
import { endianness } from "node:os"
import { join } from "node:path"
import { latin1 } from "../core/bytes.ts"
import { canonicalJson } from "../core/canonical-json.ts"
import { finishSha256, type GitOid, isGitOid, sha256Of } from "../core/digest.ts"
import { isFlag, isList, isNumber, isRecord, isText, type Shaped, shapedJson } from "../core/shape.ts"
import type { Commit, Tag } from "../model/history.ts"
import { touch } from "./cache.ts"
import { classNames } from "./commit-rows.ts"
import type { Context } from "./context.ts"
import { writeAtomically } from "./files.ts"
import type { Repository } from "./git.ts"
import { type BulkColumns, bulkColumns, bulkList, type Column, type RowColumns, rowColumns, rowList } from "./history-columns.ts"
import { KeptRows } from "./kept-rows.ts"

/** Raised whenever something else is kept of a commit than before, or it is kept in another form. */
const form = 3

/*
 * CACHE/histories/KEY, one file for each folder of objects; columns are padded to multiples of eight bytes:
 *   64 hexadecimal digits  SHA-256 of what follows, to the end of the note
 *    8 hexadecimal digits  bytes of the note
 *   the note as JSON, which has the digests of the two parts behind it
 *   the people and the columns of all commits, which every trace reads
 *   the columns of what only some ask for
 */
const digestLength = 64
const headLength = digestLength + 8

const isOid = (value: unknown): value is GitOid => isText(value) && isGitOid(value)
const isTagging = isRecord({ oid: isOid }, { annotated: isRecord({ tagger: isNumber, tagged: isNumber, isSigned: isFlag }) })
const isPart = isRecord({ sha256: isText, sizes: isList(isNumber) })

const isPair = (value: unknown): value is readonly [ref: GitOid, commit: GitOid] => isList(isOid)(value) && value.length === 2

const isNote = isRecord({
  /** What decides how git tells a commit, and which have parents; and git's version. */
  depends: isText,
  git: isText,
  /** HEAD's, and HEAD. */
  mailmap: isText,
  head: isText,
  /** The files that the objects were in: while all are as they were, whatever was read can be read. */
  objects: isList(isText),
  /** The commits of branches and tags, and those of all commits that are no other's parent. */
  refs: isList(isPair),
  heads: isList(isOid),
  tags: isList(isTagging),
  changes: isNumber,
  rows: isPart,
  bulk: isPart,
})
type Note = Shaped<typeof isNote>
type Part = Shaped<typeof isPart>

/** Where the history of a repository is kept, and what that which is kept must be of. */
export interface HistoryPlace {
  readonly path: string
  readonly depends: string
  readonly objects: readonly string[]
  readonly format: Repository["objectFormat"]
}

/** What was read of a history before, all of it and without a fault. */
export interface StoredHistory extends Pick<Note, "git" | "mailmap" | "head" | "heads" | "changes"> {
  /** The commit of each ref's id. */
  readonly refs: ReadonlyMap<GitOid, GitOid>
  readonly tags: ReadonlyMap<GitOid, Tag["annotated"]>
  /** Undefined: it is not what was kept. */
  readonly rows: () => StoredRows | undefined
}

export interface StoredRows {
  /** As the collector counts them. */
  readonly signatures: readonly string[]
  readonly rows: KeptRows
  /** Oldest first. Undefined: they are not what was kept. */
  readonly commits: () => readonly Commit[] | undefined
}

/** Undefined: which objects it has cannot be told without reading them, as of a bundle. */
export function historyPlace(repository: Repository, ctx: Context): HistoryPlace | undefined {
  const { files, objectFormat } = repository
  const objects = files === undefined ? undefined : objectFiles(files.objects)
  if (files === undefined || objects === undefined) return undefined
  const { shallow } = files
  const depends = { form, byteOrder: endianness(), objectFormat, shallow, limits: ctx.limits, classNames }
  const path = join(ctx.cache, "histories", sha256Of(files.objects))
  return { path, depends: sha256Of(canonicalJson(depends)), objects, format: objectFormat }
}

/**
 * Loose objects and packs by name, size and which file each is: not by when it was changed, as git sets that forward where it would have written the same again. Undefined: a
 * link, objects of another repository, or what cannot be looked at.
 */
function objectFiles(folder: string): readonly string[] | undefined {
  const inner = ({ name }: Dirent): readonly string[] | undefined => {
    const items = readdirSync(join(folder, name), { withFileTypes: true })
    if (name === "info") return items.some((item) => item.name.endsWith("alternates")) ? undefined : []
    const objects = items.filter((item) => /^[0-9a-f]+$|\.(?:pack|idx)$/.test(item.name))
    if (objects.some((item) => !item.isFile())) return undefined
    return objects.map((item) => {
      const path = `${name}/${item.name}`
      const { size, ino, birthtimeMs } = lstatSync(join(folder, path))
      return `${path} ${size} ${ino} ${birthtimeMs}`
    })
  }
  try {
    const folders = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => /^(?:[0-9a-f]{2}|pack|info)$/.test(name))
    if (folders.some((item) => !item.isDirectory())) return undefined
    const found = folders.map(inner)
    return found.some((one) => one === undefined) ? undefined : found.flatMap((one) => one ?? [])
  } catch {
    return undefined
  }
}

/** What is kept for this place, while all that it was read from is as it was. What cannot be read, or is not what was kept, is none. */
export function storedHistory(place: HistoryPlace, { limits }: Pick<Context, "limits">): StoredHistory | undefined {
  const file = new KeptFile(place.path, limits.keptHistoryBytesMax)
  const head = latin1(file.bytes(0, headLength))
  if (!/^[0-9a-f]{72}$/.test(head)) return undefined
  const noteEnd = headLength + Number.parseInt(head.slice(digestLength), 16)
  const signed = file.bytes(digestLength, noteEnd)
  if (sha256Of(signed) !== head.slice(0, digestLength)) return undefined
  const note = shapedJson(Buffer.from(signed.subarray(headLength - digestLength)).toString("utf8"), isNote)
  const now = new Set(place.objects)
  if (note === undefined || note.depends !== place.depends || !note.objects.every((one) => now.has(one))) return undefined
  const rowsEnd = noteEnd + lengthOf(note.rows)
  if (file.size !== rowsEnd + lengthOf(note.bulk)) return undefined
  touch(place.path)
  return {
    ...note,
    refs: new Map(note.refs),
    tags: new Map(note.tags.map(({ oid, annotated }) => [oid, annotated === undefined ? undefined : { oid, ...annotated }])),
    rows: () => {
      const [people, ...list] = file.part(noteEnd, note.rows) ?? []
      const signatures = people === undefined ? undefined : shapedJson(Buffer.from(people).toString("utf8"), isList(isText))
      if (signatures === undefined) return undefined
      const rows = new KeptRows(rowColumns(list), place.format)
      const commits = (): readonly Commit[] | undefined => {
        const bulk = file.part(rowsEnd, note.bulk)
        return bulk === undefined ? undefined : rows.commits(bulkColumns(bulk))
      }
      return { signatures, rows, commits }
    },
  }
}

function fileSize(path: string): number {
  try {
    const found = lstatSync(path)
    return found.isFile() ? found.size : 0
  } catch {
    return 0
  }
}

/** Read at once, not while others work: git does, in a process of its own. */
class KeptFile {
  readonly size: number
  readonly #path: string
  readonly #bytesMax: number

  constructor(path: string, bytesMax: number) {
    this.#path = path
    this.#bytesMax = bytesMax
    this.size = fileSize(path)
  }

  /** None where there are fewer. */
  bytes(start: number, end: number): Uint8Array {
    if (end > Math.min(this.size, this.#bytesMax)) return new Uint8Array(0)
    const bytes = Buffer.allocUnsafeSlow(end - start)
    try {
      const file = openSync(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
      try {
        return bytes.subarray(0, readSync(file, bytes, 0, bytes.byteLength, start))
      } finally {
        closeSync(file)
      }
    } catch {
      return new Uint8Array(0)
    }
  }

  part(start: number, part: Part): readonly Uint8Array[] | undefined {
    const bytes = this.bytes(start, start + lengthOf(part))
    if (sha256Of(bytes) !== part.sha256) return undefined
    let at = 0
    return part.sizes.map((size) => {
      const column = bytes.subarray(at, at + size)
      at += padded(size)
      return column
    })
  }
}

const padded = (size: number): number => Math.ceil(size / 8) * 8
const lengthOf = ({ sizes }: Part): number => sizes.reduce((sum, size) => sum + padded(size), 0)

/** Characters of people: as JSON, where one can become six, they still fit one string of V8 (2^29 characters). */
const namesLengthMax = 64 * 2 ** 20

export interface ReadHistory extends Pick<Note, "git" | "mailmap" | "head" | "heads"> {
  readonly refs: ReadonlyMap<GitOid, GitOid>
  readonly tags: ReadonlyMap<GitOid, Tag["annotated"]>
  readonly signatures: readonly string[]
  readonly rows: RowColumns
  readonly bulk: BulkColumns
}

/** Keeps a history for the next trace. One that is too large, or a cache that cannot be written, costs that trace its time and nothing else. */
export async function keepHistory(place: HistoryPlace, { signatures, ...read }: ReadHistory, ctx: Context): Promise<void> {
  if (signatures.reduce((sum, { length }) => sum + length, 0) > namesLengthMax) return
  const rows = packed([Buffer.from(JSON.stringify(signatures)), ...rowList(read.rows)])
  const bulk = packed(bulkList(read.bulk))
  const note: Note = {
    ...{ depends: place.depends, git: read.git, objects: place.objects },
    ...{ mailmap: read.mailmap, head: read.head, heads: read.heads },
    refs: [...read.refs],
    tags: [...read.tags].map(([oid, annotated]) => ({ oid, annotated })),
    changes: read.rows.changed.length,
    ...{ rows: rows.part, bulk: bulk.part },
  }
  const text = JSON.stringify(note)
  const length = Buffer.byteLength(text)
    .toString(16)
    .padStart(headLength - digestLength, "0")
  const signed = Buffer.from(length + text)
  const all = [Buffer.from(sha256Of(signed)), signed, ...rows.bytes, ...bulk.bytes]
  if (all.reduce((sum, { byteLength }) => sum + byteLength, 0) > ctx.limits.keptHistoryBytesMax) return
  await writeAtomically(place.path, Buffer.concat(all)).catch(() => undefined)
}

function packed(columns: readonly Column[]): { readonly part: Part; readonly bytes: readonly Uint8Array[] } {
  const bytes = columns.flatMap(({ buffer, byteOffset, byteLength }) => [
    new Uint8Array(buffer, byteOffset, byteLength),
    new Uint8Array(padded(byteLength) - byteLength),
  ])
  const hash = createHash("sha256")
  for (const one of bytes) hash.update(one)
  return { part: { sha256: finishSha256(hash), sizes: columns.map(({ byteLength }) => byteLength) }, bytes }
}
