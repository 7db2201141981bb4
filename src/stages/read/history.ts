import type { GitOid } from "../../core/digest.ts"
import type { LogReader } from "../../io/git-log.ts"
import type { LogChange } from "../../io/git-log-parser.ts"
import type { History } from "../../model/repository.ts"
import { placesIn, type Wanted } from "./wanted.ts"

/** A blob's places and a path's versions are kept so many; more tell a reader nothing. */
const placesMax = 4
const versionsMax = 256
/** Prefixes that are tried as the artifact's place in the repository. */
const prefixesMax = 3

type Place = { readonly path: string; readonly commit: GitOid }

/**
 * Takes the log and keeps what the artifact asks for: where its blobs ever stood, what ever stood at its paths, and by how much each
 * commit covers more or less of it than its first parent. Memory grows with the artifact and the number of commits, not with the history's changes.
 */
export class HistoryCollector implements LogReader {
  readonly #wanted: Wanted
  readonly #commitsMax: number
  readonly #demanded: string | undefined
  readonly #places = new Map<string, Place[]>()
  readonly #versions = new Map<string, GitOid[]>()
  readonly #commits: GitOid[] = []
  readonly #parents: (GitOid | undefined)[] = []
  readonly #indexes = new Map<GitOid, number>()
  /** One change of cover: at which commit, under which prefix, and one path more or less. */
  readonly #steps = new Map<string, { readonly at: number[]; readonly by: number[]; readonly paths: Set<string> }>()
  complete = true

  constructor(wanted: Wanted, options: { readonly commitsMax: number; readonly demanded?: string | undefined }) {
    this.#wanted = wanted
    this.#commitsMax = options.commitsMax
    this.#demanded = options.demanded
  }

  get commitCount(): number {
    return this.#commits.length
  }

  commit(oid: GitOid, [firstParent]: readonly GitOid[]): boolean {
    if (this.#commits.length >= this.#commitsMax) return false
    this.#indexes.set(oid, this.#commits.length)
    this.#commits.push(oid)
    this.#parents.push(firstParent)
    return true
  }

  change({ path, before, after }: LogChange): void {
    this.#step(path, before, -1)
    this.#step(path, after, 1)
    this.#version(path, before, after)
  }

  #step(path: string, oid: GitOid | undefined, by: number): void {
    const paths = oid === undefined ? undefined : this.#wanted.byOid.get(oid)
    const commit = this.#commits.at(-1)
    if (oid === undefined || paths === undefined || commit === undefined) return
    this.#place(oid, path, commit)
    for (const place of placesIn(path, paths)) {
      if (this.#demanded !== undefined && place.prefix !== this.#demanded) continue
      const steps = this.#steps.get(place.prefix) ?? { at: [], by: [], paths: new Set() }
      this.#steps.set(place.prefix, steps)
      steps.at.push(this.#commits.length - 1)
      steps.by.push(by)
      steps.paths.add(place.path)
    }
  }

  #place(oid: GitOid, path: string, commit: GitOid): void {
    const places = this.#places.get(oid) ?? []
    if (places.length >= placesMax || places.some((place) => place.path === path)) return
    places.push({ path, commit })
    this.#places.set(oid, places)
  }

  /** The log is newest first: what a commit brought comes before what it replaced. */
  #version(path: string, before: GitOid | undefined, after: GitOid | undefined): void {
    const known = this.#versions.get(path)
    if (known === undefined && placesIn(path, this.#wanted.paths).next().done === true) return
    const versions = known ?? []
    for (const oid of [after, before]) if (oid !== undefined && versions.length < versionsMax && !versions.includes(oid)) versions.push(oid)
    if (known === undefined) this.#versions.set(path, versions)
  }

  history(): History {
    return {
      placesOf: (oid) => this.#places.get(oid) ?? [],
      versionsOf: (path) => this.#versions.get(path) ?? [],
      complete: this.complete,
    }
  }

  /** The prefixes under which most paths of the artifact ever had its blobs. */
  prefixes(): readonly string[] {
    const ranked = [...this.#steps].map(([prefix, { paths }]) => ({ prefix, votes: paths.size }))
    ranked.sort((a, b) => b.votes - a.votes || a.prefix.length - b.prefix.length || (a.prefix < b.prefix ? -1 : 1))
    return ranked.slice(0, prefixesMax).map(({ prefix }) => prefix)
  }

  /**
   * How much each commit covers under a prefix: its first parent's cover plus what it changed. `anchors` are commits whose cover is known
   * from their trees; with a whole history none is needed, as every root is known to start from nothing. -1: cannot be told.
   */
  counts(prefix: string, anchors: ReadonlyMap<GitOid, number> = new Map()): Int32Array {
    const steps = this.#steps.get(prefix)
    const delta = new Int32Array(this.#commits.length)
    for (const [index, at] of (steps?.at ?? []).entries()) delta[at] = (delta[at] ?? 0) + (steps?.by[index] ?? 0)
    const counts = new Int32Array(this.#commits.length).fill(-1)
    for (const [oid, covered] of anchors) {
      const index = this.#indexes.get(oid)
      if (index !== undefined) counts[index] = covered
    }
    this.#forward(counts, delta)
    if (!this.complete) {
      this.#backward(counts, delta)
      this.#forward(counts, delta)
    }
    return counts
  }

  /** Parents come after their children in the log, so the last commit is counted first. */
  #forward(counts: Int32Array, delta: Int32Array): void {
    for (let index = this.#commits.length - 1; index >= 0; index -= 1) {
      if ((counts[index] ?? -1) >= 0) continue
      const parent = this.#parents[index]
      const parentIndex = parent === undefined ? undefined : this.#indexes.get(parent)
      const base = parent === undefined ? 0 : parentIndex === undefined ? -1 : (counts[parentIndex] ?? -1)
      if (base >= 0) counts[index] = Math.max(0, base + (delta[index] ?? 0))
    }
  }

  #backward(counts: Int32Array, delta: Int32Array): void {
    for (let index = 0; index < this.#commits.length; index += 1) {
      const parent = this.#parents[index]
      const parentIndex = parent === undefined ? undefined : this.#indexes.get(parent)
      if (parentIndex === undefined || (counts[index] ?? -1) < 0 || (counts[parentIndex] ?? -1) >= 0) continue
      counts[parentIndex] = Math.max(0, (counts[index] ?? 0) - (delta[index] ?? 0))
    }
  }

  /**
   * The commit that covers most. Of several: one of `preferred`, else the earliest of the log, as what came later changed nothing that the
   * artifact shows.
   */
  best(
    preferred: ReadonlySet<GitOid>,
    anchors?: ReadonlyMap<string, ReadonlyMap<GitOid, number>>,
  ): { readonly commit: GitOid; readonly covered: number } | undefined {
    let best: { commit: GitOid; covered: number } | undefined
    for (const prefix of this.prefixes()) {
      const counts = this.counts(prefix, anchors?.get(prefix))
      for (let index = this.#commits.length - 1; index >= 0; index -= 1) {
        const covered = counts[index] ?? -1
        const commit = this.#commits[index]
        if (commit === undefined || covered <= 0) continue
        const better =
          best === undefined || covered > best.covered || (covered === best.covered && preferred.has(commit) && !preferred.has(best.commit))
        if (better) best = { commit, covered }
      }
    }
    return best
  }
}
