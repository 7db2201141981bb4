import { confusedWith, nameCharactersMax } from "../confused-names.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** A name that is nearly one that many use is typed by mistake, or read for the other. */
export const releaseConfusableName: Rule<InspectedSubject> = {
  id: "release/confusable-name",
  version: 2,
  question: "Is the package's name nearly that of a package that many use?",
  check: answer,
}

function answer({ artifact, facts = {} }: InspectedSubject): Answer {
  const { named, popular } = facts
  if (named === undefined) return { outcome: "not-assessed", why: "the release does not state a package's name" }
  if (popular === undefined) return { outcome: "not-assessed", why: "which names of its registry many use is not known" }
  const { name, path, lines } = named
  if (name.length > nameCharactersMax) return { outcome: "not-assessed", why: "its name is longer than a registry takes" }
  if (popular.includes(name)) return { outcome: "absent", why: `${name} is a name that many use` }
  const confused = confusedWith(name, popular)
  if (confused === undefined) return { outcome: "absent", why: `${name} is unlike every name that many use` }
  const message = `${name} ${confused.how} ${confused.other}, which many use`
  const severity = confused.isWorthwhile ? ("review" as const) : ("note" as const)
  const evidence = [{ what: "the release", where: artifact.name, digest: `sha256:${artifact.sha256}` }]
  const at = { path, ...(lines === undefined ? {} : { lines }) }
  return { outcome: "present", why: message, findings: [{ severity, message, at, evidence }] }
}
