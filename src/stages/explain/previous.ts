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

/** What was left to read of each file that a generator made again, by path below the root: nothing, or the lines that it made otherwise. */
export const leftOfReplayed = ({ entries }: Ledger, { root }: Artifact): ReadonlyMap<string, number> =>
  new Map(
    entries.flatMap((item) => {
      const left = isDerived(item) ? 0 : isNearReplay(item) ? item.toRead : undefined
      return left === undefined ? [] : [[belowRoot(item.entry.path, root), left] as const]
    }),
  )

const isNearReplay = ({ explanation }: LedgerEntry): boolean => explanation.kind === "unexplained" && explanation.base?.from === "replay"

const isDerived = ({ explanation, also = [] }: LedgerEntry): boolean => [explanation, ...also].some(({ kind }) => kind === "derived")

/** Whether an entry that is left to read was in the earlier release too: only then is there a reason to make that one again. */
export const mayRegress = ({ entries }: Ledger): boolean =>
  entries.some(({ toRead, previous }) => toRead > 0 && previous !== undefined && previous !== "new")

/** The ledger with a mark on what was made again, wholly or but for some lines, and of which more is left to read now. */
export const withRegressed = (ledger: Ledger, { root }: Artifact, before: ReadonlyMap<string, number>): Ledger => ({
  ...ledger,
  madeBefore: { derived: [...before.values()].filter((left) => left === 0).length },
  entries: ledger.entries.map((item) => {
    const left = before.get(belowRoot(item.entry.path, root))
    return left !== undefined && item.toRead > left && !isDerived(item) ? { ...item, regressed: true } : item
  }),
})
