import { baseName, belowRoot } from "../../core/path.ts"
import { knownPrograms, type ReadPackaged } from "../../languages/index.ts"
import type { Blind, Search } from "../../model/code.ts"
import type { Inspection, Survey } from "../../model/inspection.ts"
import type { Decompress } from "../../parsers/parser.ts"
import { Exports } from "./exports.ts"
import { flowsOf } from "./flows.ts"
import { leaksOf } from "./leaks.ts"
import { opaquesOf } from "./opaques.ts"
import { checkedProbes } from "./probes.ts"
import { Programs } from "./programs.ts"
import { type Inspectable, type ReadOptions, readScripts } from "./read-scripts.ts"
import { evaluated } from "./searches.ts"
import { installHooks, Moments, startHooks, startsOf } from "./when.ts"
import { Writings } from "./writings.ts"

export interface InspectOptions extends ReadOptions {
  /** Reads what the parsers of languages are made of. */
  readonly read: ReadPackaged
  /** Undoes the compression of what is opaque. */
  readonly decompress: Decompress
}

/** Reads every text of a release in the language that claims it, and follows content to where it becomes program. Nothing of it is run. */
export async function inspect(release: Inspectable, options: InspectOptions): Promise<Inspection> {
  const [{ entries }, { limits, read }] = [release, options]
  const { root, scripts, oddities, paths, readable, others } = await readScripts(release, options)
  const starts = startsOf(scripts, paths)
  const when = new Moments(scripts, starts, root)
  const inspected = when.scripts
  const searches = await evaluated(inspected, { entries, root, limits })
  const matches = new Map<Search, readonly string[]>(searches.map(({ search, matches: found = [] }) => [search, found]))
  const [isKnown, ownNames] = [await knownPrograms(), new Set(entries.map(({ path }) => baseName(path)))]
  const writings = new Writings({ scripts: inspected })
  const exports = new Exports(inspected, root)
  const flows = flowsOf({
    writings,
    exports,
    scripts: inspected,
    when,
    paths,
    programs: new Programs(scripts, (name) => isKnown(name) || ownNames.has(name)),
    found: (search) => matches.get(search) ?? [],
    limits,
  })
  const leaks = leaksOf({ scripts: inspected, when, writings, exports, limits })
  const opaques = await opaquesOf(entries, scripts, options)
  const blind: readonly Blind[] = scripts.flatMap((script) => script.blind)
  return {
    scripts: inspected,
    momentOf: (act, script) => when.of(act, script),
    starts,
    hooks: new Set([...installHooks, ...startHooks]),
    flows,
    leaks,
    searches,
    probes: await checkedProbes(inspected, { limits, read }),
    oddities,
    readable,
    opaques,
    blind,
    others,
  }
}

/** What the scripts of a release can do, and when. No way of its content is followed. */
export async function survey(release: Inspectable, options: ReadOptions): Promise<Survey> {
  const { root, scripts, paths } = await readScripts(release, options)
  const when = new Moments(scripts, startsOf(scripts, paths), root)
  return { scripts: when.scripts, momentOf: (act, script) => when.of(act, script) }
}

/** The release before one that was inspected, as if it stood in its place, at `root`: texts that both have are read once. */
export async function surveyBefore({ entries, root: own }: Inspectable, root: string, options: InspectOptions): Promise<Survey> {
  const moved = entries.map((entry) => ({ ...entry, path: `${root}${belowRoot(entry.path, own)}` }))
  return { ...(await survey({ entries: moved, root }, options)), opaques: await opaquesOf(moved, [], options) }
}
