import { confusion, differInDigits } from "../core/confusable.ts"

/** A name that many use, and that another may be taken for. */
export interface Confused {
  readonly other: string
  /** In words between both. */
  readonly how: string
  /** Whether a slip is worth waiting for. */
  readonly isWorthwhile: boolean
}

/** Behind the most used names, honest names are near one another more often (docs/results.md has the rates). */
export const worthwhile = 1000

/** Longer than a registry takes: not compared. */
export const nameCharactersMax = 1000

/** What a name may be taken for, of `popular` names, the most used first; undefined: for none, or many use it itself. */
export function confusedWith(name: string, popular: readonly string[]): Confused | undefined {
  if (popular.includes(name)) return undefined
  for (const [rank, other] of popular.entries()) {
    const how = confusion(name, other)
    if (how !== undefined) return { other, how, isWorthwhile: rank < worthwhile && !differInDigits(name, other) }
  }
  return undefined
}
