import { z } from "zod"
import type { LockedPackage } from "../../model/replay.ts"
import { yamlOf } from "../yaml.ts"
import {
  fromElsewhere,
  isForSandbox,
  isRegistryAddress,
  type Locked,
  noneToRead,
  type Platforms,
  sortedPackages,
  splitName,
} from "./locked.ts"

/** The lock file of yarn 2 and later, by what was asked for. `resolution` is `name@npm:1.2.3`, `conditions` such as `os=linux & cpu=x64`. */
const Lock = z.record(z.string(), z.unknown())
const Metadata = z.object({ version: z.union([z.number(), z.string()]) })
const Entry = z.object({ resolution: z.string(), conditions: z.string().optional(), checksum: z.unknown().optional() })

/** Of the commit, or made of another entry and what is in yarn or the commit (yarnpkg.com, "Protocols"). */
const notFetched = /^(?:workspace|link|portal|patch):/

/**
 * What yarn would fetch by its yarn.lock on a machine like the sandbox. Its `checksum` is of an archive that yarn makes of the package, so that it vouches for no byte of what the registry gives: the registry's
 * digest counts, and yarn itself compares its archive inside.
 */
export function lockedByYarnBerry(text: string, architecture: string): Locked & { readonly format?: number } {
  const lock = Lock.safeParse(yamlOf(text)).data
  const metadata = Metadata.safeParse(lock?.["__metadata"]).data
  if (lock === undefined || metadata === undefined) return noneToRead("yarn.lock")
  const found: LockedPackage[] = []
  for (const [key, one] of Object.entries(lock)) {
    if (key === "__metadata") continue
    const entry = Entry.safeParse(one).data
    if (entry === undefined) return noneToRead("yarn.lock")
    const [name, reference] = splitName(entry.resolution)
    // One that is patched is fetched for any platform; then yarn knows its checksum.
    const skipped = entry.checksum === undefined && !isForSandbox(platformsOf(entry.conditions), architecture)
    if (notFetched.test(reference) || skipped) continue
    const [, version, address] = /^npm:([^:]*)(?:::__archiveUrl=(.*))?$/s.exec(reference) ?? []
    if (version === undefined || (address !== undefined && !isRegistryAddress(decoded(address), name, version)))
      return fromElsewhere(name, address ?? reference)
    found.push({ name, version, integrity: undefined })
  }
  return { packages: sortedPackages(found), format: Number(metadata.version) }
}

/** `os=linux & (cpu=x64 | cpu=arm64) & libc=glibc`, `!` for all others. */
function platformsOf(conditions = ""): Platforms {
  const words = (key: string): readonly string[] =>
    [...conditions.matchAll(/(!?)\b([a-z]+)=(!?)([\w-]+)/g)].flatMap(([, not, name, no, value]) =>
      name === key ? [`${not || no ? "!" : ""}${value}`] : [],
    )
  return { os: words("os"), cpu: words("cpu"), libc: words("libc") }
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address)
  } catch {
    return address
  }
}
