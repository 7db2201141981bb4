import type { CommitRows } from "../model/history.ts"

/** What a file keeps, read back without being parsed. Words and times are in the byte order of the machine. */
export type Column = Uint8Array | Uint32Array | Int32Array | Float64Array

type Numbers = Pick<CommitRows, "authored" | "committed" | "author" | "committer" | "parentStarts" | "parentCounts" | "parents" | "classes">

/** Commits without what only some are asked for. */
export interface RowColumns extends Numbers {
  readonly ids: Uint8Array
  /** Rows in the order of their ids' beginnings. */
  readonly byId: Uint32Array
  /** Of each row its place in the log, which changes and texts are in the order of. */
  readonly logged: Uint32Array
  /** Where the changes of each end; of each change its path, and which ids it has (1: before, 2: after). */
  readonly changeEnds: Uint32Array
  readonly changed: Uint32Array
  readonly sides: Uint8Array
  readonly pathEnds: Uint32Array
  readonly pathText: Uint8Array
  readonly pathClasses: Uint8Array
}

/** What only some are asked for. */
export interface BulkColumns {
  /** Ids of each change. */
  readonly before: Uint8Array
  readonly after: Uint8Array
  /** Where its text ends: the subject and, each behind a NUL, the token and value of its trailers. */
  readonly textEnds: Uint32Array
  readonly text: Uint8Array
}

/** In the order in which they are kept. */
export const rowList = (columns: RowColumns): readonly Column[] => [
  columns.authored,
  columns.committed,
  columns.author,
  columns.committer,
  columns.parentStarts,
  columns.parentCounts,
  columns.parents,
  columns.classes,
  columns.ids,
  columns.byId,
  columns.logged,
  columns.changeEnds,
  columns.changed,
  columns.sides,
  columns.pathEnds,
  columns.pathText,
  columns.pathClasses,
]

export const bulkList = ({ before, after, textEnds, text }: BulkColumns): readonly Column[] => [before, after, textEnds, text]

export function rowColumns(list: readonly Uint8Array[]): RowColumns {
  const { bytes, words, times } = reading(list)
  const { buffer, byteOffset, length } = words(6)
  return {
    authored: times(0),
    committed: times(1),
    author: words(2),
    committer: words(3),
    parentStarts: words(4),
    parentCounts: words(5),
    parents: new Int32Array(buffer, byteOffset, length),
    classes: bytes(7),
    ids: bytes(8),
    byId: words(9),
    logged: words(10),
    changeEnds: words(11),
    changed: words(12),
    sides: bytes(13),
    pathEnds: words(14),
    pathText: bytes(15),
    pathClasses: bytes(16),
  }
}

export function bulkColumns(list: readonly Uint8Array[]): BulkColumns {
  const { bytes, words } = reading(list)
  return { before: bytes(0), after: bytes(1), textEnds: words(2), text: bytes(3) }
}

const none = new Uint8Array(0)

/** Each begins at a multiple of eight in its buffer. */
const reading = (list: readonly Uint8Array[]) => ({
  bytes: (index: number): Uint8Array => list[index] ?? none,
  words: (index: number): Uint32Array => {
    const { buffer, byteOffset, byteLength } = list[index] ?? none
    return new Uint32Array(buffer, byteOffset, byteLength / 4)
  },
  times: (index: number): Float64Array => {
    const { buffer, byteOffset, byteLength } = list[index] ?? none
    return new Float64Array(buffer, byteOffset, byteLength / 8)
  },
})
