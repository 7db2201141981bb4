import type { Result } from "./core/fault.ts"
import type { Context } from "./io/context.ts"
import type { Comparison } from "./model/comparison.ts"
import { type ExplainRequest, explainRelease } from "./pipeline.ts"
import { registryFacts } from "./registries/index.ts"
import { compare } from "./stages/compare/compare.ts"

/** The new release as `target`, the one before it as `previous`; each is explained by the same repository, where one is given. */
export type CompareRequest = Omit<ExplainRequest, "previous" | "acceptPrevious" | "ref" | "wantsExhibits"> & { readonly previous: string }

/** What a release adds over another, and what it loses. */
export async function compareReleases({ previous, ...request }: CompareRequest, ctx: Context): Promise<Result<Comparison>> {
  const asked = { ...request, ref: undefined, previous: undefined, acceptPrevious: false, inspects: true }
  const before = await explainRelease({ ...asked, target: previous, facts: await registryFacts(previous, undefined, ctx) }, ctx)
  if (!before.ok) return before
  const after = await explainRelease({ ...asked, since: previous, facts: await registryFacts(asked.target, previous, ctx) }, ctx)
  return after.ok ? { ok: true, value: compare(before.value, after.value) } : after
}
