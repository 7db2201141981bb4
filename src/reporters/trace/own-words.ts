import type { Trace } from "../../model/trace.ts"
import { percent, yearlyOf } from "./words.ts"

const yearsShown = 6

/** That author and committer are one, by years: whoever looks for it as a sign sees that it is none. */
export function ownSentence({ ownCommits, windows }: Trace): readonly string[] {
  const ends = new Set(yearlyOf(windows, yearsShown).map(({ end }) => end))
  const shares = ownCommits
    .filter(({ end, commits }) => ends.has(end) && commits > 0)
    .map(({ end, commits, own }) => `${end} ${percent(own, commits)}`)
  return shares.length === 0
    ? []
    : [`author = committer, of the commits of the 365 days before ${shares.join(", ")}: a habit of most projects, which separates nothing`]
}
