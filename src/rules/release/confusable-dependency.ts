import { plural } from "../../core/count.ts"
import { entriesByPath } from "../chain.ts"
import { confusedWith, nameCharactersMax, worthwhile } from "../confused-names.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** A dependency is imported under the wrong name as easily as under the right one: that something uses it says nothing for it. */
export const releaseConfusableDependency: Rule<InspectedSubject> = {
  id: "release/confusable-dependency",
  version: 1,
  question: "Does the release need a package that the one before did not, whose name is nearly that of one that many use?",
  check: answer,
}

/** Each takes milliseconds: ten thousand of them would take minutes. More than any honest release adds. */
const comparedMax = 500

function answer(subject: InspectedSubject): Answer {
  const { newDependencies, popular } = subject.facts ?? {}
  if (newDependencies === undefined) return { outcome: "not-assessed", why: "there are no two manifests to compare" }
  if (popular === undefined) return { outcome: "not-assessed", why: "which names of its registry many use is not known" }
  const byPath = entriesByPath(subject)
  const used = new Set(popular)
  const mostUsed = popular.slice(0, worthwhile)
  const findings = newDependencies.slice(0, comparedMax).flatMap(({ name, path, lines }) => {
    const confused = name.length > nameCharactersMax || used.has(name) ? undefined : confusedWith(name, mostUsed)
    if (confused?.isWorthwhile !== true) return []
    const evidence = [
      { what: `new dependency ${name}`, where: `${path}:${lines[0]}`, digest: `sha256:${byPath.get(path)?.entry.sha256 ?? ""}` },
    ]
    const message = `needs ${name}, which the release before it did not and which ${confused.how} ${confused.other}, which many use`
    return [{ severity: "review" as const, message, at: { path, lines }, evidence }]
  })
  if (findings.length > 0) return { outcome: "present", why: plural(findings.length, "dependency", "dependencies"), findings }
  if (newDependencies.length > comparedMax)
    return { outcome: "not-assessed", why: `${newDependencies.length} new dependencies, of which ${comparedMax} were compared` }
  return {
    outcome: "absent",
    why: `${plural(newDependencies.length, "new dependency", "new dependencies")}, none named nearly as one that many use`,
  }
}
