import { FaultError, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { download } from "../../io/http.ts"
import type { LockedPackage } from "../../model/replay.ts"
import type { PackageSource } from "../package-source.ts"
import { type NpmConfiguration, npmConfigurations } from "./configuration.ts"
import { promisedDigests } from "./integrity.ts"
import { exactVersion, manifestOf, namePattern, statedOf } from "./tarball.ts"

/** The source of these packages, as npm's configuration says that they are reached. Hostile names and versions are refused before anything is asked. */
export async function packageSource(packages: readonly LockedPackage[], ctx: Context): Promise<PackageSource> {
  const scopeOf = (wanted: LockedPackage): string | undefined => {
    const matched = namePattern.exec(wanted.name)
    if (matched === null || !exactVersion.test(wanted.version) || /[^0-9A-Za-z.+-]/.test(wanted.version)) throw noPackage(wanted)
    return matched[1]
  }
  const configuration = await npmConfigurations([...new Set(packages.flatMap((one) => scopeOf(one) ?? []))].sort(), ctx)
  const byScope = new Map<string | undefined, Promise<NpmConfiguration>>()
  const configured = (wanted: LockedPackage): Promise<NpmConfiguration> => {
    const scope = scopeOf(wanted)
    const known = byScope.get(scope) ?? configuration(scope)
    byScope.set(scope, known)
    return known
  }
  return {
    promised: async (wanted) => {
      if (wanted.integrity !== undefined) return wanted
      const { registry, access } = await configured(wanted)
      const { name, version } = wanted
      const { bytes } = await statedOf(registry, name, version, { ...ctx, access })
      if (bytes === undefined) return wanted
      const { manifest } = await manifestOf(registry, name, version, { ...ctx, access })
      return { ...wanted, integrity: manifest.dist.integrity }
    },
    lacks: async (wanted) => {
      const { registry, access } = await configured(wanted)
      return (await statedOf(registry, wanted.name, wanted.version, { ...ctx, access })).bytes === undefined
    },
    download: async (wanted, offline) => {
      const { name, version, integrity } = wanted
      const [expect] = promisedDigests({ integrity })
      if (expect === undefined) throw unpromised(wanted)
      const { registry, access } = await configured(wanted)
      const address = `${registry}${name}/-/${name.slice(name.indexOf("/") + 1)}-${version}.tgz`
      return orThrow(
        await download(address, { expect, what: `npm:${name}@${version}` }, { ...ctx, access, offline: offline || ctx.offline }),
      )
    },
  }
}

const noPackage = ({ name, version }: LockedPackage) =>
  new FaultError({
    kind: "malformed",
    layer: `the lock file's ${JSON.stringify(`${name}@${version}`.slice(0, 200))}`,
    offset: 0,
    expected: "a package's name, an exact version and a digest",
  })

const unpromised = ({ name, version }: LockedPackage) =>
  new FaultError({
    kind: "unavailable",
    source: `npm:${name}@${version}`,
    why: "neither the lock file nor the registry states a digest of it",
    remedy: "give npm a registry that has it",
  })
