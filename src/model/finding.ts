/** How much a finding weighs: a note changes no verdict, the others make it at least what they say. */
export const severities = ["note", "review", "alarm"] as const
export type Severity = (typeof severities)[number]

/** What a rule saw (contract, `findings[]`). Without evidence there is no finding. */
export interface Finding {
  /** `family/name`. */
  readonly rule: string
  readonly version: number
  readonly severity: Severity
  readonly message: string
  readonly at: {
    readonly path: string
    /** Counted from 1, both included. */
    readonly lines?: readonly [first: number, last: number]
    /** Offsets, the end excluded. */
    readonly bytes?: readonly [start: number, end: number]
  }
  /** `digest` names its kind before a colon: `sha256:...`. A chain across files lists its steps in order. */
  readonly evidence: readonly { readonly what: string; readonly where: string; readonly digest: string }[]
}

/**
 * What became of a rule's question, which always asks for a problem: `present` found it, `absent` looked and did not,
 * `not-applicable` has nothing to look at, `not-assessed` could not look. Only `absent` is good news.
 */
export type Outcome = "present" | "absent" | "not-applicable" | "not-assessed"

export interface RuleOutcome {
  readonly rule: string
  readonly version: number
  readonly outcome: Outcome
  readonly why?: string
}
