import { FaultError } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import type { Notes } from "../../core/reader.ts"

/** What is told of one file while it is read: oddities as anomalies, what was left out as sentences. */
export class Telling {
  readonly limits: Limits
  readonly layer: string
  readonly notes: Notes
  readonly #left = new Set<string>()

  constructor({ layer, limits }: { readonly layer: string; readonly limits: Limits }, notes: Notes) {
    this.layer = layer
    this.limits = limits
    this.notes = notes
  }

  review(kind: string, message: string, offset: number): void {
    this.notes.anomaly({ kind, severity: "review", message, layer: this.layer, offset })
  }

  note(kind: string, message: string, offset: number): void {
    this.notes.anomaly({ kind, severity: "note", message, layer: this.layer, offset })
  }

  leave(sentence: string): void {
    this.#left.add(sentence)
  }

  get left(): readonly string[] {
    return [...this.#left]
  }

  malformed(offset: number, expected: string): FaultError {
    return new FaultError({ kind: "malformed", layer: this.layer, offset, expected })
  }

  overLimit(limit: keyof Limits): FaultError {
    return new FaultError({ kind: "over-limit", layer: this.layer, limit, max: this.limits[limit] })
  }
}
