import { explainFault, faultsOf, orThrow, type Result } from "./core/fault.ts"
import type { Context } from "./io/context.ts"
import type { Entry } from "./model/artifact.ts"
import type { Moment } from "./model/inspection.ts"
import type { Needed, NeededRelease } from "./model/needed.ts"
import type { NewDependency } from "./model/release-facts.ts"
import { chosenFor, parseTarget } from "./registries/index.ts"
import { heldBy } from "./rules/index.ts"
import { manifestOf, statedBy } from "./stages/collect/manifests.ts"
import { type InspectOptions, inspect, unwrapped } from "./stages/inspect/inspect.ts"
import { open } from "./stages/open/open.ts"

/** A release whose manifest is read: its entries, those of its own containers among them, and the folder that they are below. */
export interface Stating {
  readonly entries: readonly Entry[]
  readonly root: string
}

/** Of all that a release needs, or of what the one before it did not: undefined where it has no manifest that is read. */
export async function neededBy(
  release: Stating,
  earlier: Stating | undefined,
  { isAll, ...options }: NeedOptions,
  ctx: Context,
): Promise<Needed | undefined> {
  const manifest = await manifestOf(release.entries, release.root, ctx.limits)
  if (manifest === undefined) return undefined
  const before = earlier === undefined ? undefined : await manifestOf(earlier.entries, earlier.root, ctx.limits)
  const isNew = (name: string): boolean => before !== undefined && !before.dependencies.has(name)
  const stated = statedBy(manifest, ctx.limits).filter(({ name }) => isAll || isNew(name))
  const first = stated.map(
    ({ name, path, lines, requirement }): Asked => ({ through: [name], at: { path, lines }, isNew: isNew(name), requirement }),
  )
  return walked(manifest.type, first, options, ctx)
}

export interface NeedOptions extends InspectOptions {
  readonly isAll: boolean
}

/** When code of a package that is needed runs for whoever installs what needs it: neither what made it nor its tests do. Crates are built there. */
const reached = (type: string): ReadonlySet<Moment> =>
  new Set(["install", "start", "import", ...(type === "cargo" ? (["build"] as const) : [])])

interface Asked extends Pick<NeededRelease, "through" | "at" | "isNew"> {
  readonly requirement: string | undefined
}

/**
 * Opens what a release needs, and what that needs, nearest first and each version once, and tells what the code of each can do. Which version an installer takes is asked of the registry
 * now: no lockfile of whoever installs is known. Nothing of it is run.
 */
async function walked(type: string, first: readonly Asked[], options: InspectOptions, ctx: Context): Promise<Needed> {
  const { neededMax } = ctx.limits
  const looked: NeededRelease[] = []
  const not: { readonly name: string; readonly why: string }[] = []
  const seen = new Set<string>()
  const queue = [...first]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { requirement, ...asked } = next
    const name = asked.through.at(-1) ?? ""
    const wanted = `${name}\0${requirement}`
    if (seen.has(wanted)) continue
    seen.add(wanted)
    if (looked.length + not.length >= neededMax) {
      not.push({ name: `${name} and the rest`, why: `more than ${neededMax} packages are needed (neededMax=${neededMax})` })
      break
    }
    const target = requirement === undefined ? undefined : await chosenFor(type, name, requirement, ctx)
    if (target === undefined) not.push({ name, why: "which versions it may have is not read" })
    else if (!target.ok) not.push({ name, why: explainFault(target.fault) })
    else if (!seen.has(target.value)) {
      seen.add(target.value)
      const found = await opened(target.value, type, options, ctx)
      if (!found.ok) not.push({ name, why: explainFault(found.fault) })
      else {
        looked.push({ target: target.value, ...asked, held: found.value.held })
        queue.push(
          ...found.value.needs.map((one): Asked => ({ ...asked, through: [...asked.through, one.name], requirement: one.requirement })),
        )
      }
    }
  }
  return { looked, not }
}

const opened = (
  asked: string,
  type: string,
  options: InspectOptions,
  ctx: Context,
): Promise<Result<Pick<NeededRelease, "held"> & Stated>> =>
  faultsOf(async () => {
    const artifact = orThrow(await open(asked, orThrow(await parseTarget(asked)), ctx))
    try {
      const inside = await unwrapped(artifact, ctx.limits)
      const manifest = await manifestOf(inside.entries, inside.root, ctx.limits)
      const needs = manifest === undefined ? [] : statedBy(manifest, ctx.limits)
      const when = reached(type)
      const held = heldBy(await inspect(inside, options)).filter(({ runs }) => runs !== undefined && when.has(runs))
      // One more than the limit reaches it, and is told.
      return { held, needs: needs.slice(0, ctx.limits.neededMax + 1) }
    } finally {
      await artifact.close()
    }
  })

interface Stated {
  readonly needs: readonly NewDependency[]
}
