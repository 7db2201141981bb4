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
}

/** Acts at lines that nothing explains: of a text that was compared, those lines; of one that was compared with nothing, all. */
export function newActs({ inspection, ledger }: InspectedSubject): readonly NewAct[] {
  const items = new Map(
    ledger.entries.filter(({ explanation }) => explanation.kind === "unexplained").map((item) => [item.entry.path, item]),
  )
  return inspection.scripts.flatMap(({ path, acts }) => {
    const item = items.get(path)
    if (item === undefined) return []
    const runs = item.unexplained ?? (isOfCommit(item) ? [] : undefined) // the commit's own lines, with another mode or elsewhere
    return acts
      .filter(({ at }) => at.path !== path || runs === undefined || runs.some((run) => meets(at, run)))
      .map((act) => ({ item, act, does: capabilityOf(act) }))
  })
}

/** Whether it was compared with what the commit has at this place, or with what a packer makes of that by definition. */
export const isOfCommit = ({ explanation }: LedgerEntry): boolean =>
  explanation.kind === "unexplained" && (explanation.base?.from === "repository" || explanation.base?.from === "recipe")

/** Whether the entries could be compared with a commit at all. */
export const hasCommit = ({ ledger }: InspectedSubject): boolean =>
  ledger.entries.some(({ explanation: { kind } }) => kind !== "undetermined")
