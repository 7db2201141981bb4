import { type Fault, FaultError, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { type Downloaded, download, fetchMetadata, type Metadata, shownAddress } from "../../io/http.ts"
import { promisedDigests } from "./integrity.ts"
import { knownVersions } from "./known-versions.ts"
import { Manifest } from "./schema.ts"

const tagAgeSecondsMax = 300
const versionAgeSecondsMax = 86_400
/** A package's name, and its scope. */
export const namePattern = /^(?:(@[a-z0-9~-][a-z0-9._~-]*)\/)?[a-z0-9~_-][a-z0-9._~-]*$/i
export const exactVersion = /^\d+\.\d+\.\d+(?:[-+].*)?$/

const addressOf = (registry: string, name: string, version: string): string =>
  `${registry}${name.replace("/", "%2f")}/${encodeURIComponent(version)}`

/** The document of one version; without bytes: the registry has no such package or version. */
export async function statedOf(registry: string, name: string, version: string, ctx: Context): Promise<Metadata> {
  const maxAgeSeconds = exactVersion.test(version) ? versionAgeSecondsMax : tagAgeSecondsMax
  const options = { what: `npm:${name}@${version}`, maxAgeSeconds, accept: "application/json", noneAt: [400] }
  return orThrow(await fetchMetadata(addressOf(registry, name, version), options, ctx))
}

/** What the registry states of one version. */
export async function manifestOf(
  registry: string,
  name: string,
  version: string,
  ctx: Context,
): Promise<{ manifest: Manifest; stale: string | undefined }> {
  const what = `npm:${name}@${version}`
  const exact = exactVersion.test(version)
  const answer = await statedOf(registry, name, version, ctx)
  if (answer.bytes === undefined) throw new FaultError(await unknown(registry, name, version, ctx))
  const manifest = parseManifest(what, answer.bytes)
  if (manifest.name !== name || (exact && manifest.version !== version)) {
    throw new FaultError({
      kind: "mismatch",
      source: shownAddress(addressOf(registry, name, version)),
      expected: what,
      found: `${manifest.name}@${manifest.version}`,
    })
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

/** The bytes, as the registry promises them. */
export async function fetchTarball(
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
