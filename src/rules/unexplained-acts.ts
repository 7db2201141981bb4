import { belowRoot } from "../core/path.ts"
import type { Capability } from "../model/capability.ts"
import type { Act } from "../model/code.ts"
import type { LedgerEntry } from "../model/ledger.ts"
import { capabilityOf, meets } from "./capabilities.ts"
import type { InspectedSubject } from "./rule.ts"

/** Something that a line of the release does which nothing explains. */
export interface NewAct {
  readonly item: LedgerEntry
  readonly act: Act
  readonly does: Capability | undefined
  /** The commit has the file: only these lines are not its own. */
  readonly isOfCommit: boolean
}

/** Acts at lines that nothing explains: of a text that was compared, those lines; of one that was compared with nothing, all. */
export function newActs(subject: InspectedSubject): readonly NewAct[] {
  const { inspection, ledger } = subject
  const own = ofCommit(subject)
  const items = new Map(
    ledger.entries.filter(({ explanation }) => explanation.kind === "unexplained").map((item) => [item.entry.path, item]),
  )
  return inspection.scripts.flatMap(({ path, language, acts }) => {
    const item = items.get(path)
    if (item === undefined) return []
    const runs = item.unexplained ?? (hasBase(item) ? [] : undefined) // lines of the base, with another mode or elsewhere
    return acts
      .filter(({ at }) => at.path !== path || runs === undefined || runs.some((run) => meets(at, run)))
      .map((act) => ({ item, act, does: capabilityOf(act, language), isOfCommit: own.has(item) }))
  })
}

const hasBase = ({ explanation }: LedgerEntry): boolean => explanation.kind === "unexplained" && explanation.base !== undefined

/**
 * The entries that were compared with what the commit has at their own place, or with what a packer makes of that by definition. The nearest text of another place
 * (the source that a build made it of) tells how much there is to read, not that somebody changed it.
 */
export function ofCommit({ artifact, ledger }: Pick<InspectedSubject, "artifact" | "ledger">): ReadonlySet<LedgerEntry> {
  const below = ({ entry: { path } }: LedgerEntry): string => belowRoot(path, artifact.root).replace(/^.*!/, "")
  const placed = placing(ledger.entries, below)
  return new Set(
    ledger.entries.filter((item) => {
      const base = item.explanation.kind === "unexplained" ? item.explanation.base : undefined
      return base?.from === "recipe" || (base?.from === "repository" && base.path === placed(below(item)))
    }),
  )
}

/** Where the repository has what stands at a path of the release: as most of what has the commit's bytes does, in a folder of the one and perhaps in one of the other. */
function placing(entries: readonly LedgerEntry[], below: (item: LedgerEntry) => string): (path: string) => string | undefined {
  const counts = new Map<string, number>()
  for (const item of entries) {
    const same = sameAs(item)
    if (same === undefined) continue
    const key = apart(below(item), same).join("\0")
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const [most = "\0"] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? []
  const [there = "", here = ""] = most.split("\0")
  return (path) => (path.startsWith(there) ? `${here}${path.slice(there.length)}` : undefined)
}

/** Where the commit has these very bytes. */
function sameAs({ explanation }: LedgerEntry): string | undefined {
  if (explanation.kind === "source") return explanation.path
  const isMoved = explanation.kind === "unexplained" && explanation.difference === "moved" && explanation.base?.from === "repository"
  return isMoved ? explanation.base?.path : undefined
}

/** What is left of two paths in front of the components that both end in. */
function apart(one: string, other: string): readonly [string, string] {
  const [a, b] = [one.split("/"), other.split("/")]
  while (a.length > 0 && b.length > 0 && a.at(-1) === b.at(-1)) {
    a.pop()
    b.pop()
  }
  const folder = (parts: readonly string[]): string => parts.map((part) => `${part}/`).join("")
  return [folder(a), folder(b)]
}

/** Whether the entries could be compared with a commit at all. */
export const hasCommit = ({ ledger }: InspectedSubject): boolean =>
  ledger.entries.some(({ explanation: { kind } }) => kind !== "undetermined")
