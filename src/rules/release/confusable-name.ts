import { confusion } from "../../core/confusable.ts"
import type { ReleaseFacts } from "../../model/release-facts.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** A name that is nearly one that many use is typed by mistake, or read for the other. */
export const releaseConfusableName: Rule<InspectedSubject> = {
  id: "release/confusable-name",
  version: 1,
  question: "Is the package's name nearly that of a package that many use?",
  check: answer,
}

/** How many times more often the other is used; below that, both are packages of their own. */
const timesMin = 100

function answer({ artifact, facts = {} }: InspectedSubject): Answer {
  const { named, popular } = facts
  if (named === undefined) return { outcome: "not-assessed", why: "the release does not state a package's name" }
  if (popular === undefined) return { outcome: "not-assessed", why: "which names many use is not known" }
  const { name, path, lines } = named
  if (Object.hasOwn(popular, name)) return { outcome: "absent", why: `${name} is a name that many use` }
  const found = Object.entries(popular).flatMap(([other, downloads]) => {
    const how = confusion(name, other)
    return how === undefined ? [] : [{ other, downloads, how }]
  })
  const [first] = found.toSorted((a, b) => b.downloads - a.downloads)
  if (first === undefined) return { outcome: "absent", why: `${name} is unlike every name that many use` }
  const message = `${name} ${first.how} ${first.other}, which many use`
  const evidence = [{ what: "the release", where: artifact.name, digest: `sha256:${artifact.sha256}` }]
  const at = { path, ...(lines === undefined ? {} : { lines }) }
  return { outcome: "present", why: message, findings: [{ severity: severityOf(first.downloads, facts), message, at, evidence }] }
}

const severityOf = (downloads: number, { downloadsInWeek }: ReleaseFacts) =>
  downloadsInWeek !== undefined && downloadsInWeek * timesMin < downloads ? ("review" as const) : ("note" as const)
