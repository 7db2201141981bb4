import type { GitOid } from "../../core/digest.ts"
import type { How } from "../../model/repository.ts"

/** One reason to take a commit. */
export interface Evidence {
  readonly how: How
  readonly ref: string | undefined
  readonly commit: GitOid
  /** Paths of the artifact that the commit's tree covers. */
  readonly covered: number
}

/** Evidence of one source; the name may point to several tags, of which any may be meant. */
export interface Source {
  readonly evidence: readonly Evidence[]
  /** It names a commit that the repository does not have. */
  readonly absent: boolean
}

export interface Choice {
  readonly chosen: Evidence
  readonly agrees: boolean
}

/**
 * What the user gave wins. Else the commit that is named (by version, embedded id or registry), unless content points to one that
 * covers strictly more. Sources agree when each has the chosen commit, or one that covers equally much.
 */
export function choose(sources: readonly Source[]): Choice | undefined {
  const all = sources.flatMap((source) => source.evidence)
  const chosen =
    all.find(({ how }) => how === "given") ??
    best(
      all.filter(({ how }) => how !== "by-content"),
      all.find(({ how }) => how === "by-content"),
    )
  if (chosen === undefined) return undefined
  const agrees = sources.every(
    (source) =>
      !source.absent &&
      (source.evidence.length === 0 ||
        source.evidence.some(({ commit, covered }) => commit === chosen.commit || covered === chosen.covered)),
  )
  return { chosen, agrees }
}

function best(named: readonly Evidence[], content: Evidence | undefined): Evidence | undefined {
  const first = named.reduce<Evidence | undefined>(
    (most, one) => (most === undefined || one.covered > most.covered ? one : most),
    undefined,
  )
  if (first === undefined) return content
  return content !== undefined && content.covered > first.covered ? content : first
}
