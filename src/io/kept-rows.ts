import { type GitOid, gitOidAt, gitOidsIn, type ObjectFormat } from "../core/digest.ts"
import type { Commit, CommitRows, PathChange, Touch, Trailer } from "../model/history.ts"
import type { BulkColumns, RowColumns } from "./history-columns.ts"

export const idBytes = (format: ObjectFormat): number => (format === "sha1" ? 20 : 32)

const startOf = (ends: Uint32Array, index: number): number => (index === 0 ? 0 : (ends[index - 1] ?? 0))

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)

/** Rows by the first three bytes of their ids; whoever makes many alike makes them slow to find, at 2^24 hashes each. */
export function byIdOf(ids: Uint8Array, format: ObjectFormat): Uint32Array {
  const bytes = idBytes(format)
  const keys = new Float64Array(ids.length / bytes)
  for (let row = 0; row < keys.length; row += 1) keys[row] = beginning(ids, row * bytes) * rowsMax + row
  return Uint32Array.from(keys.sort(), (key) => key % rowsMax)
}

/** With three bytes before it, a number of 53 bits. */
export const rowsMax = 2 ** 29

const beginning = (ids: Uint8Array, at: number): number => ((ids[at] ?? 0) << 16) | ((ids[at + 1] ?? 0) << 8) | (ids[at + 2] ?? 0)

/** Rows as they were kept: of what is no number only that is decoded which somebody asks for. */
export class KeptRows implements CommitRows {
  readonly length: number
  readonly authored: Float64Array
  readonly committed: Float64Array
  readonly author: Uint32Array
  readonly committer: Uint32Array
  readonly parentStarts: Uint32Array
  readonly parentCounts: Uint32Array
  readonly parents: Int32Array
  readonly classes: Uint8Array
  readonly #columns: RowColumns
  readonly #ids: Buffer
  readonly #format: ObjectFormat
  /** The tips of branches and tags are asked for again and again. */
  readonly #found = new Map<GitOid, number>()

  constructor(columns: RowColumns, format: ObjectFormat) {
    this.length = columns.committed.length
    this.authored = columns.authored
    this.committed = columns.committed
    this.author = columns.author
    this.committer = columns.committer
    this.parentStarts = columns.parentStarts
    this.parentCounts = columns.parentCounts
    this.parents = columns.parents
    this.classes = columns.classes
    this.#columns = columns
    this.#ids = viewOf(columns.ids)
    this.#format = format
  }

  oidOf(row: number): GitOid {
    return gitOidAt(this.#ids, row, this.#format)
  }

  rowOf(oid: GitOid): number | undefined {
    const row = this.#found.get(oid) ?? this.#find(oid)
    this.#found.set(oid, row)
    return row < 0 ? undefined : row
  }

  /** -1: none. */
  #find(oid: GitOid): number {
    const { ids, byId } = this.#columns
    const [id, bytes] = [Buffer.from(oid, "hex"), idBytes(this.#format)]
    const first = beginning(id, 0)
    const firstOf = (place: number): number => beginning(ids, (byId[place] ?? 0) * bytes)
    let [low, high] = [0, byId.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (firstOf(middle) < first) low = middle + 1
      else high = middle
    }
    for (; low < byId.length && firstOf(low) === first; low += 1) {
      const row = byId[low] ?? 0
      if (id.equals(ids.subarray(row * bytes, (row + 1) * bytes))) return row
    }
    return -1
  }

  touchesOf(row: number, ofClass: number): readonly Touch[] {
    const { sides, changed, pathClasses, pathEnds, pathText } = this.#columns
    return this.changesOf(row).flatMap((at) => {
      const [side, path] = [sides[at] ?? 0, changed[at] ?? 0]
      if (((pathClasses[path] ?? 0) & ofClass) === 0) return []
      const name = textIn(pathText, startOf(pathEnds, path), pathEnds[path] ?? 0)
      return [{ path: name, isOld: (side & 1) !== 0, isNew: (side & 2) !== 0 }]
    })
  }

  /** The places of its changes among those of all. */
  changesOf(row: number): readonly number[] {
    const { logged, changeEnds } = this.#columns
    const log = logged[row] ?? 0
    const start = startOf(changeEnds, log)
    return Array.from({ length: (changeEnds[log] ?? 0) - start }, (_, index) => start + index)
  }

  /** All of them with what only some are asked for, oldest first. */
  commits(bulk: BulkColumns): readonly Commit[] {
    const kept = { rows: this, columns: this.#columns, bulk, format: this.#format, paths: this.#paths() }
    const oids = gitOidsIn(this.#columns.ids, this.#format)
    return oids.map((oid, row) => new KeptCommit(kept, oids, { oid, row }))
  }

  #paths(): readonly string[] {
    const { pathEnds, pathText } = this.#columns
    return Array.from(pathEnds, (end, index) => textIn(pathText, startOf(pathEnds, index), end))
  }
}

const textIn = (bytes: Uint8Array, start: number, end: number): string => viewOf(bytes).toString("utf8", start, end)

interface Kept {
  readonly rows: KeptRows
  readonly columns: RowColumns
  readonly bulk: BulkColumns
  readonly format: ObjectFormat
  readonly paths: readonly string[]
}

/** Its text and its changes are decoded each time that they are asked for. */
class KeptCommit implements Commit {
  readonly oid: GitOid
  readonly parents: readonly GitOid[]
  readonly author: number
  readonly authored: number
  readonly committer: number
  readonly committed: number
  readonly #kept: Kept
  readonly #row: number

  constructor(kept: Kept, oids: readonly GitOid[], { oid, row }: { readonly oid: GitOid; readonly row: number }) {
    const { rows } = kept
    this.#kept = kept
    this.#row = row
    this.oid = oid
    const parents: GitOid[] = []
    const start = rows.parentStarts[row] ?? 0
    for (let at = start; at < start + (rows.parentCounts[row] ?? 0); at += 1) parents.push(oids[rows.parents[at] ?? -1] ?? rows.oidOf(-1))
    this.parents = parents
    this.author = rows.author[row] ?? 0
    this.authored = rows.authored[row] ?? 0
    this.committer = rows.committer[row] ?? 0
    this.committed = rows.committed[row] ?? 0
  }

  get subject(): string {
    return this.#texts()[0] ?? ""
  }

  get trailers(): readonly Trailer[] {
    const [, ...words] = this.#texts()
    return words.flatMap((token, at) => (at % 2 === 0 ? [{ token, value: words[at + 1] ?? "" }] : []))
  }

  get changes(): readonly PathChange[] {
    return this.#kept.rows.changesOf(this.#row).map((at) => new KeptChange(this.#kept, at))
  }

  #texts(): readonly string[] {
    const { columns, bulk } = this.#kept
    const log = columns.logged[this.#row] ?? 0
    return textIn(bulk.text, startOf(bulk.textEnds, log), bulk.textEnds[log] ?? 0).split("\0")
  }
}

class KeptChange implements PathChange {
  readonly path: string
  readonly #kept: Kept
  readonly #at: number

  constructor(kept: Kept, at: number) {
    this.path = kept.paths[kept.columns.changed[at] ?? 0] ?? ""
    this.#kept = kept
    this.#at = at
  }

  get before(): GitOid | undefined {
    return this.#id(1, this.#kept.bulk.before)
  }

  get after(): GitOid | undefined {
    return this.#id(2, this.#kept.bulk.after)
  }

  #id(side: 1 | 2, ids: Uint8Array): GitOid | undefined {
    const { columns, format } = this.#kept
    return ((columns.sides[this.#at] ?? 0) & side) === 0 ? undefined : gitOidAt(viewOf(ids), this.#at, format)
  }
}
