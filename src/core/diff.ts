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

/**
 * Ordered line diff (longest common subsequence, Myers 1986): what of `lines` the base does not have, in order.
 * Lines that only one side has are set aside first, as GNU diff does: they can never match, and hostile texts of them stay cheap.
 * Undefined when `stepsMax` comparisons, or those that the budget has left, did not suffice.
 */
export function diffLines(
  base: readonly string[],
  lines: readonly string[],
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

function matchedPairs(
  base: readonly string[],
  lines: readonly string[],
  { stepsMax, budget }: { stepsMax: number; budget: StepBudget },
): readonly (readonly [number, number])[] | undefined {
  const inBase = new Set(base)
  const inLines = new Set(lines)
  const left = [...base.keys()].filter((index) => inLines.has(base[index] ?? ""))
  const right = [...lines.keys()].filter((index) => inBase.has(lines[index] ?? ""))
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
