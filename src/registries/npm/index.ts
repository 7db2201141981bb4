import { type Fault, FaultError, failed, faultsOf, orThrow } from "../../core/fault.ts"
import { baseName } from "../../core/path.ts"
import type { Context } from "../../io/context.ts"
import { fileSource } from "../../io/files.ts"
import { type Downloaded, download, fetchMetadata, shownAddress } from "../../io/http.ts"
import type { Provenance } from "../../model/artifact.ts"
import { packagePurl } from "../purl.ts"
import type { Registry } from "../registry.ts"
import { npmConfiguration } from "./configuration.ts"
import { promisedDigests } from "./integrity.ts"
import { knownVersions } from "./known-versions.ts"
import { Manifest } from "./schema.ts"

const tagAgeSecondsMax = 300
const versionAgeSecondsMax = 86_400
const namePattern = /^(?:(@[a-z0-9~-][a-z0-9._~-]*)\/)?[a-z0-9~_-][a-z0-9._~-]*$/i
const exactVersion = /^\d+\.\d+\.\d+(?:[-+].*)?$/

/** npm packages: the tarball, as the configured registry promises it. */
export const npm: Registry = {
  type: "npm",
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

async function manifestOf(
  registry: string,
  name: string,
  version: string,
  ctx: Context,
): Promise<{ manifest: Manifest; stale: string | undefined }> {
  const what = `npm:${name}@${version}`
  const exact = exactVersion.test(version)
  const url = `${registry}${name.replace("/", "%2f")}/${encodeURIComponent(version)}`
  const maxAgeSeconds = exact ? versionAgeSecondsMax : tagAgeSecondsMax
  const answer = orThrow(await fetchMetadata(url, { what, maxAgeSeconds, accept: "application/json", noneAt: [400] }, ctx))
  if (answer.bytes === undefined) throw new FaultError(await unknown(registry, name, version, ctx))
  const manifest = parseManifest(what, answer.bytes)
  if (manifest.name !== name || (exact && manifest.version !== version)) {
    throw new FaultError({ kind: "mismatch", source: shownAddress(url), expected: what, found: `${manifest.name}@${manifest.version}` })
  }
  return {
    manifest,
    stale: answer.stale ? `the registry's document is a copy of ${new Date(answer.vouchedAt).toISOString()} (--offline)` : undefined,
  }
}

async function unknown(registry: string, name: string, version: string, ctx: Context): Promise<Fault> {
  const known = await knownVersions(`${registry}${name.replace("/", "%2f")}`, name, version, ctx)
  return {
    kind: "unavailable",
    source: `npm:${name}@${version}`,
    why: `${shownAddress(registry)} has no such package or version`,
    remedy: `check the name and the version${known === "" ? "" : ` (it has ${known})`}`,
  }
}

function parseManifest(what: string, bytes: Uint8Array): Manifest {
  const fault: Fault = {
    kind: "malformed",
    layer: `the registry's document of ${what}`,
    offset: 0,
    expected: "JSON with name, version and dist.tarball",
  }
  try {
    const parsed = Manifest.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")))
    if (parsed.success) return parsed.data
  } catch {
    // not JSON: the same fault
  }
  throw new FaultError(fault)
}

async function fetchTarball(
  registry: string,
  { name, version, dist }: Manifest,
  ctx: Context,
): Promise<{ downloaded: Downloaded; chain: string[] }> {
  const what = `npm:${name}@${version}`
  const promised = promisedDigests(dist)
  if (!URL.canParse(dist.tarball, registry))
    throw new FaultError({ kind: "malformed", layer: what, offset: 0, expected: "an address in dist.tarball" })
  let fault: Fault = {
    kind: "unavailable",
    source: what,
    why: "the registry promises no digest of the tarball (dist.integrity, dist.shasum)",
    remedy: "download the file yourself and name its path",
  }
  for (const expect of promised) {
    const answer = await download(new URL(dist.tarball, registry).href, { expect, what }, ctx)
    if (answer.ok) return { downloaded: answer.value, chain: [`${expect.algorithm} promised by the registry ${shownAddress(registry)}`] }
    fault = answer.fault
    if (fault.kind !== "mismatch") break
  }
  throw new FaultError(fault)
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
