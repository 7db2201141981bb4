import { escapeForeign } from "../../core/escape.ts"
import { type Fault, FaultError, failed, ok, orThrow, type Result } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { fetchMetadata, shownAddress } from "../../io/http.ts"
import { compareVersions, isPrerelease, isVersion } from "./version.ts"

/** One gem of a name: what its line in the index says. */
export interface Listed {
  readonly version: string
  /** `ruby`: any. */
  readonly platform: string
  readonly sha256: string
}

export interface Listing {
  readonly gems: readonly Listed[]
  /** When the copy was made, where it is an old one (`--offline`). */
  readonly staleSince: number | undefined
}

export interface Asked {
  readonly name: string
  readonly version: string | undefined
  readonly platform: string
  readonly what: string
}

const namedMax = 8

/** The gems of a name, as the server's compact index lists them (RubyGems' guides, "Compact Index API", `/info/NAME`). Withdrawn ones are not in it. */
export async function listingOf(server: string, { name, version, what }: Asked, ctx: Context): Promise<Listing> {
  const maxAgeSeconds = version === undefined ? 300 : 86_400
  const { bytes, stale, vouchedAt } = orThrow(await fetchMetadata(`${server}info/${name}`, { what, maxAgeSeconds }, ctx))
  const text = Buffer.from(bytes ?? "").toString("utf8")
  const lines = text.split("\n")
  const start = lines.indexOf("---")
  if (bytes !== undefined && start < 0)
    throw new FaultError({
      kind: "malformed",
      layer: `the server's index of ${name}`,
      offset: 0,
      expected: "a line --- before the versions",
    })
  return { gems: start < 0 ? [] : lines.slice(start + 1).flatMap(listedOf), staleSince: stale ? vouchedAt : undefined }
}

/** `VERSION[-PLATFORM] DEPENDENCY,...|checksum:SHA256,REQUIREMENT,...` */
function listedOf(line: string): readonly Listed[] {
  const [number = "", ...rest] = line.split(" ")
  const dash = number.indexOf("-")
  const version = dash < 0 ? number : number.slice(0, dash)
  const platform = dash < 0 ? "ruby" : number.slice(dash + 1)
  const requirements = rest.join(" ").split("|").slice(1).join("|").split(",")
  const sha256 = requirements.find((one) => one.startsWith("checksum:"))?.slice("checksum:".length) ?? ""
  return isVersion(version) && isPlatform(platform) ? [{ version, platform, sha256 }] : []
}

export const isPlatform = (text: string): boolean => text.length <= 100 && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text)

/** The gem that is meant: without a version the highest that is no prerelease. */
export function chosenGem({ gems }: Listing, asked: Asked, server: string): Result<Listed> {
  const own = gems.filter(({ platform }) => platform === asked.platform)
  const { version } = asked
  const releases = own.filter((one) => !isPrerelease(one.version)).sort((a, b) => compareVersions(b.version, a.version))
  // The last line of a version is what the server says of it now.
  const found = version === undefined ? releases[0] : own.findLast((one) => one.version === version)
  return found === undefined ? failed(notListed(gems, asked, server)) : ok(found)
}

function notListed(gems: readonly Listed[], { what, platform }: Asked, server: string): Fault {
  const sorted = [...gems].sort((a, b) => compareVersions(b.version, a.version))
  const shown = sorted.map((one) => (one.platform === "ruby" ? one.version : `${one.version}?platform=${one.platform}`))
  const has = gems.length === 0 ? "" : ` (it has ${escapeForeign([...new Set(shown)].slice(0, namedMax).join(", "))})`
  const why = platform === "ruby" ? "no such gem or version" : `no such gem or version for the platform ${platform}`
  return { kind: "unavailable", source: what, why: `${shownAddress(server)} lists ${why}`, remedy: `check the name and the version${has}` }
}
