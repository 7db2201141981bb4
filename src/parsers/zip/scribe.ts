import type { Anomaly } from "../../core/anomaly.ts"
import type { Role } from "../../core/claim.ts"
import { FaultError } from "../../core/fault.ts"
import type { EntrySink, WalkOptions } from "../parser.ts"
import type { Odd } from "./layout.ts"

/** An oddity, before it is known where it stands. */
export type Remark = Pick<Anomaly, "kind" | "severity" | "message">

/** Writes claims and anomalies of one walk, and makes its faults. */
export class Scribe {
  readonly options: WalkOptions
  readonly sink: EntrySink
  readonly #owners = new Set<string>()

  constructor(options: WalkOptions, sink: EntrySink) {
    this.options = options
    this.sink = sink
  }

  claim(start: number, end: number, role: Role): void {
    if (end > start) this.sink.claim({ start, end, role })
  }

  /** A run of one role, but for what in it nothing reads, which is told: in order, and it may overlap. */
  block(start: number, end: number, role: Role, odds: readonly Odd[]): void {
    let done = start
    for (const odd of odds) {
      this.claim(done, odd.start, role)
      this.unread({ ...odd, start: Math.max(done, odd.start) })
      done = Math.max(done, odd.end)
    }
    this.claim(done, end, role)
  }

  unread({ start, end, kind, why }: Odd): void {
    this.review(kind, why, start)
    if (end > start) this.sink.claim({ start, end, role: "unexplained", why })
  }

  review(kind: string, message: string, offset: number, path?: string): void {
    this.say({ kind, severity: "review", message }, offset, path)
  }

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

  malformed(offset: number, expected: string): FaultError {
    return new FaultError({ kind: "malformed", layer: this.options.layer, offset, expected })
  }

  overLimit(limit: keyof WalkOptions["limits"]): FaultError {
    return new FaultError({ kind: "over-limit", layer: this.options.layer, limit, max: this.options.limits[limit] })
  }
}
