import type { Commit, PathChange } from "../../model/history.ts"
import type { RightsEvent } from "../../model/trace.ts"
import { firstOfEach } from "./actors.ts"
import { dayOf } from "./days.ts"
import type { Facts, Teller } from "./facts.ts"

/** Paths that say who is told of flaws, what checks a change, who is asked and what git does not show; by name alone, as forges and tools look for them. */
export const pathClasses = {
  "security-policy-changed":
    /(?:^|\/)security(?:[-_](?:policy|process|insights|contacts|advisory|advisories))?(?:\.(?:md|rst|txt|adoc|ya?ml))?$/i,
  "continuous-integration-changed": new RegExp(
    [
      "(?:^|/)\\.(?:github|gitea|forgejo)/(?:workflows|actions)/",
      "(?:^|/)\\.(?:circleci|buildkite|builds|semaphore|woodpecker|teamcity|azure-pipelines|gitlab/ci)/",
      "(?:^|/)\\.?ci/",
      "(?:^|/)ci[-_]build[^/]*$",
      "(?:^|/)\\.?(?:gitlab-ci|travis|cirrus|appveyor|drone|woodpecker|zuul|packit|azure-pipelines|bitbucket-pipelines|cloudbuild)\\.ya?ml$",
      "(?:^|/)Jenkinsfile$",
    ].join("|"),
    "i",
  ),
  "fuzzing-changed": /(?:^|[/_.-])(?:oss-?|cluster)?fuzz(?:ing|ers?|lite)?(?:[/_.-]|$)/i,
  "contact-changed":
    /(?:^|\/)(?:(?:authors|contact|contacts|contributors|credits|thanks)(?:\.(?:md|rst|txt|adoc|in))?|cname|codemeta\.json|[^/]+\.doap|\.github\/funding\.ya?ml|funding\.json|\.mailmap)$/i,
  "maintainers-changed":
    /(?:^|\/)(?:(?:maintainers|codeowners|owners|owners_aliases|governance|keys)(?:\.(?:md|rst|txt|adoc|ya?ml|toml))?|allowed_signers)$/i,
  "ignore-file-changed": /(?:^|\/)\.(?:git|npm|hg|cvs|bzr)ignore$/i,
} as const satisfies { readonly [K in RightsEvent["kind"]]?: RegExp }

/** `git log --no-merges --author=... -- <paths>`, the earliest: one event for each author, not one for each commit. */
export const firstChangeAt = (paths: RegExp): Teller =>
  function* ({ commits, person }: Facts) {
    const known = new Map<string, boolean>()
    const isOf = ({ path }: PathChange): boolean => {
      const kept = known.get(path)
      if (kept !== undefined) return kept
      const is = paths.test(path)
      known.set(path, is)
      return is
    }
    const touching = commits.filter(({ changes }) => changes.some(isOf))
    for (const [author, commit] of firstOfEach(touching, (one) => person(one.author)))
      yield {
        day: dayOf(commit.committed),
        person: author,
        commit: commit.oid,
        detail: `first such change of this author: ${told(commit, isOf)}`,
      }
  }

function told({ changes }: Commit, isOf: (change: PathChange) => boolean): string {
  const [first, ...more] = changes.filter(isOf)
  if (first === undefined) return ""
  const verb =
    first.before === undefined && first.after !== undefined
      ? "adds"
      : first.after === undefined && first.before !== undefined
        ? "removes"
        : "changes"
  return `${verb} ${first.path}${more.length === 0 ? "" : ` and ${more.length} more`}`
}
