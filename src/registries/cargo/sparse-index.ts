import { FaultError, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { fetchMetadata, type Metadata, shownAddress } from "../../io/http.ts"
import { highestSemver } from "../semver.ts"
import type { CargoAccess } from "./access.ts"
import { IndexConfiguration, Release } from "./schema.ts"

const configurationAgeSecondsMax = 86_400
const releasesAgeSecondsMax = 300
const namedMax = 5

/** A name is a word of addresses: letters, digits, `-` and `_` ("Registry Index", "Name restrictions"). */
export const isCrateName = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/.test(name)

/** `1/a`, `2/ab`, `3/a/abc`, `ab/cd/abcd` ("Registry Index", "Index files"). */
export const prefixOf = (name: string): string =>
  name.length < 3 ? `${name.length}` : name.length === 3 ? `3/${name.slice(0, 1)}` : `${name.slice(0, 2)}/${name.slice(2, 4)}`

/** Where the archives are: the address of config.json, with its markers filled in, else with what stands for them. */
export function archiveAddress(dl: string, { name, vers, cksum }: Release): string {
  const markers = new Map([
    ["{crate}", name],
    ["{version}", vers],
    ["{prefix}", prefixOf(name)],
    ["{lowerprefix}", prefixOf(name.toLowerCase())],
    ["{sha256-checksum}", cksum],
  ])
  const filled = dl.replace(/\{[a-z0-9-]+\}/g, (marker) => markers.get(marker) ?? marker)
  return filled === dl ? `${dl.replace(/\/+$/, "")}/${encodeURIComponent(name)}/${encodeURIComponent(vers)}/download` : filled
}

/** What the index says of itself. Asked without a token; one that answers 401 is asked again with it, as cargo does ("Registry Authentication", RFC 3139). */
export async function settingsOf(index: string, access: CargoAccess, ctx: Context): Promise<IndexConfiguration> {
  const url = `${index}config.json`
  const options = { what: "the configuration of cargo's index", maxAgeSeconds: configurationAgeSecondsMax }
  const ask = (tokenFor: readonly string[]) => fetchMetadata(url, options, { ...ctx, access: access(tokenFor) })
  const open = await ask([])
  const isClosed = !open.ok && open.fault.kind === "unavailable" && open.fault.status === 401
  const { bytes } = orThrow(isClosed ? await ask([index]) : open)
  const read = IndexConfiguration.safeParse(bytes === undefined ? undefined : jsonOf(Buffer.from(bytes).toString("utf8")))
  if (read.success) return read.data
  throw new FaultError({ kind: "malformed", layer: shownAddress(url), offset: 0, expected: "JSON with dl, as a sparse index has it" })
}

/** All releases of a crate that the index lists. */
export async function releasesOf(index: string, name: string, ctx: Context): Promise<{ releases: readonly Release[]; answer: Metadata }> {
  const lower = name.toLowerCase()
  const answer = orThrow(
    await fetchMetadata(`${index}${prefixOf(lower)}/${lower}`, { what: `cargo:${name}`, maxAgeSeconds: releasesAgeSecondsMax }, ctx),
  )
  return { releases: answer.bytes === undefined ? [] : releasesIn(Buffer.from(answer.bytes).toString("utf8"), name), answer }
}

/** The release that was asked for, or the highest that is not yanked. */
export async function releaseOf(
  index: string,
  name: string,
  version: string | undefined,
  ctx: Context,
): Promise<{ release: Release; stale: string | undefined }> {
  const what = `cargo:${name}${version === undefined ? "" : `@${version}`}`
  const { releases, answer } = await releasesOf(index, name, ctx)
  const usable = releases.filter(({ yanked }) => yanked !== true).map(({ vers }) => vers)
  const wanted = version ?? highestSemver(usable)
  const release = releases.find(({ vers }) => vers === wanted)
  if (release === undefined) {
    const known = usable.slice(-namedMax).reverse().join(", ").slice(0, 500)
    throw new FaultError({
      kind: "unavailable",
      source: what,
      why: `${shownAddress(index)} has no such crate or version`,
      remedy: `check the name and the version${known === "" ? "" : ` (it has ${known})`}`,
    })
  }
  return {
    release,
    stale: answer.stale ? `the index's list is a copy of ${new Date(answer.vouchedAt).toISOString()} (--offline)` : undefined,
  }
}

/** A line that cannot be read is a version of a newer index than we know, and passed over, as cargo does ("Registry Index", "JSON schema"). */
const releasesIn = (text: string, name: string): readonly Release[] =>
  text.split("\n").flatMap((line) => {
    const read = Release.safeParse(jsonOf(line))
    return read.success && read.data.name.toLowerCase() === name.toLowerCase() && isCrateName(read.data.name) ? [read.data] : []
  })

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
