import { number, plural } from "../../core/count.ts"
import { order } from "../../core/order.ts"
import type { Context } from "../../io/context.ts"
import type { BlamedRun } from "../../io/git-blame.ts"
import type { Commit } from "../../model/history.ts"
import type { TreeEntry } from "../../model/repository.ts"
import type { Hand, HandledFile, Level } from "../../model/trace.ts"
import type { Ancestry } from "./ancestry.ts"
import type { HandOf } from "./hand.ts"
import { originOf, type PathVersion, versionsOf } from "./path-versions.ts"

/** Where a file's path and content come from. */
export interface Sources {
  readonly first?: PathVersion
  readonly origin?: PathVersion
}

/** Paths that are looked for at once: all versions of these are held. */
const pathsAtOnce = 10_000

export function sourcesOf(ancestry: Ancestry, entries: readonly TreeEntry[]): ReadonlyMap<string, Sources> {
  const sources = new Map<string, Sources>()
  for (let start = 0; start < entries.length; start += pathsAtOnce) {
    const some = entries.slice(start, start + pathsAtOnce)
    const versions = versionsOf(
      ancestry,
      some.map(({ path }) => path),
    )
    for (const { path, oid } of some) {
      const own = versions.get(path) ?? []
      const [first, origin] = [own[0], originOf(own, oid)]
      sources.set(path, { ...(first === undefined ? {} : { first }), ...(origin === undefined ? {} : { origin }) })
    }
  }
  return sources
}

/** A file of the tree, as far as it was looked at. */
export interface LookedAt extends Sources {
  readonly path: string
  readonly isOlder?: true
  readonly opaqueBytes?: number
  readonly lines?: { readonly [L in Level]: number }
  readonly newer?: readonly BlamedRun[]
}

/** The files as they are listed, and what was left out. */
export function listed(
  files: readonly LookedAt[],
  handOf: HandOf,
  { limits: { handledFilesMax, handledRunsMax } }: Pick<Context, "limits">,
): { readonly files: readonly HandledFile[]; readonly said: readonly string[] } {
  const ranked = files
    .map((file) => ({ file, changed: handIn(file.origin?.commit, handOf) }))
    .sort(
      (a, b) =>
        order(Number(a.file.isOlder ?? false), Number(b.file.isOlder ?? false)) ||
        order(rankOf(a.changed), rankOf(b.changed)) ||
        order(timeOf(b.file.origin), timeOf(a.file.origin)) ||
        order(a.file.path, b.file.path),
    )
  let [runs, left] = [0, 0]
  const shown = ranked.slice(0, handledFilesMax).map(({ file, changed }): HandledFile => {
    const { path, first, isOlder, newer, opaqueBytes, lines } = file
    const introduced = handIn(first?.commit, handOf)
    const told = newer?.slice(0, handledRunsMax - runs)
    runs += told?.length ?? 0
    left += (newer?.length ?? 0) - (told?.length ?? 0)
    return {
      path,
      ...(introduced === undefined ? {} : { introduced }),
      ...(changed === undefined ? {} : { changed }),
      ...(isOlder === undefined ? {} : { isOlder }),
      ...(opaqueBytes === undefined ? {} : { opaqueBytes }),
      ...(lines === undefined ? {} : { lines }),
      ...(told === undefined ? {} : { newer: told.flatMap((run) => newerOf(run, handOf)) }),
    }
  })
  return {
    files: shown,
    said: [
      ...(shown.length === files.length
        ? []
        : [`only ${number(shown.length)} of ${plural(files.length, "file")} are listed with who brought them (handledFilesMax)`]),
      ...(left === 0 ? [] : [`${plural(left, "run")} of newer lines are counted and not listed (handledRunsMax)`]),
    ],
  }
}

const handIn = (commit: Commit | undefined, handOf: HandOf): Hand | undefined => (commit === undefined ? undefined : handOf(commit.oid))
const rankOf = (hand: Hand | undefined): number => hand?.level ?? -1
const timeOf = (version: PathVersion | undefined): number => version?.commit.committed ?? Number.NEGATIVE_INFINITY

function newerOf({ commit, first, lines }: BlamedRun, handOf: HandOf): readonly (Hand & { first: number; last: number })[] {
  const hand = handOf(commit)
  return hand === undefined ? [] : [{ ...hand, first, last: first + lines - 1 }]
}
