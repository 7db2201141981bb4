import { type GitOid, isGitOid } from "../core/digest.ts"
import { FaultError, orThrow } from "../core/fault.ts"
import type { Repository } from "./git.ts"
import { runGit } from "./git-process.ts"

/** Every commit that some branches and tags reach: when it was committed, in seconds since 1970, and its parents. */
export type CommitGraph = ReadonlyMap<GitOid, { readonly seconds: number; readonly parents: readonly GitOid[] }>

/** One line a commit: `<seconds> <oid> <parent> ...` (git-rev-list(1), --timestamp, --parents). */
export async function readGraph(repository: Repository, tips: readonly GitOid[]): Promise<CommitGraph> {
  const answer = orThrow(
    await runGit(repository.place, {
      args: ["rev-list", "--stdin", "--ignore-missing", "--timestamp", "--parents"],
      stdin: tips.join("\n"),
      outputMax: 2 ** 29,
    }),
  )
  const graph = new Map<GitOid, { seconds: number; parents: readonly GitOid[] }>()
  let start = 0
  for (let end = answer.stdout.indexOf(0x0a); end >= 0; end = answer.stdout.indexOf(0x0a, start)) {
    const [seconds = "", oid = "", ...parents] = answer.stdout.toString("latin1", start, end).split(" ")
    start = end + 1
    if (!isGitOid(oid) || !/^\d{1,15}$/.test(seconds)) continue
    graph.set(oid, { seconds: Number(seconds), parents: parents.filter(isGitOid) })
    const max = repository.limits.historyCommitsMax
    if (graph.size > max) throw new FaultError({ kind: "over-limit", layer: repository.location, limit: "historyCommitsMax", max })
  }
  return graph
}
