import type { Edition, Origin, OriginQuery, Publication } from "../model/origin.ts"
import type { Context } from "./context.ts"
import { OriginBuckets } from "./origin-buckets.ts"
import { lineHash } from "./origin-catalogue.ts"
import { damaged, decodeSequences, VarintReader } from "./origin-coding.ts"
import { OriginContents } from "./origin-contents.ts"
import { OriginDatabase, type Row } from "./origin-database.ts"
import { bucketEntryBytes, bucketOf, contentIdMax } from "./origin-layout.ts"
import { Shortlist, Tally } from "./origin-rank.ts"

/** Families that are looked at because of their lines, besides the one of the name. */
const votedMax = 3
/** One line in so many must be of a family for it to be looked at. */
const votesShare = 20
/** A text of a name that nobody published is looked at whole when, of so many of its lines, this share is known: most texts of a release are no renamed macros. */
const sampleMax = 256
const sampleShare = 0.5
/** Lines whose numbers are kept for the next text, and how short they are. */
const numbersKeptMax = 50_000
const numbersKeptLength = 400
/** So many of the best are dated, so that of equals the earliest is named. */
const rankedMin = 16
/** Half of a part is in the text at least. */
const partShare = 2
/** A namesake with this share of the lines is what a text was made from. */
const nearShare = 0.98

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

/** By family: its first line's number, and how many lines its shortest and its longest edition have. */
interface FamilySpans {
  readonly starts: Int32Array
  readonly shortest: Int32Array
  readonly longest: Int32Array
}

/** One index file, looked up in by point queries. */
export class OriginFile {
  readonly path: string
  readonly origins: readonly Origin[]
  readonly database: OriginDatabase
  readonly contents: OriginContents
  readonly #buckets: OriginBuckets<Buffer>
  #spans: FamilySpans | undefined
  #tally: Tally | undefined
  /** Lines that were asked for lately: the texts of a release share many. */
  readonly #numbers = new Map<string, number>()

  private constructor(database: OriginDatabase) {
    this.path = database.path
    this.database = database
    this.#buckets = new OriginBuckets(database, "line_bucket", "lines", (row) => this.#linesIn(row))
    const rows = database.all("SELECT id, name, trust, files FROM origin ORDER BY id")
    this.contents = new OriginContents(database, new Map(rows.map((row) => [database.number(row, "id"), database.text(row, "name")])))
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
    const content = this.contents.find(sha256)
    return content === undefined ? [] : this.contents.publications(content)
  }

  hasName(name: string): boolean {
    return this.#familyNamed(name) !== undefined
  }

  claimsOf(name: string): ReadonlyMap<string, ReadonlySet<string>> {
    const claims = new Map<string, Set<string>>()
    const family = this.database.get("SELECT contents FROM family WHERE name = ?", name)
    if (family === undefined) return claims
    for (const id of this.contentIds(family)) {
      const content = this.contents.at(id)
      const claim = this.contents.claim(content)
      if (claim === undefined) continue
      for (const origin of this.contents.originsNaming(content, name)) claims.set(origin, (claims.get(origin) ?? new Set()).add(claim))
    }
    return claims
  }

  /** The nearest first. */
  nearest({ name, lines, among }: OriginQuery, max: number): readonly Found[] {
    if (this.#familyNamed(name) === undefined && (among === "named" || (among === "renamed" && !this.#knowsSampleOf(lines)))) return []
    const query = this.#numbersOf(lines)
    const best = new Shortlist(Math.max(max, rankedMin))
    this.#tally ??= new Tally(this.#lineCount())
    const tally = this.#tally.ask(query)
    const wanted = { numbers: this.#lineCount(), ...(among === "parts" ? { sizeMax: partShare * lines.length } : {}) }
    for (const id of this.#familiesFor({ name, lines, among }, query)) {
      // A namesake that has all but a few lines is what it was made from; the other families are the larger ones.
      if ((best.list[0]?.shared ?? 0) >= lines.length * nearShare) break
      // A part that is there whole is one: what is left around it is asked for again.
      if (among === "parts" && best.list.some(({ shared, lines: whole }) => shared === whole.length)) break
      const row = this.database.get("SELECT name, contents, editions FROM family WHERE id = ?", id)
      if (row === undefined) throw damaged(this.path)
      const ids = this.contentIds(row)
      const family = this.database.text(row, "name")
      decodeSequences(this.database.bytes(row, "editions"), wanted, (sequence, index) => {
        const content = ids[index]
        if (content === undefined) throw damaged(this.path)
        if (tally.mostSharedWith(sequence) < best.least) return
        best.offer({ content, family, lines: sequence, shared: tally.sharedWith(sequence) })
      })
    }
    const found = best.list.map(({ content, family, lines: sequence, shared }) => {
      const publication = this.contents.publicationNamed(this.contents.at(content), family)
      return { edition: { publication, lines: sequence, query }, shared }
    })
    return found.sort(compareFound).slice(0, max)
  }

  #familyNamed(name: string): number | undefined {
    const row = this.database.get("SELECT id FROM family WHERE name = ?", name)
    return row === undefined ? undefined : this.database.number(row, "id")
  }

  #knowsSampleOf(lines: readonly string[]): boolean {
    const stride = Math.ceil(lines.length / sampleMax)
    const sample = this.#numbersOf(lines.filter((_, index) => index % stride === 0))
    const known = sample.filter((number) => number >= 0).length
    return known >= sample.length * sampleShare && this.#familiesFor({ name: "", lines, among: "renamed" }, sample).length > 0
  }

  #numbersOf(lines: readonly string[]): Int32Array {
    if (this.#numbers.size > numbersKeptMax) this.#numbers.clear()
    const numbers = new Int32Array(lines.length)
    for (let index = 0; index < lines.length; index += 1) numbers[index] = this.#numberOf(lines[index] ?? "")
    return numbers
  }

  #numberOf(line: string): number {
    const before = this.#numbers.get(line)
    if (before !== undefined) return before
    const number = this.#numberOfHash(lineHash(line))
    // A copy: a line that was cut from a text holds all of the text.
    if (line.length < numbersKeptLength) this.#numbers.set(Buffer.from(line, "latin1").toString("latin1"), number)
    return number
  }

  /** Looked through byte by byte: `Buffer.indexOf` costs more a call than the few dozen entries of a bucket. */
  #numberOfHash(hash: string): number {
    const bytes = this.#buckets.get(bucketOf(hash))
    if (bytes === undefined) return -1
    const [second, third, rest] = [hash.charCodeAt(1), hash.charCodeAt(2), hash.slice(1)]
    for (let at = 0; at < bytes.byteLength; at += bucketEntryBytes) {
      if (bytes[at] !== second || bytes[at + 1] !== third || bytes.toString("latin1", at, at + rest.length) !== rest) continue
      const number = bytes.readUInt32BE(at + rest.length)
      if (number >= this.#lineCount()) throw damaged(this.path)
      return number
    }
    return -1
  }

  #linesIn(row: Row): Buffer {
    const bytes = this.database.bytes(row, "lines")
    if (bytes.byteLength % bucketEntryBytes !== 0) throw damaged(this.path)
    return bytes
  }

  /** The family of the name, then those that most of the rare lines were first seen in. */
  #familiesFor({ name, lines, among }: OriginQuery, query: Int32Array): readonly number[] {
    const own = this.#familyNamed(name)
    const named = own === undefined ? [] : [own]
    if (among === "named") return named
    const { starts, shortest, longest } = this.#familySpans()
    const votes = new Map<number, number>()
    const distinct = new Set(query)
    for (const number of distinct) {
      if (number < (starts[0] ?? 0)) continue
      const family = familyOf(starts, number)
      votes.set(family, (votes.get(family) ?? 0) + 1)
    }
    const needed = Math.max(2, distinct.size / votesShare)
    const voted = [...votes]
      .filter(([, count]) => count >= needed)
      .sort(([a, some], [b, more]) => more - some || a - b)
      .map(([id]) => id)
      // Of another length by half, no edition of the family can be what the text was made from.
      .filter((id) => (shortest[id - 1] ?? 0) <= 2 * lines.length && (among === "parts" || 2 * (longest[id - 1] ?? 0) >= lines.length))
    return [...named, ...voted.filter((id) => !named.includes(id)).slice(0, votedMax)]
  }

  #familySpans(): FamilySpans {
    if (this.#spans !== undefined) return this.#spans
    const rows = this.database.all("SELECT first_line, shortest, longest FROM family ORDER BY id")
    const of = (column: string): Int32Array => Int32Array.from(rows, (row) => this.database.number(row, column))
    this.#spans = { starts: of("first_line"), shortest: of("shortest"), longest: of("longest") }
    return this.#spans
  }

  #lines: number | undefined
  #lineCount(): number {
    this.#lines ??= this.database.number(this.database.get("SELECT value FROM line_count") ?? {}, "value")
    return this.#lines
  }

  contentIds(family: Row): readonly number[] {
    const reader = new VarintReader(this.database.bytes(family, "contents"), this.path)
    const ids: number[] = []
    while (!reader.done) ids.push(reader.take(contentIdMax))
    return ids
  }
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
