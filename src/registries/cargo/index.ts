import { FaultError, failed, faultsOf, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { download, shownAddress } from "../../io/http.ts"
import { fileSource } from "../../io/open-file.ts"
import type { Provenance } from "../../model/artifact.ts"
import { packagePurl } from "../purl.ts"
import type { Registry } from "../registry.ts"
import { semverOf } from "../semver.ts"
import { cargoConfiguration } from "./configuration.ts"
import { cargoFacts } from "./facts.ts"
import { cargoChosen } from "./requirement.ts"
import type { Release } from "./schema.ts"
import { archiveAddress, isCrateName, releaseOf, settingsOf } from "./sparse-index.ts"
import { statedBy } from "./statements.ts"

/** Crates: the archive, as the configured index promises it. */
export const cargo: Registry = {
  type: "cargo",
  purl: (name, version) => packagePurl("cargo", undefined, name, version),
  locate: ({ name, version }, outer) => {
    if (!isCrateName(name) || (version !== undefined && semverOf(version) === undefined))
      return Promise.resolve(
        failed({
          kind: "usage",
          why: `${JSON.stringify(version === undefined ? name : `${name}@${version}`)} is no name of a crate with an exact version`,
          remedy: "write cargo:NAME@X.Y.Z",
        }),
      )
    return faultsOf(async () => {
      const { index, access, replaced } = await cargoConfiguration(outer)
      const { dl, "auth-required": isPrivate = false } = await settingsOf(index, access, outer)
      const reaching = (...servers: readonly string[]): Context => ({ ...outer, access: access(isPrivate ? servers : []) })
      const { release, stale } = await releaseOf(index, name, version, reaching(index))
      const what = `cargo:${release.name}@${release.vers}`
      const address = archiveAddress(dl, release)
      if (!URL.canParse(address))
        throw new FaultError({ kind: "malformed", layer: `${shownAddress(index)} config.json`, offset: 0, expected: "an address in dl" })
      const expect = { algorithm: "sha256", hex: release.cksum } as const
      const { path, sha256 } = orThrow(await download(address, { expect, what }, reaching(index, address)))
      const file = `${release.name}-${release.vers}.crate`
      const bytes = await fileSource(path)
      const stated = await statedBy({ layer: file, bytes, limits: outer.limits }, release)
      return {
        name: file,
        version: release.vers,
        purl: cargo.purl(release.name, release.vers),
        sha256,
        bytes,
        provenance: withIndex(stated, release, { index, said: [...replaced, ...(stale === undefined ? [] : [stale])] }),
      }
    })
  },
  chosen: (name, requirement, ctx) => faultsOf(() => cargoChosen(name, requirement, ctx)),
  facts: ({ name, version }, _, ctx) => faultsOf(() => cargoFacts(name, version, ctx)),
}

function withIndex(
  stated: Provenance,
  { yanked }: Release,
  { index, said }: { readonly index: string; readonly said: readonly string[] },
): Provenance {
  const plain =
    new URL(index).protocol === "http:" ? ["the index was asked over plain http: anyone on the way could exchange its answer"] : []
  return {
    ...stated,
    chain: [
      `sha256 promised by the index ${shownAddress(index)}`,
      ...said,
      ...(yanked === true ? ["yanked: the index says that this version is not to be used anew"] : []),
      ...stated.chain,
    ],
    notLookedAt: ["the index is not signed: nothing but the connection vouches for what it promises", ...plain, ...stated.notLookedAt],
  }
}
