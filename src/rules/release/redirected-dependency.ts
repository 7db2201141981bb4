import { plural } from "../../core/count.ts"
import { entriesByPath } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/**
 * A dependency keeps its name where it is stated, and is taken from elsewhere by a line further down. Forks are used so while a mistake is not mended upstream, and so is whatever somebody wants
 * to be built in.
 */
export const releaseRedirectedDependency: Rule<InspectedSubject> = {
  id: "release/redirected-dependency",
  version: 1,
  question: "Does the release put another package, module or address in the place of a dependency, where the one before it did not?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  const { redirections } = subject.facts ?? {}
  if (redirections === undefined) return { outcome: "not-assessed", why: "there are no two manifests to compare" }
  if (redirections.length === 0) return { outcome: "absent", why: "no dependency is newly taken from elsewhere than its name says" }
  const byPath = entriesByPath(subject)
  const findings = redirections.map(({ name, to, path, lines }) => ({
    severity: "review" as const,
    message: `puts ${to} in the place of ${name}, which the release before it did not`,
    at: { path, lines },
    evidence: [{ what: `in the place of ${name}`, where: `${path}:${lines[0]}`, digest: `sha256:${byPath.get(path)?.entry.sha256 ?? ""}` }],
  }))
  return { outcome: "present", why: plural(findings.length, "dependency", "dependencies"), findings }
}
