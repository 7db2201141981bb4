import { nameDanger } from "../../core/name.ts"
import { isRecord, isText, type Shaped } from "../../core/shape.ts"
import type { IndexRow } from "../../io/cache-index.ts"
import type { IndexKind } from "./package-index.ts"
import { parseRelations } from "./relation.ts"
import type { BinaryPackage } from "./schema.ts"

/** A package's name, and under which version it provides another; undefined: under none. */
export const isProvider = isRecord({ package: isText }, { version: isText })
export type Provider = Shaped<typeof isProvider>

// No package's name has a space.
export const essentialKey = " essential"
export const providersKey = (name: string): string => `provides ${name}`

/** Debian Repository Format, "Packages Indices", of one architecture: packages by name, providers of a name, the names of the essential ones. */
export const binaryIndex = (architecture: string): IndexKind => ({
  path: `binary-${architecture}/Packages`,
  *facts(fields) {
    const found = packageOf(fields)
    if (found === undefined) return
    yield row(found.name, found)
    if (fields.get("essential") === "yes") yield row(essentialKey, { package: found.name } satisfies Provider)
    for (const [provided] of parseRelations(found.provides)) {
      if (provided === undefined) continue
      const version = provided.version?.operator === "=" ? { version: provided.version.than } : {}
      yield row(providersKey(provided.name), { package: found.name, ...version } satisfies Provider)
    }
  },
})

const row = (key: string, value: unknown): IndexRow => ({ key, value: JSON.stringify(value) })

/** Undefined: it lacks what a package must have, or its path leads elsewhere. */
function packageOf(fields: ReadonlyMap<string, string>): BinaryPackage | undefined {
  const text = (name: string): string => fields.get(name) ?? ""
  const name = text("package")
  const [, source = name, sourceVersion = text("version")] = /^(\S+)(?:\s+\((\S+)\))?$/.exec(text("source")) ?? []
  const found: BinaryPackage = {
    name,
    version: text("version"),
    architecture: text("architecture"),
    source,
    sourceVersion,
    depends: [text("pre-depends"), text("depends")].filter((one) => one !== "").join(", "),
    conflicts: text("conflicts"),
    provides: text("provides"),
    priority: text("priority"),
    installedSize: Number(text("installed-size")),
    path: text("filename"),
    size: Number(text("size")),
    sha256: text("sha256"),
    ...(fields.has("homepage") ? { homepage: text("homepage") } : {}),
  }
  const sized = Number.isSafeInteger(found.size) && Number.isFinite(found.installedSize)
  if (!sized || !/^[a-z0-9][a-z0-9+.-]+$/.test(name) || !/^[0-9a-f]{64}$/.test(found.sha256)) return undefined
  return found.version === "" || nameDanger(found.path) !== undefined ? undefined : found
}
