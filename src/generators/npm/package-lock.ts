import { z } from "zod"
import type { LockedPackage } from "../../model/replay.ts"
import { fromElsewhere, isForSandbox, isRegistryAddress, type Locked, noneToRead, sortedPackages, splitName, vouching } from "./locked.ts"

const Words = z.union([z.string(), z.array(z.string())]).optional()

/** package-lock.json(5), "packages": by the folder that each is installed in. */
const Packages = z.record(
  z.string(),
  z.object({
    name: z.string().optional(),
    version: z.string().optional(),
    resolved: z.string().optional(),
    integrity: z.string().optional(),
    link: z.boolean().optional(),
    inBundle: z.boolean().optional(),
    optional: z.boolean().optional(),
    os: Words,
    cpu: Words,
    libc: Words,
  }),
)

/** The same, "dependencies": by name, each with those in its own node_modules. */
const Dependencies = z.record(
  z.string(),
  z.object({
    version: z.string(),
    resolved: z.union([z.string(), z.boolean()]).optional(),
    integrity: z.string().optional(),
    bundled: z.boolean().optional(),
    dependencies: z.unknown().optional(),
  }),
)

const Lock = z.object({ lockfileVersion: z.number(), packages: Packages.optional(), dependencies: z.unknown().optional() })

/** What `npm ci` would fetch by this lock file on a machine like the sandbox. */
export function lockedByNpm(text: string, architecture: string): Locked {
  const lock = parsed(text)
  if (lock === undefined) return noneToRead("package-lock.json")
  const { lockfileVersion, packages, dependencies } = lock
  if (lockfileVersion === 1) return byName(dependencies ?? {})
  if (packages === undefined || lockfileVersion < 2)
    return { why: `its package-lock.json is of version ${lockfileVersion}, of which only 1, 2 and 3 are read` }
  return byFolder(packages, architecture)
}

function byFolder(packages: z.infer<typeof Packages>, architecture: string): Locked {
  const found: LockedPackage[] = []
  for (const [folder, one] of Object.entries(packages)) {
    const place = folder.lastIndexOf("node_modules/")
    // What stands outside node_modules is the project's own; a bundled one comes inside another.
    if (place === -1 || one.link === true || one.inBundle === true) continue
    const name = one.name ?? folder.slice(place + "node_modules/".length)
    const { version = "", resolved, integrity } = one
    const [os, cpu, libc] = [one.os, one.cpu, one.libc].map((words) => (typeof words === "string" ? [words] : words))
    if (one.optional === true && !isForSandbox({ os, cpu, libc }, architecture)) continue
    if (resolved !== undefined && !isRegistryAddress(resolved, name, version)) return fromElsewhere(name, resolved)
    found.push({ name, version, integrity: vouching(integrity) })
  }
  return { packages: sortedPackages(found) }
}

/** Version 1 does not say for which platforms a package is: npm asks each for that, so that all are needed. */
function byName(dependencies: unknown): Locked {
  const found: LockedPackage[] = []
  const left = [dependencies]
  for (let some = left.pop(); some !== undefined; some = left.pop()) {
    const read = Dependencies.safeParse(some).data
    if (read === undefined) return noneToRead("package-lock.json")
    for (const [key, one] of Object.entries(read)) {
      if (one.dependencies !== undefined) left.push(one.dependencies)
      if (one.bundled === true) continue
      const [name, version] = one.version.startsWith("npm:") ? splitName(one.version.slice("npm:".length)) : [key, one.version]
      const resolved = typeof one.resolved === "string" ? one.resolved : undefined
      if (!/^\d+\.\d+\.\d+/.test(version)) return fromElsewhere(name, version)
      if (resolved !== undefined && !isRegistryAddress(resolved, name, version)) return fromElsewhere(name, resolved)
      found.push({ name, version, integrity: vouching(one.integrity) })
    }
  }
  return { packages: sortedPackages(found) }
}

function parsed(text: string): z.infer<typeof Lock> | undefined {
  try {
    return Lock.safeParse(JSON.parse(text)).data
  } catch {
    return undefined // not JSON
  }
}
