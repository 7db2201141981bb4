import { unversioned } from "../../core/name.ts"
import type { Acceptance, FoundReview, Item, RefusedReview, Review, Said, Words } from "../../model/review.ts"
import { withoutVersion } from "./settings.ts"

type Release = Said["artifact"]

/** The earlier release that one was compared with. */
export interface Compared {
  readonly sha256: string
  readonly accepted: boolean
}

/** What a store of reviews says of one release and of those before it. */
export class Reviews {
  readonly #found: readonly FoundReview[]
  readonly #valid: ReadonlyMap<string, readonly Review[]>
  readonly #accepted = new Map<string, Acceptance>()

  constructor(found: readonly FoundReview[]) {
    this.#found = found
    const valid = found.flatMap((one) => (one.kind === "valid" ? [one.review] : [])).sort(byDay)
    this.#valid = Map.groupBy(valid, ({ artifact }) => artifact.sha256)
    this.#accept(valid)
  }

  /** What counts for the very bytes of a release, and what somebody could take to count. */
  wordsFor(release: Release, previous: Compared | undefined): Words {
    const own = this.#valid.get(release.sha256) ?? []
    const reviews = own.filter(({ since }) => since === undefined || isBase(since, previous))
    const refused = this.#found.flatMap((found) => {
      const why = refusal(found, release, previous)
      return why === undefined ? [] : [{ source: found.source, why }]
    })
    return { reviews, refused }
  }

  /** The release to compare with: what a review of this one says it looked from, else the one of the package that was accepted last. None where this one was read whole. */
  baselineFor(release: Release): { readonly target: string; readonly sha256: string } | undefined {
    const own = this.#valid.get(release.sha256) ?? []
    if (own.some(({ since }) => since === undefined)) return undefined
    const others = [...this.#valid.values()]
      .flat()
      .filter(({ artifact }) => isSamePackage(artifact, release) && !isSameRelease(artifact, release))
    const bases = own.flatMap(({ since }) => (since === undefined ? [] : [since]))
    return [...bases, ...others.sort(byDay).map(({ artifact: { purl, target, sha256 } }) => ({ target: purl ?? target, sha256 }))].find(
      ({ sha256 }) => this.acceptanceOf(sha256) !== undefined,
    )
  }

  /** Whether people settled all of a release that asked for attention: in one review, or in one of what changed since another that they settled. */
  acceptanceOf(sha256: string): Acceptance | undefined {
    return this.#accepted.get(sha256)
  }

  /** From what was read whole to what rests on it, so that a circle of reviews accepts nothing. */
  #accept(reviews: readonly Review[]): void {
    const resting = Map.groupBy(reviews, ({ since }) => since?.sha256)
    const queue = [...(resting.get(undefined) ?? [])]
    for (const review of queue) {
      const { sha256 } = review.artifact
      if (this.#accepted.has(sha256)) continue
      const accepted = { by: review.reviewer, read: this.#read(review), except: this.#exceptions(review) }
      const expires = this.#expiryOf(review)
      this.#accepted.set(sha256, { ...accepted, ...(expires === undefined ? {} : { expires }) })
      queue.push(...(resting.get(sha256) ?? []))
    }
  }

  /** The first of its own and of those of the releases that it rests on. */
  #expiryOf({ since, expires }: Review): string | undefined {
    const before = since === undefined ? undefined : this.#accepted.get(since.sha256)?.expires
    return [expires ?? [], before ?? []].flat().sort()[0]
  }

  /** What was open when it was signed, here and in the releases that it rests on. */
  #read({ since, items }: Review): ReadonlySet<string> {
    const before = since === undefined ? [] : (this.#accepted.get(since.sha256)?.read ?? [])
    return new Set([...before, ...items.filter(({ kind }) => kind === "entry").flatMap(({ what }) => digestsIn(what))])
  }

  /** What others settled, unless one of them read it, looking from the same base; and what was an exception there. */
  #exceptions({ artifact, since, others }: Review): ReadonlySet<string> {
    const before = since === undefined ? [] : (this.#accepted.get(since.sha256)?.except ?? [])
    if (others.length === 0) return new Set(before)
    const alike = (this.#valid.get(artifact.sha256) ?? []).filter((one) => one.since === undefined || one.since.sha256 === since?.sha256)
    const read = new Set(alike.flatMap(({ items }) => items.map(keyOf)))
    const left = others.filter((item) => !read.has(keyOf(item))).flatMap(({ what }) => digestsIn(what))
    return new Set([...before, ...left])
  }
}

/** Of an entry its own; of a finding those of its evidence. */
const digestsIn = (what: string): readonly string[] => what.match(/(?<=\bsha256:)[0-9a-f]{64}/g) ?? []

/** Names an item: one of other bytes is another one. */
export const keyOf = ({ kind, at, what }: Item): string => JSON.stringify([kind, at, what])

const byDay = (a: Review, b: Review): number => (a.signed === b.signed ? 0 : a.signed < b.signed ? 1 : -1)

const isBase = (since: { readonly sha256: string }, previous: Compared | undefined): boolean =>
  previous?.accepted === true && previous.sha256 === since.sha256

/** Why a review that is about this release, or could be, does not help it. Those of other packages, and of other releases where one of them is the base, are no concern. */
function refusal(found: FoundReview, release: Release, previous: Compared | undefined): RefusedReview["why"] | undefined {
  const said = found.kind === "valid" ? found.review : found.said
  const isOwn = said?.artifact.sha256 === release.sha256
  if (found.kind === "refused") {
    const concerns = said === undefined || isOwn || isSameRelease(said.artifact, release)
    return concerns || (previous?.accepted !== true && isSamePackage(said.artifact, release)) ? found.why : undefined
  }
  const { artifact, since } = found.review
  if (!isOwn) return isSameRelease(artifact, release) ? `it is of other bytes under this name (sha256 ${artifact.sha256})` : undefined
  if (since === undefined || isBase(since, previous)) return undefined
  return `it is of what changed since ${since.target} (sha256 ${since.sha256}), which is not the accepted release that this one was compared with`
}

const isSameRelease = (a: Release, b: Release): boolean =>
  a.purl === undefined || b.purl === undefined ? a.target === b.target || a.name === b.name : a.purl === b.purl

function isSamePackage(a: Release, b: Release): boolean {
  if (a.purl !== undefined && b.purl !== undefined) return packageOf(a.purl) === packageOf(b.purl)
  return a.purl === b.purl && unversioned(a.name) === unversioned(b.name)
}

/** A purl in a review is a text that somebody signed. */
function packageOf(purl: string): string {
  try {
    return withoutVersion(purl)
  } catch {
    return purl
  }
}
