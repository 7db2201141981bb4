import { plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import { inTime, order } from "../../core/order.ts"
import type { Commit, RecordedHistory } from "../../model/history.ts"
import type { PersonId, RightsEvent, Window } from "../../model/trace.ts"
import { firstOfEach, type PersonAt, personAt } from "./actors.ts"
import { daysBetween } from "./days.ts"
import type { Homepages } from "./homepages.ts"
import type { Identities } from "./identities.ts"
import { touchingOf } from "./path-classes.ts"
import { type Tagging, taggingsOf } from "./taggings.ts"
import { type Lead, leadsOf } from "./tallies.ts"

/** What events are told from, put in order once. */
export interface Facts {
  readonly person: PersonAt
  /** Oldest first. */
  readonly commits: readonly Commit[]
  readonly commitOf: ReadonlyMap<GitOid, Commit>
  /** `git log --first-parent --branches --tags`: what was put on a branch itself. What a merge brought along is not on it, whoever its committer is. */
  readonly pushed: readonly Commit[]
  readonly tags: readonly Tagging[]
  readonly leads: readonly Lead[]
  /** Which of them change a path of each class. */
  readonly touching: ReadonlyMap<RegExp, readonly Commit[]>
  /** Of each author the commit with the earliest author date, in the order of those. */
  readonly patch: ReadonlyMap<PersonId, Commit>
  /** The same by committer date, which of a first patch is in most cases another person's statement. */
  readonly entry: ReadonlyMap<PersonId, Commit>
  readonly homepages: Homepages
}

/** What events are told from besides the history. */
export interface Besides {
  readonly windows: readonly Pick<Window, "end">[]
  readonly homepages: Homepages
}

/** An event of a kind that is known where it is told. */
export type Told = Omit<RightsEvent, "kind">
export type Teller = (facts: Facts) => Iterable<Told>

export function factsOf(history: RecordedHistory, identities: Identities, { windows, homepages }: Besides): Facts {
  const person = personAt(identities)
  const commits = [...history.commits].sort(inTime)
  const commitOf = new Map<GitOid, Commit>()
  for (const commit of commits) commitOf.set(commit.oid, commit)
  const mainline = mainlineOf(history, commitOf)
  const patches = commits.filter(({ parents }) => parents.length <= 1)
  const ends = windows.map(({ end }) => end)
  return {
    person,
    commits,
    commitOf,
    pushed: commits.filter((commit) => mainline.has(commit)),
    tags: taggingsOf(history, identities),
    touching: touchingOf(commits),
    leads: leadsOf({ commits }, identities, ends),
    patch: earliestPatches(patches, person),
    entry: firstOfEach(patches, ({ author }) => person(author)),
    homepages,
  }
}

/** `patches` are oldest first by committer date, which decides among equal author dates. */
function earliestPatches(patches: readonly Commit[], person: PersonAt): ReadonlyMap<PersonId, Commit> {
  const earliest = new Map<PersonId, Commit>()
  for (const commit of patches) {
    const by = person(commit.author)
    const known = by === undefined ? undefined : earliest.get(by)
    if (by !== undefined && (known === undefined || commit.authored < known.authored)) earliest.set(by, commit)
  }
  return new Map([...earliest].sort(([, a], [, b]) => order(a.authored, b.authored) || inTime(a, b)))
}

function mainlineOf({ branches, tags }: RecordedHistory, commitOf: ReadonlyMap<GitOid, Commit>): ReadonlySet<Commit> {
  const mainline = new Set<Commit>()
  for (const tip of [...branches.map((branch) => branch.tip), ...tags.map(({ commit }) => commit)])
    for (let next = commitOf.get(tip); next !== undefined && !mainline.has(next); ) {
      mainline.add(next)
      const parent = next.parents[0]
      next = parent === undefined ? undefined : commitOf.get(parent)
    }
  return mainline
}

/** How many days after the person's first patch, where there is one. */
export function sincePatch({ patch }: Facts, person: PersonId, at: number): string {
  const first = patch.get(person)
  const days = first === undefined ? 0 : daysBetween(first.authored, at)
  return days > 0 ? `, ${plural(days, "day")} after the first patch` : ""
}
