/** A line that must hold. What was not run is never a pass. */
export interface Line {
  readonly what: string
  readonly outcome: Outcome
  readonly figure: string
}
export type Outcome = "held" | "NOT HELD" | "not run"

/** Of a check that found these problems, or this figure where it found none. */
export const lineOf = (what: string, problems: readonly string[], figure: string): Line =>
  problems.length === 0 ? { what, outcome: "held", figure } : { what, outcome: "NOT HELD", figure: problems.join("; ") }
