import { diffLines, type StepBudget } from "../../core/diff.ts"
import { lineCost } from "../../core/text.ts"
import type { LineRun } from "../../model/ledger.ts"
import type { ComparedText } from "./compared-text.ts"

/** How a diff may spend: for itself, and with all others of the run. */
export interface Steps {
  readonly stepsMax: number
  readonly budget: StepBudget
}

export interface Cover {
  readonly lines: number
  readonly runs: readonly LineRun[]
  readonly shown: readonly { readonly line: number; readonly text: string }[]
  readonly toRead: number
}

/** Uncovered lines kept for showing, per entry. */
const shownMax = 40

/**
 * What an ordered diff with one base leaves of a text (contract, Cover). A run counts its own lines by their cost; a run that takes more lines
 * away than it brings counts one more: deleting a check must not cost nothing. `base` is in the text's own numbers.
 * Undefined when the diff would cost more than `steps` allows.
 */
export function coverWith(base: Int32Array, text: ComparedText, { stepsMax, budget }: Steps): Cover | undefined {
  const hunks = diffLines(base, text.numbers, stepsMax, budget)
  return hunks === undefined ? undefined : cover(text.lines, hunks)
}

/** A text that nothing was found to compare with: every line remains. */
export const uncovered = ({ lines }: ComparedText): Cover =>
  cover(lines, lines.length === 0 ? [] : [{ start: 0, end: lines.length, removed: 0 }])

/** Lines that the base covers. */
export const coveredLines = ({ lines, runs }: Cover): number => lines - runs.reduce((sum, { first, last }) => sum + last - first + 1, 0)

function cover(lines: readonly string[], hunks: readonly { start: number; end: number; removed: number }[]): Cover {
  const shown: { line: number; text: string }[] = []
  let toRead = 0
  for (const { start, end, removed } of hunks) {
    let cost = 0
    for (let index = start; index < end; index += 1) {
      const line = lines[index] ?? ""
      cost += lineCost(line)
      if (shown.length < shownMax) shown.push({ line: index + 1, text: decode(line) })
    }
    const shrinks = removed > end - start // more lines went than came: that is a thing to see of its own
    toRead += cost + (shrinks ? 1 : 0)
  }
  return { lines: lines.length, runs: hunks.map(({ start, end, removed }) => ({ first: start + 1, last: end, removed })), shown, toRead }
}

/** Lines are compared as bytes and shown as UTF-8, the start of a long one only. */
const decode = (line: string): string => Buffer.from(line.slice(0, 400).replace(/\r?\n$/, ""), "latin1").toString("utf8")
