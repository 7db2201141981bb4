import { assert } from "../core/assert.ts"
import { type GitOid, gitOidsIn, type ObjectFormat } from "../core/digest.ts"
import type { Commit, PathChange, Trailer } from "../model/history.ts"

/**
 * Commits as columns, which are read back without being parsed: of a commit only that is decoded which somebody asks for. Words and times are in the byte order of the machine.
 */
export interface Columns {
  /** Seconds, as a commit has them. */
  readonly authored: Float64Array
  readonly committed: Float64Array
  /** Indexes of signatures. */
  readonly author: Uint32Array
  readonly committer: Uint32Array
  /** Which of `ids` is its own, where its parents end, and which ids they are. */
  readonly self: Uint32Array
  readonly parentEnds: Uint32Array
  readonly parents: Uint32Array
  /** Where its changes end; of each the index of its path, which ids it has (1: before, 2: after), and these. */
  readonly changeEnds: Uint32Array
  readonly paths: Uint32Array
  readonly sides: Uint8Array
  readonly before: Uint8Array
  readonly after: Uint8Array
  /** Where its text ends: the subject and, each behind a NUL, the token and value of its trailers. */
  readonly textEnds: Uint32Array
  readonly text: Uint8Array
  /** Those of all commits. */
  readonly ids: Uint8Array
}

/** In the order in which they are kept. */
export const columnList = (columns: Columns): readonly Uint8Array[] =>
  [
    columns.authored,
    columns.committed,
    columns.author,
    columns.committer,
    columns.self,
    columns.parentEnds,
    columns.parents,
    columns.changeEnds,
    columns.paths,
    columns.sides,
    columns.before,
    columns.after,
    columns.textEnds,
    columns.text,
    columns.ids,
  ].map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength))

const none = new Uint8Array(0)

/** Each begins at a multiple of eight in its buffer. */
export function columnsOf(list: readonly Uint8Array[]): Columns {
  const bytes = (index: number): Uint8Array => list[index] ?? none
  const words = (index: number): Uint32Array => {
    const { buffer, byteOffset, byteLength } = bytes(index)
    return new Uint32Array(buffer, byteOffset, byteLength / 4)
  }
  const times = (index: number): Float64Array => {
    const { buffer, byteOffset, byteLength } = bytes(index)
    return new Float64Array(buffer, byteOffset, byteLength / 8)
  }
  return {
    authored: times(0),
    committed: times(1),
    author: words(2),
    committer: words(3),
    self: words(4),
    parentEnds: words(5),
    parents: words(6),
    changeEnds: words(7),
    paths: words(8),
    sides: bytes(9),
    before: bytes(10),
    after: bytes(11),
    textEnds: words(12),
    text: bytes(13),
    ids: bytes(14),
  }
}

interface Kept {
  readonly columns: Columns
  readonly paths: readonly string[]
  readonly format: ObjectFormat
}

/** The commits of columns. */
export function commitsIn(kept: Kept): readonly Commit[] {
  const ids = gitOidsIn(kept.columns.ids, kept.format)
  const commits: Commit[] = []
  for (let index = 0; index < kept.columns.self.length; index += 1) commits.push(new KeptCommit(kept, ids, index))
  return commits
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
  readonly #index: number

  constructor(kept: Kept, ids: readonly GitOid[], index: number) {
    const { columns } = kept
    this.#kept = kept
    this.#index = index
    this.oid = idAt(ids, columns.self[index])
    const parents: GitOid[] = []
    for (let at = startOf(columns.parentEnds, index); at < endOf(columns.parentEnds, index); at += 1)
      parents.push(idAt(ids, columns.parents[at]))
    this.parents = parents
    this.author = columns.author[index] ?? 0
    this.authored = columns.authored[index] ?? 0
    this.committer = columns.committer[index] ?? 0
    this.committed = columns.committed[index] ?? 0
  }

  get subject(): string {
    return this.#texts()[0] ?? ""
  }

  get trailers(): readonly Trailer[] {
    const [, ...words] = this.#texts()
    return words.flatMap((token, at) => (at % 2 === 0 ? [{ token, value: words[at + 1] ?? "" }] : []))
  }

  get changes(): readonly PathChange[] {
    const { changeEnds } = this.#kept.columns
    const changes: PathChange[] = []
    for (let at = startOf(changeEnds, this.#index); at < endOf(changeEnds, this.#index); at += 1)
      changes.push(new KeptChange(this.#kept, at))
    return changes
  }

  #texts(): readonly string[] {
    const { text, textEnds } = this.#kept.columns
    return Buffer.from(text.buffer, text.byteOffset, text.byteLength)
      .toString("utf8", startOf(textEnds, this.#index), endOf(textEnds, this.#index))
      .split("\0")
  }
}

class KeptChange implements PathChange {
  readonly path: string
  readonly #kept: Kept
  readonly #at: number

  constructor(kept: Kept, at: number) {
    this.path = kept.paths[kept.columns.paths[at] ?? 0] ?? ""
    this.#kept = kept
    this.#at = at
  }

  get before(): GitOid | undefined {
    return this.#id(1, this.#kept.columns.before)
  }

  get after(): GitOid | undefined {
    return this.#id(2, this.#kept.columns.after)
  }

  #id(side: 1 | 2, ids: Uint8Array): GitOid | undefined {
    const { columns, format } = this.#kept
    if (((columns.sides[this.#at] ?? 0) & side) === 0) return undefined
    const bytes = idBytes(format)
    return gitOidsIn(ids.subarray(this.#at * bytes, (this.#at + 1) * bytes), format)[0]
  }
}

const idBytes = (format: ObjectFormat): number => (format === "sha1" ? 20 : 32)
const startOf = (ends: Uint32Array, index: number): number => (index === 0 ? 0 : (ends[index - 1] ?? 0))
const endOf = (ends: Uint32Array, index: number): number => ends[index] ?? 0

function idAt(ids: readonly GitOid[], place: number | undefined): GitOid {
  const id = place === undefined ? undefined : ids[place]
  assert(id !== undefined, "an id that a column names is there")
  return id
}
