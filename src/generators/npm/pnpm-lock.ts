import { z } from "zod"
import type { LockedPackage } from "../../model/replay.ts"
import { yamlOf } from "../yaml.ts"
import { isForSandbox, isRegistryAddress, type Locked, sortedPackages } from "./locked.ts"

/** A dependency's version: `1.2.3`, with its peers in brackets, `name@1.2.3` for one of another name, or `link:../path`. */
const Direct = z.record(z.string(), z.object({ version: z.string() })).optional()
const Inner = z.record(z.string(), z.string()).optional()
const Words = z.array(z.string()).optional()

/** pnpm's lock file of version 9: what projects need, what each package needs in this place (`snapshots`), and where it comes from (`packages`). */
const Lock = z.object({
  lockfileVersion: z.string(),
  importers: z.record(z.string(), z.object({ dependencies: Direct, devDependencies: Direct, optionalDependencies: Direct })),
  packages: z
    .record(
      z.string(),
      z.object({
        resolution: z.object({ integrity: z.string().optional(), tarball: z.string().optional(), type: z.string().optional() }),
        os: Words,
        cpu: Words,
        libc: Words,
      }),
    )
    .optional(),
  snapshots: z
    .record(z.string(), z.object({ dependencies: Inner, optionalDependencies: Inner, optional: z.boolean().optional() }))
    .optional(),
})
type Lock = z.infer<typeof Lock>

/** What pnpm would fetch by this lock file for these projects (folders from the workspace's root, "." for that) on a machine like the sandbox. */
export function lockedByPnpm(
  text: string,
  projects: readonly string[],
  architecture: string,
): Locked & { readonly projects?: readonly string[] } {
  const lock = parsed(text)
  if (lock === undefined) return { why: "its pnpm-lock.yaml is none that can be read; version 9 is" }
  const importers = new Map(Object.entries(lock.importers))
  const snapshots = new Map(Object.entries(lock.snapshots ?? {}))
  const packages = new Map(Object.entries(lock.packages ?? {}))
  const found: LockedPackage[] = []
  const seen = new Set<string>()
  const left: string[] = []
  const needed = [...projects]
  const reach = (name: string, version: string): void => {
    const key = snapshots.has(version) ? version : `${name}@${version}`
    if (!seen.has(key)) left.push(key)
    seen.add(key)
  }
  const visited = new Set<string>()
  for (let project = needed.pop(); project !== undefined; project = needed.pop()) {
    if (visited.has(project)) continue
    visited.add(project)
    const { dependencies, devDependencies, optionalDependencies } = importers.get(project) ?? {}
    for (const [name, { version }] of Object.entries({ ...optionalDependencies, ...devDependencies, ...dependencies })) {
      if (!version.startsWith("link:")) reach(name, version)
      else needed.push(linked(project, version.slice("link:".length)))
    }
  }
  for (let key = left.pop(); key !== undefined; key = left.pop()) {
    const id = key.replace(/\(.*$/s, "")
    const at = id.lastIndexOf("@")
    const [name, version] = [id.slice(0, at), id.slice(at + 1)]
    const one = packages.get(id)
    if (one !== undefined && snapshots.get(key)?.optional === true && !isForSandbox(one, architecture)) continue
    const { integrity, tarball, type } = one?.resolution ?? {}
    if (integrity === undefined || type !== undefined || (tarball !== undefined && !isRegistryAddress(tarball, name, version)))
      return { why: `its lock file takes ${id.slice(0, 200)} from somewhere else than a registry, or states no digest of it` }
    found.push({ name, version, integrity })
    const { dependencies, optionalDependencies } = snapshots.get(key) ?? {}
    for (const [inner, wanted] of Object.entries({ ...optionalDependencies, ...dependencies }))
      if (!wanted.startsWith("link:")) reach(inner, wanted)
  }
  return { packages: sortedPackages(found), projects: [...visited].sort() }
}

/** Where a link leads, from the workspace's root; one out of it names no project. */
function linked(from: string, path: string): string {
  const parts = from === "." ? [] : from.split("/")
  for (const part of path.split("/")) {
    if (part === "..") parts.pop()
    else if (part !== "." && part !== "") parts.push(part)
  }
  return parts.length === 0 ? "." : parts.join("/")
}

function parsed(text: string): Lock | undefined {
  const lock = Lock.safeParse(yamlOf(text)).data
  return lock?.lockfileVersion.startsWith("9.") === true ? lock : undefined
}
