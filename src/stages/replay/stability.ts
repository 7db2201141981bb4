import { collect } from "../../core/bytes.ts"
import { matchedPairs } from "../../core/diff.ts"
import { linesOf } from "../../core/text.ts"
import { equalUnder } from "../../generators/index.ts"
import type { ReplayedFile } from "../../model/replay.ts"
import type { Output } from "./outputs.ts"

/** What of a file came out otherwise in the other run. Only what two clocks and two locales agree on is told of the release. */
export async function unstableIn(one: Output, other: Output | undefined, stepsMax: number): Promise<ReplayedFile["unstable"]> {
  if (other === undefined || (one.mode & 0o111) !== (other.mode & 0o111)) return "all"
  if (one.sha256 === other.sha256) return []
  const [ours, theirs] = [linesOf(await collect(one.content.stream())), linesOf(await collect(other.content.stream()))]
  if (ours.length === theirs.length)
    return ours.flatMap((line, at) => (line === theirs[at] ? [] : [{ line: at, under: equalUnder(line, theirs[at] ?? "") }]))
  const matched = matchedPairs(theirs, ours, { stepsMax, budget: { left: stepsMax } })
  if (matched === undefined || one.encoding === undefined) return "all"
  const stable = new Set(matched.map(([, at]) => at))
  return ours.flatMap((_, at) => (stable.has(at) ? [] : [{ line: at, under: undefined }]))
}
