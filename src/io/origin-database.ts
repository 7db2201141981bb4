import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite"
import { sha256Of } from "../core/digest.ts"
import { type Fault, FaultError } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { fileSource, kindAt, readSmallFile } from "./files.ts"
import { damaged } from "./origin-coding.ts"
import { applicationId, digestPath, formatVersion } from "./origin-layout.ts"

export type Row = Record<string, SQLOutputValue>

/** The database of an index whose digest was right when it was opened. Rows are still checked: a fault is better than a Bug. */
export class OriginDatabase {
  readonly path: string
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  private constructor(path: string, database: DatabaseSync) {
    this.path = path
    this.#database = database
  }

  /** Undefined when there is none. Throws a fault for a file that is no index, of another version, or not what its digest says. */
  static async open(path: string, advice: string, ctx: Context): Promise<OriginDatabase | undefined> {
    const kind = await kindAt(path)
    if (kind === undefined) return undefined
    const why = kind === "file" ? await oddityOf(path, ctx) : "it is not a file"
    if (why !== undefined) throw new FaultError(refused(path, why, advice))
    const { DatabaseSync } = await import("node:sqlite")
    try {
      const database = new DatabaseSync(path, { readOnly: true, allowExtension: false })
      database.exec("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA query_only=ON;")
      return new OriginDatabase(path, database)
    } catch {
      throw new FaultError(refused(path, "it is damaged: SQLite cannot read it", advice)) // SQLite says so by throwing, whatever the damage
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }

  get(sql: string, ...values: (string | number)[]): Row | undefined {
    return this.#asked(() => this.#prepared(sql).get(...values))
  }

  all(sql: string, ...values: (string | number)[]): readonly Row[] {
    return this.#asked(() => this.#prepared(sql).all(...values))
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #asked<T>(ask: () => T): T {
    try {
      return ask()
    } catch {
      throw damaged(this.path)
    }
  }

  number(row: Row, column: string): number {
    const value = row[column]
    if (typeof value !== "number") throw damaged(this.path)
    return value
  }

  text(row: Row, column: string): string {
    const value = row[column]
    if (typeof value !== "string") throw damaged(this.path)
    return value
  }

  bytes(row: Row, column: string): Buffer {
    const value = row[column]
    if (!(value instanceof Uint8Array)) throw damaged(this.path)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }
}

/** What speaks against a file, seen from its bytes: SQLite is given none that was not written by us as it is. */
async function oddityOf(path: string, ctx: Context): Promise<string | undefined> {
  const bytes = await wholeFile(path, ctx)
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 100))
  // https://www.sqlite.org/fileformat.html, "The Database Header": the version of the user at 60, the application's id at 68.
  if (head.byteLength < 100 || head.toString("latin1", 0, 16) !== "SQLite format 3\0" || head.readUInt32BE(68) !== applicationId)
    return "it is not an index of known origins"
  const version = head.readUInt32BE(60)
  if (version !== formatVersion) return `it is of format ${version}, and this program reads format ${formatVersion}`
  const promised = Buffer.from((await readSmallFile(digestPath(path), 1024)) ?? new Uint8Array(0)).toString("latin1", 0, 64)
  return promised === sha256Of(bytes) ? undefined : "it is damaged: its SHA-256 is another than that in the file beside it"
}

async function wholeFile(path: string, { limits }: Context): Promise<Uint8Array> {
  const source = await fileSource(path)
  try {
    const max = limits.originIndexBytesMax
    if (source.size > max) throw new FaultError({ kind: "over-limit", layer: path, limit: "originIndexBytesMax", max })
    return await source.read(0, source.size)
  } finally {
    await source.close()
  }
}

const refused = (source: string, why: string, remedy: string): Fault => ({ kind: "unavailable", source, why, remedy })
