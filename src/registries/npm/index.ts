import { failed, faultsOf } from "../../core/fault.ts"
import { baseName } from "../../core/path.ts"
import type { Context } from "../../io/context.ts"
import { fileSource } from "../../io/files.ts"
import type { Provenance } from "../../model/artifact.ts"
import { packagePurl } from "../purl.ts"
import type { Registry } from "../registry.ts"
import { npmConfiguration } from "./configuration.ts"
import type { Manifest } from "./schema.ts"
import { fetchTarball, manifestOf, namePattern } from "./tarball.ts"

/** npm packages: the tarball, as the configured registry promises it. */
export const npm: Registry = {
  type: "npm",
  separator: "/",
  purl: (name, version) => {
    const slash = name.indexOf("/")
    return packagePurl("npm", slash < 0 ? undefined : name.slice(0, slash), name.slice(slash + 1), version)
  },
  locate: ({ name, version = "latest" }, outer) => {
    const matched = namePattern.exec(name)
    if (matched === null)
      return Promise.resolve(
        failed({
          kind: "usage",
          why: `${JSON.stringify(name)} is no npm package name`,
          remedy: "write npm:NAME@VERSION or npm:@SCOPE/NAME@VERSION",
        }),
      )
    return faultsOf(async () => {
      const { registry, access, notLookedAt } = await npmConfiguration(matched[1], outer)
      const ctx: Context = { ...outer, access }
      const { manifest, stale } = await manifestOf(registry, name, version, ctx)
      const { downloaded, chain } = await fetchTarball(registry, manifest, ctx)
      return {
        name: baseName(new URL(manifest.dist.tarball, registry).pathname),
        version: manifest.version,
        purl: npm.purl(name, manifest.version),
        sha256: downloaded.sha256,
        bytes: await fileSource(downloaded.path),
        provenance: provenanceOf(manifest, registry, { chain: [...chain, ...(stale === undefined ? [] : [stale])], notLookedAt }),
      }
    })
  },
}

function provenanceOf(manifest: Manifest, registry: string, { chain, notLookedAt }: Pick<Provenance, "chain" | "notLookedAt">): Provenance {
  const repository = typeof manifest.repository === "string" ? { url: manifest.repository } : manifest.repository
  const address = repository?.url === undefined ? undefined : repositoryAddress(repository.url)
  const plain =
    new URL(registry).protocol === "http:" ? ["the registry was asked over plain http: anyone on the way could exchange its answer"] : []
  const directory = repository?.directory
  return {
    chain: [
      ...chain,
      ...(directory === undefined ? [] : [`the package declares the directory ${JSON.stringify(directory)} of its repository`]),
    ],
    notLookedAt: ["the registry's own signatures (dist.signatures) and attestations were not looked at", ...plain, ...notLookedAt],
    ...(manifest.gitHead === undefined || !/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(manifest.gitHead) ? {} : { commit: manifest.gitHead }),
    ...(address === undefined ? {} : { repository: address }),
  }
}

/** `git+https://host/path.git` without npm's prefix; undefined for what is no address. */
function repositoryAddress(url: string): string | undefined {
  const bare = url.replace(/^git\+/, "")
  return /^(?:https?|ssh|git):$/.test(URL.canParse(bare) ? new URL(bare).protocol : "") ? bare : undefined
}
