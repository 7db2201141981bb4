import { number, plural } from "../../core/count.ts"
import type { PersonId } from "../../model/trace.ts"
import { dayOf, daysBetween, startOf } from "./days.ts"
import { type Facts, sincePatch, type Teller } from "./facts.ts"
import { holderOf, lastTags, taggedBy } from "./taggings.ts"
import type { Lead } from "./tallies.ts"

/** The first annotated tag of a tagger, after tags that state others. Light tags make nobody known: the committer of what they name need not have set them. */
export function* newReleaseSigner(facts: Facts): ReturnType<Teller> {
  const known = new Set<PersonId>()
  const counts = new Map<PersonId, number>()
  for (const [index, { tag, at, by }] of facts.tags.entries()) {
    if (by === undefined) continue
    const own = counts.get(by) ?? 0
    counts.set(by, own + 1)
    if (tag.annotated === undefined || known.has(by)) continue
    known.add(by)
    if (own === index) continue
    const before = `first annotated tag of this tagger, after ${plural(index - own, "tag")} stating another person or none`
    yield { day: dayOf(at), person: by, commit: tag.commit, tag: tag.name, detail: before + sincePatch(facts, by, at) }
  }
}

/** Whoever made more than half of the last five tags is another person than the one of whom that was true before. */
export function* releaseHolderChanged({ tags }: Facts): ReturnType<Teller> {
  let held: PersonId | undefined
  for (const [index, { tag, at }] of tags.entries()) {
    const last = tags.slice(Math.max(0, index + 1 - lastTags), index + 1)
    const holder = holderOf(last)
    if (holder === undefined) continue
    if (held !== undefined && held !== holder) {
      const detail = `made ${taggedBy(holder, last)} of the last ${plural(last.length, "tag")}, the holder before ${taggedBy(held, last)}`
      yield { day: dayOf(at), person: holder, commit: tag.commit, tag: tag.name, detail }
    }
    held = holder
  }
}

/** Somebody made more of a window than whoever was the largest contributor before: to draw level changes nothing. */
export function* holderChanged({ leads }: Facts): ReturnType<Teller> {
  for (const lead of leads) {
    const [most] = lead.largest
    const { held } = lead
    if (most === undefined || held === undefined || held.person === most.person || held.commits === most.commits) continue
    const detail = `made ${share(most.commits, lead)} ${ofWindow(lead)}, the holder before ${share(held.commits, lead)}`
    yield { day: lead.end, person: most.person, detail }
  }
}

const newcomerDays = 730

/**
 * More than a quarter of a window, which three can have made, within 24 months of the first commit as its committer dates it: an author date can be set back without touching
 * anybody else's. Once for each person, and never for the first author of the history, who came to nobody.
 */
export function* newcomerShare({ leads, firsts, rows }: Facts): ReturnType<Teller> {
  const told = new Set([firsts.entry.indexOf(firsts.entry.reduce(earlier, -1))])
  for (const lead of leads)
    for (const { person, commits } of lead.largest) {
      if (4 * commits <= lead.commits) break
      const first = firsts.entry[person] ?? -1
      const entered = rows.committed[first]
      if (entered === undefined || told.has(person)) continue
      if (daysBetween(entered, startOf(lead.end)) > newcomerDays) continue
      told.add(person)
      const detail = `made ${share(commits, lead)} ${ofWindow(lead)}; the first commit entered on ${dayOf(entered)}`
      yield { day: lead.end, person, commit: rows.oidOf(first), detail }
    }
}

const earlier = (one: number, other: number): number => (one < 0 ? other : other < 0 ? one : Math.min(one, other))

const share = (part: number, { commits }: Lead): string => `${Math.round((100 * part) / commits)} % (${number(part)})`
const ofWindow = ({ commits }: Lead): string => `of the ${plural(commits, "commit")} of the 365 days before`
