import { order } from "../../core/order.ts"
import { type PeriodicRun, periodicRuns } from "../../core/periods.ts"
import type { Repeats } from "../../model/inside.ts"

/** Runs that are told one by one. */
const longestMax = 8

/** What of some bytes is one short sequence over and over. */
export function repeatsOf(bytes: Uint8Array): Repeats {
  const longest: PeriodicRun[] = []
  const covered = new Uint8Array(bytes.byteLength)
  let runs = 0
  for (const run of periodicRuns(bytes)) {
    runs += 1
    covered.fill(1, run.start, run.end)
    longest.push(run)
    if (longest.length > longestMax) longest.splice(longest.sort(byLength).length - 1)
  }
  return { bytes: runs === 0 ? 0 : ones(covered), runs, longest: longest.sort((a, b) => order(a.start, b.start) || order(a.end, b.end)) }
}

const byLength = (a: PeriodicRun, b: PeriodicRun): number => order(b.end - b.start, a.end - a.start) || order(a.start, b.start)

function ones(flags: Uint8Array): number {
  let count = 0
  for (const flag of flags) count += flag
  return count
}
