import { belowRoot } from "../../core/path.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Ledger, LedgerEntry } from "../../model/ledger.ts"
import type { Acceptance } from "../../model/review.ts"

/** An earlier release, by path below its root. */
export interface Previous {
  readonly target: string
  /** By path: what somebody accepted of it. */
  readonly accepted: ReadonlyMap<string, Entry>
  /** SHA-256 of the entries that somebody was shown and signed for. */
  readonly read: ReadonlySet<string>
  readonly entries: ReadonlyMap<string, Entry>
}

export function previousOf({ target, entries: all, root }: Artifact, acceptance: Acceptance | undefined): Previous {
  const entries = new Map(all.map((entry) => [belowRoot(entry.path, root), entry]))
  const accepted = [...entries].filter(([, { sha256 }]) => acceptance?.except.has(sha256) === false)
  return { target, accepted: new Map(accepted), read: acceptance?.read ?? new Set(), entries }
}

/** The same bytes, mode and kind of entry at the same path. */
export const isSame = (a: Entry, b: Entry): boolean => a.sha256 === b.sha256 && a.type === b.type && (a.mode & 0o7777) === (b.mode & 0o7777)

/** Paths below the root whose files a generator made again. */
export const derivedPaths = ({ entries }: Ledger, { root }: Artifact): ReadonlySet<string> =>
  new Set(entries.filter(isDerived).map(({ entry }) => belowRoot(entry.path, root)))

const isDerived = ({ explanation, also = [] }: LedgerEntry): boolean => [explanation, ...also].some(({ kind }) => kind === "derived")

/** Whether an entry that is left to read was in the earlier release too: only then is there a reason to make that one again. */
export const mayRegress = ({ entries }: Ledger): boolean =>
  entries.some(({ toRead, previous }) => toRead > 0 && previous !== undefined && previous !== "new")

/** The ledger with a mark on what used to be made again, by path below the root, and is left to read now. */
export const withRegressed = (ledger: Ledger, { root }: Artifact, before: ReadonlySet<string>): Ledger => ({
  ...ledger,
  madeBefore: { derived: before.size },
  entries: ledger.entries.map((item) =>
    item.toRead > 0 && !isDerived(item) && before.has(belowRoot(item.entry.path, root)) ? { ...item, regressed: true } : item,
  ),
})
