import { pathClasses } from "../../src/model/path-classes.ts"
import { type Commit, type Comparison, dayOf, daySeconds, type Facts, isPerson, type Tag } from "./trace-facts.ts"

/** `kind day person commit tag`, as a trace has them. */
type Told = readonly [kind: string, day: string, person: number, commit: string | undefined, tag: string | undefined]

/** Those that are told again here. */
const kinds = [
  "first-patch",
  "first-push",
  "first-merge-for-others",
  "first-tag",
  "new-release-signer",
  "release-holder-changed",
  "tag-lag",
  "newcomer-share",
  "holder-changed",
  ...Object.keys(pathClasses),
  "commit-time-regression",
]

/**
 * All events of a history, told a second time from git's own lists: docs/trace.md, "Events", says when and of whom each is. Only the patterns of paths are the product's, as the page
 * refers to them.
 */
export function compareEvents(facts: Facts, comparison: Comparison): void {
  const theirs = [...firsts(facts), ...ofTags(facts), ...ofWindows(facts), ...ofPaths(facts), ...ofTimes(facts)]
  for (const kind of kinds)
    comparison.lists(
      kind,
      facts.trace.events.filter((event) => event.kind === kind).map(({ day, person, commit, tag }) => [day, person, commit, tag].join(" ")),
      theirs.filter(([one]) => one === kind).map(([, ...told]) => told.join(" ")),
    )
}

const isMerge = ({ parents }: Commit): boolean => parents.length > 1

/** Of each person that counts the first. */
function firstOfEach<T>(facts: Facts, items: Iterable<T>, who: (item: T) => number | undefined): ReadonlyMap<number, T> {
  const found = new Map<number, T>()
  for (const item of items) {
    const person = who(item)
    if (person !== undefined && isPerson(facts, person) && !found.has(person)) found.set(person, item)
  }
  return found
}

function* firsts(facts: Facts): Generator<Told> {
  const patches = facts.commits.filter((commit) => !isMerge(commit)).sort((a, b) => a.authored - b.authored)
  for (const [person, { oid, authored }] of firstOfEach(facts, patches, ({ author }) => author))
    yield ["first-patch", dayOf(authored), person, oid, undefined]
  const pushed = facts.commits.filter(({ oid }) => facts.mainline.has(oid))
  const pusher = (commit: Commit): number | undefined =>
    isPerson(facts, commit.committer) ? commit.committer : isMerge(commit) ? commit.author : undefined
  for (const [person, { oid, committed }] of firstOfEach(facts, pushed, pusher))
    yield ["first-push", dayOf(committed), person, oid, undefined]
  const others = pushed.filter((commit) => {
    const brought = isMerge(commit) ? commit.parents.slice(1).flatMap((oid) => facts.commitOf.get(oid) ?? []) : [commit]
    return brought.some(({ author }) => isPerson(facts, author) && author !== pusher(commit))
  })
  for (const [person, { oid, committed }] of firstOfEach(facts, others, pusher))
    yield ["first-merge-for-others", dayOf(committed), person, oid, undefined]
}

function* ofTags(facts: Facts): Generator<Told> {
  const told = (kind: string, { at, by, commit, name }: Tag): Told => [kind, dayOf(at), by, commit, name]
  for (const tag of firstOfEach(facts, facts.tags, ({ by }) => by).values()) yield told("first-tag", tag)
  const annotated = facts.tags.filter((tag) => tag.annotated !== undefined)
  for (const [person, tag] of firstOfEach(facts, annotated, ({ by }) => by))
    if (facts.tags.slice(0, facts.tags.indexOf(tag)).some(({ by }) => by !== person)) yield told("new-release-signer", tag)
  let held: number | undefined
  for (const [index, tag] of facts.tags.entries()) {
    const last = facts.tags.slice(Math.max(0, index - 4), index + 1)
    const holder = last.find(({ by }) => isPerson(facts, by) && 2 * last.filter((one) => one.by === by).length > last.length)?.by
    if (holder === undefined) continue
    if (held !== undefined && holder !== held) yield ["release-holder-changed", dayOf(tag.at), holder, tag.commit, tag.name]
    held = holder
  }
  for (const tag of facts.tags) {
    const committed = facts.commitOf.get(tag.commit)?.committed ?? 0
    if (isPerson(facts, tag.by) && tag.at - committed > 30 * daySeconds) yield told("tag-lag", tag)
  }
}

/** Who made how many of the 365 days before an end, the most first; of equals whoever came first. */
export function tallyOf(facts: Facts, end: string): readonly (readonly [person: number, commits: number])[] {
  const until = Date.parse(`${end}T00:00:00Z`) / 1000
  const counts = new Map<number, number>()
  for (const commit of facts.commits)
    if (!isMerge(commit) && isPerson(facts, commit.author)) {
      const isIn = commit.committed >= until - 365 * daySeconds && commit.committed < until
      counts.set(commit.author, (counts.get(commit.author) ?? 0) + (isIn ? 1 : 0))
    }
  return [...counts].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a)
}

function* ofWindows(facts: Facts): Generator<Told> {
  const entries = firstOfEach(
    facts,
    facts.commits.filter((commit) => !isMerge(commit)),
    ({ author }) => author,
  )
  const known = new Set([...entries.keys()].slice(0, 1))
  let held: number | undefined
  for (const { end } of facts.trace.windows) {
    const tally = tallyOf(facts, end)
    const [largest] = tally
    if (largest === undefined) continue
    const all = tally.reduce((sum, [, count]) => sum + count, 0)
    for (const [person, count] of tally) {
      const entry = entries.get(person)
      const days = (Date.parse(`${end}T00:00:00Z`) / 1000 - (entry?.committed ?? 0)) / daySeconds
      if (4 * count <= all || known.has(person) || Math.floor(days) > 730) continue
      known.add(person)
      yield ["newcomer-share", end, person, entry?.oid, undefined]
    }
    const before = tally.find(([person]) => person === held)?.[1] ?? 0
    if (before === largest[1]) continue
    if (held !== undefined && held !== largest[0]) yield ["holder-changed", end, largest[0], undefined, undefined]
    held = largest[0]
  }
}

function* ofPaths(facts: Facts): Generator<Told> {
  for (const [kind, paths] of Object.entries(pathClasses)) {
    const touching = facts.commits.filter(({ changes }) => changes.some(({ path }) => paths.test(path)))
    for (const [person, { oid, committed }] of firstOfEach(facts, touching, ({ author }) => author))
      yield [kind, dayOf(committed), person, oid, undefined]
  }
}

function* ofTimes(facts: Facts): Generator<Told> {
  const back = facts.commits.filter(({ committed, parents }) =>
    parents.some((oid) => (facts.commitOf.get(oid)?.committed ?? 0) - committed > daySeconds),
  )
  for (const [person, { oid, committed }] of firstOfEach(facts, back, ({ committer }) => committer))
    yield ["commit-time-regression", dayOf(committed), person, oid, undefined]
}
