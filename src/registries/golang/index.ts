import { FaultError, failed, faultsOf } from "../../core/fault.ts"
import { baseName } from "../../core/path.ts"
import type { Context } from "../../io/context.ts"
import { placeOfAddress, shownAddress } from "../../io/http.ts"
import type { Provenance } from "../../model/artifact.ts"
import { packagePurl } from "../purl.ts"
import type { Registry } from "../registry.ts"
import { type GoConfiguration, goConfiguration } from "./configuration.ts"
import { isCanonical, isModulePath, isVersionQuery, matchesPatterns } from "./module-path.ts"
import { askProxies, goAccess, proxyList } from "./proxies.ts"
import { ModuleProxy } from "./proxy.ts"
import type { Info } from "./schema.ts"
import { provenanceOf, withChecksums } from "./statements.ts"

/** Go modules: the zip of the configured module proxy, as the checksum database has it. */
export const golang: Registry = {
  type: "golang",
  separator: "/",
  purl: (name, version) => {
    const slash = name.lastIndexOf("/")
    return packagePurl("golang", slash < 0 ? undefined : name.slice(0, slash), name.slice(slash + 1), version)
  },
  locate: ({ name, version }, outer) => {
    if (!isModulePath(name) || (version !== undefined && !isVersionQuery(version)))
      return Promise.resolve(
        failed({
          kind: "usage",
          why: `${JSON.stringify(version === undefined ? name : `${name}@${version}`)} is no path of a Go module with a version`,
          remedy: "write golang:HOST/PATH@vX.Y.Z",
        }),
      )
    return faultsOf(async () => {
      const configuration = await goConfiguration(outer)
      const list = proxyList(configuration.proxies)
      const ctx: Context = { ...outer, access: goAccess(list, outer) }
      const { proxy, info } = await found(name, version, configuration, ctx)
      const { sha256, bytes } = await proxy.zip(info.Version)
      const file = `${baseName(name)}@${info.Version}.zip`
      const checked = await withChecksums({ name, version: info.Version, file, bytes, proxy }, configuration, ctx)
      return {
        name: file,
        version: info.Version,
        purl: golang.purl(name, info.Version),
        sha256,
        bytes,
        provenance: mergedWith(checked, await provenanceOf(info, proxy), proxy),
      }
    })
  },
}

const mergedWith = (
  checked: Pick<Provenance, "chain" | "notLookedAt">,
  stated: Provenance,
  { base, isFolder }: ModuleProxy,
): Provenance => ({
  ...stated,
  chain: [
    isFolder ? `read from the folder ${base}, a module proxy on this machine` : `handed out by the module proxy ${shownAddress(base)}`,
    ...checked.chain,
    ...stated.chain,
  ],
  notLookedAt: [...checked.notLookedAt, ...stated.notLookedAt],
})

interface Found {
  readonly proxy: ModuleProxy
  readonly info: Info
}

/** The first proxy that has it. What go would fetch from a repository itself is nothing that was published. */
function found(name: string, version: string | undefined, { proxies, noProxy }: GoConfiguration, ctx: Context): Promise<Found> {
  const what = `golang:${name}${version === undefined ? "" : `@${version}`}`
  const beyond = (why: string): never => {
    throw new FaultError({
      kind: "unavailable",
      source: what,
      why,
      remedy: "check the name and the version, or set GOPROXY to a proxy that has it",
    })
  }
  if (matchesPatterns(noProxy, name))
    return Promise.resolve(beyond("GONOPROXY or GOPRIVATE keeps it from every proxy, and a repository is no release"))
  const ask = async (base: string): Promise<Found | undefined> => {
    const proxy = new ModuleProxy(base, name, ctx)
    const wanted = version ?? (await proxy.newestKept())
    const info = wanted === undefined ? undefined : await proxy.info(wanted)
    if (info === undefined) return undefined
    if (isCanonical(info.Version) && (wanted === info.Version || !isCanonical(wanted ?? ""))) return { proxy, info }
    throw new FaultError({
      kind: "mismatch",
      source: placeOfAddress(base),
      expected: what,
      found: JSON.stringify(info.Version.slice(0, 200)),
    })
  }
  const list = proxyList(proxies)
  const before = list[0]?.base === "direct" ? "GOPROXY is direct" : "no proxy of GOPROXY has it"
  return askProxies(list, ask, (why) =>
    beyond(
      why === "off"
        ? "GOPROXY is off"
        : why === "direct"
          ? `${before}: go would make the zip of a repository itself, and a repository (direct) is no release`
          : "no proxy of GOPROXY has it",
    ),
  )
}
