import { entropyOf, roundedEntropy } from "./entropy.ts"
import { order } from "./order.ts"
import { type PeriodicRun, periodicRuns } from "./periods.ts"

/** Bytes [start, end) that are one sequence of `period` bytes over and over; no shorter one has the same effect. The last may be cut. */
export interface Run {
  readonly period: number
  readonly start: number
  readonly end: number
}

export interface Repeats {
  /** Bytes in any run. */
  readonly bytes: number
  readonly runs: number
  /** The longest of them, by place. */
  readonly longest: readonly Run[]
  /** Three or more of one period and one length that begin at equal distances; of several such rows the one with most runs. */
  readonly row?: Row
}

export interface Row {
  readonly period: number
  /** Bytes of each run. */
  readonly bytes: number
  readonly runs: number
  readonly start: number
  /** From the start of one to the start of the next. */
  readonly distance: number
  /** Bits a byte of all that stands between them. */
  readonly between: number
}

/** Runs that are told one by one. */
const longestMax = 8

/** What of some bytes is one short sequence over and over. */
export function repeatsOf(bytes: Uint8Array): Repeats {
  const longest: PeriodicRun[] = []
  const covered = new Uint8Array(bytes.byteLength)
  const rows = new Rows()
  let [runs, own] = [0, 0]
  for (const run of periodicRuns(bytes)) {
    runs += 1
    own += cover(covered, run)
    rows.add(run)
    longest.push(run)
    if (longest.length > longestMax) longest.splice(longest.sort(byLength).length - 1)
  }
  const row = rows.longest
  const between = row === undefined ? 0 : roundedEntropy(entropyOf(betweenOf(bytes, row)))
  return {
    bytes: own,
    runs,
    longest: longest.sort((a, b) => order(a.start, b.start) || order(a.end, b.end)),
    ...(row === undefined ? {} : { row: { ...row, between } }),
  }
}

function betweenOf(bytes: Uint8Array, { start, bytes: size, distance, runs }: Omit<Row, "between">): Uint8Array {
  const gaps = Array.from({ length: runs - 1 }, (_, index) => start + index * distance)
  return Buffer.concat(gaps.map((at) => bytes.subarray(at + size, at + distance)))
}

const byLength = (a: PeriodicRun, b: PeriodicRun): number => order(b.end - b.start, a.end - a.start) || order(a.start, b.start)

/** Marks the bytes of a run; how many no other had marked. */
function cover(flags: Uint8Array, { start, end }: PeriodicRun): number {
  let count = 0
  for (let at = start; at < end; at += 1) count += 1 - (flags[at] ?? 0)
  flags.fill(1, start, end)
  return count
}

/** Different pairs of period and length that are watched for a row. */
const pairsMax = 10_000

/** Runs of one period come in the order of their places. */
class Rows {
  /** A distance of undefined: they do not stand in one row. */
  readonly #byPair = new Map<string, { first: PeriodicRun; last: number; runs: number; distance: number | undefined }>()

  add(run: PeriodicRun): void {
    const pair = `${run.period} ${run.end - run.start}`
    const row = this.#byPair.get(pair)
    if (row === undefined) {
      if (this.#byPair.size < pairsMax) this.#byPair.set(pair, { first: run, last: run.start, runs: 1, distance: undefined })
      return
    }
    const distance = run.start - row.last
    row.distance = row.runs === 1 || row.distance === distance ? distance : undefined
    row.last = run.start
    row.runs += 1
  }

  get longest(): Omit<Row, "between"> | undefined {
    let found: Omit<Row, "between"> | undefined
    for (const { first, runs, distance } of this.#byPair.values())
      if (distance !== undefined && runs >= 3 && runs > (found?.runs ?? 0))
        found = { period: first.period, bytes: first.end - first.start, runs, start: first.start, distance }
    return found
  }
}
