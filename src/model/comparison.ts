import type { Held } from "./capability.ts"
import type { Finding } from "./finding.ts"
import type { Kind } from "./ledger.ts"
import type { Report, Verdict } from "./report.ts"

/** `everybyte.comparison/1`: what a release adds over another and what it loses. Paths are below the roots. */
export interface Comparison {
  readonly schema: "everybyte.comparison/1"
  readonly tool: Report["tool"]
  /** The new release's. */
  readonly verdict: Verdict
  readonly reasons: readonly string[]
  readonly old: ComparedRelease
  readonly new: ComparedRelease
  readonly added: readonly ComparedEntry[]
  readonly removed: readonly ComparedEntry[]
  /** Other bytes, another type or another mode under the same path. */
  readonly changed: readonly ChangedEntry[]
  readonly same: number
  /** Known origins whose files explain something in the new release and nothing in the old one. */
  readonly origins: readonly { readonly origin: string; readonly entries: number }[]
  /** What a generator made again of the new commit, where the old release had no such file. */
  readonly generated: readonly { readonly path: string; readonly generator: string }[]
  /** What the code of the new release can do, by when, and that of the old one could not. */
  readonly capabilities: readonly Held[]
  /** What a rule saw in the new release and not in the old one. */
  readonly findings: readonly Finding[]
}

export interface ComparedRelease {
  readonly target: string
  readonly purl?: string
  readonly name: string
  readonly sha256: string
  readonly size: number
  readonly commit?: string
  readonly entries: number
  readonly bytes: number
  readonly toRead: number
  readonly verdict: Verdict
}

export interface ComparedEntry {
  readonly path: string
  readonly size: number
  readonly sha256: string
  readonly mode: string
  readonly explanation: Kind
  readonly toRead: number
}

export interface ChangedEntry extends ComparedEntry {
  readonly was: { readonly size: number; readonly sha256: string; readonly mode: string; readonly explanation: Kind }
  /** `content`, `mode` and `type` as they differ; `regressed`: it was accounted for, and no longer is. */
  readonly what: readonly ("content" | "mode" | "type" | "regressed")[]
}
