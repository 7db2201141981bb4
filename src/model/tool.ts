/** What made a report or a trace, and what it relied on. */
export interface Tool {
  readonly name: "everybyte"
  readonly version: string
  readonly trustedBase: readonly TrustedTool[]
}

/** A program or library that read the untrusted bytes. */
export interface TrustedTool {
  readonly name: string
  readonly version: string
  /** It is built from the audited project's own source: a defect or a backdoor there could hide itself from this report. */
  readonly sharesSource?: true
}
