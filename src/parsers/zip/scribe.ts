import type { Anomaly } from "../../core/anomaly.ts"
import { Scribe as CommonScribe } from "../scribe.ts"

/** An oddity, before it is known where it stands. */
export type Remark = Pick<Anomaly, "kind" | "severity" | "message">

/** What walkers have in common, and the owners of a zip archive. */
export class Scribe extends CommonScribe {
  readonly #owners = new Set<string>()

  say(remark: Remark, offset: number, path?: string): void {
    this.sink.anomaly({ ...remark, layer: this.options.layer, offset, ...(path === undefined ? {} : { path }) })
  }

  /** Owners differ where a tree has several; a new one for each member is a message (`ownersMax`). */
  knowsOwner(owner: string | undefined): boolean {
    if (owner === undefined || this.#owners.has(owner)) return true
    if (this.#owners.size >= this.options.limits.ownersMax) return false
    this.#owners.add(owner)
    return true
  }
}
