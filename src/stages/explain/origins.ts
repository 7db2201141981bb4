import { baseName } from "../../core/path.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Explanation, OriginBase } from "../../model/ledger.ts"
import type { Edition, Origin, OriginIndex, OriginQuery, Publication } from "../../model/origin.ts"
import type { Snapshot } from "../../model/repository.ts"

/** When the artifact is from, as an ISO 8601 day, and what says so. */
export interface Age {
  readonly day: string
  readonly from: "commit" | "newest-entry"
}

/** The day of the commit, where there is one; else the newest that an entry says of itself. A claim, as all dates are. */
export async function ageOf(artifact: Artifact, snapshot: Snapshot | undefined): Promise<Age | undefined> {
  const [day] = (await snapshot?.expandFormat("%cs")) ?? []
  if (day !== undefined && /^\d{4}-\d\d-\d\d$/.test(day)) return { day, from: "commit" }
  // Packers that keep no dates write 0 or, for zip's sake, 1985 (npm); such a date is none.
  const newest = artifact.newestModification
  return newest === undefined || newest < keptSince || newest > writtenTo
    ? undefined
    : { day: new Date(newest * 1000).toISOString().slice(0, 10), from: "newest-entry" }
}
const keptSince = 500_000_000
/** The last second of the year 9999. */
const writtenTo = 253_402_300_799

export interface Exact {
  readonly explains: Extract<Explanation, { kind: "origin" }> | undefined
  /** It was published under other names only. */
  readonly moved: OriginBase | undefined
  /** Who has these bytes and explains nothing with them, in words. */
  readonly named: readonly string[]
}

/** Editions that are asked for, so that those which do not count cannot push all others out. */
const askedMax = 24

/** The index of known origins as one artifact may use it: what is not trusted, is the project's own, or is younger, neither explains nor covers. */
export class KnownOrigins {
  readonly #index: OriginIndex
  readonly #origins: ReadonlyMap<string, Origin>
  readonly #own: ReadonlySet<string>
  readonly #age: Age | undefined

  constructor(index: OriginIndex, own: ReadonlySet<string>, age: Age | undefined) {
    this.#index = index
    this.#origins = new Map(index.origins.map((origin) => [origin.name, origin]))
    this.#own = own
    this.#age = age
  }

  /** Names of those that count. */
  get counted(): readonly string[] {
    return [...this.#origins.values()].flatMap((one) => (one.trust === "upstream" && !isOwn(one, this.#own) ? [one.name] : []))
  }

  hasName(name: string): boolean {
    return this.#index.hasName(name)
  }

  /** What is known of an entry's bytes. */
  exact(entry: Entry): Exact {
    if ((entry.type !== "file" && entry.type !== "hardlink") || entry.size === 0)
      return { explains: undefined, moved: undefined, named: [] }
    const all = this.#index.publicationsOf(entry.sha256)
    const counted = all.filter((one) => this.#refusal(one) === undefined)
    const same = counted.find(({ path }) => baseName(path) === baseName(entry.path))
    const [first] = counted
    return {
      explains: same === undefined || (entry.mode & 0o7000) !== 0 ? undefined : this.#explanation(same),
      moved: first === undefined ? undefined : baseOf(same ?? first),
      named: all.flatMap((one) => this.#refused(one, "has these bytes")),
    }
  }

  /** Editions to compare a text with, the nearest first; and the nearest of all, where it counts for nothing, with what is to be said of it. */
  near(
    query: OriginQuery,
    max: number,
  ): {
    readonly editions: readonly Edition[]
    readonly refused: { readonly edition: Edition; readonly notes: readonly string[] } | undefined
  } {
    const all = this.#index.nearest(query, askedMax)
    const editions = all.flatMap((edition) => {
      const publication = this.#publicationFor(edition.publication, query.name)
      return publication === undefined ? [] : [{ ...edition, publication }]
    })
    const [nearest] = all
    const refused = nearest === undefined || editions[0]?.lines === nearest.lines ? undefined : nearest
    const notes = refused === undefined ? [] : this.#refused(refused.publication, "is the nearest")
    return { editions: editions.slice(0, max), refused: refused === undefined ? undefined : { edition: refused, notes } }
  }

  /** Of those who published a content one that counts, by this name if there is one: the index may name another first. */
  #publicationFor(found: Publication, name: string): Publication | undefined {
    const counted = [found, ...this.#index.publicationsOf(found.sha256)].filter((one) => this.#refusal(one) === undefined)
    return counted.find(({ path }) => baseName(path) === name) ?? counted[0]
  }

  #explanation({ origin, path, version, date }: Publication): Extract<Explanation, { kind: "origin" }> {
    return { kind: "origin", origin, path, version, date, age: this.#age?.from ?? "unchecked" }
  }

  #refused(publication: Publication, what: string): readonly string[] {
    const why = this.#refusal(publication)
    const { origin, version, path } = publication
    return why === undefined ? [] : [`${origin} ${version} ${what} as ${path}; it counts for nothing, as ${why}`]
  }

  /** Why a publication neither explains nor covers; undefined when it does. Knowledge is not trust (contract, `origin`). */
  #refusal({ origin, date }: Publication): string | undefined {
    const known = this.#origins.get(origin)
    if (known === undefined || known.trust !== "upstream") return "that origin is known and not trusted"
    if (isOwn(known, this.#own)) return "it is the release's own project"
    return this.#age !== undefined && date > this.#age.day ? `it was published on ${date}, after the release` : undefined
  }
}

const isOwn = (origin: Origin, own: ReadonlySet<string>): boolean =>
  [origin.name, ...origin.projects].some((name) => own.has(name.toLowerCase()))

export const baseOf = ({ origin, path, version, date, sha256 }: Publication): OriginBase => ({
  from: "origin",
  origin,
  path,
  version,
  date,
  sha256,
})
