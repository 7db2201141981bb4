import { randomBytes } from "node:crypto"
import { rename, rm } from "node:fs/promises"
import { basename, join } from "node:path"
import { sha256Of } from "../core/digest.ts"
import { touch } from "./cache.ts"
import type { Context } from "./context.ts"
import { kindAt, makeFolder } from "./files.ts"

/** One fact of an index. Several may share a key. */
export interface IndexRow {
  readonly key: string
  readonly value: string
}

const formatVersion = 4

/** Where an index made from the document with this digest stands. */
export const indexPath = (ctx: Context, name: string): string => join(ctx.cache, "indexes", `${basename(name)}.sqlite`)

/** Writes an index once, in a file of its own, and names it when it is whole. */
export async function writeIndex(path: string, rows: AsyncIterable<IndexRow>, ctx: Context): Promise<void> {
  const { DatabaseSync } = await sqlite()
  const part = join(ctx.cache, "tmp", `${randomBytes(8).toString("hex")}.sqlite`)
  await makeFolder(join(ctx.cache, "tmp"))
  await makeFolder(join(path, ".."))
  const database = new DatabaseSync(part)
  try {
    // No journal: the file has no name that anyone reads until it is whole.
    database.exec(`PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA user_version=${formatVersion}; BEGIN;
      CREATE TABLE fact(key TEXT NOT NULL, value TEXT NOT NULL, digest TEXT NOT NULL);`)
    const insert = database.prepare("INSERT INTO fact VALUES (?, ?, ?)")
    for await (const { key, value } of rows) insert.run(key, value, digestOf(key, value))
    database.exec("CREATE INDEX fact_key ON fact(key); COMMIT;")
    database.close()
    await rename(part, path)
  } catch (error) {
    if (database.isOpen) database.close()
    await rm(part, { force: true })
    throw error
  }
}

/** The values of each key, in the order of the keys; undefined when there is no index, or it is damaged: then it is removed, to be made again. */
export async function readIndex(path: string, ...keys: readonly string[]): Promise<readonly (readonly string[])[] | undefined> {
  if ((await kindAt(path)) !== "file") return undefined
  const found = await valuesOf(path, keys)
  if (found === undefined) await rm(path, { force: true })
  else touch(path)
  return found
}

async function valuesOf(path: string, keys: readonly string[]): Promise<readonly (readonly string[])[] | undefined> {
  const { DatabaseSync } = await sqlite()
  try {
    const database = new DatabaseSync(path, { readOnly: true })
    try {
      if (database.prepare("PRAGMA user_version").get()?.["user_version"] !== formatVersion) return undefined
      const select = database.prepare("SELECT value, digest FROM fact WHERE key = ?")
      const found = keys.map((key) => {
        const values = select.all(key).map((row) => ({ value: String(row["value"]), digest: row["digest"] }))
        return values.every(({ value, digest }) => digest === digestOf(key, value)) ? values.map(({ value }) => value) : undefined
      })
      return found.every((values) => values !== undefined) ? found : undefined
    } finally {
      database.close()
    }
  } catch {
    return undefined // a damaged file: SQLite says so by throwing, whatever the damage
  }
}

// Loaded on use: most runs of the program need no index.
const sqlite = () => import("node:sqlite")

const digestOf = (key: string, value: string): string => sha256Of(`${key.length}:${key}${value}`)
