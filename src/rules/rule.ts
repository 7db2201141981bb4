import type { Artifact } from "../model/artifact.ts"
import type { Finding, Outcome } from "../model/finding.ts"
import type { Changes, Inspection, Survey } from "../model/inspection.ts"
import type { Ledger } from "../model/ledger.ts"
import type { Needed } from "../model/needed.ts"
import type { OriginIndex } from "../model/origin.ts"
import type { ReleaseFacts } from "../model/release-facts.ts"
import type { Replay } from "../model/replay.ts"
import type { YaraScan } from "../model/yara.ts"

/** What a rule answers. `why` says what was looked at, or why it could not be. */
export type Answer =
  | { readonly outcome: "present"; readonly why: string; readonly findings: readonly Omit<Finding, "rule" | "version">[] }
  | { readonly outcome: Exclude<Outcome, "present">; readonly why: string }

/** What there is to ask about. */
export interface Subject {
  readonly artifact: Artifact
  readonly ledger: Pick<Ledger, "entries" | "origins">
  /** Undefined when no index of known origins could be read. */
  readonly origins: Pick<OriginIndex, "claimsOf"> | undefined
  /** What generators made again of the commit; none: nothing was. */
  readonly replays?: readonly Replay[]
}

/** The same, where the contents were read as what they do (`stages/inspect`). */
export interface InspectedSubject extends Subject {
  readonly inspection: Inspection
  /** That of the release before it, where there is one to compare with. */
  readonly before?: Survey | undefined
  /** What its texts change against the commit or that release; undefined: there is neither. */
  readonly changes?: Changes | undefined
  /** What is known of the release beside its bytes (`stages/collect`). */
  readonly facts?: ReleaseFacts | undefined
  /** What it needs, as far as that was asked for. */
  readonly needed?: Needed | undefined
}

/** The same, where rules of the user's own were held against the contents (`stages/scan`). */
export interface ScannedSubject extends Subject {
  readonly yara: YaraScan
}

/** One question about a problem that a release may have. Pure: it reads only what it is given. */
export interface Rule<Asked = Subject> {
  /** `family/name`, as its file lies. */
  readonly id: `${string}/${string}`
  /** Goes up when the same release could be answered otherwise than before. */
  readonly version: number
  readonly question: string
  check(subject: Asked): Answer
}
