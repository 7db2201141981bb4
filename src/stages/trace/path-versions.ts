import type { GitOid } from "../../core/digest.ts"
import { order } from "../../core/order.ts"
import type { Commit, PathChange } from "../../model/history.ts"
import type { Ancestry } from "./ancestry.ts"

/** A content that a commit gave to a path; `path` is another than asked for where the file was moved since. */
export interface PathVersion {
  readonly commit: Commit
  readonly path: string
  readonly oid: GitOid
}

/** Moves of one file that are followed. */
const movesMax = 16

/**
 * The versions of each path, ancestors first: `git log --full-history --no-merges --raw --no-renames TIP -- PATH`, without changes of mode alone. A file that a commit
 * adds under one name and removes under another with the same content was moved, and its versions under the old name are its own.
 */
export function versionsOf(ancestry: Ancestry, paths: Iterable<string>): ReadonlyMap<string, readonly PathVersion[]> {
  const asked = [...paths]
  const changes = new ChangesAt(ancestry)
  let fresh: readonly string[] = asked
  for (let moves = 0; fresh.length > 0 && moves <= movesMax; moves += 1) {
    changes.gather(fresh)
    fresh = [...new Set(fresh.flatMap((path) => changes.of(path).flatMap(({ movedFrom }) => movedFrom ?? [])))].filter(
      (path) => !changes.has(path),
    )
  }
  return new Map(asked.map((path) => [path, withMoves(changes, path)]))
}

interface Found extends PathVersion {
  readonly place: number
  readonly movedFrom: string | undefined
}

class ChangesAt {
  readonly #ancestry: Ancestry
  readonly #at = new Map<string, Found[]>()

  constructor(ancestry: Ancestry) {
    this.#ancestry = ancestry
  }

  has(path: string): boolean {
    return this.#at.has(path)
  }

  of(path: string): readonly Found[] {
    return this.#at.get(path) ?? []
  }

  /** One pass over all changes, as an index of every path would take many times the memory. */
  gather(paths: readonly string[]): void {
    const wanted = new Map(paths.map((path): [string, Found[]] => [path, []]))
    for (const { commit, place } of this.#ancestry.values()) {
      let gone: Gone | undefined
      for (const { path, before, after } of commit.changes) {
        const found = after === undefined || after === before ? undefined : wanted.get(path)
        if (found === undefined || after === undefined) continue
        if (before === undefined) gone ??= goneOf(commit.changes)
        const from = before === undefined ? gone?.get(after) : undefined
        found.push({ commit, place, path, oid: after, movedFrom: from?.byBase.get(baseOf(path)) ?? from?.first })
      }
    }
    for (const [path, found] of wanted) this.#at.set(path, found)
  }
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** What a commit removes, by content. Of several files with one content, one of the same base name comes first, as git-diff(1) finds renames. */
type Gone = ReadonlyMap<GitOid, { readonly first: string; readonly byBase: Map<string, string> }>

function goneOf(changes: readonly PathChange[]): Gone {
  const gone = new Map<GitOid, { readonly first: string; readonly byBase: Map<string, string> }>()
  for (const { path, before, after } of changes) {
    if (before === undefined || after !== undefined) continue
    const same = gone.get(before) ?? { first: path, byBase: new Map() }
    if (!same.byBase.has(baseOf(path))) same.byBase.set(baseOf(path), path)
    gone.set(before, same)
  }
  return gone
}

/** A move leads to what stood at the old path before it, never to what came there later. */
function withMoves(changes: ChangesAt, path: string): readonly PathVersion[] {
  const found = new Map<string, Found>()
  const open: { path: string; before: number }[] = [{ path, before: Number.POSITIVE_INFINITY }]
  const reached = new Map<string, number>()
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if ((reached.get(one.path) ?? -1) >= one.before) continue
    reached.set(one.path, one.before)
    for (const version of changes.of(one.path)) {
      if (version.place >= one.before) continue
      found.set(`${version.place} ${version.path}`, version)
      if (version.movedFrom !== undefined) open.push({ path: version.movedFrom, before: version.place })
    }
  }
  return [...found.values()].sort((a, b) => order(a.place, b.place) || order(a.path, b.path))
}

/** The version that gave a file the content it has: a later move, or the same content again, gave it nothing. */
export function originOf(versions: readonly PathVersion[], oid: GitOid): PathVersion | undefined {
  const last = versions.findLastIndex((version) => version.oid !== oid)
  return versions[last + 1]
}
