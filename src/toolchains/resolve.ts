import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import { appliesTo, isMetBy, parseRelations, type Relation } from "../registries/deb/relation.ts"
import type { BinaryPackage } from "../registries/deb/schema.ts"
import type { Suite } from "../registries/deb/suite.ts"
import { compareVersions } from "../registries/deb/version.ts"

/** What must be met, by one of its alternatives, and for whom. */
export interface Need {
  readonly by: string
  readonly anyOf: readonly Relation[]
}

export interface Resolution {
  /** By name. */
  readonly packages: readonly BinaryPackage[]
  readonly missing: readonly string[]
}

/** The needs that a field of relations states. Alternatives for another architecture or profile are gone. */
export const needsOf = (by: string, field: string, architecture: string): readonly Need[] =>
  parseRelations(field).flatMap((group) => {
    const anyOf = group.filter((one) => appliesTo(one, architecture))
    return anyOf.length === 0 ? [] : [{ by, anyOf }]
  })

/**
 * The packages that meet all needs and those of each other: the first alternative that the suite has, as Debian's build machines take it, without
 * what conflicts with an earlier choice. What comes first in `needs` is chosen first. What cannot be met is told and left out.
 */
export async function resolve(
  needs: readonly Need[],
  suite: Suite,
  { architecture, limits }: { readonly architecture: string; readonly limits: Limits },
): Promise<Resolution> {
  const choice = new Choice(suite)
  const queue = [...needs]
  const missing: string[] = []
  for (let at = 0; at < queue.length; at += 1) {
    const need = queue[at]
    if (need === undefined || choice.meets(need)) continue
    const chosen = await choice.choose(need)
    if (chosen === undefined) missing.push(`${shown(need)} (needed by ${need.by}): the suite has none that fits`)
    else queue.push(...needsOf(chosen.name, chosen.depends, architecture))
    if (choice.size > limits.toolchainPackagesMax)
      throw new FaultError({ kind: "over-limit", layer: "toolchain", limit: "toolchainPackagesMax", max: limits.toolchainPackagesMax })
  }
  return { packages: choice.packages(), missing: [...new Set(missing)].sort() }
}

const shown = ({ anyOf }: Need): string =>
  anyOf.map(({ name, version }) => (version === undefined ? name : `${name} (${version.operator} ${version.than})`)).join(" | ")

class Choice {
  readonly #chosen = new Map<string, BinaryPackage>()
  readonly #provided = new Map<string, (string | undefined)[]>()
  readonly #conflicts: Relation[] = []
  readonly #suite: Suite

  constructor(suite: Suite) {
    this.#suite = suite
  }

  get size(): number {
    return this.#chosen.size
  }

  packages(): readonly BinaryPackage[] {
    return [...this.#chosen.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  meets({ anyOf }: Need): boolean {
    return anyOf.some((one) => {
      const own = this.#chosen.get(one.name)
      return (
        (own !== undefined && isMetBy(one, own.version)) || (this.#provided.get(one.name) ?? []).some((version) => isMetBy(one, version))
      )
    })
  }

  async choose({ anyOf }: Need): Promise<BinaryPackage | undefined> {
    for (const one of anyOf) {
      const found = (await this.#named(one)) ?? (await this.#providing(one))
      if (found === undefined) continue
      this.#take(found)
      return found
    }
    return undefined
  }

  async #named(relation: Relation): Promise<BinaryPackage | undefined> {
    const found = (await this.#suite.binaries(relation.name)).filter((one) => isMetBy(relation, one.version) && this.#fits(one))
    return found.sort((a, b) => compareVersions(b.version, a.version))[0]
  }

  /** Debian names no order among providers: the more important one, then by name, so that the choice is the same everywhere. */
  async #providing(relation: Relation): Promise<BinaryPackage | undefined> {
    const names = (await this.#suite.providers(relation.name)).filter(({ version }) => isMetBy(relation, version)).map((one) => one.package)
    const found: BinaryPackage[] = []
    for (const name of new Set(names)) found.push(...(await this.#suite.binaries(name)).filter((one) => this.#fits(one)))
    return found.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))[0]
  }

  /** One version of a package, and none that it or an earlier one conflicts with. A package may conflict with what it provides itself. */
  #fits(candidate: BinaryPackage): boolean {
    if (this.#chosen.has(candidate.name)) return false
    const names = [
      { name: candidate.name, version: candidate.version },
      ...parseRelations(candidate.provides).flatMap(([one]) => (one === undefined ? [] : [{ name: one.name, version: one.version?.than }])),
    ]
    if (this.#conflicts.some((other) => names.some(({ name, version }) => name === other.name && isMetBy(other, version)))) return false
    return !parseRelations(candidate.conflicts).some(([other]) => other !== undefined && this.meets({ by: "", anyOf: [other] }))
  }

  #take(chosen: BinaryPackage): void {
    this.#chosen.set(chosen.name, chosen)
    for (const [one] of parseRelations(chosen.provides)) {
      if (one !== undefined) this.#provided.set(one.name, [...(this.#provided.get(one.name) ?? []), one.version?.than])
    }
    for (const [other] of parseRelations(chosen.conflicts)) if (other !== undefined) this.#conflicts.push(other)
  }
}

const priorities = ["required", "important", "standard", "optional"]
const rank = ({ priority }: BinaryPackage): number => (priorities.includes(priority) ? priorities.indexOf(priority) : priorities.length)
