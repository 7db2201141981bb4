import type { Kind } from "./ledger.ts"
import type { ReportEntry } from "./report.ts"

/** The text of one entry that is left to read, gathered for a form of report that shows it. Decoded, not yet escaped. */
export interface Exhibit {
  /** The entry's position in the report's `ledger.entries`. */
  readonly entry: number
  /** Counted and cut as the ledger does: at LF only, a last line without it is a line. */
  readonly lines: readonly string[]
  /** The text of the entry's one base. Its lines stand in the order in which `unexplained` leaves them out. */
  readonly base?: readonly string[]
}

export interface Exhibits {
  readonly shown: readonly Exhibit[]
  /** Positions of entries whose text was left out for a limit, by the limit's name. */
  readonly omitted: readonly { readonly entry: number; readonly limit: string }[]
}

/**
 * What the HTML report hands to its script (`web/`), as JSON inside the page. Every foreign string in it is escaped already, so what is shown
 * cannot reverse or hide itself; the script in turn only ever makes text nodes of them.
 */
export interface Page {
  /** In the archive's order; `path` is the one below the common root. */
  readonly entries: readonly PageEntry[]
  /** Positions of all entries, what to read first at the front. */
  readonly order: readonly number[]
  readonly texts: readonly Exhibit[]
}

type Shown = Pick<ReportEntry, "size" | "opaque" | "previous" | "toRead" | "danger" | "lines" | "unexplained" | "shown">

export interface PageEntry extends Shown {
  readonly path: string
  readonly kind: Kind
  /** What remains or what it is, in a few words. */
  readonly remains: string
  /** All that the report says of it, one fact a line. */
  readonly facts: readonly (readonly [name: string, value: string])[]
  /** Why its text or its base's is not in the page, where a limit kept it out. */
  readonly left?: string
}
