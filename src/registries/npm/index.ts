import { escapeForeign } from "../../core/escape.ts"
import { failed, faultsOf } from "../../core/fault.ts"
import { baseName } from "../../core/path.ts"
import type { Context } from "../../io/context.ts"
import { fileSource } from "../../io/open-file.ts"
import type { Provenance } from "../../model/artifact.ts"
import type { Registry } from "../registry.ts"
import { npmConfiguration } from "./configuration.ts"
import { npmFacts } from "./facts.ts"
import { npmPurl } from "./name.ts"
import { declaredRepository } from "./repository.ts"
import { npmChosen } from "./requirement.ts"
import type { Manifest } from "./schema.ts"
import { type Vouched, vouchedFor } from "./signatures.ts"
import { fetchTarball, manifestOf, namePattern } from "./tarball.ts"

/** npm packages: the tarball, as the configured registry promises it. */
export const npm: Registry = {
  type: "npm",
  separator: "/",
  purl: npmPurl,
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
      const bytes = await fileSource(downloaded.path)
      const vouched = await vouchedFor(registry, manifest, bytes, ctx)
      return {
        name: baseName(new URL(manifest.dist.tarball, registry).pathname),
        version: manifest.version,
        purl: npmPurl(name, manifest.version),
        sha256: downloaded.sha256,
        bytes,
        provenance: provenanceOf(manifest, registry, {
          ...vouched,
          chain: [...chain, ...(stale === undefined ? [] : [stale]), ...vouched.chain],
          notLookedAt: [...vouched.notLookedAt, ...notLookedAt],
        }),
      }
    })
  },
  chosen: (name, requirement, ctx) => faultsOf(() => npmChosen(name, requirement, ctx)),
  facts: (target, since, ctx) => faultsOf(() => npmFacts(target, since, ctx)),
}

function provenanceOf(manifest: Manifest, registry: string, { chain, notLookedAt, signature, commit }: Vouched): Provenance {
  const { address, directory } = declaredRepository(manifest)
  const plain =
    new URL(registry).protocol === "http:" ? ["the registry was asked over plain http: anyone on the way could exchange its answer"] : []
  const { gitHead = "", deprecated = false } = manifest
  const stated = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(gitHead) ? gitHead : undefined
  const known = commit ?? stated
  const reason = typeof deprecated === "string" ? `: "${escapeForeign(deprecated.slice(0, 500))}"` : ""
  return {
    chain: [
      ...chain,
      ...(deprecated === false || deprecated === "" ? [] : [`the registry says that this version is deprecated${reason}`]),
      ...(commit === undefined || stated === undefined || stated === commit
        ? []
        : [`the package states another commit (gitHead): ${stated}`]),
      ...(directory === undefined ? [] : [`the package declares the directory ${JSON.stringify(directory)} of its repository`]),
    ],
    notLookedAt: [...plain, ...notLookedAt],
    ...(known === undefined ? {} : { commit: known }),
    ...(address === undefined ? {} : { repository: address }),
    ...(signature === undefined ? {} : { signature }),
  }
}
