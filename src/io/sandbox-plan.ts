import type { Stats } from "node:fs"
import { lstat, readdir, readlink, stat } from "node:fs/promises"
import { join, posix } from "node:path"
import { FaultError } from "../core/fault.ts"
import { diskFaults } from "./disk-fault.ts"
import { type SandboxJob, sandboxUser } from "./sandbox-job.ts"

/** One thing that stands in the root file system inside. It is built in memory, so that mount points can be made where the given root has none. */
export type Step =
  | { readonly kind: "folder" }
  | { readonly kind: "link"; readonly target: string }
  /** A file or folder of this machine, read-only. */
  | { readonly kind: "bind"; readonly source: string; readonly folder: boolean }
  /** A writable folder in memory. */
  | { readonly kind: "memory"; readonly bytesMax: number; readonly mode: string }
  | { readonly kind: "proc" }
  | { readonly kind: "dev" }

/** By absolute path inside, each after the folder that it stands in. */
export type Plan = ReadonlyMap<string, Step>

const stepsMax = 4000
const own = ["/proc", "/dev", sandboxUser.work, sandboxUser.home, sandboxUser.temporary]

/**
 * What stands where inside: the members of the job's root, its mounts, `files` (by path inside) and the sandbox's own folders. A folder of the
 * root is bound whole unless something has to stand in it that it has no place for; then its members are bound one by one.
 */
export async function planRoot(job: SandboxJob, files: ReadonlyMap<string, string>): Promise<Plan> {
  const steps = new Map<string, Step>([["/", { kind: "bind", source: job.root, folder: true }]])
  await spread("/", job.root, steps)
  for (const [path, source] of job.mounts) await place(checked(path), await bindOf(source), steps)
  for (const [path, source] of files) await place(path, await bindOf(source), steps)
  const bytes = Math.floor(job.limits.diskBytesMax / 4)
  const memory = (share: number, mode: string): Step => ({ kind: "memory", bytesMax: bytes * share, mode })
  for (const path of own) for (const under of [...steps.keys()]) if (under.startsWith(`${path}/`)) steps.delete(under)
  await place("/proc", { kind: "proc" }, steps)
  await place("/dev", { kind: "dev" }, steps)
  await place(sandboxUser.work, memory(2, "0755"), steps)
  await place(sandboxUser.temporary, memory(1, "1777"), steps)
  await place(sandboxUser.home, memory(1, "0755"), steps)
  steps.delete("/")
  return new Map([...steps].sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function place(path: string, step: Step, steps: Map<string, Step>): Promise<void> {
  let above = posix.dirname(path)
  while (!steps.has(above)) above = posix.dirname(above)
  const holder = steps.get(above)
  if (holder?.kind === "bind" && holder.folder) {
    if (await hasPlace(join(holder.source, path.slice(above.length)), holder.source, step)) {
      steps.set(path, step)
      return
    }
    await spread(above, holder.source, steps)
    return place(path, step, steps)
  }
  if (holder?.kind !== "folder") throw misplaced(path, `${above} is no folder that anything can be put into`)
  const inner = posix.relative(above, path).split("/").slice(0, -1)
  inner.forEach((_, index) => {
    steps.set(posix.join(above, ...inner.slice(0, index + 1)), { kind: "folder" })
  })
  steps.set(path, step)
}

/** A folder of our own in place of the bound one, its members bound into it. What was placed before stays. */
async function spread(path: string, source: string, steps: Map<string, Step>): Promise<void> {
  steps.set(path, { kind: "folder" })
  for (const name of (await onDisk(source, () => readdir(source))).sort()) {
    const at = posix.join(path, name)
    const from = join(source, name)
    const found = await onDisk(from, () => lstat(from))
    if (steps.size >= stepsMax) throw misplaced(path, `its folders have more than ${stepsMax} members`)
    if (steps.has(at)) continue
    if (found.isSymbolicLink()) steps.set(at, { kind: "link", target: await onDisk(from, () => readlink(from)) })
    else if (found.isFile() || found.isDirectory()) steps.set(at, { kind: "bind", source: from, folder: found.isDirectory() })
  }
}

/** Whether a mount point for `step` stands at `path` and is reached without a link. */
async function hasPlace(path: string, top: string, step: Step): Promise<boolean> {
  for (let above = path; above !== top; above = posix.dirname(above)) {
    const found: Stats | undefined = await lstat(above).catch(() => undefined)
    const wanted = above === path && step.kind === "bind" && !step.folder ? found?.isFile() : found?.isDirectory()
    if (wanted !== true) return false
  }
  return step.kind !== "link"
}

async function bindOf(source: string): Promise<Step> {
  const found = await onDisk(source, () => stat(source))
  if (!found.isFile() && !found.isDirectory()) throw misplaced(source, "it is neither a file nor a folder")
  return { kind: "bind", source, folder: found.isDirectory() }
}

function checked(path: string): string {
  const taken = own.some((mine) => path === mine || path.startsWith(`${mine}/`) || mine.startsWith(`${path}/`))
  if (posix.normalize(path) !== path || !path.startsWith("/") || path === "/" || path.endsWith("/") || taken)
    throw misplaced(path, "it is no plain absolute path, or one of the sandbox's own")
  return path
}

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  const done = await diskFaults(path, work)
  if (!done.ok) throw new FaultError(done.fault)
  return done.value
}

const misplaced = (path: string, why: string) =>
  new FaultError({ kind: "usage", why: `${path} cannot stand in the sandbox: ${why}`, remedy: "mount it elsewhere" })
