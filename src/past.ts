import type { GitOid } from "./core/digest.ts"
import { inRows } from "./io/commit-rows.ts"
import type { Context } from "./io/context.ts"
import type { Repository } from "./io/git.ts"
import { recordRows } from "./io/git-history.ts"
import { patchIdsOf } from "./io/git-patch-ids.ts"
import { type GitSignatures, gitSignatures } from "./io/git-signatures.ts"
import type { HistoryRows, RecordedHistory } from "./model/history.ts"
import { trustedSignatureChecks } from "./registries/index.ts"
import { withoutCuts } from "./stages/trace/cut-commits.ts"
import { type Assessed, type EvidenceInput, evidenceOf, twinCandidates } from "./stages/trace/evidence.ts"
import { type Alias, type Identities, identify } from "./stages/trace/identities.ts"

/** All that branches and tags reach, and who is who in it: what a trace and an audit tell of, each of its own range. */
export interface Past {
  readonly history: RecordedHistory
  /** The same as rows, which people, windows and events are told from. */
  readonly inRows: HistoryRows
  /** Commits at which a shallow clone ends: what they seem to bring is not in the history. */
  readonly cut: ReadonlySet<GitOid>
  readonly identities: Identities
}

export async function pastOf(repository: Repository, aliases: readonly Alias[], ctx: Context): Promise<Past> {
  const recorded = await recordRows(repository, ctx)
  const { history, cut } = await withoutCuts(repository, await recorded.whole())
  const rows = cut.size === 0 ? recorded.history : inRows(history)
  return { history, inRows: rows, cut, identities: identify(rows, aliases) }
}

interface Counted {
  /** Commits that evidence is counted of. */
  readonly isShown: (commit: GitOid) => boolean
  /** Commits whose level is asked for, which saves looking at what cannot change it; left out: all. */
  readonly isAsked?: (commit: GitOid) => boolean
  readonly forges?: EvidenceInput["forges"]
  readonly allowedSigners?: readonly string[] | undefined
}

/** Who else looked: patch ids and signatures are read here, only where they can matter. */
export async function assess(
  repository: Repository,
  { history, identities }: Past,
  { isShown, isAsked, forges, allowedSigners }: Counted,
  ctx: Context,
): Promise<Assessed & { readonly verified: GitSignatures | undefined }> {
  const twins = twinCandidates(history, isAsked)
  const checks = await trustedSignatureChecks(ctx, allowedSigners)
  const signed = checks === undefined ? [] : signable(history, isAsked, twins)
  const verified = checks === undefined ? undefined : await gitSignatures(repository, signed, { checks, ctx })
  const patchIds = await patchIdsOf(repository, twins, ctx)
  return { ...evidenceOf({ history, ...identities, patchIds, verified, forges, isShown, isAsked }), verified }
}

/** With what is asked for stand its twins, and merges, one of which may have brought it. */
function signable({ commits, tags }: RecordedHistory, isAsked: Counted["isAsked"], twins: readonly GitOid[]): readonly GitOid[] {
  const asTwin = new Set(twins)
  const wanted = commits.filter(({ oid, parents }) => isAsked === undefined || isAsked(oid) || parents.length > 1 || asTwin.has(oid))
  return [...wanted.map(({ oid }) => oid), ...tags.flatMap(({ annotated }) => (annotated === undefined ? [] : [annotated.oid]))]
}
