import lockfile from "@yarnpkg/lockfile"
import { z } from "zod"
import type { LockedPackage } from "../../model/replay.ts"
import { fromElsewhere, isRegistryAddress, type Locked, noneToRead, sortedPackages, splitName, vouching } from "./locked.ts"

/** yarn 1's lock file, by what was asked for: `name@^1.0.0`, `alias@npm:name@1`. */
const Lock = z.record(z.string(), z.object({ version: z.string(), resolved: z.string().optional(), integrity: z.string().optional() }))

/** It is no language of its own that nests further than `dependencies`; the library calls itself for each step. */
const tooDeep = /^ {9}/m

/** What yarn 1 would fetch by its yarn.lock. That does not say for which platforms a package is: all are fetched, by yarn as well. */
export function lockedByYarn(text: string): Locked {
  const lock = parsed(text)
  if (lock === undefined) return noneToRead("yarn.lock")
  const found: LockedPackage[] = []
  for (const [asked, { version, resolved = "", integrity }] of Object.entries(lock)) {
    const [key, range] = splitName(asked)
    const name = range.startsWith("npm:") ? splitName(range.slice("npm:".length))[0] : key
    if (!isRegistryAddress(resolved, name, version)) return fromElsewhere(name, resolved)
    found.push({ name, version, integrity: vouching(integrity) })
  }
  return { packages: sortedPackages(found) }
}

/** What the library would look for without end, a quote or the end of a comment, is there: this is one more comment, or the end of what was left open. */
const closed = '\n#"\n'

function parsed(text: string): z.infer<typeof Lock> | undefined {
  if (tooDeep.test(text)) return undefined
  try {
    const { type, object } = lockfile.parse(text + closed)
    return type === "success" ? Lock.safeParse(object).data : undefined
  } catch {
    return undefined // no lock file of yarn's
  }
}
