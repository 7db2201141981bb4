import type { Exhibit } from "../src/model/exhibit.ts"

export interface Line {
  readonly number: number
  readonly text: string
}

/** One row of a text beside its base. */
export type Row =
  | { readonly kind: "same"; readonly line: Line; readonly base?: Line }
  /** Uncovered, and beside it a line that went where it came, if there is one. */
  | { readonly kind: "new"; readonly line: Line; readonly base?: Line }
  | { readonly kind: "gone"; readonly base: Line }
  /** Lines of a base that went and whose text is not known. */
  | { readonly kind: "count"; readonly removed: number }

type Runs = readonly { readonly first: number; readonly last: number; readonly removed: number }[]

/** The rows of a text and, where it is there, of its base: between the runs that nothing covers, both have the same lines in the same order. */
export function rowsOf(text: Pick<Exhibit, "lines" | "base">, runs: Runs): readonly Row[] {
  const base = fits(text, runs) ? text.base : undefined
  const rows: Row[] = []
  let next = 0
  let inBase = 0
  const same = (end: number): void => {
    for (; next < end; next += 1, inBase += 1)
      rows.push({ kind: "same", line: at(text.lines, next), ...(base === undefined ? {} : { base: at(base, inBase) }) })
  }
  for (const { first, last, removed } of runs) {
    same(first - 1)
    for (let gone = 0; next < last; next += 1, gone += 1)
      rows.push({
        kind: "new",
        line: at(text.lines, next),
        ...(base === undefined || gone >= removed ? {} : { base: at(base, inBase + gone) }),
      })
    if (base === undefined && removed > 0) rows.push({ kind: "count", removed })
    for (let gone = last - first + 1; base !== undefined && gone < removed; gone += 1)
      rows.push({ kind: "gone", base: at(base, inBase + gone) })
    inBase += removed
  }
  same(text.lines.length)
  return rows
}

const at = (lines: readonly string[], index: number): Line => ({ number: index + 1, text: lines[index] ?? "" })

/** Whether the runs lead from this base to this text; a base that they do not fit is not shown beside it. */
function fits({ lines, base }: Pick<Exhibit, "lines" | "base">, runs: Runs): boolean {
  const uncovered = runs.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  const removed = runs.reduce((sum, run) => sum + run.removed, 0)
  return base !== undefined && lines.length - uncovered + removed === base.length
}

/** Covered rows kept before and after what is marked. */
const context = 6

/** Rows to show, and runs of covered rows far from anything marked as one part that can be opened. */
export function partsOf(rows: readonly Row[]): readonly { readonly hidden: boolean; readonly rows: readonly Row[] }[] {
  if (rows.every(({ kind }) => kind === "same")) return [{ hidden: false, rows }]
  const near = new Uint8Array(rows.length)
  for (const [index, row] of rows.entries()) if (row.kind !== "same") near.fill(1, Math.max(0, index - context), index + context + 1)
  const parts: { hidden: boolean; rows: Row[] }[] = []
  for (const [index, row] of rows.entries()) {
    const hidden = near[index] === 0
    const last = parts.at(-1)
    if (last?.hidden === hidden) last.rows.push(row)
    else parts.push({ hidden, rows: [row] })
  }
  return parts.map((part) => (part.rows.length > 2 ? part : { ...part, hidden: false }))
}
