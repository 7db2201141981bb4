import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { FaultError, faultsOf, type Result } from "../core/fault.ts"
import type { Edition, OriginIndex, OriginQuery, Publication } from "../model/origin.ts"
import type { Context } from "./context.ts"
import { compareFound, OriginFile } from "./origin-file.ts"
import { userFolder } from "./user-folder.ts"

/** The index that comes with the program. */
export const shippedOrigins = fileURLToPath(new URL("../../data/origins.sqlite", import.meta.url))

/** What the user added. */
export const ownOrigins = (environment: Context["environment"]): string => join(userFolder("XDG_DATA_HOME", environment), "origins.sqlite")

const ownAdvice = "remove it and the .sha256 beside it, then add what it held again with `everybyte origins add`"

/** The user's own index; undefined when there is none. Throws a fault for one that cannot be used. */
export const openOwn = (ctx: Context): Promise<OriginFile | undefined> => OriginFile.open(ownOrigins(ctx.environment), ownAdvice, ctx)

/** The shipped index and the user's, as one. An index that cannot be used is a fault: without what it held, a report would say too little. */
export function openOrigins(ctx: Context, shipped = shippedOrigins): Promise<Result<OriginIndex>> {
  return faultsOf(async () => {
    const first = await OriginFile.open(shipped, "install Everybyte again", ctx)
    if (first === undefined)
      throw new FaultError({
        kind: "unavailable",
        source: shipped,
        why: "the index of known origins is missing",
        remedy: "install Everybyte again",
      })
    try {
      const own = await openOwn(ctx)
      const clash = own?.origins.find(({ name }) => first.origins.some((other) => other.name === name))
      if (own !== undefined && clash !== undefined) {
        own.close()
        throw new FaultError({
          kind: "refused",
          source: own.path,
          why: `it has an origin of the shipped index's name ${clash.name}`,
          remedy: ownAdvice,
        })
      }
      return joined(first, own, ctx.limits.originTextLinesMax)
    } catch (error) {
      first.close()
      throw error
    }
  })
}

function joined(shipped: OriginFile, own: OriginFile | undefined, linesMax: number): OriginIndex {
  const files = own === undefined ? [shipped] : [shipped, own]
  // Whatever it says: what the user added is knowledge, not trust (contract, `origin`).
  const origins = files.flatMap((file) =>
    file.origins.map((origin) => (file === shipped ? origin : { ...origin, trust: "known" as const })),
  )
  return {
    origins,
    publicationsOf: (sha256) => sortedByDate(files.flatMap((file) => file.publicationsOf(sha256))),
    // No text that was learned is longer, so that nothing is near to a longer one.
    nearest: (query, max) => (query.lines.length > linesMax ? [] : nearestIn(files, query, max)),
    hasName: (name) => files.some((file) => file.hasName(name)),
    claimsOf: (name) => claimsIn(files, name),
    close: () => {
      for (const file of files) file.close()
    },
  }
}

const sortedByDate = (publications: readonly Publication[]): readonly Publication[] =>
  publications.length < 2 ? publications : publications.toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))

function nearestIn(files: readonly OriginFile[], query: OriginQuery, max: number): readonly Edition[] {
  const found = files.flatMap((file) => file.nearest(query, max))
  const contents = new Set<string>()
  return found
    .sort(compareFound)
    .map(({ edition }) => edition)
    .filter(({ publication: { sha256 } }) => !contents.has(sha256) && contents.add(sha256))
    .slice(0, max)
}

function claimsIn(files: readonly OriginFile[], name: string): ReadonlyMap<string, ReadonlySet<string>> {
  const claims = new Map<string, Set<string>>()
  for (const file of files)
    for (const [origin, stated] of file.claimsOf(name)) claims.set(origin, new Set([...(claims.get(origin) ?? []), ...stated]))
  return claims
}
