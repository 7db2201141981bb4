import { order } from "../../core/order.ts"
import type { Divided, Hand, HandCount, HandTotals, Level, PersonId } from "../../model/trace.ts"

/** What a commit brought. */
export interface Brought {
  readonly lines: number
  readonly bytes: number
  readonly opaqueBytes: number
}

export const noLevels = (): Record<Level, number> => ({ 0: 0, 1: 0, 2: 0, 3: 0, 4: 0 })
const noHands = (): Record<HandCount, number> => ({ 1: 0, 2: 0, 3: 0 })
const parts = ["lines", "bytes", "opaqueBytes"] as const satisfies readonly (keyof Brought)[]
const weightOf = ({ bytes, opaqueBytes }: Brought): number => bytes + opaqueBytes

/** Sums what commits brought, by their level and by their hands. */
export class TotalsOfHands {
  readonly #sums = {
    lines: { levels: noLevels(), hands: noHands() },
    bytes: { levels: noLevels(), hands: noHands() },
    opaqueBytes: { levels: noLevels(), hands: noHands() },
  } satisfies Record<keyof Brought, Divided>
  readonly #alone = new Map<PersonId, { lines: number; bytes: number; opaqueBytes: number }>()

  add({ author, level, hands }: Pick<Hand, "author" | "level" | "hands">, brought: Brought): void {
    for (const part of parts) {
      this.#sums[part].levels[level] += brought[part]
      this.#sums[part].hands[hands] += brought[part]
    }
    if (hands > 1) return
    const own = this.#alone.get(author) ?? { lines: 0, bytes: 0, opaqueBytes: 0 }
    this.#alone.set(author, own)
    for (const part of parts) own[part] += brought[part]
  }

  get totals(): HandTotals {
    const singleHanded = [...this.#alone].map(([person, own]) => ({ person, ...own }))
    return {
      ...this.#sums,
      singleHanded: singleHanded.sort((a, b) => order(weightOf(b), weightOf(a)) || order(b.lines, a.lines) || order(a.person, b.person)),
    }
  }
}
