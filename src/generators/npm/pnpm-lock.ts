import { z } from "zod"
import type { LockedPackage } from "../../model/replay.ts"
import { yamlOf } from "../yaml.ts"
import { isForSandbox, isRegistryAddress, type Locked, noneToRead, sortedPackages, vouching } from "./locked.ts"

/** A dependency's version: `1.2.3`, with its peers in brackets, `name@1.2.3` for one of another name, or `link:../path`. */
const Direct = z.record(z.string(), z.object({ version: z.string() })).optional()
const Inner = z.record(z.string(), z.string()).optional()
const Words = z.array(z.string()).optional()
const Project = z.object({ dependencies: Direct, devDependencies: Direct, optionalDependencies: Direct })
const Package = z.object({
  resolution: z.object({ integrity: z.string().optional(), tarball: z.string().optional(), type: z.string().optional() }),
  os: Words,
  cpu: Words,
  libc: Words,
})
const Snapshot = z.object({ dependencies: Inner, optionalDependencies: Inner, optional: z.boolean().optional() })

const Version = z.object({ lockfileVersion: z.string() })

/** Version 9: what projects need, what each package needs in this place (`snapshots`), and where it comes from (`packages`). */
const Lock9 = z.object({
  importers: z.record(z.string(), Project),
  packages: z.record(z.string(), Package).optional(),
  snapshots: z.record(z.string(), Snapshot).optional(),
})
type Lock = z.infer<typeof Lock9>

/** Version 6: both of a package stand together, under `/name@1.2.3(peer@2.0.0)`, and a single project's dependencies at the top. */
const Lock6 = Project.extend({
  importers: z.record(z.string(), Project).optional(),
  packages: z.record(z.string(), Package.extend(Snapshot.shape)).optional(),
})

export interface LockedByPnpm {
  /** Folders of the workspace that are installed, links among them followed. */
  readonly projects: readonly string[]
  /** Of the lock file. */
  readonly format: 6 | 9
}

/** What pnpm would fetch by this lock file for these projects (folders from the workspace's root, "." for that) on a machine like the sandbox. */
export function lockedByPnpm(text: string, projects: readonly string[], architecture: string): Locked & Partial<LockedByPnpm> {
  const read = yamlOf(text)
  const version = Version.safeParse(read).data?.lockfileVersion
  const format = version?.startsWith("9.") ? 9 : version?.startsWith("6.") ? 6 : undefined
  if (version === undefined) return noneToRead("pnpm-lock.yaml")
  if (format === undefined) return { why: `its pnpm-lock.yaml is of version ${version.slice(0, 20)}, of which only 6 and 9 are read` }
  const lock = format === 9 ? Lock9.safeParse(read).data : as9(Lock6.safeParse(read).data)
  return lock === undefined ? noneToRead("pnpm-lock.yaml") : { ...reached(lock, projects, architecture), format }
}

/** A lock file of version 6 in the words of version 9. */
function as9(lock: z.infer<typeof Lock6> | undefined): Lock | undefined {
  if (lock === undefined) return undefined
  const bare = (id: string): string => id.replace(/^\//, "")
  const inner = (some: z.infer<typeof Inner>) => Object.fromEntries(Object.entries(some ?? {}).map(([name, id]) => [name, bare(id)]))
  const direct = (some: z.infer<typeof Direct>) =>
    Object.fromEntries(Object.entries(some ?? {}).map(([name, { version }]) => [name, { version: bare(version) }]))
  const project = ({ dependencies, devDependencies, optionalDependencies }: z.infer<typeof Project>): z.infer<typeof Project> => ({
    dependencies: direct(dependencies),
    devDependencies: direct(devDependencies),
    optionalDependencies: direct(optionalDependencies),
  })
  const packages = Object.entries(lock.packages ?? {}).map(([id, one]) => [bare(id), one] as const)
  return {
    importers: Object.fromEntries(Object.entries(lock.importers ?? { ".": lock }).map(([folder, one]) => [folder, project(one)])),
    packages: Object.fromEntries(packages.map(([id, one]) => [withoutPeers(id), one])),
    snapshots: Object.fromEntries(
      packages.map(([id, one]) => [
        id,
        { ...one, dependencies: inner(one.dependencies), optionalDependencies: inner(one.optionalDependencies) },
      ]),
    ),
  }
}

const withoutPeers = (id: string): string => id.replace(/\(.*$/s, "")

function reached(lock: Lock, projects: readonly string[], architecture: string): Locked & { readonly projects?: readonly string[] } {
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
    const id = withoutPeers(key)
    const at = id.lastIndexOf("@")
    const [name, version] = [id.slice(0, at), id.slice(at + 1)]
    const one = packages.get(id)
    if (one !== undefined && snapshots.get(key)?.optional === true && !isForSandbox(one, architecture)) continue
    const { integrity, tarball, type } = one?.resolution ?? {}
    if (integrity === undefined || type !== undefined || (tarball !== undefined && !isRegistryAddress(tarball, name, version)))
      return { why: `its lock file takes ${id.slice(0, 200)} from somewhere else than a registry, or states no digest of it` }
    found.push({ name, version, integrity: vouching(integrity) })
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
