import { z } from "zod"
import type { LockedPackage } from "../../model/replay.ts"
import { yamlOf } from "../yaml.ts"
import { fromElsewhere, isForSandbox, isRegistryAddress, type Locked, noneToRead, sortedPackages, splitName, vouching } from "./locked.ts"

const Words = z.union([z.string().transform((word) => [word]), z.array(z.string())]).optional()

/** bun's text lock file: packages by the place that they are installed in. One of a registry is `["name@1.2.3", address or "", { what it says of itself }, digest]`. */
const Lock = z.object({ lockfileVersion: z.number(), packages: z.record(z.string(), z.tuple([z.string()], z.unknown())).optional() })
const Registered = z.tuple([z.string(), z.string(), z.object({ os: Words, cpu: Words, libc: Words }), z.string()])

/** Of the commit (bun.sh, "Lockfile"). */
const notFetched = /^(?:workspace|link|root):/

/** What bun would fetch by its bun.lock, which is JSON with commas too many, on a machine like the sandbox. */
export function lockedByBun(text: string, architecture: string): Locked {
  const lock = Lock.safeParse(yamlOf(text)).data
  if (lock === undefined || lock.lockfileVersion > 1) return noneToRead("bun.lock")
  const found: LockedPackage[] = []
  for (const one of Object.values(lock.packages ?? {})) {
    const [name, version] = splitName(one[0])
    if (notFetched.test(version)) continue
    const [, address, platforms = {}, integrity] = Registered.safeParse(one).data ?? []
    if (address === undefined || (address !== "" && !isRegistryAddress(address, name, version)))
      return fromElsewhere(name, address ?? version)
    if (isForSandbox(platforms, architecture)) found.push({ name, version, integrity: vouching(integrity) })
  }
  return { packages: sortedPackages(found) }
}
