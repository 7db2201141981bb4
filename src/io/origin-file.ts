import { isSha256 } from "../core/digest.ts"
import { baseName } from "../core/path.ts"
import type { Edition, Origin, Publication } from "../model/origin.ts"
import type { Context } from "./context.ts"
import { isoDay, lineHash } from "./origin-catalogue.ts"
import { damaged, decodeSequences, VarintReader } from "./origin-coding.ts"
import { OriginDatabase, type Row } from "./origin-database.ts"
import { bucketEntryBytes, bucketOf, keyBytes, noWord } from "./origin-layout.ts"
import { Shortlist, Tally } from "./origin-rank.ts"

/** Families that are looked at because of their lines, besides the one of the name. */
const votedMax = 3
/** One line in so many must be of a family for it to be looked at. */
const votesShare = 20
/** So many of the best are dated, so that of equals the earliest is named. */
const rankedMin = 16
const idMax = 2 ** 31
const dayMax = 2 ** 40

export interface Found {
  readonly edition: Edition
  /** Lines that both have, each as often as both have it. */
  readonly shared: number
}

/** Most lines shared first; of those the shorter text, as less of it was taken away; of those the earliest. */
export function compareFound(a: Found, b: Found): number {
  const [dateA, dateB] = [a.edition.publication.date, b.edition.publication.date]
  return b.shared - a.shared || a.edition.lines.length - b.edition.lines.length || (dateA < dateB ? -1 : dateA > dateB ? 1 : 0)
}

/** One index file, looked up in by point queries. */
export class OriginFile {
  readonly path: string
  readonly origins: readonly Origin[]
  readonly database: OriginDatabase
  readonly #words = new Map<number, string>()
  readonly #paths = new Map<number, { readonly origin: string; readonly text: string }>()
  readonly #originNames: ReadonlyMap<number, string>
  readonly #buckets = new Map<number, Buffer>()
  #starts: Int32Array | undefined

  private constructor(database: OriginDatabase) {
    this.path = database.path
    this.database = database
    const rows = database.all("SELECT id, name, trust, files FROM origin ORDER BY id")
    this.#originNames = new Map(rows.map((row) => [database.number(row, "id"), database.text(row, "name")]))
    this.origins = rows.map((row) => this.#origin(row))
  }

  /** Undefined when there is none. Throws a fault for one that cannot be used. */
  static async open(path: string, advice: string, ctx: Context): Promise<OriginFile | undefined> {
    const database = await OriginDatabase.open(path, advice, ctx)
    if (database === undefined) return undefined
    try {
      return new OriginFile(database)
    } catch (error) {
      database.close()
      throw error
    }
  }

  close(): void {
    this.database.close()
  }

  #origin(row: Row): Origin {
    const facts = this.database.all(
      "SELECT kind, value, id FROM origin_fact WHERE origin = ? ORDER BY rowid",
      this.database.number(row, "id"),
    )
    const of = (kind: string): readonly Row[] => facts.filter((fact) => fact["kind"] === kind)
    return {
      name: this.database.text(row, "name"),
      trust: row["trust"] === "upstream" ? "upstream" : "known",
      files: this.database.number(row, "files"),
      sources: of("source").map((fact) => ({ location: this.database.text(fact, "value"), id: this.database.text(fact, "id") })),
      projects: of("project").map((fact) => this.database.text(fact, "value")),
      gaps: of("gap").map((fact) => this.database.text(fact, "value")),
    }
  }

  publicationsOf(sha256: string): readonly Publication[] {
    const row = this.#contentRow(sha256)
    return row === undefined ? [] : this.publications(row, sha256)
  }

  #contentRow(sha256: string): Row | undefined {
    if (!isSha256(sha256)) return undefined
    const rest = sha256.slice(keyBytes * 2)
    const rows = this.database.all(
      "SELECT rest, claim, appearances FROM content WHERE key = ?",
      Number.parseInt(sha256.slice(0, keyBytes * 2), 16),
    )
    return rows.find((row) => this.database.bytes(row, "rest").toString("hex") === rest)
  }

  publications(row: Row, sha256: string): readonly Publication[] {
    const reader = new VarintReader(this.database.bytes(row, "appearances"), this.path)
    const found: Publication[] = []
    while (!reader.done) {
      const { origin, text } = this.#path(reader.take(idMax))
      const version = this.word(reader.take(idMax)) ?? ""
      found.push({ origin, path: text, version, date: isoDayOf(reader.takeSigned(dayMax), this.path), sha256 })
    }
    return found
  }

  claimsOf(name: string): ReadonlyMap<string, ReadonlySet<string>> {
    const claims = new Map<string, Set<string>>()
    const family = this.database.get("SELECT contents FROM family WHERE name = ?", name)
    if (family === undefined) return claims
    for (const id of this.contentIds(family)) {
      const { row, sha256 } = this.content(id)
      const claim = this.word(this.database.number(row, "claim"))
      if (claim === undefined) continue
      for (const { origin, path } of this.publications(row, sha256)) {
        if (baseName(path) !== name) continue
        const of = claims.get(origin) ?? new Set()
        claims.set(origin, of.add(claim))
      }
    }
    return claims
  }

  /** The nearest first. */
  nearest(name: string, lines: readonly string[], max: number): readonly Found[] {
    const query = this.#numbersOf(lines)
    const best = new Shortlist(Math.max(max, rankedMin))
    const tally = new Tally(query, this.#lineCount())
    for (const id of this.#familiesFor(name, query)) {
      const family = this.database.get("SELECT contents, editions FROM family WHERE id = ?", id)
      if (family === undefined) throw damaged(this.path)
      const ids = this.contentIds(family)
      decodeSequences(this.database.bytes(family, "editions"), this.#lineCount(), (sequence, index) => {
        const content = ids[index]
        if (content === undefined) throw damaged(this.path)
        if (tally.mostSharedWith(sequence) < best.least) return
        best.offer({ content, family: id, lines: sequence, shared: tally.sharedWith(sequence) })
      })
    }
    const found = best.list.map(({ content, family, lines: sequence, shared }) => {
      const publication = this.#publicationIn(content, family)
      return { edition: { publication, lines: sequence, query }, shared }
    })
    return found.sort(compareFound).slice(0, max)
  }

  /** The earliest publication under the name of the family. */
  #publicationIn(id: number, family: number): Publication {
    const { row, sha256 } = this.content(id)
    const name = this.database.get("SELECT name FROM family WHERE id = ?", family)?.["name"]
    const all = this.publications(row, sha256)
    const found = all.find(({ path }) => baseName(path) === name) ?? all[0]
    if (found === undefined) throw damaged(this.path)
    return found
  }

  #numbersOf(lines: readonly string[]): Int32Array {
    const known = new Map<string, number>()
    return Int32Array.from(lines, (line) => {
      const before = known.get(line)
      if (before !== undefined) return before
      const number = this.#numberOf(lineHash(line))
      known.set(line, number)
      return number
    })
  }

  #numberOf(hash: string): number {
    const bytes = this.#bucket(bucketOf(hash))
    const rest = Buffer.from(hash.slice(1), "latin1")
    for (let at = bytes.indexOf(rest); at >= 0; at = bytes.indexOf(rest, at + 1)) {
      if (at % bucketEntryBytes !== 0) continue
      const number = bytes.readUInt32BE(at + rest.byteLength)
      if (number >= this.#lineCount()) throw damaged(this.path)
      return number
    }
    return -1
  }

  /** Kept: the texts of one release ask for the same ones. All of them are as large as the table. */
  #bucket(id: number): Buffer {
    const known = this.#buckets.get(id)
    if (known !== undefined) return known
    const row = this.database.get("SELECT lines FROM line_bucket WHERE id = ?", id)
    const bytes = row === undefined ? Buffer.alloc(0) : this.database.bytes(row, "lines")
    if (bytes.byteLength % bucketEntryBytes !== 0) throw damaged(this.path)
    this.#buckets.set(id, bytes)
    return bytes
  }

  /** The family of the name, then those that most of the rare lines were first seen in. */
  #familiesFor(name: string, query: Int32Array): readonly number[] {
    const starts = this.#familyStarts()
    const votes = new Map<number, number>()
    const distinct = new Set(query)
    for (const number of distinct) {
      if (number < (starts[0] ?? 0)) continue
      const family = familyOf(starts, number)
      votes.set(family, (votes.get(family) ?? 0) + 1)
    }
    const own = this.database.get("SELECT id FROM family WHERE name = ?", name)
    const named = own === undefined ? [] : [this.database.number(own, "id")]
    const needed = Math.max(2, distinct.size / votesShare)
    const voted = [...votes]
      .filter(([, count]) => count >= needed)
      .sort(([a, some], [b, more]) => more - some || a - b)
      .map(([id]) => id)
    return [...named, ...voted.filter((id) => !named.includes(id)).slice(0, votedMax)]
  }

  /** The first line of each family, by family. */
  #familyStarts(): Int32Array {
    this.#starts ??= Int32Array.from(this.database.all("SELECT first_line FROM family ORDER BY id"), (row) =>
      this.database.number(row, "first_line"),
    )
    return this.#starts
  }

  #lines: number | undefined
  #lineCount(): number {
    this.#lines ??= this.database.number(this.database.get("SELECT value FROM line_count") ?? {}, "value")
    return this.#lines
  }

  contentIds(family: Row): readonly number[] {
    const reader = new VarintReader(this.database.bytes(family, "contents"), this.path)
    const ids: number[] = []
    while (!reader.done) ids.push(reader.take(idMax))
    return ids
  }

  content(id: number): { readonly row: Row; readonly sha256: string } {
    const row = this.database.get("SELECT key, rest, claim, appearances FROM content WHERE id = ?", id)
    if (row === undefined) throw damaged(this.path)
    const sha256 = `${this.database
      .number(row, "key")
      .toString(16)
      .padStart(keyBytes * 2, "0")}${this.database.bytes(row, "rest").toString("hex")}`
    if (!isSha256(sha256)) throw damaged(this.path)
    return { row, sha256 }
  }

  #path(id: number): { readonly origin: string; readonly text: string } {
    const known = this.#paths.get(id)
    if (known !== undefined) return known
    const row = this.database.get("SELECT origin, text FROM path WHERE id = ?", id)
    const origin = this.#originNames.get(row === undefined ? -1 : this.database.number(row, "origin"))
    if (row === undefined || origin === undefined) throw damaged(this.path)
    const found = { origin, text: this.database.text(row, "text") }
    this.#paths.set(id, found)
    return found
  }

  word(id: number): string | undefined {
    if (id === noWord) return undefined
    const known = this.#words.get(id)
    if (known !== undefined) return known
    const row = this.database.get("SELECT text FROM word WHERE id = ?", id)
    if (row === undefined) throw damaged(this.path)
    const text = this.database.text(row, "text")
    this.#words.set(id, text)
    return text
  }
}

function isoDayOf(day: number, what: string): string {
  if (Math.abs(day) > 10_000_000) throw damaged(what)
  return isoDay(day)
}

/** The last family that starts at or before the number. */
function familyOf(starts: Int32Array, number: number): number {
  let [low, high] = [0, starts.length]
  while (low + 1 < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= number) low = middle
    else high = middle
  }
  return low + 1
}
