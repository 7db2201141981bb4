import { readdirSync, readFileSync, statSync } from "node:fs"

/**
 * The first id of each range to look in, the emptiest first: past everything that systemd hands out ("Users, Groups, UIDs and GIDs on systemd
 * systems"), then past 16 bits, then the end of what a container of 65536 ids has.
 */
const starts = [1_879_048_192, 66_000, 62_000]
const rangeIds = 1900
let taken = 0

/**
 * As root, an id (of user and group) that no account and no process has: limits on processes hold only for another user than root, and are counted
 * by user. Undefined when we are not root, or root of a user namespace that has no other ids: then one's own id has to do.
 */
export function unusedUser(): number | undefined {
  if (process.geteuid?.() !== 0) return undefined
  const used = new Set([...accounts("/etc/passwd"), ...accounts("/etc/group"), ...running()])
  for (const start of starts.filter((first) => mapped("uid", first) && mapped("gid", first))) {
    for (let tried = 0; tried < rangeIds; tried++) {
      const id = start + ((process.pid * 16 + taken++) % rangeIds)
      if (!used.has(id)) return id
    }
  }
  return undefined
}

const accounts = (path: string): readonly number[] => lines(path).map((line) => Number(line.split(":")[2]))

function running(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid ?? 0)
}

/** Whether the range from `start` on is ours to use; user_namespaces(7): first id inside, first id outside, length. */
const mapped = (kind: "uid" | "gid", start: number): boolean =>
  lines(`/proc/self/${kind}_map`).some((line) => {
    const [first = 0, , length = 0] = line.trim().split(/\s+/).map(Number)
    return start >= first && start + rangeIds <= first + length
  })

function lines(path: string): readonly string[] {
  try {
    return readFileSync(path, "latin1").split("\n")
  } catch {
    return []
  }
}
