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

  left(limit: RunLimit): number {
    return Math.max(0, this.#limits[limit] - this.#spent[limit])
  }

  spend(limit: RunLimit, amount: number, layer: string): void {
    this.#spent[limit] += amount
    const max = this.#limits[limit]
    if (this.#spent[limit] > max) throw new FaultError({ kind: "over-limit", layer, limit, max })
  }
}
