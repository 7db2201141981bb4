import type { GitOid } from "../../core/digest.ts"
import { belowRoot } from "../../core/path.ts"
import type { Tree } from "../../model/repository.ts"

/** What an artifact asks of a repository: which blob at which path. */
export interface Wanted {
  /** The paths, without the artifact's root, at which each blob stands in the artifact. */
  readonly byOid: ReadonlyMap<string, ReadonlySet<string>>
  readonly paths: ReadonlySet<string>
}

export interface Coverage {
  /** "" or a directory with its slash: where in the tree the artifact's root lies. */
  readonly prefix: string
  /** Paths of the artifact that have the same blob at the same place in the tree. */
  readonly covered: number
}

export function wantedOf(entries: readonly { readonly path: string; readonly oid: GitOid }[], root: string): Wanted {
  const byOid = new Map<string, Set<string>>()
  const paths = new Set<string>()
  for (const entry of entries) {
    const path = pathInside(entry.path, root)
    paths.add(path)
    const at = byOid.get(entry.oid)
    if (at === undefined) byOid.set(entry.oid, new Set([path]))
    else at.add(path)
  }
  return { byOid, paths }
}

/** A member of an inner container (`data.tar.gz!lib/a.rb`) is looked for at its inner path. */
const pathInside = (path: string, root: string): string => belowRoot(path.slice(path.lastIndexOf("!") + 1), root)

/** Each way to read `path` as PREFIX + WANTED, where the wanted path is in the set. */
export function* placesIn(path: string, wanted: ReadonlySet<string>): Generator<{ readonly prefix: string; readonly path: string }> {
  for (let start = 0; ; ) {
    const tail = path.slice(start)
    if (wanted.has(tail)) yield { prefix: path.slice(0, start), path: tail }
    const slash = path.indexOf("/", start)
    if (slash < 0) return
    start = slash + 1
  }
}

/** How much of the artifact a tree covers, under the prefix that covers most, or under the one demanded. */
export function coverageOf(tree: Tree, wanted: Wanted, demanded?: string): Coverage {
  const votes = new Map<string, number>()
  for (const { path, oid } of tree.values()) {
    const paths = wanted.byOid.get(oid)
    if (paths === undefined) continue
    for (const place of placesIn(path, paths)) votes.set(place.prefix, (votes.get(place.prefix) ?? 0) + 1)
  }
  if (demanded !== undefined) return { prefix: demanded, covered: votes.get(demanded) ?? 0 }
  let best: Coverage = { prefix: "", covered: votes.get("") ?? 0 }
  for (const [prefix, covered] of votes) {
    if (covered > best.covered || (covered === best.covered && covered > 0 && shorter(prefix, best.prefix))) best = { prefix, covered }
  }
  return best
}

const shorter = (a: string, b: string): boolean => a.length < b.length || (a.length === b.length && a < b)
