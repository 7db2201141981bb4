import type { Language } from "../language.ts"

const paths = [
  /(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/,
  /(?:^|\/)action\.ya?ml$/,
  /(?:^|\/)(?:[^/]*\.)?gitlab-ci\.ya?ml$/,
  /(?:^|\/)(?:\.travis|\.?appveyor|\.cirrus|\.drone|\.woodpecker|azure-pipelines|bitbucket-pipelines|cloudbuild|\.semaphore)\.ya?ml$/,
  /(?:^|\/)\.(?:circleci|builds|buildkite|woodpecker|semaphore|azure-pipelines)\/[^/]+\.ya?ml$/,
]

/** Workflows of continuous integration, in YAML: GitHub's first, and what others have in common with them. */
export const workflow: Language = {
  name: "workflow",
  claims: (path) => paths.some((one) => one.test(path)),
  load: async () => (await import("./analyse.ts")).analyse,
}
