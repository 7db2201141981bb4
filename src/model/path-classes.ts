import type { RightsEvent } from "./trace.ts"

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

export type PathEventKind = keyof typeof pathClasses
