import { plural } from "./core/count.ts"
import { explainFault, faultsOf, orThrow, type Result } from "./core/fault.ts"
import type { Context } from "./io/context.ts"
import type { Entry } from "./model/artifact.ts"
import { takenIn } from "./model/capability.ts"
import type { Needed, NeededRelease } from "./model/needed.ts"
import type { NewDependency } from "./model/release-facts.ts"
import { chosenFor, parseTarget } from "./registries/index.ts"
import { heldBy } from "./rules/index.ts"
import { manifestOf, newDependencies, statedBy, typeOfPurl } from "./stages/collect/manifests.ts"
import { survey } from "./stages/inspect/inspect.ts"
import { type ReadOptions, unwrapped } from "./stages/inspect/read-scripts.ts"
import { open } from "./stages/open/open.ts"

/** A release whose manifest is read: its entries, those of its own containers among them, and the folder that they are below. */
export interface Stating {
  readonly entries: readonly Entry[]
  readonly root: string
  readonly purl?: string | undefined
}

export interface NeedOptions extends ReadOptions {
  readonly isAll: boolean
}

/** Of all that a release needs, or of what the one before it did not: undefined where that is asked of one without a manifest that is read. */
export async function neededBy(
  release: Stating,
  earlier: Stating | undefined,
  { isAll, ...options }: NeedOptions,
  ctx: Context,
): Promise<Needed | undefined> {
  const read = ({ entries, root, purl }: Stating) => manifestOf(entries, root, ctx.limits, typeOfPurl(purl))
  const manifest = await read(release)
  if (manifest === undefined)
    return isAll ? { looked: [], not: [{ name: "the release", why: "it has no manifest that is read" }] } : undefined
  const before = earlier === undefined ? undefined : await read(earlier)
  const news = new Set((before === undefined ? undefined : newDependencies(manifest, before, ctx.limits))?.map(({ name }) => name))
  const stated = statedBy(manifest, ctx.limits).filter(({ name }) => isAll || news.has(name))
  const walk = new Walk(manifest.type, options, ctx)
  if (isAll && manifest.unread !== undefined) walk.not.push({ name: "the release", why: manifest.unread })
  const roots: (readonly [NewDependency, string | undefined])[] = []
  for (const one of stated) roots.push([one, await walk.opened(one)])
  await walk.toTheEnd()
  return { looked: walk.attributed(roots, news), not: walk.not }
}

interface Opened {
  readonly held: NeededRelease["held"]
  readonly needs: readonly NewDependency[]
  /** Targets of those, as far as they were opened. */
  readonly targets: { readonly name: string; readonly target: string }[]
}

/**
 * Opens what is needed, and what that needs, nearest first and each version once, and tells what the code of each can do. Which version an installer takes is asked of the registry
 * now: no lockfile of whoever installs is known. Nothing of it is run.
 */
class Walk {
  readonly not: { readonly name: string; readonly why: string }[] = []
  readonly #found = new Map<string, Opened>()
  readonly #chosen = new Map<string, string | undefined>()
  readonly #type: string
  readonly #options: ReadOptions
  readonly #ctx: Context
  #isFull = false

  constructor(type: string, options: ReadOptions, ctx: Context) {
    this.#type = type
    this.#options = options
    this.#ctx = ctx
  }

  /** The version that is taken of it, which is opened; undefined: none. */
  async opened({ name, requirement, extras }: NewDependency): Promise<string | undefined> {
    const wanted = `${name}\0${requirement}`
    if (this.#isFull || this.#chosen.has(wanted)) return this.#chosen.get(wanted)
    const { neededMax } = this.#ctx.limits
    if (this.#found.size >= neededMax || this.#chosen.size >= neededMax * triesMax) {
      this.#isFull = true
      this.not.push({ name: `${name} and the rest`, why: `more than ${neededMax} packages are needed (neededMax=${neededMax})` })
      return undefined
    }
    const target = await this.#look(name, requirement)
    this.#chosen.set(wanted, target)
    if (extras !== undefined && target !== undefined)
      this.not.push({ name: `${name}[${extras}]`, why: "what its extras need is not followed" })
    return target
  }

  async #look(name: string, requirement: string | undefined): Promise<string | undefined> {
    const none = (why: string): undefined => void this.not.push({ name, why })
    if (requirement === undefined) return none("which versions it may have is not read")
    const chosen = await chosenFor(this.#type, name, requirement, this.#ctx)
    if (!chosen.ok) return none(explainFault(chosen.fault))
    if (this.#found.has(chosen.value)) return chosen.value
    const found = await this.#inside(chosen.value)
    if (!found.ok) return none(explainFault(found.fault))
    this.#found.set(chosen.value, found.value)
    return chosen.value
  }

  /** What was opened grows while it is gone through. */
  async toTheEnd(): Promise<void> {
    for (const { needs, targets } of this.#found.values())
      for (const one of needs) {
        const target = await this.opened(one)
        if (target !== undefined) targets.push({ name: one.name, target })
      }
  }

  /** Each version that was opened, by what the release states itself: the shortest way of those that are new goes first. */
  attributed(roots: readonly (readonly [NewDependency, string | undefined])[], news: ReadonlySet<string>): readonly NeededRelease[] {
    const told = new Map<string, NeededRelease>()
    const sorted = roots.toSorted(([a], [b]) => Number(news.has(b.name)) - Number(news.has(a.name)))
    for (const [root, target] of sorted) {
      const seen = new Set<string>()
      const queue: { readonly target: string; readonly through: readonly [string, ...string[]] }[] =
        target === undefined ? [] : [{ target, through: [root.name] }]
      for (const { target, through } of queue) {
        const found = seen.has(target) ? undefined : this.#found.get(target)
        if (found === undefined) continue
        seen.add(target)
        const known = told.get(target)
        const { name, path, lines } = root
        told.set(
          target,
          known === undefined
            ? { target, through, by: [name], at: { path, lines }, isNew: news.has(name), held: found.held }
            : { ...known, by: [...new Set([...known.by, name])] },
        )
        for (const one of found.targets) queue.push({ target: one.target, through: [...through, one.name] })
      }
    }
    return [...this.#found.keys()].flatMap((target) => told.get(target) ?? [])
  }

  #inside(asked: string): Promise<Result<Opened>> {
    const { limits } = this.#ctx
    return faultsOf(async () => {
      const artifact = orThrow(await open(asked, orThrow(await parseTarget(asked)), this.#ctx))
      try {
        const inside = await unwrapped(artifact, limits)
        const manifest = await manifestOf(inside.entries, inside.root, limits, this.#type)
        const inspection = await survey(inside, this.#options)
        const odd = artifact.anomalies.filter(({ severity }) => severity === "review")
        const blind = inspection.scripts.flatMap((script) => script.blind).find(({ at }) => at.path === manifest?.path)
        const unread = manifest === undefined ? "it has no manifest that is read" : (manifest.unread ?? blind?.why)
        if (unread !== undefined) this.not.push({ name: asked, why: unread })
        if (odd.length > 0)
          this.not.push({ name: asked, why: `${plural(odd.length, "anomaly", "anomalies")}, such as: ${odd[0]?.message}` })
        const when = takenIn(this.#type)
        const held = heldBy(inspection).filter(({ runs }) => runs !== undefined && when.has(runs))
        // One more than the limit reaches it, and is told.
        const needs = manifest === undefined ? [] : statedBy(manifest, limits).slice(0, limits.neededMax + 1)
        return { held, needs, targets: [] }
      } finally {
        await artifact.close()
      }
    })
  }
}

/** Of each package that may be opened, so many that cannot be are asked for. */
const triesMax = 4
