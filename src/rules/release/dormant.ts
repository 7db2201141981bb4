import type { Published } from "../../model/registry-facts.ts"
import type { ReleaseFacts } from "../../model/release-facts.ts"
import { heldBy } from "../capabilities.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** Nobody watches a package that has slept for years: who takes it over wakes it. Many wake for a good reason, so that silence alone weighs nothing. */
export const releaseDormant: Rule<InspectedSubject> = {
  id: "release/dormant",
  version: 1,
  question: "Does the release come after a long silence, by somebody else or with something new that it does?",
  check: answer,
}

const day = 86_400_000
const silentDaysMin = 540
/** What wakes a package is often a handful of versions. */
const wakingDaysMax = 30

function answer(subject: InspectedSubject): Answer {
  const { facts = {}, artifact } = subject
  const { versions, version } = facts
  if (versions === undefined) return { outcome: "not-assessed", why: facts.why ?? "no registry says when versions were published" }
  const sorted = versions.filter(({ published }) => !Number.isNaN(Date.parse(published))).toSorted((a, b) => timeOf(a) - timeOf(b))
  // A folder has no version of its own: it is taken for the newest.
  const own = version === undefined ? sorted.at(-1) : sorted.find((one) => one.version === version)
  if (own === undefined) return { outcome: "not-assessed", why: "its registry does not list this version" }
  const silence = silenceBefore(own, sorted)
  if (silence === undefined) return { outcome: "absent", why: "no long silence came before it" }
  const { last, days } = silence
  const news = [...otherHands(own, last, facts, sorted), ...(gains(subject) ? ["it does what the release before it did not"] : [])]
  const message = [`${last.version} came ${days} days before`, ...news].join("; ")
  const evidence = [
    { what: `published ${own.published}, after ${last.published}`, where: artifact.name, digest: `sha256:${artifact.sha256}` },
  ]
  const severity = news.length === 0 ? ("note" as const) : ("review" as const)
  return { outcome: "present", why: message, findings: [{ severity, message, at: { path: artifact.name }, evidence }] }
}

const timeOf = ({ published }: Published): number => Date.parse(published)

/** The last version before the silence that this one, or one shortly before it, ended. */
function silenceBefore(own: Published, sorted: readonly Published[]): { readonly last: Published; readonly days: number } | undefined {
  for (let at = sorted.indexOf(own); at > 0; at -= 1) {
    const [woken, last] = [sorted[at], sorted[at - 1]]
    if (woken === undefined || last === undefined || timeOf(own) - timeOf(woken) > wakingDaysMax * day) return undefined
    const days = Math.floor((timeOf(woken) - timeOf(last)) / day)
    if (days >= silentDaysMin) return { last, days }
  }
  return undefined
}

/** Another publisher than any before the silence, or owners none of whom was one then. */
function otherHands(own: Published, last: Published, { owners = [] }: ReleaseFacts, sorted: readonly Published[]): readonly string[] {
  const before = sorted.filter((one) => timeOf(one) <= timeOf(last)).flatMap(({ publisher }) => publisher ?? [])
  const held = owners.filter(({ since }) => Date.parse(since) <= timeOf(last)).flatMap(({ accounts }) => accounts)
  const known = new Set([...before, ...held])
  const holds = owners.findLast(({ since }) => Date.parse(since) <= timeOf(own))?.accounts ?? []
  if (own.publisher !== undefined && before.length > 0 && !known.has(own.publisher)) return [`${own.publisher} never published it before`]
  return held.length > 0 && holds.length > 0 && holds.every((account) => !known.has(account)) ? ["it has other owners"] : []
}

function gains({ inspection, before }: InspectedSubject): boolean {
  if (before === undefined) return false
  const was = new Set(heldBy(before).map(({ capability }) => capability))
  return heldBy(inspection).some(
    ({ capability, runs }) => runs !== undefined && capability !== "cannot be analysed" && !was.has(capability),
  )
}
