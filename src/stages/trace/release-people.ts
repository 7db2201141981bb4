import { plural } from "../../core/count.ts"
import { order } from "../../core/order.ts"
import { rowsOf } from "../../io/commit-rows.ts"
import type { RecordedHistory } from "../../model/history.ts"
import type { ChangedOpaqueFile, CommitsByLevel, EventRate, PersonOfRelease, ReleasePeople, ReleaseTag } from "../../model/people.ts"
import type { EventKind, Level, OrdinaryRates, PersonId, RightsEvent } from "../../model/trace.ts"
import { baseRatesOf, eventsWithin } from "./events.ts"
import type { Assessed } from "./evidence.ts"
import type { Identities } from "./identities.ts"
import type { ReleaseRange } from "./release-range.ts"
import { isChange } from "./twins.ts"
import { monthlyEnds } from "./windows.ts"

export interface Known {
  readonly history: RecordedHistory
  readonly identities: Identities
  readonly release: ReleaseRange
  /** Of all of the history. */
  readonly events: readonly RightsEvent[]
  /** Of the range. */
  readonly assessed: Assessed
  readonly tag: ReleaseTag | undefined
  readonly opaque: readonly ChangedOpaqueFile[]
  /** What else could not be looked at. */
  readonly limits: readonly string[]
  readonly elsewhere: OrdinaryRates
}

interface Most {
  readonly eventsMax: number
  readonly peopleMax: number
}

/** Who stands behind what is new in a release, out of what a trace knows. */
export function releasePeople(known: Known, { eventsMax, peopleMax }: Most): ReleasePeople {
  const { history, identities, release, assessed, tag, opaque, elsewhere } = known
  const { range, tip, from } = release
  const within = history.commits.filter(({ oid }) => range.has(oid))
  const changes = within.filter(isChange)
  const windows = monthlyEnds(rowsOf(within)).map((end) => ({ end }))
  const all = eventsWithin(known.events, history, { range, windows })
  const events = all.slice(Math.max(0, all.length - eventsMax))
  const shares = sharesOf(changes, identities, assessed)
  const named = new Set([
    ...(tag === undefined ? [] : [tag.person]),
    ...events.flatMap(({ person }) => person ?? []),
    ...opaque.flatMap(({ last }) => (last === undefined ? [] : [last.author, last.committer])),
  ])
  const larger = (a: PersonId, b: PersonId): number => sizeOf(shares.get(b)) - sizeOf(shares.get(a)) || a - b
  const rest = [...shares.keys()].filter((id) => !named.has(id)).sort(larger)
  const ids = [...named, ...rest.slice(0, Math.max(0, peopleMax - named.size))]
    .filter((id) => identities.people[id] !== undefined)
    .sort(larger)
  const left = rest.length - Math.max(0, Math.min(rest.length, peopleMax - named.size))
  const place = new Map(ids.map((id, index) => [id, index]))
  const placed = (id: PersonId): PersonId => place.get(id) ?? -1
  const people = ids.flatMap((id): readonly PersonOfRelease[] => {
    const person = identities.people[id]
    return person === undefined ? [] : [{ ...person, range: shares.get(id) ?? noShare }]
  })
  return {
    kind: "assessed",
    range: {
      commit: tip,
      ...(from === undefined ? {} : { since: from }),
      commits: changes.length,
      merges: within.length - changes.length,
      levels: levelsOf(changes.map(({ oid }) => assessed.levelOf.get(oid) ?? 0)),
    },
    ...(tag === undefined ? {} : { tag: { ...tag, person: placed(tag.person) } }),
    people,
    events: events.map((event) => (event.person === undefined ? event : { ...event, person: placed(event.person) })),
    baseRates: ratesOf(known.events, new Set([...events.map(({ kind }) => kind), ...signing]), elsewhere),
    among: {
      people: identities.people.filter(({ kind }) => kind === "person").length,
      repositoriesElsewhere: elsewhere.repositories.length,
    },
    opaque: opaque.map((file) =>
      file.last === undefined
        ? file
        : { ...file, last: { ...file.last, author: placed(file.last.author), committer: placed(file.last.committer) } },
    ),
    notAssessed: [
      ...new Set([
        ...known.limits,
        ...assessed.evidence.notAssessed,
        ...(left > 0 ? [`${plural(left, "person", "people")} of the range with the fewest commits are not listed (releasePeopleMax)`] : []),
        ...(all.length > events.length
          ? [`${plural(all.length - events.length, "earlier event")} of the range are not listed (releaseEventsMax)`]
          : []),
      ]),
    ],
  }
}

/** Its base rate stands beside the tag, be it one or not. */
const signing: readonly EventKind[] = ["new-release-signer"]

type Share = PersonOfRelease["range"]

const noLevels: CommitsByLevel = { 0: 0, 1: 0, 2: 0, 3: 0, 4: 0 }
const noShare: Share = { authored: 0, committed: 0, levels: noLevels }
const sizeOf = (share: Share | undefined): number => (share === undefined ? 0 : share.authored + share.committed)

function levelsOf(levels: readonly Level[]): CommitsByLevel {
  const counts = { ...noLevels }
  for (const level of levels) counts[level] += 1
  return counts
}

/** Who wrote and who committed how many of these, bots and forges too. */
function sharesOf(
  changes: readonly RecordedHistory["commits"][number][],
  { personOf }: Identities,
  { levelOf }: Assessed,
): ReadonlyMap<PersonId, Share> {
  const shares = new Map<PersonId, { authored: number; committed: number; levels: Level[] }>()
  const shareOf = (signature: number) => {
    const id = personOf[signature] ?? -1
    const share = shares.get(id) ?? { authored: 0, committed: 0, levels: [] }
    shares.set(id, share)
    return share
  }
  for (const { oid, author, committer } of changes) {
    const own = shareOf(author)
    own.authored += 1
    own.levels.push(levelOf.get(oid) ?? 0)
    shareOf(committer).committed += 1
  }
  return new Map([...shares].map(([id, { levels, ...share }]) => [id, { ...share, levels: levelsOf(levels) }]))
}

function ratesOf(events: readonly RightsEvent[], kinds: ReadonlySet<EventKind>, elsewhere: OrdinaryRates): readonly EventRate[] {
  const here = baseRatesOf(events)
  return [...kinds].sort(order).map((kind) => ({ kind, ...(here[kind] ?? { events: 0, people: 0 }), elsewhere: elsewhere.kinds[kind] }))
}
