import { faultsOf, orThrow, type Result } from "./core/fault.ts"
import { readAliases } from "./io/alias-file.ts"
import type { Context } from "./io/context.ts"
import { openRepository, type Repository } from "./io/git.ts"
import { headOf, recordHistory } from "./io/git-history.ts"
import type { RightsEvent, Trace } from "./model/trace.ts"
import { baseRatesOf, eventsOf } from "./stages/trace/events.ts"
import { identify } from "./stages/trace/identities.ts"
import { ordinaryRates } from "./stages/trace/ordinary-rates-generated.ts"
import { type Range, rangeOf } from "./stages/trace/range.ts"
import { monthlyEnds, untimely, windowsOf } from "./stages/trace/windows.ts"
import { toolOf } from "./version.ts"

export interface TraceRequest {
  /** A path to any git repository, or an address. */
  readonly repository: string
  /** `A..B` or `B`: what is shown. */
  readonly range?: string | undefined
  /** A file of aliases. */
  readonly aliases?: string | undefined
}

/** Who put it there, who else looked, how rights changed hands: from the history of a repository alone. */
export function traceRepository(request: TraceRequest, ctx: Context): Promise<Result<Trace>> {
  return faultsOf(async () => {
    const aliases = request.aliases === undefined ? [] : await readAliases(request.aliases, ctx.limits)
    const repository = orThrow(await openRepository(request.repository, ctx))
    try {
      return await traced(repository, { ...request, aliases }, ctx)
    } finally {
      await repository.close()
    }
  })
}

async function traced(
  repository: Repository,
  { range: asked, aliases }: Omit<TraceRequest, "aliases"> & { readonly aliases: readonly (readonly string[])[] },
  ctx: Context,
): Promise<Trace> {
  const history = await recordHistory(repository, ctx)
  const identities = identify(history, aliases)
  const range = asked === undefined ? everything(repository) : rangeOf(history, asked)
  const shown = { ...history, commits: history.commits.filter(({ oid }) => range.has(oid)) }
  const windows = windowsOf(shown, identities, monthlyEnds(shown))
  // Events are of the whole history, whatever is shown: a first patch on another branch is a first patch.
  const events = eventsOf(history, identities, asked === undefined ? windows : windowsOf(history, identities, monthlyEnds(history)))
  const ends = new Set(windows.map(({ end }) => end))
  const tags = new Set(history.tags.filter(({ commit }) => range.has(commit)).map(({ name }) => name))
  // One of a window alone is shown with the window.
  const isShown = ({ commit, tag, day }: RightsEvent): boolean =>
    commit !== undefined ? range.has(commit) : tag !== undefined ? tags.has(tag) : ends.has(day)
  return {
    schema: "everybyte.trace/1",
    tool: toolOf(ctx),
    repository: {
      location: repository.location,
      branches: history.branches.length,
      tags: history.tags.length,
      commits: history.commits.length,
      merges: history.commits.filter(({ parents }) => parents.length > 1).length,
    },
    ...(asked === undefined ? {} : { range: asked }),
    people: identities.people,
    windows,
    events: events.filter((event) => isShown(event)),
    baseRates: baseRatesOf(events),
    elsewhere: ordinaryRates,
    limits: [...history.limits, ...untimely(history)],
  }
}

const everything = (repository: Repository): Range => ({ tip: headOf(repository), has: () => true })
