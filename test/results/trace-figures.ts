import { pageAnswers } from "../trace-page.ts"
import { tallyOf } from "./trace-events.ts"
import { type Comparison, dayOf, daySeconds, type Facts, isPerson, plainAddress, sampleOf } from "./trace-facts.ts"
import type { Traced } from "./traced.ts"

/** docs/trace.md, "The repository", "People" and "Holders": all figures, and of some windows and people the page's own commands. */
export function compareFigures(facts: Facts, comparison: Comparison): void {
  const { trace } = facts
  const say = pageAnswers(facts.folder, { labels: ["commits", "merges", "written", "committed"] })
  comparison.same("commits", trace.repository.commits, Number(say("commits")[0]))
  comparison.same("merges", trace.repository.merges, Number(say("merges")[0]))
  comparison.same("tags", trace.repository.tags, facts.tags.length)
  comparePeople(facts, { written: say("written"), committed: say("committed") }, comparison)
  compareWindows(facts, comparison)
  compareOwn(facts, comparison)
  for (const end of sampleOf(trace.windows, windowsSampled, ({ end }) => end)) comparePageWindow(facts, end, comparison)
  for (const person of sampleOf(ofOneAddress(facts), peopleSampled, (id) => String(trace.people[id]?.address)))
    comparePagePerson(facts, person, comparison)
}

/** Of each window. */
function compareOwn(facts: Facts, comparison: Comparison): void {
  const own = facts.commits.filter(
    ({ parents, author, committer }) => parents.length < 2 && author === committer && isPerson(facts, author),
  )
  for (const [index, { end, own: ours }] of facts.trace.ownCommits.entries()) {
    const until = Date.parse(`${end}T00:00:00Z`) / 1000
    const within = own.filter(({ committed }) => committed >= until - 365 * daySeconds && committed < until)
    comparison.same(`author = committer before ${end}`, `${facts.trace.windows[index]?.end} ${ours}`, `${end} ${within.length}`)
  }
}

const windowsSampled = 2
const peopleSampled = 3

/** Whoever has all addresses alone; what several people type is told apart by names, which the commands do not ask. */
const addressesOf = ({ trace, peopleAt }: Facts, id: number): readonly string[] => {
  const person = trace.people[id]
  const all = person === undefined ? [] : [...new Set([person, ...person.unions].map(({ address }) => plainAddress(address)))]
  return all.every((address) => peopleAt(address).size === 1) ? all : []
}

interface Said {
  readonly written: readonly string[]
  readonly committed: readonly string[]
}

function comparePeople(facts: Facts, { written, committed }: Said, comparison: Comparison): void {
  const counts = [written, committed].map(
    (said) => new Map(said.map((line) => [line.slice(line.indexOf(" ") + 1), Number(line.split(" ")[0])])),
  )
  for (const [id, { authored, committed: own }] of facts.trace.people.entries()) {
    const addresses = addressesOf(facts, id)
    if (addresses.length === 0) continue
    const [wrote, put] = counts.map((by) => addresses.reduce((sum, address) => sum + (by.get(address) ?? 0), 0))
    comparison.same(`written by ${addresses[0]}`, authored, wrote)
    comparison.same(`committed by ${addresses[0]}`, own, put)
  }
}

function compareWindows(facts: Facts, comparison: Comparison): void {
  const { trace, tags } = facts
  comparison.lists(
    "ends of windows",
    trace.windows.map(({ end }) => end),
    endsOf(facts),
  )
  for (const { end, commits, absence50, absence80, holders, releaseHolder } of trace.windows) {
    const tally = tallyOf(facts, end)
    const all = tally.reduce((sum, [, count]) => sum + count, 0)
    comparison.same(`commits of the 365 days before ${end}`, commits, all)
    const few = [50, 80].map((percent) => fewestOf(tally, percent))
    comparison.same(`absence factors before ${end}`, [absence50, absence80].join(), few.join())
    const told = holders.map((one) => `${one.person}: ${one.commits}`)
    comparison.same(
      `holders before ${end}`,
      told.join(),
      tally
        .slice(0, told.length)
        .map((one) => one.join(": "))
        .join(),
    )
    const last = tags.filter(({ at }) => at < Date.parse(`${end}T00:00:00Z`) / 1000).slice(-5)
    const holder = last.find(({ by }) => isPerson(facts, by) && 2 * last.filter((one) => one.by === by).length > last.length)?.by
    comparison.same(`release holder before ${end}`, releaseHolder, holder)
  }
}

/** How few made so many per cent. */
function fewestOf(tally: readonly (readonly [number, number])[], percent: number): number {
  const all = tally.reduce((sum, [, count]) => sum + count, 0)
  let few = 0
  for (let part = 0; part * 100 < all * percent; few += 1) part += tally[few]?.[1] ?? all
  return few
}

/** The first of each month with a commit in one of the twelve before it, and the day after the last commit. */
function endsOf({ commits }: Facts): readonly string[] {
  const times = commits.flatMap(({ parents, committed }) =>
    parents.length < 2 && committed >= 0 && committed < 2 ** 32 ? [committed] : [],
  )
  const last = Math.max(...times)
  const ends = times.flatMap((time) => {
    const date = new Date(time * 1000)
    return Array.from({ length: 12 }, (_, month) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + month + 1) / 1000)
  })
  return times.length === 0 ? [] : [...new Set([...ends.filter((end) => end <= last), last + daySeconds].map(dayOf))]
}

function comparePageWindow(
  facts: Facts,
  { end, commits, absence50, absence80, holders }: Traced["windows"][number],
  comparison: Comparison,
): void {
  const labels = ["commits of the window", "by whom", "absence factors", "own commits"]
  const say = pageAnswers(facts.folder, { end, labels })
  const by = say("by whom").map((line) => ({
    count: Number(line.split(" ")[0]),
    people: [...facts.peopleAt(line.slice(line.indexOf(" ") + 1))],
  }))
  const programs = by.filter(({ people }) => people.some((person) => !isPerson(facts, person)))
  const theirs = programs.reduce((sum, { count }) => sum + count, 0)
  comparison.same(`the page: commits before ${end}`, commits + theirs, Number(say("commits of the window")[0]))
  if (programs.length === 0 && by.every(({ people }) => people.length === 1))
    comparison.same(`the page: absence factors before ${end}`, [absence50, absence80].join(), say("absence factors").join())
  const own = facts.trace.ownCommits.find((one) => one.end === end)?.own
  if (by.every(({ people }) => people.length === 1 && isPerson(facts, people[0] ?? -1)))
    comparison.same(`the page: author = committer before ${end}`, own, Number(say("own commits")[0]?.split(" ")[0]))
  const [largest] = holders
  const line = by.find(({ people }) => people.length === 1 && people[0] === largest?.person)
  if (line !== undefined) comparison.same(`the page: the holder before ${end}`, largest?.commits, line.count)
}

/** Those whom the page's WHO can name. */
function ofOneAddress(facts: Facts): readonly number[] {
  return facts.trace.people.flatMap(({ address, unions, authored, kind }, id) => {
    const isOne = unions.every((one) => one.address === address) && addressesOf(facts, id).length === 1
    return isOne && authored > 0 && kind === "person" && /^[\w.@-]+$/.test(address) ? [id] : []
  })
}

function comparePagePerson(facts: Facts, person: number, comparison: Comparison): void {
  const { address = "" } = facts.trace.people[person] ?? {}
  const say = pageAnswers(facts.folder, { who: `<${address}>`, labels: ["first-patch", "first-push", "first-merge-for-others"] })
  for (const kind of ["first-patch", "first-push", "first-merge-for-others"]) {
    const event = facts.trace.events.find((one) => one.kind === kind && one.person === person)
    const commit = facts.commitOf.get(event?.commit ?? "")
    const [, day, , author] = say(kind)[0]?.split(" ") ?? []
    // A forge's merge is its author's; the last command asks for no merges, and of a program's commits too.
    const isPush = event === undefined || commit?.committer === person
    const isPatch = (commit?.parents.length ?? 0) < 2 && [...facts.peopleAt(author ?? "")].every((one) => isPerson(facts, one))
    const isAsked = kind === "first-patch" || (isPush && (kind === "first-push" || isPatch))
    if (isAsked) comparison.same(`the page: ${kind} of ${address}`, event?.day, day)
  }
}
