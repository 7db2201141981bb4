import { escapeForeign } from "../../core/escape.ts"
import { explainFault, FaultError, failed, faultsOf, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { download, shownAddress } from "../../io/http.ts"
import { type FileSource, fileSource } from "../../io/open-file.ts"
import type { Provenance } from "../../model/artifact.ts"
import type { Located, PackageTarget, Registry } from "../registry.ts"
import { attestationsOf } from "./attestation.ts"
import { type Asked, allowedVersion, type Chosen, chosenFile, isYanked, purlOf } from "./choice.ts"
import { type PipConfiguration, pipConfiguration } from "./configuration.ts"
import { coreMetadata, declaredRepository } from "./core-metadata.ts"
import { pypiFacts } from "./facts.ts"
import { distributionOf, isName, normalisedName } from "./file-name.ts"
import { type Page, pageOf } from "./page.ts"

const latestAgeSecondsMax = 300

/**
 * Python distributions, as the index that pip is configured for promises them. A version means its source distribution, else its one wheel
 * of pure Python; any other file is named: `pypi:FILE`, or the purl's qualifier `file_name`.
 */
export const pypi: Registry = {
  type: "pypi",
  qualifiers: ["file_name"],
  purl: (name, version, qualifiers) => {
    const meant = asked({ name, version, qualifiers })
    return purlOf(meant.project, meant.version, meant.filename)
  },
  locate: (target, outer) => {
    const wanted = asked(target)
    if (!isName(wanted.project))
      return Promise.resolve(
        failed({
          kind: "usage",
          why: `${JSON.stringify(target.name)} is no name of a Python project`,
          remedy: "write pypi:NAME@VERSION, or pypi:FILE for a particular wheel",
        }),
      )
    return faultsOf(async () => {
      const pip = await pipConfiguration(outer)
      const ctx: Context = { ...outer, access: pip.access }
      const page = await pageOf(pip.index, wanted.project, ctx, wanted.version === undefined ? latestAgeSecondsMax : undefined)
      return located(orThrow(chosenFile(page.files, wanted)), page, { wanted, pip, ctx })
    })
  },
  chosen: (name, requirement, outer) =>
    faultsOf(async () => {
      const [project, pip] = [normalisedName(name), await pipConfiguration(outer)]
      const { files } = await pageOf(pip.index, project, { ...outer, access: pip.access }, latestAgeSecondsMax)
      const version = allowedVersion(files, project, requirement)
      if (version !== undefined) return `pypi:${project}@${version}`
      const why = files.length === 0 ? "the index has no such project" : "the index has no version that it allows"
      throw new FaultError({ kind: "unavailable", source: `pypi:${project} ${requirement}`, why, remedy: "look at it yourself" })
    }),
  facts: (target, _, ctx) => {
    const { project, version } = asked(target)
    return faultsOf(() => pypiFacts(project, version, ctx))
  },
}

/** `pypi:h11-0.16.0-py3-none-any.whl` names a file: its name says project and version. */
function asked({
  name,
  version,
  qualifiers,
}: Pick<PackageTarget, "name" | "version"> & { qualifiers?: PackageTarget["qualifiers"] }): Asked {
  const what = `pypi:${name}${version === undefined ? "" : `@${version}`}`
  const named = version === undefined ? distributionOf(name) : undefined
  if (named !== undefined) return { project: named.name, version: named.version, filename: name, what }
  const filename = qualifiers?.["file_name"]
  const project = normalisedName(name)
  return { project, version: version ?? distributionOf(filename ?? "", project)?.version, filename, what }
}

interface Reached {
  readonly wanted: Asked
  readonly pip: PipConfiguration
  readonly ctx: Context
}

async function located(chosen: Chosen, page: Page, { wanted, pip, ctx }: Reached): Promise<Located> {
  const { file, distribution } = chosen
  const hex = file.hashes["sha256"] ?? ""
  if (!/^[0-9a-f]{64}$/.test(hex) || !URL.canParse(file.url, page.address))
    throw new FaultError({
      kind: "unavailable",
      source: wanted.what,
      why: "the index promises no SHA-256 of it",
      remedy: "download the file yourself and name its path",
    })
  const what = `pypi:${file.filename}`
  const { path, sha256 } = orThrow(
    await download(
      new URL(file.url, page.address).href,
      { expect: { algorithm: "sha256", hex, ...(file.size === undefined ? {} : { size: file.size }) }, what },
      ctx,
    ),
  )
  const bytes = await fileSource(path)
  return {
    name: file.filename,
    version: distribution.version,
    purl: purlOf(wanted.project, distribution.version, chosen.usual ? undefined : file.filename),
    sha256,
    bytes,
    provenance: await provenanceOf(chosen, page, { sha256, bytes, pip, ctx }),
  }
}

interface Fetched {
  readonly sha256: string
  readonly bytes: FileSource
  readonly pip: PipConfiguration
  readonly ctx: Context
}

async function provenanceOf({ file, distribution }: Chosen, page: Page, { sha256, bytes, pip, ctx }: Fetched): Promise<Provenance> {
  const read = await faultsOf(() => coreMetadata(distribution, file.filename, bytes, ctx.limits))
  const repository = read.ok && read.value !== undefined ? declaredRepository(read.value) : undefined
  const unread = read.ok ? [] : [`the repository that it declares was not read: ${explainFault(read.fault)}`]
  const attested = await attestationsOf({ file, page: page.address, sha256, repository }, ctx)
  const reason = typeof file.yanked === "string" && file.yanked !== "" ? `: "${escapeForeign(file.yanked.slice(0, 500))}"` : ""
  const plain =
    new URL(pip.index).protocol === "http:" ? ["the index was asked over plain http: anyone on the way could exchange its answer"] : []
  return {
    chain: [
      `sha256 promised by the index ${shownAddress(pip.index)}`,
      ...(page.staleSince === undefined ? [] : [`the index's page is a copy of ${new Date(page.staleSince).toISOString()} (--offline)`]),
      ...(isYanked(file) ? [`the index says that this file was withdrawn (yanked)${reason}`] : []),
      ...attested.chain,
    ],
    notLookedAt: [...attested.notLookedAt, ...plain, ...unread, ...pip.notLookedAt],
    ...(attested.commit === undefined ? {} : { commit: attested.commit }),
    ...(repository === undefined ? {} : { repository }),
    ...(attested.signature === undefined ? {} : { signature: attested.signature }),
  }
}
