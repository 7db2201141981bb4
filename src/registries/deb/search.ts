import { FaultError, faultsOf } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { offlineFault } from "../../io/http.ts"
import { aptAccess } from "./access.ts"
import { type AptSource, type SuiteGroup, suiteGroups, unsearched } from "./apt-sources.ts"
import { aptOptions, aptSources } from "./configuration.ts"
import { type Asked, notFound, type Seen } from "./not-found.ts"
import { isAskedFor } from "./package-files.ts"
import type { Facts } from "./package-index.ts"
import { type VerifiedRelease, verifiedRelease } from "./release.ts"
import type { Release } from "./schema.ts"
import { compareVersions } from "./version.ts"

interface Versioned {
  readonly version: string
}

/** A package that an index of a verified suite lists. */
export interface Candidate<T> {
  readonly source: AptSource
  readonly verified: VerifiedRelease
  readonly indexFile: string
  readonly found: T
}

export interface Search<T> extends Seen {
  /** Every package that an index lists under the name. */
  readonly listed: Candidate<T>[]
}

export interface Answer<T> {
  /** Those of the version asked for, highest first; at least one. */
  readonly candidates: readonly Candidate<T>[]
  readonly seen: Search<T>
  /** Reaches the mirrors as apt does. */
  readonly ctx: Context
}

/** What one component of a verified suite lists under a name; undefined when it has no such index. */
export type Look<T> = (
  source: AptSource,
  of: { readonly release: Release; readonly component: string },
  ctx: Context,
) => Promise<Facts<T> | undefined>

/** Asks one group of suites after the other, and stops at the first that has what is asked for. */
export async function search<T extends Versioned>(asked: Asked, look: Look<T>, outer: Context): Promise<Answer<T>> {
  const options = await aptOptions(outer)
  const sources = await aptSources(options, outer)
  const { access, notLookedAt } = await aptAccess(options, outer)
  const ctx: Context = { ...outer, access }
  const seen: Search<T> = { skipped: [], notLookedAt: [...unsearched(sources), ...notLookedAt], versions: [], listed: [] }
  for (const group of suiteGroups(sources)) {
    const candidates = await matchesIn(group, { asked, look, seen }, ctx)
    if (candidates.length > 0) return { candidates, seen, ctx }
  }
  throw new FaultError(ctx.offline && seen.versions.length === 0 ? offlineFault(asked.what) : notFound(asked, seen))
}

interface Wanted<T> {
  readonly asked: Asked
  readonly look: Look<T>
  readonly seen: Search<T>
}

/** What a group of suites has of the version asked for, highest first. A suite that does not answer is noted; one that answers wrongly is a fault. */
async function matchesIn<T extends Versioned>(
  group: SuiteGroup,
  { asked, look, seen }: Wanted<T>,
  ctx: Context,
): Promise<readonly Candidate<T>[]> {
  const matches: Candidate<T>[] = []
  // Together, as each mostly waits: for the mirror, or for the disk.
  const answers = await Promise.all(group.sources.map((source) => faultsOf(() => candidatesIn(source, look, ctx))))
  for (const candidates of answers) {
    if (!candidates.ok) {
      if (candidates.fault.kind !== "unavailable") throw new FaultError(candidates.fault)
      seen.skipped.push(candidates.fault)
      continue
    }
    seen.listed.push(...candidates.value)
    seen.versions.push(...candidates.value.map(({ found }) => found.version))
    matches.push(...candidates.value.filter(({ found }) => asked.version === undefined || isAskedFor(asked.version, found.version)))
  }
  return matches.sort((a, b) => compareVersions(b.found.version, a.found.version))
}

async function candidatesIn<T>(source: AptSource, look: Look<T>, ctx: Context): Promise<readonly Candidate<T>[]> {
  const verified = await verifiedRelease(source, ctx)
  if (verified === undefined) return []
  const candidates: Candidate<T>[] = []
  for (const component of source.components) {
    const index = await look(source, { release: verified.release, component }, ctx)
    for (const found of index?.facts ?? []) candidates.push({ source, verified, indexFile: index?.file ?? "", found })
  }
  return candidates
}

/** Who vouches for a file that the candidate's index lists. */
export function chainOf<T>({ source, verified, indexFile }: Candidate<T>, name: string): readonly string[] {
  const { release, remarks } = verified
  const suite = release.codename === "" || release.codename === source.suite ? source.suite : `${source.suite} (${release.codename})`
  return [
    `InRelease of ${suite} signed by ${release.fingerprint} (keyring ${release.keyFrom})`,
    ...remarks,
    `${indexFile}: sha256 promised by InRelease`,
    `${name}: sha256 promised by ${indexFile.slice(indexFile.lastIndexOf("/") + 1).replace(/\..*$/, "")}`,
  ]
}
