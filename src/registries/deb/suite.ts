import { FaultError } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { type Downloaded, download } from "../../io/http.ts"
import { aptAccess } from "./access.ts"
import { type AptSource, suiteGroups } from "./apt-sources.ts"
import { binaryIndex, essentialKey, isProvider, type Provider, providersKey } from "./binary-index.ts"
import { aptOptions, aptSources } from "./configuration.ts"
import { packageFiles } from "./package-files.ts"
import { type Facts, factsOf } from "./package-index.ts"
import { verifiedRelease } from "./release.ts"
import { type BinaryPackage, isBinaryPackage, type Release, type SourcePackage } from "./schema.ts"
import { sourcePackages } from "./source-index.ts"
import type { ListedFile } from "./stanza.ts"

/** A file of the distribution, as a verified index promises it. */
export interface PromisedFile {
  readonly name: string
  /** Addresses, of which any may have it. */
  readonly addresses: readonly string[]
  readonly size: number
  readonly sha256: string
}

/** One suite of a distribution, verified: its packages and who provides what. */
export interface Suite {
  readonly release: Release
  binaries(name: string): Promise<readonly BinaryPackage[]>
  providers(name: string): Promise<readonly Provider[]>
  essential(): Promise<readonly string[]>
  sources(name: string): Promise<readonly SourcePackage[]>
  fileOf(binary: BinaryPackage): PromisedFile
  /** The upstream tarball of a source package. */
  upstreamOf(source: SourcePackage): PromisedFile | undefined
}

/**
 * A suite by its name (`trixie`, `stable`), on the mirror of the first distributor that apt is configured with and that has it.
 * It need not be configured itself: the mirror has the distribution's other suites beside it, signed with the same keys.
 */
export async function openSuite(name: string, architecture: string, outer: Context): Promise<Suite> {
  const options = await aptOptions(outer)
  const sources = await aptSources(options, outer)
  const { access } = await aptAccess(options, outer)
  const ctx: Context = { ...outer, access }
  for (const { sources: configured } of suiteGroups(sources).filter((group) => group.configured)) {
    const places = placesOf(name, configured)
    for (const source of places) {
      const verified = await verifiedRelease(source, ctx)
      if (verified !== undefined) return suiteOf({ source, release: verified.release, mirrors: places, architecture }, ctx)
    }
  }
  throw new FaultError({
    kind: "unavailable",
    source: name,
    why: "no mirror that apt is configured with has such a suite",
    remedy: "check the name, such as trixie or bookworm, or add its mirror to apt's sources",
  })
}

/** The suite itself where it is configured, else beside the others of the mirror. */
function placesOf(name: string, configured: readonly AptSource[]): readonly AptSource[] {
  const own = configured.filter(({ suite }) => suite === name)
  const beside = configured
    .filter(({ suite }) => !/-(?:updates|security|backports|proposed)/.test(suite))
    .map((one) => ({ ...one, suite: name }))
  return own.length > 0 ? own : beside
}

interface Opened {
  readonly source: AptSource
  readonly release: Release
  /** All that the suite is configured at; what it signs may come from any of them. */
  readonly mirrors: readonly AptSource[]
  readonly architecture: string
}

function suiteOf({ source, release, mirrors, architecture }: Opened, ctx: Context): Suite {
  const kind = binaryIndex(architecture)
  async function inAll<T>(look: (component: string) => Promise<Facts<T> | undefined>): Promise<readonly T[]> {
    const found: T[] = []
    for (const component of source.components) found.push(...((await look(component))?.facts ?? []))
    return found
  }
  const providers = (key: string) => inAll((component) => factsOf(key, isProvider, source, { kind, release, component }, ctx))
  return {
    release,
    binaries: (name) => inAll((component) => factsOf(name, isBinaryPackage, source, { kind, release, component }, ctx)),
    providers: (name) => providers(providersKey(name)),
    essential: async () => (await providers(essentialKey)).map((one) => one.package),
    sources: (name) => inAll((component) => sourcePackages(name, source, { release, component }, ctx)),
    fileOf: ({ path, size, sha256 }) => ({
      name: path.slice(path.lastIndexOf("/") + 1),
      addresses: addressesOf(mirrors, path),
      size,
      sha256,
    }),
    upstreamOf: (found) => {
      const { upstream } = packageFiles(found)
      return upstream === undefined ? undefined : tarballOf(mirrors, found, upstream)
    },
  }
}

const addressesOf = (mirrors: readonly AptSource[], path: string): readonly string[] => [
  ...new Set(mirrors.map(({ uri }) => `${uri}${path.split("/").map(encodeURIComponent).join("/")}`)),
]

const tarballOf = (mirrors: readonly AptSource[], { directory }: SourcePackage, { name, size, sha256 }: ListedFile): PromisedFile => ({
  name,
  addresses: addressesOf(mirrors, `${directory}/${name}`),
  size,
  sha256,
})

/** Where else a binary package may be had: the suite's updates and security, at mirrors of their own, as far as they list the very same file. */
export async function elsewhere(
  { name, sha256 }: Pick<BinaryPackage, "name" | "sha256">,
  { suite, architecture }: { readonly suite: string; readonly architecture: string },
  outer: Context,
): Promise<readonly string[]> {
  const sources = await aptSources(await aptOptions(outer), outer)
  const { access } = await aptAccess(await aptOptions(outer), outer)
  const ctx: Context = { ...outer, access }
  const found: string[] = []
  for (const one of suiteGroups(sources).flatMap((group) => (group.configured ? group.sources : []))) {
    const form = /-(?:updates|security)$/.exec(one.suite)?.[0]
    const source = form === undefined ? undefined : { ...one, suite: `${suite}${form}` }
    const verified = source === undefined ? undefined : await verifiedRelease(source, ctx)
    if (source === undefined || verified === undefined) continue
    const opened = suiteOf({ source, release: verified.release, mirrors: [source], architecture }, ctx)
    for (const binary of await opened.binaries(name)) if (binary.sha256 === sha256) found.push(...opened.fileOf(binary).addresses)
  }
  return found
}

export type Fetcher = (file: PromisedFile) => Promise<Downloaded>

/** Brings promised files onto this machine, reaching the mirrors as apt does. */
export async function fetcher(outer: Context): Promise<Fetcher> {
  const { access } = await aptAccess(await aptOptions(outer), outer)
  return (file) => fetchFirst(file, { ...outer, access })
}

/** From the first address that has it. A wrong digest is a fault wherever it is met. */
async function fetchFirst({ name, addresses, size, sha256 }: PromisedFile, ctx: Context): Promise<Downloaded> {
  let fault: FaultError | undefined
  for (const address of addresses) {
    const answer = await download(address, { what: name, expect: { algorithm: "sha256", hex: sha256, size } }, ctx)
    if (answer.ok) return answer.value
    if (answer.fault.kind !== "unavailable") throw new FaultError(answer.fault)
    fault ??= new FaultError(answer.fault)
  }
  throw fault ?? new Error("a file without an address")
}
