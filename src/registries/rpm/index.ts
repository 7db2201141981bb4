import { FaultError, failed, faultsOf, orThrow } from "../../core/fault.ts"
import { baseName } from "../../core/path.ts"
import type { Context } from "../../io/context.ts"
import { download } from "../../io/http.ts"
import { fileSource } from "../../io/open-file.ts"
import { packagePurl } from "../purl.ts"
import type { Registry } from "../registry.ts"
import { type RpmRepository, rpmArchitecture, rpmRepositories } from "./configuration.ts"
import { type Listed, listOf, type RepositoryList } from "./metadata.ts"
import { signatureOf } from "./package-signature.ts"
import { compareVersions, shownVersion, type Version, versionOf } from "./version.ts"

const isName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._+-]{0,199}$/.test(name)

/** Packages of the rpm repositories that are configured below `etc`. */
export const rpmBelow = (etc: string): Registry => ({
  type: "rpm",
  qualifiers: ["arch", "epoch"],
  purl: (name, version, qualifiers) => packagePurl("rpm", undefined, name, version, qualifiers),
  locate: ({ name, version, qualifiers = {} }, ctx) => {
    const { arch, epoch } = qualifiers
    const wanted = version === undefined ? {} : versionOf(version)
    if (!isName(name) || wanted === undefined || (epoch !== undefined && !/^\d{1,10}$/.test(epoch)))
      return Promise.resolve(
        failed({
          kind: "usage",
          why: `${JSON.stringify(version === undefined ? name : `${name}@${version}`)} is no rpm package with a version`,
          remedy: "write rpm:NAME@VERSION-RELEASE",
        }),
      )
    return faultsOf(async () => {
      const isWanted = (one: Listed): boolean =>
        isVersion(one.version, { ...wanted, ...(epoch === undefined ? {} : { epoch }) }) &&
        (arch === undefined ? [rpmArchitecture(), "noarch"].includes(one.architecture) : one.architecture === arch)
      const { repository, list, chosen } = await found(etc, { name, version }, isWanted, ctx)
      const file = baseName(chosen.location)
      const asking: Context = { ...ctx, access: repository.access }
      const { path, sha256 } = orThrow(await download(`${chosen.base}${chosen.location}`, { expect: chosen.expect, what: file }, asking))
      const bytes = await fileSource(path)
      const { chain, notLookedAt, signature } = await signatureOf(file, bytes, repository, ctx)
      const shown = shownVersion(chosen.version)
      const marks = { arch: chosen.architecture, ...(chosen.version.epoch === "0" ? {} : { epoch: chosen.version.epoch }) }
      return {
        name: file,
        version: shown,
        purl: packagePurl("rpm", undefined, name, shown, marks),
        sha256,
        bytes,
        provenance: {
          chain: [...list.chain, `${file}: ${chosen.expect.algorithm} promised by primary`, ...chain],
          notLookedAt: [...list.notLookedAt, ...notLookedAt],
          ...(signature === undefined ? {} : { signature }),
        },
      }
    })
  },
})

/** The machine's own. */
export const rpm: Registry = rpmBelow("/etc")

const isVersion = (own: Version, wanted: Partial<Version>): boolean =>
  (wanted.epoch ?? own.epoch) === own.epoch &&
  (wanted.version ?? own.version) === own.version &&
  (wanted.release ?? own.release) === own.release

interface Found {
  readonly repository: RpmRepository
  readonly list: RepositoryList
  readonly chosen: Listed
}

/** The highest version that is wanted, of all repositories; of two that are equal the first. */
async function found(
  etc: string,
  { name, version }: { readonly name: string; readonly version: string | undefined },
  isWanted: (one: Listed) => boolean,
  ctx: Context,
): Promise<Found> {
  let best: Found | undefined
  const known = new Set<string>()
  for (const repository of await rpmRepositories(etc, ctx)) {
    const list = await listOf(repository, name, ctx)
    for (const one of list.packages) {
      known.add(`${shownVersion(one.version)}.${one.architecture}`)
      if (isWanted(one) && (best === undefined || compareVersions(one.version, best.chosen.version) > 0))
        best = { repository, list, chosen: one }
    }
  }
  if (best !== undefined) return best
  const has = [...known].slice(0, 5).join(", ").slice(0, 500)
  throw new FaultError({
    kind: "unavailable",
    source: `rpm:${name}${version === undefined ? "" : `@${version}`}`,
    why: "the configured repositories have no such package or version",
    remedy: `check the name and the version${has === "" ? "" : ` (they have ${has})`}`,
  })
}
