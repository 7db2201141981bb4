import { plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import { order } from "../../core/order.ts"
import type { Commit, RecordedHistory } from "../../model/history.ts"
import type { PersonId, RightsEvent, Window } from "../../model/trace.ts"
import { firstOfEach, inTime, type PersonAt, personAt } from "./actors.ts"
import { daysBetween } from "./days.ts"
import type { Homepages } from "./homepages.ts"
import type { Identities } from "./identities.ts"
import { type Tagging, taggingsOf } from "./taggings.ts"
import { type Tally, talliesOf } from "./tallies.ts"

/** What events are told from, put in order once. */
export interface Facts {
  readonly person: PersonAt
  /** Oldest first. */
  readonly commits: readonly Commit[]
  readonly commitOf: ReadonlyMap<GitOid, Commit>
  /** `git log --first-parent --branches --tags`: what was put on a branch itself. What a merge brought along is not on it, whoever its committer is. */
  readonly mainline: ReadonlySet<GitOid>
  readonly tags: readonly Tagging[]
  /** Counted anew at each call: kept, they would take many times the history's memory. */
  readonly tallies: () => Iterable<Tally>
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
  const commitOf = new Map(commits.map((commit) => [commit.oid, commit]))
  const patches = commits.filter(({ parents }) => parents.length <= 1)
  const ends = windows.map(({ end }) => end)
  return {
    person,
    commits,
    commitOf,
    mainline: mainlineOf(history, commitOf),
    tags: taggingsOf(history, identities),
    tallies: () => talliesOf(history, identities, ends),
    patch: firstOfEach(
      [...patches].sort((a, b) => order(a.authored, b.authored) || inTime(a, b)),
      ({ author }) => person(author),
    ),
    entry: firstOfEach(patches, ({ author }) => person(author)),
    homepages,
  }
}

function mainlineOf({ branches, tags }: RecordedHistory, commitOf: ReadonlyMap<GitOid, Commit>): ReadonlySet<GitOid> {
  const mainline = new Set<GitOid>()
  for (const tip of [...branches.map((branch) => branch.tip), ...tags.map(({ commit }) => commit)])
    for (let next = commitOf.get(tip); next !== undefined && !mainline.has(next.oid); ) {
      mainline.add(next.oid)
      const [parent] = next.parents
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
