import type { Result } from "./core/fault.ts"
import type { Context } from "./io/context.ts"
import { decompressor } from "./io/decompress.ts"
import { readPackaged } from "./io/packaged.ts"
import { popularNames } from "./io/popular-names.ts"
import type { Artifact } from "./model/artifact.ts"
import type { RecordedHistory } from "./model/history.ts"
import type { Changes, Inspection, Survey } from "./model/inspection.ts"
import type { Ledger } from "./model/ledger.ts"
import type { Needed } from "./model/needed.ts"
import type { RegistryFacts } from "./model/registry-facts.ts"
import type { ReleaseFacts } from "./model/release-facts.ts"
import type { Snapshot } from "./model/repository.ts"
import type { NeedOptions, Stating } from "./needed.ts"
import type { InspectOptions } from "./stages/inspect/inspect.ts"

/** The parsers of languages are loaded only where they are asked for. */
export async function inspected(
  ledger: Ledger,
  { artifact, snapshot, previous, history, stated, dependencies, since }: Inspectable,
  ctx: Context,
): Promise<Inspections> {
  const [{ inspect, surveyBefore }, { unwrapped }, { KnownTexts }, { changesOf }, { collect }] = await Promise.all([
    import("./stages/inspect/inspect.ts"),
    import("./stages/inspect/read-scripts.ts"),
    import("./stages/inspect/known-texts.ts"),
    import("./stages/inspect/changes.ts"),
    import("./stages/collect/collect.ts"),
  ])
  const { limits } = ctx
  const decode = decompressor(ctx)
  const options: InspectOptions = { limits, read: readPackaged, decompress: (compression, chunks) => decode(compression, chunks) }
  const known = previous === undefined ? undefined : new KnownTexts()
  const entries = ledger.entries.map(({ entry }) => entry)
  const inspection = await inspect({ entries, root: artifact.root }, { ...options, known })
  const earlier = previous === undefined ? undefined : await unwrapped(previous, limits)
  const before = earlier === undefined ? undefined : await surveyBefore(earlier, artifact.root, { ...options, known })
  const needed = await neededOf(
    { entries, root: artifact.root, purl: artifact.purl },
    { previous, earlier },
    { since, isAll: dependencies === "all", ...options },
    ctx,
  )
  const facts = await collect(
    {
      artifact,
      entries,
      previous: previous === undefined || earlier === undefined ? undefined : { artifact: previous, ...earlier },
      snapshot,
      history: await history?.(),
      stated,
      popular: popularNames,
    },
    ctx,
  )
  if (snapshot === undefined && earlier === undefined) return { inspection, before, facts, needed }
  return { inspection, before, facts, needed, changes: await changesOf(ledger, { artifact, snapshot, previous: earlier, limits }) }
}

/** What the release needs, where anybody asks: all of it, or what is new against the release that it is compared with. */
async function neededOf(
  release: Stating,
  { previous, earlier }: { readonly previous: Artifact | undefined; readonly earlier: Stating | undefined },
  { since, ...options }: NeedOptions & { readonly since: Artifact | undefined },
  ctx: Context,
): Promise<Needed | undefined> {
  const other = previous ?? since
  if (!options.isAll && other === undefined) return undefined
  const [{ neededBy }, { unwrapped }] = await Promise.all([import("./needed.ts"), import("./stages/inspect/read-scripts.ts")])
  const before = other === undefined ? undefined : { ...(earlier ?? (await unwrapped(other, ctx.limits))), purl: other.purl }
  return neededBy(release, before, options, ctx)
}

export interface Inspectable {
  /** Reads all that branches and tags of the repository reach. */
  readonly history: (() => Promise<Result<RecordedHistory>>) | undefined
  readonly artifact: Artifact
  readonly snapshot: Snapshot | undefined
  readonly previous: Artifact | undefined
  readonly stated: RegistryFacts | undefined
  readonly dependencies: "all" | undefined
  /** A release whose manifest alone it is compared with. */
  readonly since: Artifact | undefined
}

export interface Inspections {
  readonly inspection?: Inspection | undefined
  readonly before?: Survey | undefined
  readonly changes?: Changes | undefined
  readonly facts?: ReleaseFacts | undefined
  readonly needed?: Needed | undefined
}
