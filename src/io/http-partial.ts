import { randomBytes } from "node:crypto"
import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Context } from "./context.ts"
import { makeFolder } from "./files.ts"

/** A place for an unfinished download that no other run writes to at the same time. */
export interface PartialPlace {
  readonly path: string
  release(): Promise<void>
}

/** The named place, or a private one while a living process holds the named one. */
export async function claimPartial(name: string, ctx: Context): Promise<PartialPlace> {
  const folder = join(ctx.cache, "partial")
  await makeFolder(folder)
  const path = join(folder, name)
  const lock = `${path}.lock`
  if ((await tryLock(lock)) || ((await isLeftOver(lock)) && (await tryLock(lock))))
    return { path, release: () => rm(lock, { force: true }) }
  const own = `${path}.${randomBytes(6).toString("hex")}`
  return {
    path: own,
    async release() {
      await rm(own, { force: true })
      await rm(`${own}.json`, { force: true })
    },
  }
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: "wx", mode: 0o600 })
    return true
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false
    throw error
  }
}

/** A lock whose process is gone; it is removed. */
async function isLeftOver(lock: string): Promise<boolean> {
  const holder = Number(await readFile(lock, "utf8").catch(() => ""))
  if (Number.isSafeInteger(holder) && holder > 0 && isAlive(holder)) return false
  await rm(lock, { force: true })
  return true
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}
