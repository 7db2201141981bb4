import { explainFault, FaultError, failed, faultsOf, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { download, shownAddress } from "../../io/http.ts"
import { fileSource } from "../../io/open-file.ts"
import { packagePurl } from "../purl.ts"
import type { Located, Registry } from "../registry.ts"
import { attestationsOf } from "./attestation.ts"
import { type Asked, chosenGem, isPlatform, type Listed, type Listing, listingOf } from "./compact-index.ts"
import { type GemConfiguration, gemConfiguration } from "./configuration.ts"
import { carriedBy, declaredRepository } from "./specification.ts"

/** Ruby gems, as the server that the gem client is configured for promises them. One built for a platform is meant by the purl's `platform`. */
export const gem: Registry = {
  type: "gem",
  qualifiers: ["platform"],
  purl: (name, version, qualifiers) => packagePurl("gem", undefined, name, version, qualifiers),
  locate: ({ name, version, qualifiers }, outer) => {
    const platform = qualifiers?.["platform"] ?? "ruby"
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(name) || !isPlatform(platform))
      return Promise.resolve(
        failed({
          kind: "usage",
          why: `${JSON.stringify(`${name} ${platform}`)} is no gem's name, or no platform`,
          remedy: "write gem:NAME, gem:NAME@VERSION or pkg:gem/NAME@VERSION?platform=PLATFORM",
        }),
      )
    const asked: Asked = { name, version, platform, what: `gem:${name}${version === undefined ? "" : `@${version}`}` }
    return faultsOf(async () => {
      const configuration = await gemConfiguration(outer)
      const ctx: Context = { ...outer, access: configuration.access }
      const listing = await listingOf(configuration.server, asked, ctx)
      return located(orThrow(chosenGem(listing, asked, configuration.server)), listing, { asked, configuration, ctx })
    })
  },
}

interface Reached {
  readonly asked: Asked
  readonly configuration: GemConfiguration
  readonly ctx: Context
}

async function located(
  { version, platform, sha256: hex }: Listed,
  { staleSince }: Listing,
  { asked, configuration, ctx }: Reached,
): Promise<Located> {
  const { server } = configuration
  const fullName = `${asked.name}-${version}${platform === "ruby" ? "" : `-${platform}`}`
  if (!/^[0-9a-f]{64}$/.test(hex))
    throw new FaultError({
      kind: "unavailable",
      source: asked.what,
      why: "the server promises no SHA-256 of it",
      remedy: "download the gem yourself and name its path",
    })
  const file = `${fullName}.gem`
  const { path, sha256 } = orThrow(
    await download(`${server}gems/${file}`, { expect: { algorithm: "sha256", hex }, what: `gem:${file}` }, ctx),
  )
  const bytes = await fileSource(path)
  const carried = await faultsOf(() => carriedBy(file, bytes, ctx.limits))
  const repository = carried.ok ? declaredRepository(carried.value.specification) : undefined
  const attested = await attestationsOf({ server, fullName, sha256, repository }, ctx)
  const plain =
    new URL(server).protocol === "http:" ? ["the server was asked over plain http: anyone on the way could exchange its answer"] : []
  return {
    name: file,
    version,
    purl: packagePurl("gem", undefined, asked.name, version, platform === "ruby" ? undefined : { platform }),
    sha256,
    bytes,
    provenance: {
      chain: [
        `sha256 promised by the server ${shownAddress(server)}`,
        ...(staleSince === undefined ? [] : [`the server's index is a copy of ${new Date(staleSince).toISOString()} (--offline)`]),
        ...attested.chain,
      ],
      notLookedAt: [
        ...attested.notLookedAt,
        ...(carried.ok && carried.value.signed ? ["the author's own signatures in it (gem cert) were not looked at"] : []),
        ...plain,
        ...(carried.ok ? [] : [`the repository that it declares was not read: ${explainFault(carried.fault)}`]),
        ...configuration.notLookedAt,
      ],
      ...(attested.commit === undefined ? {} : { commit: attested.commit }),
      ...(repository === undefined ? {} : { repository }),
      ...(attested.signature === undefined ? {} : { signature: attested.signature }),
    },
  }
}
