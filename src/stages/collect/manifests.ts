import { latin1 } from "../../core/bytes.ts"
import type { Limits } from "../../core/limits.ts"
import { baseName, belowRoot } from "../../core/path.ts"
import type { Entry } from "../../model/artifact.ts"
import type { NewDependency, ReleaseFacts } from "../../model/release-facts.ts"
import { type Read, readers, readersOfNames } from "./manifest-readers.ts"

/** What a package says of itself. */
export interface Manifest extends Read {
  readonly type: string
  readonly path: string
}

/**
 * The manifest of a release; undefined: it has none that is read. `type`: the ecosystem that it is a package of, where that is known; other ecosystems' manifests that lie beside its own say nothing
 * of it.
 */
export const manifestOf = (entries: readonly Entry[], root: string, limits: Limits, type?: string): Promise<Manifest | undefined> =>
  firstOf(readers, { entries, root, type }, limits)

/** The name of a release and the line that states it. */
export async function namedBy(
  entries: readonly Entry[],
  root: string,
  limits: Limits,
  type?: string,
): Promise<Pick<ReleaseFacts, "named">> {
  const manifest = await firstOf(readersOfNames, { entries, root, type }, limits)
  return manifest?.name === undefined ? {} : { named: { ...manifest.name, type: manifest.type, path: manifest.path } }
}

interface Asked {
  readonly entries: readonly Entry[]
  readonly root: string
  readonly type: string | undefined
}

async function firstOf(table: typeof readers, { entries, root, type: wanted }: Asked, limits: Limits): Promise<Manifest | undefined> {
  const own = table.filter((reader) => reader.type === wanted)
  for (const { type, paths, read } of own.length > 0 ? own : table) {
    const entry = entries.find(({ path, type: kind }) => kind === "file" && paths.test(belowRoot(path, root)))
    if (entry === undefined) continue
    const { path, size } = entry
    if (size > limits.manifestBytesMax)
      return { type, path, name: undefined, needs: [], unread: `it has more than ${limits.manifestBytesMax} bytes (manifestBytesMax)` }
    const found = read(latin1(await entry.content.read(0, size)))
    if (found.name !== undefined || found.needs.length > 0 || own.length > 0) return { type, path, ...found }
  }
  return undefined
}

/** What the release states that it needs. */
export const statedBy = ({ path, needs }: Manifest, { dependenciesMax }: Limits): readonly NewDependency[] =>
  needs.slice(0, dependenciesMax).map((one) => ({ ...one, path }))

/**
 * What of it the one before it does not, or takes from elsewhere now. Undefined: the two do not say the same: another kind of manifest, or one whose needs are not read.
 */
export function newDependencies(now: Manifest, before: Manifest, limits: Limits): readonly NewDependency[] | undefined {
  const isComparable = baseName(now.path) === baseName(before.path) && now.unread === undefined && before.unread === undefined
  if (!isComparable) return undefined
  const known = new Map(before.needs.map((one) => [one.name, one.requirement]))
  const isElsewhere = (requirement: string | undefined): boolean => requirement !== undefined && /[:/]/.test(requirement)
  return statedBy(now, limits)
    .filter(({ name, requirement }) => !known.has(name) || (isElsewhere(requirement) && requirement !== known.get(name)))
    .map((one) => {
      const instead = known.get(one.name)
      return instead === undefined || placeOf(one.requirement) === placeOf(instead) ? one : { ...one, instead }
    })
}

/** Where a requirement is taken from, without the version: `npm:a@1`, `git+https://a.example.org/a#v1`; of one that its registry has, a range. */
const placeOf = (requirement: string | undefined): string =>
  /[:/]/.test(requirement ?? "") ? (requirement ?? "").replace(/#.*$/s, "").replace(/^(npm:.[^@]*)@.*$/s, "$1") : ""

/** The ecosystem that a package URL is of. */
export const typeOfPurl = (purl: string | undefined): string | undefined => /^pkg:([a-z]+)\//.exec(purl ?? "")?.[1]
