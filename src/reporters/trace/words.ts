import { number, plural } from "../../core/count.ts"
import { escapeForeign } from "../../core/escape.ts"
import { order } from "../../core/order.ts"
import type {
  AuthorEvidence,
  EventKind,
  Hands,
  Level,
  OpaqueFile,
  Person,
  PersonId,
  RightsEvent,
  Trace,
  TracedRelease,
  Window,
} from "../../model/trace.ts"

export const levels = [4, 3, 2, 1, 0] as const satisfies readonly Level[]

/** What stands behind a commit, in words; docs/trace.md has the rules. */
export const levelWords: Readonly<Record<Level, string>> = {
  4: "two people's verified signatures cover it",
  3: "another person committed and signed it",
  2: "another person committed it",
  1: "a trailer names another person: a claim",
  0: "nobody else is named",
}

export const eventWords: Readonly<Record<EventKind, string>> = {
  "first-patch": "first patch",
  "first-push": "first push",
  "first-merge-for-others": "first merge for others",
  "first-tag": "first tag",
  "new-release-signer": "new release signer",
  "release-holder-changed": "release holder changed",
  "holder-changed": "holder changed",
  "newcomer-share": "newcomer's share",
  "security-policy-changed": "security policy",
  "continuous-integration-changed": "continuous integration",
  "fuzzing-changed": "fuzzing",
  "contact-changed": "contact",
  "homepage-changed": "homepage",
  "maintainers-changed": "maintainers",
  "ignore-file-changed": "ignore file",
  "commit-time-regression": "time goes back",
  "tag-lag": "late tag",
}

/** Half of a surrogate pair is no character: it is cut too. */
export const clip = (line: string, width: number): string =>
  line.length > width ? `${line.slice(0, width - 1).replace(/[\ud800-\udbff]$/, "")}…` : line

const nameWidth = 40
const asRead = (text: string): string => text.normalize("NFKC").toLowerCase()

/**
 * What each person is called: the name alone only where nobody else has it, or one that reads the same, and these are all people of a repository. Whoever writes a commit types a name:
 * with the address, and where that is not enough the number in `people`, two are never taken for one.
 */
export function labelsOf(people: readonly Person[], { areAll = true }: { readonly areAll?: boolean } = {}): readonly string[] {
  const named = ({ name }: Person): string => clip(escapeForeign(name.trim()), nameWidth)
  const addressed = (person: Person): string => `${named(person)} <${clip(escapeForeign(person.address), nameWidth)}>`.trim()
  const names = people.map(named)
  const once = timesOf(names)
  const whole = people.map(addressed)
  const onceWhole = timesOf(whole)
  return people.map((person, id) => {
    const [name = "", address = ""] = [names[id], whole[id]]
    if (areAll && name !== "" && once.get(asRead(name)) === 1) return name + apart(person)
    return `${address}${onceWhole.get(asRead(address)) === 1 ? "" : ` #${id}`}${apart(person)}`
  })
}

const apart = ({ kind }: Person): string => (kind === "person" ? "" : ` (${kind})`)

function timesOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  for (const text of texts.map(asRead)) times.set(text, (times.get(text) ?? 0) + 1)
  return times
}

/** A trace, what its people are called, and who was named so far: a list of people can end with just those. */
export interface Told {
  readonly trace: Trace
  readonly labels: readonly string[]
  /** Those who count: bots and forges are told apart. */
  readonly persons: readonly Person[]
  readonly named: Set<PersonId>
}
export const toldOf = (trace: Trace): Told => ({
  trace,
  labels: labelsOf(trace.people),
  persons: trace.people.filter(({ kind }) => kind === "person"),
  named: new Set(),
})

export function who({ labels, named }: Pick<Told, "labels" | "named">, person: PersonId): string {
  named.add(person)
  return labels[person] ?? `#${person}`
}

export const short = (oid: string): string => oid.slice(0, 12)
export const percent = (part: number, whole: number): string => (whole === 0 ? "" : `${Math.round((100 * part) / whole)} %`)

/** The first lines of each form. */
export function summary(told: Told): readonly string[] {
  const { repository, people, windows, range, hands, release } = told.trace
  const { commits, merges, branches, tags, span } = repository
  const { persons } = told
  const authors = persons.filter(({ authored }) => authored > 0).length
  const committers = persons.filter(({ committed }) => committed > 0).length
  const others = people.length - persons.length
  const now = windows.at(-1)
  return [
    `${plural(commits, "commit")}${span === undefined ? "" : ` from ${span.first} to ${span.last}`}, ${number(merges)} of them merges; ${plural(branches, "branch", "branches")}, ${plural(tags, "tag")}`,
    `written by ${plural(authors, "person", "people")}, committed by ${number(committers)}${others === 0 ? "" : `; ${plural(others, "bot or forge", "bots and forges")} apart`}`,
    ...(hands === undefined ? [] : [handsLine(hands)]),
    ...(now === undefined ? [] : [nowLine(told, now)]),
    ...(release === undefined
      ? []
      : [
          `release ${release.target}: ${number(release.fromCommit)} of ${plural(release.entries, "entry", "entries")} are those of ${short(release.commit)}; of no other does git say who made it`,
          ...ignoredLine(told, release),
        ]),
    ...(range === undefined ? [] : [`shown: ${range}; events are found in all of the history`]),
  ]
}

/** What of a release is kept out of the repository, and which entry that says so is the last. */
function ignoredLine(told: Told, { ignored }: TracedRelease): readonly string[] {
  const [last] = ignored
  if (last === undefined) return []
  const files = ignored.reduce((sum, { shipped }) => sum + shipped, 0)
  const added = last.added === undefined ? "" : `, of ${last.added.day} by ${who(told, last.added.author)}`
  return [
    `${plural(files, "file")} that it ships ${files === 1 ? "is" : "are"} kept out of the repository by ${plural(ignored.length, "line")} of ignore files; the newest: ${clip(last.pattern, nameWidth)} in ${last.file}${added}`,
  ]
}

/** How much of it one person could have brought alone. */
function handsLine(hands: Hands): string {
  const { lines, bytes, opaqueBytes, singleHanded } = hands.all
  const single = `${number(lines.hands[1])} are single-handed (${plural(bytes.hands[1], "byte")})`
  const opaque = `${number(opaqueBytes.hands[1])} of ${plural(sumOf(opaqueBytes.levels), "opaque byte")}`
  return `of the ${plural(sumOf(lines.levels), "line")} of ${short(hands.commit)}${newerThan(hands)} ${single}, and ${opaque}, by ${plural(singleHanded.length, "person", "people")}`
}

/** What is counted of a tree, where that is not all. */
export const newerThan = (hands: Hands | undefined): string => (hands?.since === undefined ? "" : ` newer than ${short(hands.since)}`)

const nowLine = (told: Told, window: Window): string =>
  `absence factor of the 365 days before ${window.end}: ${window.absence50} (50 %), ${window.absence80} (80 %); ${holdersOf(told, window)}${releasesOf(told, window)}`

export const sumOf = (by: { readonly [L in Level]: number } | undefined): number =>
  levels.reduce<number>((sum, level) => sum + (by?.[level] ?? 0), 0)

/** Who made most of the last tags before a window's end, to follow what is said of it. */
export const releasesOf = (told: Told, { releaseHolder }: Window): string =>
  releaseHolder === undefined ? "" : `; releases: ${who(told, releaseHolder)}`

const holdersShown = 3

/** Those who made half of a window. */
export function holdersOf(told: Told, { holders, commits, absence50 }: Window): string {
  const shown = holders.slice(0, holdersShown).map((one) => `${who(told, one.person)} ${percent(one.commits, commits)}`)
  const more = absence50 - shown.length
  return shown.length === 0 ? "nobody" : `${shown.join(", ")}${more > 0 ? ` and ${number(more)} more` : ""}`
}

/** How ordinary such an event is, here and elsewhere. */
export function baseRate({ trace, persons }: Told, kind: EventKind): string {
  const { repositories, kinds } = trace.elsewhere
  const { events, people } = trace.baseRates[kind] ?? { events: 0, people: 0 }
  return rateWords(
    { events, people, repositories: kinds[kind].repositories },
    { people: persons.length, repositories: repositories.length },
  )
}

interface Rate {
  readonly events: number
  readonly people: number
  /** Others that have such an event. */
  readonly repositories: number
}

export function rateWords({ events, people, repositories }: Rate, among: Pick<Rate, "people" | "repositories">): string {
  const whose = people === 0 ? [] : [`${number(people)} of ${plural(among.people, "person", "people")}`]
  const times = people > 0 && events === people ? [] : [plural(events, "time")]
  const elsewhere =
    among.repositories === 0 ? "" : `, ${number(repositories)} of ${plural(among.repositories, "other repository", "other repositories")}`
  return `${[...whose, ...times].join(", ")} here ever${elsewhere}`
}

export const rights: ReadonlySet<EventKind> = new Set([
  "first-push",
  "first-merge-for-others",
  "first-tag",
  "new-release-signer",
  "release-holder-changed",
  "holder-changed",
  "newcomer-share",
])

/** Events of whoever may do more than send patches, and of nobody. The others' story is told of most people, and it is the same. */
export function ofRightHolders(events: readonly RightsEvent[]): readonly RightsEvent[] {
  const holders = new Set(events.filter(({ kind }) => rights.has(kind)).map(({ person }) => person))
  return events.filter(({ person }) => person === undefined || holders.has(person))
}

/** The last of a list in time, and what tells that there is more before them. */
export function lastOf<T>(all: readonly T[], max: number): { readonly shown: readonly T[]; readonly earlier: readonly string[] } {
  const left = all.length - max
  const earlier = left > 0 ? [`${number(left)} earlier (--list ${all.length} shows them, --format json has all)`] : []
  return { shown: left > 0 ? all.slice(left) : all, earlier }
}

/** The newest window and those a year or more apart before it, oldest first. */
export function yearlyOf(windows: readonly Window[], max: number): readonly Window[] {
  const shown: Window[] = []
  for (const window of windows.toReversed()) {
    const next = shown[0]
    if (shown.length === max) break
    if (next === undefined || Date.parse(next.end) - Date.parse(window.end) >= 365 * 86_400_000) shown.unshift(window)
  }
  return shown
}

/** Why other signatures are taken for this person's. */
export const unionsOf = ({ unions }: Person): readonly string[] =>
  unions.map(({ name, address, by }) => `also ${clip(name, nameWidth)} <${clip(address, 2 * nameWidth)}> (${unionWords[by]})`)

const unionWords = { mailmap: "by .mailmap", address: "the same address", alias: "by your aliases" } as const

/** All that was not looked at, each sentence once. */
export const notLookedAt = ({ limits, evidence, hands }: Trace): readonly string[] => [
  ...new Set([...limits, ...(evidence?.notAssessed ?? []), ...(hands?.notAssessed ?? [])]),
]

export const newestFirst = (files: readonly OpaqueFile[]): readonly OpaqueFile[] =>
  [...files].sort((a, b) => order(b.versions.at(-1)?.day ?? "", a.versions.at(-1)?.day ?? "") || order(a.path, b.path))

const secondsShown = 4

/** Who stands behind an author's commits, and why one counts for less. */
export function secondsOf(told: Told, { seconds }: AuthorEvidence): readonly string[] {
  const shown = seconds
    .slice(0, secondsShown)
    .map(({ person, commits, isIndependent, why }) =>
      isIndependent
        ? `${who(told, person)}, ${number(commits)}`
        : `${who(told, person)}, ${number(commits)}, not independent${why === undefined ? "" : `: ${why}`}`,
    )
  const left = seconds.length - shown.length
  return left > 0 ? [...shown, `and ${plural(left, "more person", "more people")}`] : shown
}
