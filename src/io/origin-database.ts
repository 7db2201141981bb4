import { createHash } from "node:crypto"
import { closeSync, openSync, readSync } from "node:fs"
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite"
import { finishSha256 } from "../core/digest.ts"
import { type Fault, FaultError, orThrow } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { diskFaults } from "./disk-fault.ts"
import { kindAt, readSmallFile } from "./files.ts"
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
  const { head, sha256 } = orThrow(await diskFaults(path, async () => digestOf(path, ctx)))
  // https://www.sqlite.org/fileformat.html, "The Database Header": the version of the user at 60, the application's id at 68.
  if (head.toString("latin1", 0, 16) !== "SQLite format 3\0" || head.readUInt32BE(68) !== applicationId)
    return "it is not an index of known origins"
  const version = head.readUInt32BE(60)
  if (version !== formatVersion) return `it is of format ${version}, and this program reads format ${formatVersion}`
  const promised = Buffer.from((await readSmallFile(digestPath(path), 1024)) ?? new Uint8Array(0)).toString("latin1", 0, 64)
  return promised === sha256 ? undefined : "it is damaged: its SHA-256 is another than that in the file beside it"
}

/** In one piece and with one buffer: every run of `explain` waits for this. A shorter head is filled with zeros. */
function digestOf(path: string, { limits }: Context): { readonly head: Buffer; readonly sha256: string } {
  const fd = openSync(path, "r")
  try {
    const hash = createHash("sha256")
    const head = Buffer.alloc(100)
    const buffer = Buffer.allocUnsafe(1 << 18)
    let size = 0
    for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer)) {
      if (size === 0) buffer.copy(head, 0, 0, Math.min(read, head.byteLength))
      size += read
      const max = limits.originIndexBytesMax
      if (size > max) throw new FaultError({ kind: "over-limit", layer: path, limit: "originIndexBytesMax", max })
      hash.update(buffer.subarray(0, read))
    }
    return { head, sha256: finishSha256(hash) }
  } finally {
    closeSync(fd)
  }
}

const refused = (source: string, why: string, remedy: string): Fault => ({ kind: "unavailable", source, why, remedy })
