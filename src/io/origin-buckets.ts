import type { OriginDatabase, Row } from "./origin-database.ts"

/** Whoever asks for more buckets will ask for most: the table is then read at once, in a fifth of the time of as many point queries. */
const fewBuckets = 128

/** The buckets of one table, kept once they were read: the texts of a release ask for the same ones, and all of them are as large as the table. */
export class OriginBuckets<T> {
  readonly #database: OriginDatabase
  readonly #select: string
  readonly #parse: (row: Row) => T
  readonly #rows = new Map<number, Row>()
  readonly #parsed = new Map<number, T | undefined>()
  #allRead = false

  /** `parse` throws a fault for a row that no index has. */
  constructor(database: OriginDatabase, table: string, columns: string, parse: (row: Row) => T) {
    this.#database = database
    this.#select = `SELECT id, ${columns} FROM ${table}`
    this.#parse = parse
  }

  /** Undefined where nothing is in it. */
  get(id: number): T | undefined {
    if (this.#parsed.has(id)) return this.#parsed.get(id)
    const row = this.#row(id)
    const bucket = row === undefined ? undefined : this.#parse(row)
    this.#parsed.set(id, bucket)
    return bucket
  }

  ids(): readonly number[] {
    this.#readAll()
    return [...this.#rows.keys()].sort((a, b) => a - b)
  }

  #row(id: number): Row | undefined {
    if (this.#parsed.size >= fewBuckets) this.#readAll()
    return this.#allRead ? this.#rows.get(id) : this.#database.get(`${this.#select} WHERE id = ?`, id)
  }

  #readAll(): void {
    if (this.#allRead) return
    for (const row of this.#database.all(this.#select)) this.#rows.set(this.#database.number(row, "id"), row)
    this.#allRead = true
  }
}
