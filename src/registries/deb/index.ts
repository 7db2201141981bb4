import { explainFault, type Fault, FaultError, failed, faultsOf } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { fileSource } from "../../io/files.ts"
import { packagePurl } from "../purl.ts"
import type { Located, Registry } from "../registry.ts"
import { type AptSource, type SuiteGroup, suiteGroups } from "./apt-sources.ts"
import { aptSources } from "./configuration.ts"
import { forgeAddress, isAskedFor, packageFiles } from "./package-files.ts"
import { type VerifiedRelease, verifiedRelease } from "./release.ts"
import type { SourcePackage } from "./schema.ts"
import { sourcePackages } from "./source-index.ts"
import { fetchListed, upstreamSignature } from "./upstream-signature.ts"
import { compareVersions, upstreamVersion } from "./version.ts"

/** Debian source packages: upstream's `orig` tarball, vouched for by the signed index of the configured mirror. */
export const debSrc: Registry = {
  type: "deb-src",
  purl: (name, version) => sourcePurl("debian", name, version),
  locate: ({ name, version }, ctx) => {
    if (!/^[a-z0-9][a-z0-9+.-]+$/.test(name))
      return Promise.resolve(
        failed({
          kind: "usage",
          why: `${JSON.stringify(name)} is no Debian source package name`,
          remedy: "write deb-src:NAME or deb-src:NAME@VERSION",
        }),
      )
    return faultsOf(async () => {
      const asked: Asked = { name, version, what: `deb-src:${name}${version === undefined ? "" : `@${version}`}` }
      const skipped: Fault[] = []
      for (const group of suiteGroups(await aptSources(ctx))) {
        const found = await bestOf(group, asked, skipped, ctx)
        if (found !== undefined) return located(asked, found, skipped, ctx)
      }
      throw new FaultError(notFound(asked, skipped))
    })
  },
}

interface Asked {
  readonly name: string
  readonly version: string | undefined
  readonly what: string
}

interface Candidate {
  readonly source: AptSource
  readonly verified: VerifiedRelease
  readonly indexFile: string
  readonly found: SourcePackage
}

const sourcePurl = (distribution: string, name: string, version: string | undefined): string =>
  packagePurl("deb", distribution, name, version, { arch: "source" })

/** The highest version asked for in a group of suites. A suite that does not answer is noted; one that answers wrongly is a fault. */
async function bestOf(group: SuiteGroup, asked: Asked, skipped: Fault[], ctx: Context): Promise<Candidate | undefined> {
  let best: Candidate | undefined
  for (const source of group.sources) {
    const candidates = await faultsOf(() => candidatesIn(source, asked.name, ctx))
    if (!candidates.ok) {
      if (candidates.fault.kind !== "unavailable") throw new FaultError(candidates.fault)
      skipped.push(candidates.fault)
      continue
    }
    for (const one of candidates.value) {
      if (asked.version !== undefined && !isAskedFor(asked.version, one.found.version)) continue
      if (best === undefined || compareVersions(one.found.version, best.found.version) > 0) best = one
    }
  }
  return best
}

async function candidatesIn(source: AptSource, name: string, ctx: Context): Promise<readonly Candidate[]> {
  const verified = await verifiedRelease(source, ctx)
  if (verified === undefined) return []
  const candidates: Candidate[] = []
  for (const component of source.components) {
    const index = await sourcePackages(name, source, { release: verified.release, component }, ctx)
    for (const found of index?.packages ?? []) candidates.push({ source, verified, indexFile: index?.file ?? "", found })
  }
  return candidates
}

async function located(asked: Asked, candidate: Candidate, skipped: readonly Fault[], ctx: Context): Promise<Located> {
  const { source, verified, found } = candidate
  const files = packageFiles(found)
  const { upstream } = files
  if (upstream === undefined)
    throw new FaultError({
      kind: "unavailable",
      source: asked.what,
      why: `${found.version} lists no tarball with a SHA-256`,
      remedy: "name the tarball's path or address",
    })
  const folder = `${source.uri}${found.directory.split("/").map(encodeURIComponent).join("/")}/`
  const { path, sha256 } = await fetchListed(folder, upstream, ctx)
  const { signature, chain, notLookedAt } = await upstreamSignature({ folder, files }, { path, sha256 }, ctx)
  const repository = forgeAddress(found.homepage)
  return {
    name: upstream.name,
    version: upstreamVersion(found.version),
    purl: sourcePurl(verified.release.origin.toLowerCase() || "debian", asked.name, found.version),
    sha256,
    bytes: await fileSource(path),
    provenance: {
      chain: [...chainOf(candidate, upstream.name), ...chain],
      notLookedAt: [
        ...files.components.map(({ name }) => `the further upstream tarball ${name} was not looked at`),
        ...notLookedAt,
        ...skipped.map((fault) => `not searched: ${explainFault(fault)}`),
      ],
      ...(repository === undefined ? {} : { repository }),
      ...(signature === undefined ? {} : { signature }),
    },
  }
}

function chainOf({ source, verified, indexFile }: Candidate, name: string): readonly string[] {
  const { release, remarks } = verified
  const suite = release.codename === "" || release.codename === source.suite ? source.suite : `${source.suite} (${release.codename})`
  return [
    `InRelease of ${suite} signed by ${release.fingerprint} (keyring ${release.keyFrom})`,
    ...remarks,
    `${indexFile}: sha256 promised by InRelease`,
    `${name}: sha256 promised by Sources`,
  ]
}

function notFound({ what }: Asked, skipped: readonly Fault[]): Fault {
  const missing =
    skipped.length === 0 ? "" : `, and ${skipped.length} could not be searched (${skipped.map(explainFault).join("; ").slice(0, 1000)})`
  const searched = `no configured suite nor another current one of the same mirrors has it${missing}`
  return {
    kind: "unavailable",
    source: what,
    why: searched,
    remedy: "check name and version, add a mirror or an older suite to apt's sources, or name the tarball's path",
  }
}
