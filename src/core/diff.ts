import sequences from "diff-sequences"

/** A run of lines that an ordered diff does not match: [start, end) in the new text; `removed` lines of the base stand there instead. */
export interface Hunk {
  readonly start: number
  readonly end: number
  readonly removed: number
}

/** Line comparisons that may still be made, over all diffs of a run: many hostile texts together must not cost more than one. */
export interface StepBudget {
  left: number
}

class TooManySteps extends Error {}

/** Lines, or numbers that stand for them. A number below zero stands for a line that equals none. */
export type Sequence<T extends string | number> = ArrayLike<T>

/**
 * Ordered line diff (longest common subsequence, Myers 1986): what of `lines` the base does not have, in order.
 * Lines that only one side has are set aside first, as GNU diff does: they can never match, and hostile texts of them stay cheap.
 * Undefined when `stepsMax` comparisons, or those that the budget has left, did not suffice.
 */
export function diffLines<T extends string | number>(
  base: Sequence<T>,
  lines: Sequence<T>,
  stepsMax: number,
  budget: StepBudget = { left: stepsMax },
): readonly Hunk[] | undefined {
  const matched = matchedPairs(base, lines, { stepsMax, budget })
  if (matched === undefined) return undefined
  const hunks: Hunk[] = []
  let nextBase = 0
  let next = 0
  for (const [inBase, inLines] of [...matched, [base.length, lines.length] as const]) {
    if (inBase > nextBase || inLines > next) hunks.push({ start: next, end: inLines, removed: inBase - nextBase })
    nextBase = inBase + 1
    next = inLines + 1
  }
  return hunks
}

/** The pairs [index in base, index in lines] that the diff matches, in order; undefined as for `diffLines`. */
export function matchedPairs<T extends string | number>(
  base: Sequence<T>,
  lines: Sequence<T>,
  { stepsMax, budget }: { stepsMax: number; budget: StepBudget },
): readonly (readonly [number, number])[] | undefined {
  const left = indexesIn(base, lines)
  const right = indexesIn(lines, base)
  const pairs: (readonly [number, number])[] = []
  let steps = 0
  const isCommon = (a: number, b: number): boolean => {
    steps += 1
    budget.left -= 1
    if (steps > stepsMax || budget.left < 0) throw new TooManySteps()
    return base[left[a] ?? -1] === lines[right[b] ?? -2]
  }
  const foundSubsequence = (count: number, a: number, b: number): void => {
    for (let index = 0; index < count; index += 1) pairs.push([left[a + index] ?? 0, right[b + index] ?? 0])
  }
  try {
    sequences.default(left.length, right.length, isCommon, foundSubsequence)
  } catch (error) {
    if (error instanceof TooManySteps) return undefined
    throw error
  }
  return pairs
}

/** Where lines stand that `other` has as well. */
function indexesIn<T extends string | number>(lines: Sequence<T>, other: Sequence<T>): readonly number[] {
  const known = new Set<T>()
  for (let index = 0; index < other.length; index += 1) {
    const line = other[index]
    if (line !== undefined && !(typeof line === "number" && line < 0)) known.add(line)
  }
  const found: number[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]
    if (line !== undefined && known.has(line)) found.push(index)
  }
  return found
}
