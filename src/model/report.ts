import type { Anomaly } from "../core/anomaly.ts"
import type { Role } from "../core/claim.ts"
import type { Signature } from "./artifact.ts"
import type { Held } from "./capability.ts"
import type { Finding, RuleOutcome } from "./finding.ts"
import type { ClaimedPart, Danger, Explanation, Kind, MadeBefore } from "./ledger.ts"
import type { ReportPeople } from "./people.ts"
import type { Replay } from "./replay.ts"
import type { How } from "./repository.ts"
import type { Item, RefusedReview } from "./review.ts"
import type { Tool } from "./tool.ts"
import type { YaraScan } from "./yara.ts"

/** From best to worst; a report never says "clean" or "safe". */
export const verdicts = ["accounted", "undetermined", "review", "alarm"] as const
export type Verdict = (typeof verdicts)[number]

/** `everybyte.report/1`: what outsiders build on (contract, Report). Same input, same bytes. */
export interface Report {
  readonly schema: "everybyte.report/1"
  readonly tool: Tool
  readonly verdict: Verdict
  /** Why the verdict is not better, one sentence each. */
  readonly reasons: readonly string[]
  readonly artifact: ReportArtifact
  readonly repository?: ReportRepository
  readonly previous?: {
    readonly target: string
    readonly sha256: string
    readonly accepted: boolean
    /** The reviewer who accepted it; absent: the user's word alone. */
    readonly by?: string
    /** The first day on which that no longer holds. */
    readonly expires?: string
    readonly gone: readonly string[]
    readonly madeBefore?: MadeBefore
  }
  /** What was made again, or could not be; absent where nothing was to be. */
  readonly replays?: readonly ReportReplay[]
  readonly ledger: ReportLedger
  readonly anomalies: readonly Anomaly[]
  readonly findings: readonly Finding[]
  readonly rules: readonly RuleOutcome[]
  /** What its code can do, by when; only where its contents were inspected. */
  readonly capabilities?: readonly Held[]
  /** Packages that it needs which were opened for that, by their short forms, and those that were not. */
  readonly dependencies?: { readonly looked: readonly string[]; readonly not: readonly { readonly name: string; readonly why: string }[] }
  /** The YARA rules that the user asked for, and how many contents were scanned; what they found is in `findings`. */
  readonly yara?: Pick<YaraScan, "engine" | "files" | "scanned" | "unscanned">
  /** Who stands behind what is new in it; only `audit` tells it, and no verdict rests on it. */
  readonly people?: ReportPeople
  /** What a policy and people's word made of it; only `audit` adds it. */
  readonly audit?: ReportAudit
}

/** What keeps the verdict from being better. */
export interface Cause extends Item {
  readonly verdict: Verdict
  readonly why: string
  readonly toRead: number
}

/** An item that somebody's word, or the policy's, settled. */
export interface Settled extends Item {
  readonly word: "review" | "exemption" | "policy"
  readonly by: string
  readonly reason: string
  readonly expires?: string
  /** What the item would have made of the verdict, and what was left to read of it. */
  readonly verdict: Verdict
  readonly toRead: number
}

export interface ReportAudit {
  readonly policy?: { readonly path: string; readonly sha256: string }
  /** The day for which expiry was decided: YYYY-MM-DD. */
  readonly day: string
  /** The accepted release that was compared with. */
  readonly baseline?: { readonly target: string; readonly sha256: string; readonly by: string }
  /** What still asks for attention, the worst first. `ledger.totals.toRead` is the sum of theirs. */
  readonly open: readonly Cause[]
  readonly settled: readonly Settled[]
  /** Words that were found and do not count: expired, of other bytes, unsigned, by an unknown key. */
  readonly refused: readonly RefusedReview[]
}

export interface ReportArtifact {
  readonly target: string
  readonly purl?: string
  readonly name: string
  readonly size: number
  readonly sha256: string
  readonly format: string
  readonly entries: number
  readonly root: string
  readonly chain: readonly string[]
  readonly notLookedAt: readonly string[]
  readonly declaredRepository?: string
  readonly signature?: Signature
}

export interface ReportRepository {
  readonly location: string
  readonly ref?: string
  readonly commit: string
  readonly how: How
  readonly agrees: boolean
  readonly subdirectory?: string
  readonly candidates: readonly { readonly how: How; readonly ref?: string; readonly commit: string; readonly covered: number }[]
}

/** A generator that was run on the commit, in a sandbox; `why`: it was not, or its result does not count. */
export type ReportReplay =
  | (Omit<Replay, "files" | "sources" | "revision"> & { readonly files: number; readonly unstable: number; readonly derived: number })
  | { readonly generator: string; readonly commands: string; readonly why: string }

export interface ReportLedger {
  readonly totals: {
    /** Of all entries' contents; framing bytes are counted per layer. */
    readonly bytes: number
    readonly entries: number
    readonly byKind: Readonly<Partial<Record<Kind, { readonly entries: number; readonly bytes: number }>>>
    /** Lines of the text entries that were compared, and those that no base covers. */
    readonly lines: { readonly total: number; readonly unexplained: number }
    readonly opaqueUnexplained: { readonly entries: number; readonly bytes: number }
    readonly toRead: number
  }
  /** Known origins whose files explain entries, the most entries first. */
  readonly origins?: readonly { readonly origin: string; readonly version: string; readonly entries: number }[]
  readonly entries: readonly ReportEntry[]
  readonly framing: readonly ReportLayer[]
  readonly absent: readonly { readonly path: string; readonly mode: string; readonly gitOid: string; readonly why?: string }[]
}

export interface ReportEntry {
  readonly path: string
  readonly type: string
  readonly size: number
  readonly sha256: string
  readonly gitOid: string
  /** Octal. */
  readonly mode: string
  readonly opaque: boolean
  readonly target?: string
  readonly explanation: Explanation
  /** The other explanations that hold too, in the order of precedence. */
  readonly also?: readonly Explanation[]
  readonly previous?: "same" | "changed" | "new"
  /** Of the earlier release's commit a generator made it again, or more of it than of this one's. */
  readonly regressed?: true
  readonly toRead: number
  readonly danger: Danger
  /** The version that a text which nothing explains states of itself. */
  readonly claimed?: string
  /** What the uncovered lines of a file that is put together from others state of those. */
  readonly claimedParts?: readonly ClaimedPart[]
  readonly lines?: number
  /** Line ranges [first, last] from 1; `removed` lines of the base stood there. */
  readonly unexplained?: readonly { readonly first: number; readonly last: number; readonly removed: number }[]
  readonly shown?: readonly { readonly line: number; readonly text: string }[]
}

/** A layer of containers, outermost first. The claims tile it: the bytes of `claims` add up to `size`. */
export interface ReportLayer {
  readonly layer: string
  readonly format: string
  readonly size: number
  readonly sha256: string
  readonly claims: readonly { readonly role: Role; readonly runs: number; readonly bytes: number }[]
  readonly unexplained: readonly { readonly start: number; readonly end: number; readonly why: string; readonly head: string }[]
}
