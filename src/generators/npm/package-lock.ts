import { z } from "zod"
import { isForSandbox, isRegistryAddress, type Locked, sortedPackages } from "./locked.ts"

const Words = z.union([z.string(), z.array(z.string())]).optional()

/** package-lock.json(5), "packages": by the folder that each is installed in. */
const Lock = z.object({
  lockfileVersion: z.number(),
  packages: z
    .record(
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
    .optional(),
})

/** What `npm ci` would fetch by this lock file on a machine like the sandbox. */
export function lockedByNpm(text: string, architecture: string): Locked {
  const lock = parsed(text)
  if (lock === undefined) return { why: "its package-lock.json is none that can be read" }
  if (lock.packages === undefined || lock.lockfileVersion < 2)
    return { why: `its package-lock.json is of version ${lock.lockfileVersion}, of which only 2 and 3 are read` }
  const found = []
  for (const [folder, one] of Object.entries(lock.packages)) {
    const place = folder.lastIndexOf("node_modules/")
    // What stands outside node_modules is the project's own; a bundled one comes inside another.
    if (place === -1 || one.link === true || one.inBundle === true) continue
    const name = one.name ?? folder.slice(place + "node_modules/".length)
    const { version = "", resolved, integrity } = one
    const [os, cpu, libc] = [one.os, one.cpu, one.libc].map((words) => (typeof words === "string" ? [words] : words))
    if (one.optional === true && !isForSandbox({ os, cpu, libc }, architecture)) continue
    if (resolved !== undefined && !isRegistryAddress(resolved, name, version))
      return { why: `its lock file takes ${name} from ${resolved.slice(0, 200)}, which is no registry's package` }
    found.push({ name, version, integrity })
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
