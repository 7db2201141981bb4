import type { GitOid } from "../../core/digest.ts"
import type { CommitGraph } from "../../io/git-graph.ts"

/** A tag that names a release, with the commit that it means. */
export interface TaggedRelease {
  readonly version: string
  readonly commit: GitOid
  /** When it was committed, in seconds since 1970. */
  readonly seconds: number
}

/** `v2.69`, `release-1-5-10`, `AUTOCONF-2.59c`, `pkgconf-1.8.1`: the version that a tag's name states; undefined when it states none. */
export function versionOfTag(name: string): string | undefined {
  const stated = /^(?:[A-Za-z][A-Za-z+]*(?:-[A-Za-z]+)*[-_])?[vV]?(\d[\w.+~-]*)$/.exec(name)?.[1]
  if (stated === undefined || /branch|merge|pre-/i.test(name)) return undefined
  return stated.includes(".") ? stated : stated.replace(/(?<=\d)[-_](?=\d)/g, ".").replaceAll("_", "-")
}

/** The first release that has a commit: the earliest tag by its commit's date from which the commit is reached. */
export function firstReleases(graph: CommitGraph, tags: readonly TaggedRelease[]): ReadonlyMap<GitOid, string> {
  const sorted = tags.toSorted((a, b) => a.seconds - b.seconds || (a.version < b.version ? -1 : 1))
  const first = new Map<GitOid, string>()
  for (const { commit, version } of sorted) {
    const waiting: GitOid[] = [commit]
    for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
      if (first.has(oid)) continue
      first.set(oid, version)
      waiting.push(...(graph.get(oid)?.parents ?? []))
    }
  }
  return first
}
