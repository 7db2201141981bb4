import { Bug } from "../core/assert.ts"
import type { GitOid } from "../core/digest.ts"
import { below, inTime, order } from "../core/order.ts"
import type { Commit, CommitRows, HistoryRows, RecordedHistory, Touch } from "../model/history.ts"
import { pathClasses } from "../model/path-classes.ts"

/** The same history as rows. */
export const inRows = ({ commits, ...history }: RecordedHistory): HistoryRows => ({ ...history, rows: rowsOf(commits) })

/** The rows of commits in whatever order. */
export const rowsOf = (commits: readonly Commit[]): CommitRows => withAdded(noRows, commits)

const [noTimes, noIndexes] = [new Float64Array(0), new Uint32Array(0)]
const noRows: CommitRows = {
  ...{ length: 0, authored: noTimes, committed: noTimes, author: noIndexes, committer: noIndexes },
  ...{ parentStarts: noIndexes, parentCounts: noIndexes, parents: new Int32Array(0), classes: new Uint8Array(0) },
  oidOf: noRow,
  rowOf: () => undefined,
  touchesOf: noRow,
}

function noRow(): never {
  throw new Bug("a row that is not there")
}

/** Rows with commits that they lack, each in its place: most often behind the last. */
export function withAdded(rows: CommitRows, commits: readonly Commit[]): CommitRows {
  const added = [...commits].sort(inTime)
  const places = new Places(
    Uint32Array.from(added, (commit) => rowsBefore(rows, commit)),
    rows.length,
  )
  const own = new Map(added.map(({ oid }, index) => [oid, places.ofAdded(index)]))
  const rowOf = (oid: GitOid): number | undefined => {
    const before = rows.length === 0 || own.has(oid) ? undefined : rows.rowOf(oid)
    return before === undefined ? own.get(oid) : places.ofOld(before)
  }
  const starts: number[] = []
  const parents: number[] = []
  for (const commit of added) {
    starts.push(rows.parents.length + parents.length)
    for (const oid of commit.parents) parents.push(rowOf(oid) ?? -1)
  }
  const classes = classifier()
  const length = rows.length + added.length
  return {
    length,
    authored: places.spread(new Float64Array(length), rows.authored, (index) => added[index]?.authored),
    committed: places.spread(new Float64Array(length), rows.committed, (index) => added[index]?.committed),
    author: places.spread(new Uint32Array(length), rows.author, (index) => added[index]?.author),
    committer: places.spread(new Uint32Array(length), rows.committer, (index) => added[index]?.committer),
    parentStarts: places.spread(new Uint32Array(length), rows.parentStarts, (index) => starts[index]),
    parentCounts: places.spread(new Uint32Array(length), rows.parentCounts, (index) => added[index]?.parents.length),
    parents: joined(places.areBehind ? rows.parents : rows.parents.map((row) => places.ofOld(row)), parents),
    classes: places.spread(new Uint8Array(length), rows.classes, (index) => classes(added[index])),
    oidOf: (row) => {
      const { index, old } = places.at(row)
      return added[index]?.oid ?? rows.oidOf(old)
    },
    rowOf,
    touchesOf: (row, ofClass) => {
      const { index, old } = places.at(row)
      const own = added[index]?.changes.filter(({ path }) => (classesOf(path) & ofClass) !== 0)
      return own?.map(touchOf) ?? rows.touchesOf(old, ofClass)
    },
  }
}

/** Where rows stand once others are added among them. */
class Places {
  /** Of each that is added the first old row behind it. */
  readonly #next: Uint32Array
  readonly #own: Uint32Array
  readonly areBehind: boolean

  constructor(next: Uint32Array, olds: number) {
    this.#next = next
    this.#own = next.map((row, index) => row + index)
    this.areBehind = (next[0] ?? olds) === olds
  }

  ofAdded(index: number): number {
    return this.#own[index] ?? -1
  }

  ofOld(row: number): number {
    return this.areBehind || row < 0 ? row : row + below(this.#next, row + 1)
  }

  /** Which of the added stands in a row, else -1, and which of the old. */
  at(row: number): { readonly index: number; readonly old: number } {
    const index = below(this.#own, row)
    return { index: this.#own[index] === row ? index : -1, old: row - index }
  }

  spread<T extends Float64Array | Uint32Array | Uint8Array>(into: T, old: T, added: (index: number) => number | undefined): T {
    let from = 0
    for (let index = 0; index < this.#next.length; index += 1) {
      const to = this.#next[index] ?? 0
      if (to > from) into.set(old.subarray(from, to), from + index)
      into[to + index] = added(index) ?? 0
      from = to
    }
    into.set(old.subarray(from), from + this.#next.length)
    return into
  }
}

function joined(old: Int32Array, added: readonly number[]): Int32Array {
  const all = new Int32Array(old.length + added.length)
  all.set(old)
  all.set(added, old.length)
  return all
}

/** How many rows are older than a commit that is none of them: in the order of `inTime`. */
function rowsBefore(rows: CommitRows, { committed, authored, oid }: Commit): number {
  let [low, high] = [below(rows.committed, committed), below(rows.committed, committed + 1)]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((order(rows.authored[middle] ?? 0, authored) || order(rows.oidOf(middle), oid)) < 0) low = middle + 1
    else high = middle
  }
  return low
}

const touchOf = ({ path, before, after }: Commit["changes"][number]): Touch => ({
  path,
  isOld: before !== undefined,
  isNew: after !== undefined,
})

const patterns: readonly RegExp[] = Object.values(pathClasses)

/** What `classes` depend on. */
export const classNames: readonly string[] = patterns.map(String)

/** Of which classes a path is, a bit each. */
export const classesOf = (path: string): number => patterns.reduce((sum, paths, index) => sum | (paths.test(path) ? 1 << index : 0), 0)

/** The classes of what a commit changes. A history names the same paths again and again: each is looked at once. */
function classifier(): (commit: Commit | undefined) => number {
  const known = new Map<string, number>()
  return (commit) => {
    let classes = 0
    for (const { path } of commit?.changes ?? []) {
      const own = known.get(path) ?? classesOf(path)
      known.set(path, own)
      classes |= own
    }
    return classes
  }
}
