import { readdirSync, readFileSync, statfsSync } from "node:fs"
import { sandboxUser } from "./sandbox-job.ts"

/** What the kernel counts for no process or for each alone: memory of all, and files, each of which takes kernel memory however small it is. */
export interface Usage {
  readonly memoryBytes: number
  readonly files: number
}

/** Of a process and all below it, as far as they still run. */
export function usageBelow(pid: number): Usage {
  const processes = below(pid)
  const memoryBytes = processes.reduce((sum, one) => sum + memoryOf(one), 0)
  for (const inner of processes.toReversed()) {
    const files = filesSeenBy(inner)
    if (files !== undefined) return { memoryBytes, files }
  }
  return { memoryBytes, files: 0 }
}

function below(pid: number): readonly number[] {
  const found = [pid]
  for (const one of found) found.push(...childrenOf(one)) // as it grows; the limit on processes ends it
  return found
}

/** proc(5): each thread names its own children. */
const childrenOf = (pid: number): readonly number[] =>
  list(`/proc/${pid}/task`).flatMap((task) =>
    text(`/proc/${pid}/task/${task}/children`)
      .split(" ")
      .filter((child) => child !== "")
      .map(Number),
  )

/** Its own and shared memory (proc(5), status): what is shared counts for each, as no limit of a process knows it. */
function memoryOf(pid: number): number {
  const status = text(`/proc/${pid}/status`)
  return ["RssAnon", "RssShmem"].reduce(
    (sum, name) => sum + Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)?.[1] ?? 0) * 1024,
    0,
  )
}

/** Files in the folders that can be written to, as seen from a process inside; undefined for one that stands outside or may not be looked at. */
function filesSeenBy(pid: number): number | undefined {
  try {
    const seen = [sandboxUser.work, sandboxUser.temporary, sandboxUser.home].map((path) => statfsSync(`/proc/${pid}/root${path}`))
    return seen.reduce((sum, { files, ffree }) => sum + files - ffree, 0)
  } catch {
    return undefined
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return [] // it has just ended
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, "latin1")
  } catch {
    return ""
  }
}
