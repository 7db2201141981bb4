import type { RecordedHistory } from "../../model/history.ts"
import type { Trace, Window } from "../../model/trace.ts"
import { daySeconds, startOf } from "./days.ts"
import type { Identities } from "./identities.ts"
import { isChange } from "./twins.ts"

/**
 * Of each window's commits those that their author committed: `git log $WINDOW --format='%aE %cE'`. Told because it is often taken for a sign, and is none: most projects with one maintainer
 * have nearly all of their commits there, before somebody takes over as after it.
 */
export function ownCommitsOf(
  { commits }: Pick<RecordedHistory, "commits">,
  { people, personOf }: Identities,
  windows: readonly Pick<Window, "end" | "commits">[],
): Trace["ownCommits"] {
  const times = commits
    .filter((commit) => {
      const author = personOf[commit.author]
      return isChange(commit) && author === personOf[commit.committer] && people[author ?? -1]?.kind === "person"
    })
    .map(({ committed }) => committed)
    .sort((a, b) => a - b)
  return windows.map(({ end, commits: all }) => {
    const until = startOf(end)
    return { end, commits: all, own: countBelow(times, until) - countBelow(times, until - 365 * daySeconds) }
  })
}

/** How many of the sorted times are earlier. */
function countBelow(times: readonly number[], end: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((times[middle] ?? 0) < end) low = middle + 1
    else high = middle
  }
  return low
}
