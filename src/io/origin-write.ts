import { randomBytes } from "node:crypto"
import { readFile, rename, rm } from "node:fs/promises"
import { dirname } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { sha256Of } from "../core/digest.ts"
import { baseName } from "../core/path.ts"
import { makeFolder, writeAtomically } from "./files.ts"
import { type Appearance, type Catalogue, compareAppearances, type KnownContent, lineHashBytes } from "./origin-catalogue.ts"
import { encodeSequences, VarintWriter } from "./origin-coding.ts"
import {
  applicationId,
  bucketEntryBytes,
  bucketOf,
  contentBucketOf,
  contentId,
  digestPath,
  formatVersion,
  indexes,
  noWord,
  schema,
} from "./origin-layout.ts"

/** The earliest appearances of one content that are kept; more tell a reader nothing. */
const appearancesMax = 16

/** A line that so many families have says nothing about where a text is from. */
const commonFamilies = 8

/** Writes a catalogue whole, then names it. The same catalogue gives the same bytes, in whatever order it was learned. */
export async function writeOrigins(catalogue: Catalogue, path: string): Promise<void> {
  const { DatabaseSync } = await import("node:sqlite")
  await makeFolder(dirname(path))
  const part = `${path}.${randomBytes(6).toString("hex")}.new`
  const database = new DatabaseSync(part)
  try {
    // No journal: the file has no name that anyone reads until it is whole.
    database.exec(`PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=4096; PRAGMA user_version=${formatVersion};
      PRAGMA application_id=${applicationId}; BEGIN; ${schema}`)
    new Writer(database, catalogue).write()
    database.exec(`${indexes} COMMIT; VACUUM;`)
    database.close()
    const digest = sha256Of(await readFile(part))
    await rename(part, path)
    await writeAtomically(digestPath(path), `${digest}\n`)
  } catch (error) {
    if (database.isOpen) database.close()
    await rm(part, { force: true })
    throw error
  }
}

interface Family {
  readonly name: string
  readonly members: readonly KnownContent[]
}

/** Ids of sorted contents. */
function idsOf(contents: readonly KnownContent[]): ReadonlyMap<string, number> {
  const ids = new Map<string, number>()
  let [bucket, index] = [-1, 0]
  for (const { sha256 } of contents) {
    index = contentBucketOf(sha256) === bucket ? index + 1 : 0
    bucket = contentBucketOf(sha256)
    ids.set(sha256, contentId(bucket, index))
  }
  return ids
}

class Writer {
  readonly #database: DatabaseSync
  readonly #catalogue: Catalogue
  readonly #contents: readonly KnownContent[]
  readonly #ids: ReadonlyMap<string, number>
  readonly #origins: ReadonlyMap<string, number>
  readonly #kept: ReadonlyMap<string, readonly Appearance[]>

  constructor(database: DatabaseSync, catalogue: Catalogue) {
    this.#database = database
    this.#catalogue = catalogue
    this.#contents = [...catalogue.contents.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
    this.#ids = idsOf(this.#contents)
    this.#origins = new Map([...catalogue.origins.keys()].sort().map((name, index) => [name, index + 1]))
    this.#kept = new Map(
      this.#contents.map(({ sha256, appearances }) => [
        sha256,
        [...appearances.values()].sort(compareAppearances).slice(0, appearancesMax),
      ]),
    )
  }

  write(): void {
    const paths = this.#writePaths()
    const words = this.#writeWords()
    this.#writeContents(paths, words)
    this.#writeOrigins()
    this.#writeLines(this.#writeFamilies())
  }

  #writePaths(): ReadonlyMap<string, number> {
    const all = new Set([...this.#kept.values()].flatMap((kept) => kept.map(({ origin, path }) => `${origin}\0${path}`)))
    const insert = this.#database.prepare("INSERT INTO path VALUES (?, ?, ?)")
    const paths = new Map([...all].sort().map((key, index) => [key, index + 1]))
    for (const [key, id] of paths) {
      const cut = key.indexOf("\0") // a hostile path may have one too, the name of an origin has none
      insert.run(id, this.#origins.get(key.slice(0, cut)) ?? 0, key.slice(cut + 1))
    }
    return paths
  }

  /** Versions and claims. */
  #writeWords(): ReadonlyMap<string, number> {
    const versions = [...this.#kept.values()].flatMap((kept) => kept.map(({ version }) => version))
    const claims = this.#contents.flatMap(({ claim }) => (claim === undefined ? [] : [claim]))
    const insert = this.#database.prepare("INSERT INTO word VALUES (?, ?)")
    const words = new Map([...new Set([...versions, ...claims])].sort().map((text, index) => [text, index + 1]))
    for (const [text, id] of words) insert.run(id, text)
    return words
  }

  #writeContents(paths: ReadonlyMap<string, number>, words: ReadonlyMap<string, number>): void {
    const insert = this.#database.prepare("INSERT INTO content_bucket VALUES (?, ?, ?)")
    for (const [bucket, contents] of Map.groupBy(this.#contents, ({ sha256 }) => contentBucketOf(sha256))) {
      const records = contents.flatMap((content) => {
        const record = this.#record(content, paths, words)
        const size = Buffer.alloc(4)
        size.writeUInt32BE(record.byteLength)
        return [size, record]
      })
      const digests = Buffer.from(contents.map(({ sha256 }) => sha256).join(""), "hex")
      insert.run(bucket, digests, Buffer.concat(records))
    }
  }

  #record({ sha256, claim }: KnownContent, paths: ReadonlyMap<string, number>, words: ReadonlyMap<string, number>): Uint8Array {
    const record = new VarintWriter()
    record.put(claim === undefined ? noWord : (words.get(claim) ?? noWord))
    for (const { origin, path, version, day } of this.#kept.get(sha256) ?? []) {
      record.put(paths.get(`${origin}\0${path}`) ?? 0)
      record.put(words.get(version) ?? 0)
      record.putSigned(day)
    }
    return record.finish()
  }

  #writeOrigins(): void {
    const files = new Map<string, number>()
    for (const kept of this.#kept.values())
      for (const origin of new Set(kept.map((one) => one.origin))) files.set(origin, (files.get(origin) ?? 0) + 1)
    const insert = this.#database.prepare("INSERT INTO origin VALUES (?, ?, ?, ?)")
    const insertFact = this.#database.prepare("INSERT INTO origin_fact VALUES (?, ?, ?, ?)")
    for (const [name, id] of this.#origins) {
      const facts = this.#catalogue.origins.get(name)
      if (facts === undefined) continue
      insert.run(id, name, facts.trust, files.get(name) ?? 0)
      for (const { location, id: read } of facts.sources) insertFact.run(id, "source", location, read)
      for (const project of facts.projects) insertFact.run(id, "project", project, "")
      for (const gap of facts.gaps) insertFact.run(id, "gap", gap, "")
    }
  }

  /** The largest family first: a line of a renamed text then votes for the name that has had most editions. Gives back the lines in their new order. */
  #writeFamilies(): readonly string[] {
    const insert = this.#database.prepare("INSERT INTO family VALUES (?, ?, ?, ?, ?, ?, ?)")
    const families = this.#families()
    const numbering = new Numbering(this.#catalogue.lines, commonLines(families, this.#catalogue.lines.length))
    for (const [index, { name, members }] of families.entries()) {
      const first = numbering.lines.length
      const contents = new VarintWriter()
      for (const { sha256 } of members) contents.put(this.#ids.get(sha256) ?? 0)
      const sequences = members.map(({ lines = new Int32Array(0) }) => lines.map((old) => numbering.numberOf(old)))
      const lengths = sequences.map(({ length }) => length).sort((a, b) => a - b)
      insert.run(index + 1, name, first, contents.finish(), encodeSequences(sequences), lengths[0] ?? 0, lengths.at(-1) ?? 0)
    }
    return numbering.lines
  }

  #families(): readonly Family[] {
    const families = new Map<string, { content: KnownContent; first: Appearance }[]>()
    for (const content of this.#contents) {
      if (content.lines === undefined) continue
      const named = new Map<string, Appearance>()
      for (const appearance of this.#kept.get(content.sha256) ?? []) {
        const name = baseName(appearance.path)
        if (!named.has(name)) named.set(name, appearance)
      }
      for (const [name, first] of named) {
        const members = families.get(name)
        if (members === undefined) families.set(name, [{ content, first }])
        else members.push({ content, first })
      }
    }
    const sorted = [...families].sort(([a, some], [b, more]) => more.length - some.length || (a < b ? -1 : 1))
    return sorted.map(([name, members]) => ({ name, members: members.sort(byChain).map(({ content }) => content) }))
  }

  #writeLines(lines: readonly string[]): void {
    this.#database.prepare("INSERT INTO line_count VALUES (?)").run(lines.length)
    const buckets = new Map<number, number[]>()
    for (const [number, hash] of lines.entries()) {
      const bucket = buckets.get(bucketOf(hash))
      if (bucket === undefined) buckets.set(bucketOf(hash), [number])
      else bucket.push(number)
    }
    const insert = this.#database.prepare("INSERT INTO line_bucket VALUES (?, ?)")
    for (const [id, numbers] of [...buckets].sort(([a], [b]) => a - b)) {
      const bytes = Buffer.alloc(numbers.length * bucketEntryBytes)
      for (const [index, number] of numbers.entries()) {
        bytes.write((lines[number] ?? "").slice(1, lineHashBytes), index * bucketEntryBytes, "latin1")
        bytes.writeUInt32BE(number, index * bucketEntryBytes + lineHashBytes - 1)
      }
      insert.run(id, bytes)
    }
  }
}

/** Gives the lines that are used new numbers, in the order in which they are asked for; those that many families share come first. */
class Numbering {
  readonly lines: string[] = []
  readonly #hashes: readonly string[]
  readonly #numbers: Int32Array

  constructor(hashes: readonly string[], common: readonly number[]) {
    this.#hashes = hashes
    this.#numbers = new Int32Array(hashes.length).fill(-1)
    for (const old of common) this.numberOf(old)
  }

  numberOf(old: number): number {
    const known = this.#numbers[old] ?? -1
    if (known >= 0) return known
    const number = this.lines.push(this.#hashes[old] ?? "") - 1
    this.#numbers[old] = number
    return number
  }
}

/** The lines of `commonFamilies` or more, in the order in which the families have them. */
function commonLines(families: readonly Family[], lines: number): readonly number[] {
  const counts = new Int32Array(lines)
  const last = new Int32Array(lines).fill(-1)
  for (const [index, { members }] of families.entries()) {
    for (const { lines: numbers = [] } of members) {
      for (const number of numbers) {
        if (last[number] === index) continue
        last[number] = index
        counts[number] = (counts[number] ?? 0) + 1
      }
    }
  }
  const common: number[] = []
  for (const { members } of families)
    for (const { lines: numbers = [] } of members)
      for (const number of numbers) {
        if ((counts[number] ?? 0) < commonFamilies) continue
        counts[number] = 0
        common.push(number)
      }
  return common
}

/** Versions of one file one after the other: each is coded against one shortly before it. */
function byChain(a: { content: KnownContent; first: Appearance }, b: { content: KnownContent; first: Appearance }): number {
  const keys = [a, b].map(({ first }) => `${first.origin}\0${first.path}`)
  if (keys[0] !== keys[1]) return (keys[0] ?? "") < (keys[1] ?? "") ? -1 : 1
  return a.first.day - b.first.day || (a.content.sha256 < b.content.sha256 ? -1 : 1)
}
