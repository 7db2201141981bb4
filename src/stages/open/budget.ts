import { FaultError } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"

export type RunLimit = "unpackedBytesRunMax" | "spilledBytesRunMax" | "entriesRunMax"

/**
 * What opening one artifact may cost in all, the containers inside it included. Each container has limits of its own; a thousand of them, each just below
 * its limits, would still fill the disk. What was spent is not given back: a container that failed has cost its time.
 */
export class Budget {
  readonly #limits: Limits
  readonly #spent = { unpackedBytesRunMax: 0, spilledBytesRunMax: 0, entriesRunMax: 0 }
  /** Anomalies and unexplained runs that are listed so far: beyond their maximum they are counted and told, and end nothing. */
  readonly listed = { anomalies: 0, unexplainedRuns: 0 }

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** What is going to be spent piece by piece must be there as a whole. */
  demand(limit: RunLimit, amount: number, layer: string): void {
    const max = this.#limits[limit]
    if (this.#spent[limit] + amount > max) throw new FaultError({ kind: "over-limit", layer, limit, max })
  }

  spend(limit: RunLimit, amount: number, layer: string): void {
    this.#spent[limit] += amount
    this.demand(limit, 0, layer)
  }
}
