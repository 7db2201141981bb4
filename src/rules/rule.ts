import type { Artifact } from "../model/artifact.ts"
import type { Finding, Outcome } from "../model/finding.ts"

/** What a rule answers. `why` says what was looked at, or why it could not be. */
export type Answer =
  | { readonly outcome: "present"; readonly why: string; readonly findings: readonly Omit<Finding, "rule" | "version">[] }
  | { readonly outcome: Exclude<Outcome, "present">; readonly why: string }

/** One question about a problem that a release may have. Pure: it reads only what it is given. */
export interface Rule {
  /** `family/name`, as its file lies. */
  readonly id: `${string}/${string}`
  /** Goes up when the same release could be answered otherwise than before. */
  readonly version: number
  readonly question: string
  check(artifact: Artifact): Answer
}
