import type { Limits } from "../../core/limits.ts"
import type { Value } from "../../model/code.ts"
import { type FlowStep, handsOf } from "../../model/inspection.ts"
import type { Called } from "./exports.ts"

/** What one walk back from a place may still spend, and what it has seen. */
export class Walk {
  /** By the call in whose terms they are: behind how few hands each was seen. */
  readonly #seen = new Map<Called | undefined, Map<Value, number>>()
  readonly #lengthMax: number
  #left: number
  #leftElsewhere: number

  constructor({ flowStepsMax, flowLengthMax }: Pick<Limits, "flowStepsMax" | "flowLengthMax">) {
    this.#left = flowStepsMax
    this.#leftElsewhere = flowStepsMax
    this.#lengthMax = flowLengthMax
  }

  /** Whether one more step may be taken. */
  spend(): boolean {
    this.#left -= 1
    return this.#left >= 0
  }

  /** Whether a value is to be looked at: once in the terms of each call, again if it is nearer, and not behind more steps than the engine's stack has room for. */
  enters(value: Value, after: readonly FlowStep[], call: Called | undefined): boolean {
    const seen = this.#seen.get(call) ?? new Map<Value, number>()
    const hands = handsOf(after)
    if (!this.spend() || after.length > this.#lengthMax || (seen.get(value) ?? Number.POSITIVE_INFINITY) <= hands) return false
    this.#seen.set(call, seen.set(value, hands))
    return true
  }

  /** In another file, or in another function's terms: with steps of its own, so that whatever stands there leaves enough for what stands here. */
  *elsewhere<Traveled>(walk: Generator<Traveled>): Generator<Traveled> {
    const left = this.#left
    this.#left = Math.min(left, this.#leftElsewhere)
    const given = this.#left
    yield* walk
    this.#leftElsewhere -= given - Math.max(0, this.#left)
    this.#left = left
  }
}
