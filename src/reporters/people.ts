import { number, plural } from "../core/count.ts"
import { order } from "../core/order.ts"
import type { ChangedOpaqueFile, CommitsByLevel, PersonOfRelease, ReleasePeople, ReleaseTag } from "../model/people.ts"
import type { Report } from "../model/report.ts"
import type { EventKind, PersonId, RightsEvent } from "../model/trace.ts"
import type { Look } from "./reporter.ts"
import { clip, eventWords, labelsOf, levels, levelWords, rateWords, rights, short, unionsOf, who } from "./trace/words.ts"
import { quoted } from "./words.ts"

/** Who stands behind a release, and what its people are called: with their addresses, as nobody here knows who else has the name. */
export interface ToldPeople {
  readonly people: ReleasePeople
  readonly labels: readonly string[]
  readonly named: Set<PersonId>
}

export const toldPeople = (people: ReleasePeople): ToldPeople => ({
  people,
  labels: labelsOf(people.people, { areAll: false }),
  named: new Set(),
})

/** Which commits it is about. */
export function rangeWords({ range: { commit, since, commits, merges } }: ReleasePeople): string {
  const merged = merges === 0 ? "" : ` and ${plural(merges, "merge")}`
  const whole = `${plural(commits, "commit")}${merged}`
  if (since === undefined) return `${whole}, all of the history of ${short(commit)}: no release before it is known`
  const how = since.how === "tag" ? "the tag before" : "of the release that it is compared with"
  return `${whole} since ${since.tag ?? short(since.commit)}, ${how}`
}

/** Levels that there are, the lowest first. */
export const levelsWords = (by: CommitsByLevel): readonly string[] =>
  levels.toReversed().flatMap((level) => (by[level] === 0 ? [] : [`${number(by[level])} level ${level} (${levelWords[level]})`]))

export const shortLevels = (by: CommitsByLevel): string =>
  levels
    .toReversed()
    .flatMap((level) => (by[level] === 0 ? [] : [`${number(by[level])} level ${level}`]))
    .join(", ")

/** Those who wrote or committed something of the range. */
export const ofRange = ({ people: { people } }: ToldPeople): readonly PersonId[] =>
  [...people.keys()].filter((id) => {
    const share = people[id]?.range
    return share !== undefined && share.authored + share.committed > 0
  })

function personWords({ range: { authored, committed, levels: by } }: PersonOfRelease): string {
  const how = authored === 0 ? "" : ` (${shortLevels(by)})`
  return `${number(authored)} written${how}, ${number(committed)} committed`
}

/** What the same person did in all of the history. */
export function everWords({ authored, span }: PersonOfRelease): string {
  if (span === undefined) return "wrote nothing"
  return `${number(authored)} written ever, ${span.first} to ${span.last}`
}

/** Who set the release's tag, and whether they had set one before. */
export function tagWords(told: ToldPeople, tag: ReleaseTag): string {
  const { name, day, person, form, signature, keys, before } = tag
  const by = who(told, person)
  const set =
    form === "light" ? `${name}, a light tag: it names nobody, its commit was committed by ${by} on ${day}` : `${name} by ${by} on ${day}`
  const signed = {
    none: ", not signed",
    stated: ", signed; no key that was given verifies it",
    verified: `, signed by key ${keys.join(", ")}`,
  }
  const own = before.tags === 0 ? "the first tag here" : `${number(before.own)} of the ${plural(before.tags, "tag")} before it`
  const first = tag.isNewSigner ? `; a new release signer: ${rateOf(told, "new-release-signer")}` : ""
  return `${set}${form === "light" ? "" : signed[signature]}; ${before.tags === 0 ? own : `${own} are by the same`}${first}`
}

/** How ordinary such an event is: in all of this history, and in the honest repositories. */
export function rateFigures({ people: { baseRates, among } }: ToldPeople, kind: EventKind) {
  const rate = baseRates.find((one) => one.kind === kind)
  const { events = 0, people = 0, elsewhere = { repositories: 0 } } = rate ?? {}
  return { events, people, of: among.people, repositories: elsewhere.repositories, ofRepositories: among.repositoriesElsewhere }
}

export function rateOf(told: ToldPeople, kind: EventKind): string {
  const { events, people, of, repositories, ofRepositories } = rateFigures(told, kind)
  return rateWords({ events, people, repositories }, { people: of, repositories: ofRepositories })
}

/** Those that gave somebody a right first, the newest of them first: the others are many, and the same of most people. */
export const eventsFirst = ({ people: { events } }: ToldPeople): readonly RightsEvent[] => [
  ...events.filter(({ kind }) => rights.has(kind)).toReversed(),
  ...events.filter(({ kind }) => !rights.has(kind)).toReversed(),
]

function eventWho(told: ToldPeople, { kind, day, person }: RightsEvent): string {
  return [day, eventWords[kind], ...(person === undefined ? [] : [who(told, person)])].join("  ")
}

export const eventWhere = ({ commit, tag }: RightsEvent): readonly string[] => [
  ...(commit === undefined ? [] : [short(commit)]),
  ...(tag === undefined ? [] : [tag]),
]

export const newestOpaque = ({ people: { opaque } }: ToldPeople): readonly ChangedOpaqueFile[] =>
  [...opaque].sort((a, b) => order(b.last?.day ?? "", a.last?.day ?? "") || order(a.path, b.path))

/** Who brought what is in it now. */
export function opaqueWords(told: ToldPeople, { last, size, versions }: ChangedOpaqueFile): string {
  const what = `${plural(size, "byte")}, ${plural(versions, "version")}`
  if (last === undefined) return `${what}: no commit but a merge brought it`
  const { day, commit, path, author, committer, level, beside, daysToTag } = last
  const by = author === committer ? `by ${who(told, author)}` : `by ${who(told, author)}, committed by ${who(told, committer)}`
  const tag = daysToTag === undefined ? "in no tag" : `${plural(daysToTag, "day")} before a tag`
  const then = path === undefined ? "" : ` as ${path}`
  return `${what}, the last ${day} ${by} in ${short(commit)}${then}, level ${level}, ${tag}, ${beside === 0 ? "alone" : `beside ${plural(beside, "other path")}`}`
}

/** The command that tells more: all that a trace says of the same commits and files. */
export function traceCommand({ artifact, repository, people }: Report, { command }: Look): string | undefined {
  if (repository === undefined || people?.kind !== "assessed") return undefined
  const { commit, since } = people.range
  const range = `${since === undefined ? "" : `${nameOf(since.tag, since.commit)}..`}${nameOf(people.tag?.name, commit)}`
  const words = [command, "trace", repository.location, "--range", range, "--release", artifact.target]
  return words.map(quoted).join(" ")
}

/** A tag that no shell and no option can take for another thing; else the id. */
const nameOf = (tag: string | undefined, commit: string): string =>
  tag !== undefined && /^[\w@][\w.+@/-]*$/.test(tag) && !tag.includes("..") && !/^[0-9a-f]{7,}$/.test(tag) ? tag : short(commit)

export interface Facts {
  readonly levels: readonly string[]
  readonly people: readonly string[]
  readonly tag: readonly string[]
  readonly events: readonly string[]
  readonly opaque: readonly string[]
  readonly notAssessed: readonly string[]
}

/** All that is told, a sentence each, with every union. */
export function factsOf(told: ToldPeople): Facts {
  const { range, people, tag, notAssessed } = told.people
  const by = levelsWords(range.levels).join(", ")
  return {
    levels: by === "" ? [] : [by],
    people: ofRange(told).flatMap((id) => {
      const person = people[id]
      return person === undefined
        ? []
        : [[`${told.labels[id] ?? ""}: ${personWords(person)}`, everWords(person), ...unionsOf(person)].join("; ")]
    }),
    tag: [tag === undefined ? "no tag names its commit" : `tag ${tagWords(told, tag)}`],
    events: eventsFirst(told).map((event) => {
      const place = [eventWho(told, event), ...eventWhere(event)].join("  ")
      return `${place}: ${event.detail}; ${rateOf(told, event.kind)}`
    }),
    opaque: newestOpaque(told).map((file) => `opaque ${clip(file.path, 80)}: ${opaqueWords(told, file)}`),
    notAssessed: notAssessed.map((one) => `not looked at: ${one}`),
  }
}
