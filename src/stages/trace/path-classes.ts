import type { Commit } from "../../model/history.ts"
import type { RightsEvent } from "../../model/trace.ts"

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

const classes: readonly RegExp[] = Object.values(pathClasses)

/** Which commits change a path of each class, in their order. A history names the same paths again and again: each is looked at once, as one bit a class. */
export function touchingOf(commits: readonly Commit[]): ReadonlyMap<RegExp, readonly Commit[]> {
  const found = classes.map((): Commit[] => [])
  const bitsOf = new Map<string, number>()
  for (const commit of commits) {
    let bits = 0
    for (const { path } of commit.changes) {
      const known = bitsOf.get(path)
      const own = known ?? classes.reduce((sum, paths, index) => sum | (paths.test(path) ? 1 << index : 0), 0)
      if (known === undefined) bitsOf.set(path, own)
      bits |= own
    }
    for (let index = 0; bits >> index !== 0; index += 1) if (((bits >> index) & 1) === 1) found[index]?.push(commit)
  }
  return new Map(classes.map((paths, index) => [paths, found[index] ?? []]))
}
