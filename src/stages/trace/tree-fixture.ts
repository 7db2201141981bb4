import type { GitOid } from "../../core/digest.ts"
import { orThrow } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { inRows } from "../../io/commit-rows.ts"
import type { Context } from "../../io/context.ts"
import { openRepository, type Repository } from "../../io/git.ts"
import { fixtureContext, type GitFixture } from "../../io/git-fixture.ts"
import { recordHistory } from "../../io/git-history.ts"
import { headOf } from "../../io/git-named.ts"
import { TreeReader } from "../../io/git-trees.ts"
import type { Level } from "../../model/trace.ts"
import { withoutCuts } from "./cut-commits.ts"
import { identify } from "./identities.ts"
import type { TreeOfHistory } from "./opaque.ts"

interface TreeFixture {
  readonly commit?: GitOid
  readonly levelOf?: (commit: GitOid) => Level | undefined
  readonly paths?: ReadonlySet<string>
  readonly limits?: Partial<Limits>
}

/** For tests only: a generated repository, opened and read as far as what is told of one tree needs it. Close it. */
export async function treeOfHistory(
  fixture: GitFixture,
  { commit, levelOf = () => 0, paths, limits = {} }: TreeFixture,
): Promise<{ readonly repository: Repository; readonly of: TreeOfHistory; readonly ctx: Context }> {
  const ctx = fixtureContext({ limits })
  const repository = orThrow(await openRepository(fixture.folder, ctx))
  const { history, cut } = await withoutCuts(repository, await recordHistory(repository, ctx))
  const trees = new TreeReader(repository)
  const found = await trees.commit(commit ?? headOf(repository) ?? history.commits[0]?.oid ?? absent())
  if (found === undefined) return absent()
  const { tree } = await trees.flatten(found.tree)
  const { personOf } = identify(inRows(history))
  const of = { commit: found.oid, tree, history, cut, personOf, levelOf, ...(paths === undefined ? {} : { paths }) }
  return { repository, of, ctx }
}

function absent(): never {
  throw new Error("the fixture has no commit")
}
