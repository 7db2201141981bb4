import { canonicalJson } from "../core/canonical-json.ts"
import { sha256Of } from "../core/digest.ts"
import { FaultError, faultsOf, type Result } from "../core/fault.ts"
import type { Context } from "../io/context.ts"
import { isCached } from "../io/http.ts"
import { debianArchitecture } from "../io/machine.ts"
import type { ToolchainPackage } from "../model/toolchain.ts"
import { parseRelations } from "../registries/deb/relation.ts"
import type { BinaryPackage, SourcePackage } from "../registries/deb/schema.ts"
import { openSuite, type PromisedFile, type Suite } from "../registries/deb/suite.ts"
import { compareVersions } from "../registries/deb/version.ts"
import { distributionTools, generatorPackages, notMade, originals, tableVersion, toolSets } from "./debian-table.ts"
import { parseToolchainName, shownName } from "./name.ts"
import { type Need, needsOf, resolve } from "./resolve.ts"

/** A file to fetch and unpack. */
export interface Part<T> {
  readonly is: T
  readonly file: PromisedFile
}

/** A toolchain as it would be built: resolved from a verified index, nothing of it fetched. */
export interface ToolchainPlan {
  /** With the suite's code name: `stable` is the name of another one next year. */
  readonly name: string
  readonly digest: string
  /** Of the signed index, as the distribution states it. */
  readonly date: string
  readonly suite: string
  readonly architecture: string
  readonly packages: readonly ToolchainPackage[]
  readonly missing: readonly string[]
  /** What is not in the cache yet. */
  readonly downloadBytes: number
  /** An estimate: of the packages, what they say themselves. */
  readonly installedBytes: number
  readonly parts: readonly Part<ToolchainPackage>[]
  readonly originals: readonly Part<string>[]
}

/** Resolves a toolchain from the verified index; downloads no package. */
export function planToolchain(text: string, ctx: Context): Promise<Result<ToolchainPlan>> {
  return faultsOf(async () => {
    const asked = parseToolchainName(text)
    const architecture = debianArchitecture()
    const suite = await openSuite(asked.suite, architecture, ctx)
    const name = shownName({ ...asked, suite: suite.release.codename || asked.suite })
    const needs = [...setNeeds(asked.set), ...(await sourceNeeds(asked.source, suite, architecture)), ...(await generatorNeeds(suite))]
    const { packages, missing } = await resolve(needs, suite, { architecture, limits: ctx.limits })
    const upstream = await upstreamParts(packages, suite)
    const parts = packages.map((one) => ({ is: packageOf(one), file: suite.fileOf(one) }))
    const files = [...parts, ...upstream.parts].map(({ file }) => file)
    const identity = { name, suite: suite.release.codename, architecture, tableVersion, files: files.map(({ sha256 }) => sha256) }
    return {
      name,
      digest: sha256Of(canonicalJson(identity)),
      date: suite.release.date,
      suite: suite.release.codename,
      architecture,
      packages: parts.map(({ is }) => is),
      missing: [...missing, ...upstream.missing, ...packages.flatMap(({ name: one }) => notMade.get(one) ?? [])],
      downloadBytes: await uncached(files, ctx),
      installedBytes: installedBytesOf(packages, upstream.parts),
      parts,
      originals: upstream.parts,
    }
  })
}

const packageOf = ({ name, version, architecture, sha256, source }: BinaryPackage): ToolchainPackage => ({
  name,
  version,
  architecture,
  sha256,
  source,
})

/** Source code is compressed to about a tenth. */
const unpackedRatio = 10

const installedBytesOf = (packages: readonly BinaryPackage[], tarballs: readonly Part<string>[]): number =>
  packages.reduce((sum, { installedSize }) => sum + installedSize * 1024, 0) +
  tarballs.reduce((sum, { file }) => sum + file.size * unpackedRatio, 0)

async function uncached(files: readonly PromisedFile[], ctx: Context): Promise<number> {
  let bytes = 0
  for (const { sha256, size } of files) if (!(await isCached(sha256, ctx))) bytes += size
  return bytes
}

function setNeeds(name: string | undefined): readonly Need[] {
  if (name === undefined) return []
  const packages = toolSets.get(name)
  if (packages !== undefined) return packages.flatMap((one) => parseRelations(one).map((anyOf) => ({ by: `the set ${name}`, anyOf })))
  const remedy = `name one of ${[...toolSets.keys()].join(", ")}, or the suite alone`
  throw new FaultError({ kind: "unavailable", source: name, why: "there is no such set of tools", remedy })
}

async function generatorNeeds(suite: Suite): Promise<readonly Need[]> {
  const essential = await suite.essential()
  if (essential.length === 0) {
    const remedy = "check that its mirror has the index of packages for this architecture"
    throw new FaultError({ kind: "unavailable", source: suite.release.codename, why: "its index lists no essential package", remedy })
  }
  return [...essential, ...generatorPackages].flatMap((name) => parseRelations(name).map((anyOf) => ({ by: "every toolchain", anyOf })))
}

/** What the suite's newest version of a source package is built with, Debian's own tools aside. */
async function sourceNeeds(name: string | undefined, suite: Suite, architecture: string): Promise<readonly Need[]> {
  if (name === undefined) return []
  const [found] = [...(await suite.sources(name))].sort((a, b) => compareVersions(b.version, a.version))
  if (found === undefined) {
    const remedy = "check the name of the source package, or name the suite alone"
    throw new FaultError({ kind: "unavailable", source: name, why: `${suite.release.codename} has no such source package`, remedy })
  }
  return needsOf(`building ${name}`, found.buildDepends, architecture).filter(
    ({ anyOf }) => !anyOf.some((one) => distributionTools.test(one.name)),
  )
}

async function upstreamParts(
  packages: readonly BinaryPackage[],
  suite: Suite,
): Promise<{ readonly parts: readonly Part<string>[]; readonly missing: readonly string[] }> {
  const parts: Part<string>[] = []
  const missing: string[] = []
  for (const name of originals) {
    const binary = packages.find((one) => one.name === name)
    const source = binary === undefined ? undefined : await sourceOf(binary, suite)
    const file = source === undefined ? undefined : suite.upstreamOf(source)
    if (file === undefined) missing.push(`upstream's own ${name}: the suite lists no tarball of it`)
    else parts.push({ is: name, file })
  }
  return { parts, missing }
}

async function sourceOf({ source, sourceVersion }: BinaryPackage, suite: Suite): Promise<SourcePackage | undefined> {
  return (await suite.sources(source)).find(({ version }) => version === sourceVersion)
}
