import { isSha256 } from "../core/digest.ts"
import { baseName } from "../core/path.ts"
import type { Publication } from "../model/origin.ts"
import { OriginBuckets } from "./origin-buckets.ts"
import { isoDay } from "./origin-catalogue.ts"
import { damaged, VarintReader } from "./origin-coding.ts"
import type { OriginDatabase } from "./origin-database.ts"
import { contentBucketOf, contentId, contentsInBucketMax, digestBytes, noWord } from "./origin-layout.ts"

const idMax = 2 ** 31
const dayMax = 10_000_000

/** Contents whose digests begin alike. */
interface Bucket {
  readonly digests: Buffer
  /** What is known of each, in the same order: claim, then path, version and day of each appearance. */
  readonly records: readonly Buffer[]
}

const empty: Bucket = { digests: Buffer.alloc(0), records: [] }

export interface StoredContent {
  readonly sha256: string
  readonly record: Buffer
}

/** The contents of an index. */
export class OriginContents {
  readonly #database: OriginDatabase
  readonly #originNames: ReadonlyMap<number, string>
  readonly #buckets: OriginBuckets<Bucket>
  readonly #words = new Map<number, string>()
  readonly #days = new Map<number, string>()
  readonly #paths = new Map<number, { readonly origin: string; readonly text: string; readonly name: string }>()

  constructor(database: OriginDatabase, originNames: ReadonlyMap<number, string>) {
    this.#database = database
    this.#originNames = originNames
    this.#buckets = new OriginBuckets(database, "content_bucket", "digests, records", (row) => this.#parsed(row))
  }

  find(sha256: string): StoredContent | undefined {
    if (!isSha256(sha256)) return undefined
    const { digests, records } = this.#buckets.get(contentBucketOf(sha256)) ?? empty
    const at = digests.indexOf(sha256, 0, "hex")
    const record = at % digestBytes === 0 ? records[at / digestBytes] : undefined
    return record === undefined ? undefined : { sha256, record }
  }

  at(id: number): StoredContent {
    const { digests, records } = this.#buckets.get(Math.floor(id / contentsInBucketMax)) ?? empty
    const index = id % contentsInBucketMax
    const record = records[index]
    const sha256 = digests.toString("hex", index * digestBytes, (index + 1) * digestBytes)
    if (record === undefined || !isSha256(sha256)) throw damaged(this.#database.path)
    return { sha256, record }
  }

  ids(): readonly number[] {
    return this.#buckets.ids().flatMap((bucket) => (this.#buckets.get(bucket) ?? empty).records.map((_, index) => contentId(bucket, index)))
  }

  claim({ record }: StoredContent): string | undefined {
    return this.#word(new VarintReader(record, this.#database.path).take(idMax))
  }

  publications({ sha256, record }: StoredContent): readonly Publication[] {
    return this.#appearances(record).map(({ path: { origin, text: path }, version, date }) => ({ origin, path, version, date, sha256 }))
  }

  /** The origins that had a content under this base name. */
  originsNaming({ record }: StoredContent, name: string): readonly string[] {
    return this.#appearances(record).flatMap(({ path }) => (path.name === name ? [path.origin] : []))
  }

  /** The earliest under this base name. */
  publicationNamed(content: StoredContent, name: string): Publication {
    const all = this.publications(content)
    const found = all.find(({ path }) => baseName(path) === name) ?? all[0]
    if (found === undefined) throw damaged(this.#database.path)
    return found
  }

  #appearances(record: Buffer) {
    const reader = new VarintReader(record, this.#database.path)
    reader.take(idMax)
    const found = []
    while (!reader.done) {
      const path = this.#path(reader.take(idMax))
      found.push({ path, version: this.#word(reader.take(idMax)) ?? "", date: this.#day(reader.takeSigned(dayMax)) })
    }
    return found
  }

  #parsed(row: Parameters<OriginDatabase["bytes"]>[0]): Bucket {
    const digests = this.#database.bytes(row, "digests")
    const bytes = this.#database.bytes(row, "records")
    const records: Buffer[] = []
    for (let at = 0; at < bytes.byteLength; ) {
      const size = bytes.byteLength - at < 4 ? -1 : bytes.readUInt32BE(at)
      if (size < 1 || at + 4 + size > bytes.byteLength) throw damaged(this.#database.path)
      records.push(bytes.subarray(at + 4, at + 4 + size))
      at += 4 + size
    }
    if (records.length * digestBytes !== digests.byteLength) throw damaged(this.#database.path)
    return { digests, records }
  }

  #path(id: number) {
    const known = this.#paths.get(id)
    if (known !== undefined) return known
    const row = this.#database.get("SELECT origin, text FROM path WHERE id = ?", id)
    const origin = this.#originNames.get(row === undefined ? -1 : this.#database.number(row, "origin"))
    if (row === undefined || origin === undefined) throw damaged(this.#database.path)
    const text = this.#database.text(row, "text")
    const found = { origin, text, name: baseName(text) }
    this.#paths.set(id, found)
    return found
  }

  #word(id: number): string | undefined {
    if (id === noWord) return undefined
    const known = this.#words.get(id)
    if (known !== undefined) return known
    const row = this.#database.get("SELECT text FROM word WHERE id = ?", id)
    if (row === undefined) throw damaged(this.#database.path)
    const text = this.#database.text(row, "text")
    this.#words.set(id, text)
    return text
  }

  #day(day: number): string {
    const known = this.#days.get(day) ?? isoDay(day)
    this.#days.set(day, known)
    return known
  }
}
