import { plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import type { Repository } from "../../io/git.ts"
import type { Commit, RecordedHistory } from "../../model/history.ts"

/** A history without what its cut commits seem to bring: those that a shallow clone ends at, though they have parents. */
export interface UncutHistory {
  readonly history: RecordedHistory
  readonly cut: ReadonlySet<GitOid>
}

export async function withoutCuts(repository: Repository, history: RecordedHistory): Promise<UncutHistory> {
  const cut = new Set<GitOid>()
  if (!repository.shallow) return { history, cut }
  for (const commit of history.commits) if (await isCut(repository, commit)) cut.add(commit.oid)
  const commits = history.commits.map((commit) => (cut.has(commit.oid) ? unchanging(commit) : commit))
  return { history: { ...history, commits }, cut }
}

export const cutSentence = (count: number): readonly string[] =>
  count === 0
    ? []
    : [`what came before ${plural(count, "commit")} at which the clone ends: what is the first here need not be anybody's first`]

/** Field by field: a commit that was read before has some that are no properties of its own. */
const unchanging = ({ oid, parents, author, authored, committer, committed, subject, trailers }: Commit): Commit => ({
  ...{ oid, parents, author, authored, committer, committed, subject, trailers },
  changes: [],
})

/** The object itself is asked, as git hides the parents: `tree <oid> LF parent <oid> LF ...`. */
async function isCut(repository: Repository, { oid, parents }: Commit): Promise<boolean> {
  if (parents.length > 0) return false
  const bytes = (await repository.object(oid))?.bytes ?? new Uint8Array(0)
  return /^tree [0-9a-f]+\nparent /.test(Buffer.from(bytes.subarray(0, 200)).toString("latin1"))
}
