import { order } from "../../core/order.ts"
import type { HistoryRows, RecordedHistory } from "../../model/history.ts"
import { type EventKind, eventKinds, type PersonId, type RightsEvent, type Trace, type Window } from "../../model/trace.ts"
import { type Besides, factsOf, type Teller } from "./facts.ts"
import { firstMergeForOthers, firstPatch, firstPush, firstTag } from "./first-events.ts"
import { holderChanged, newcomerShare, newReleaseSigner, releaseHolderChanged } from "./holder-events.ts"
import { homepageChanged } from "./homepage-events.ts"
import type { Identities } from "./identities.ts"
import { firstChangeAt } from "./path-events.ts"
import type { Range } from "./range.ts"
import { commitTimeRegression, tagLag } from "./time-events.ts"

const tellers: { readonly [K in EventKind]: Teller } = {
  "first-patch": firstPatch,
  "first-push": firstPush,
  "first-merge-for-others": firstMergeForOthers,
  "first-tag": firstTag,
  "new-release-signer": newReleaseSigner,
  "release-holder-changed": releaseHolderChanged,
  "holder-changed": holderChanged,
  "newcomer-share": newcomerShare,
  "security-policy-changed": firstChangeAt("security-policy-changed"),
  "continuous-integration-changed": firstChangeAt("continuous-integration-changed"),
  "fuzzing-changed": firstChangeAt("fuzzing-changed"),
  "contact-changed": firstChangeAt("contact-changed"),
  "homepage-changed": homepageChanged,
  "maintainers-changed": firstChangeAt("maintainers-changed"),
  "ignore-file-changed": firstChangeAt("ignore-file-changed"),
  "commit-time-regression": commitTimeRegression,
  "tag-lag": tagLag,
}

/**
 * All events of a history, by day, then in the order of the kinds, then by commit and tag: the same in whatever order the commits come. Days are what commits and tags state; those
 * of holders and shares are the ends of windows. Bots and forges hold no rights and have no events.
 */
export function eventsOf(history: HistoryRows, identities: Identities, besides: Besides): readonly RightsEvent[] {
  const facts = factsOf(history, identities, besides)
  const events: RightsEvent[] = []
  for (const kind of eventKinds) for (const told of tellers[kind](facts)) events.push({ kind, ...told })
  const rank = new Map(eventKinds.map((kind, index) => [kind, index]))
  const rankOf = (kind: EventKind): number => rank.get(kind) ?? 0
  return events.sort(
    (a, b) =>
      order(a.day, b.day) || rankOf(a.kind) - rankOf(b.kind) || order(a.commit ?? "", b.commit ?? "") || order(a.tag ?? "", b.tag ?? ""),
  )
}

/** Those of a range's commits and tags; one of a window alone stands with the window. */
export function eventsWithin(
  events: readonly RightsEvent[],
  { tags }: Pick<RecordedHistory, "tags">,
  { range, windows }: { readonly range: Pick<Range, "has">; readonly windows: readonly Pick<Window, "end">[] },
): readonly RightsEvent[] {
  const ends = new Set(windows.map(({ end }) => end))
  const named = new Set(tags.filter(({ commit }) => range.has(commit)).map(({ name }) => name))
  return events.filter(({ commit, tag, day }) =>
    commit !== undefined ? range.has(commit) : tag !== undefined ? named.has(tag) : ends.has(day),
  )
}

/** How ordinary an event of each kind is in these. */
export function baseRatesOf(events: readonly RightsEvent[]): Trace["baseRates"] {
  const rates = new Map<EventKind, { events: number; readonly people: Set<PersonId> }>()
  for (const { kind, person } of events) {
    const rate = rates.get(kind) ?? { events: 0, people: new Set() }
    rates.set(kind, rate)
    rate.events += 1
    if (person !== undefined) rate.people.add(person)
  }
  return Object.fromEntries(
    eventKinds.flatMap((kind) => {
      const rate = rates.get(kind)
      return rate === undefined ? [] : [[kind, { events: rate.events, people: rate.people.size }]]
    }),
  )
}
