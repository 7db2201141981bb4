import { isAllZero } from "../../core/bytes.ts"
import { type Fields, id } from "./fields.ts"

/** A file as the header lists it. */
export interface Listed {
  readonly name: string
  readonly hasStream: boolean
  /** Without a stream: a file of no bytes; else a folder. */
  readonly isEmptyFile: boolean
  /** What is to be deleted where the archive is unpacked. */
  readonly isAnti: boolean
  readonly attributes: number | undefined
  /** Seconds since 1970. */
  readonly modified: number | undefined
}

/** FilesInfo, property by property: a column each. */
interface Columns {
  names: readonly string[]
  empty: readonly boolean[]
  emptyFile: readonly boolean[]
  anti: readonly boolean[]
  attributes: readonly (number | undefined)[]
  modified: readonly (number | undefined)[]
}

/** Reads the properties up to their end (7zFormat.txt, "FilesInfo"). */
export function readFiles(fields: Fields): readonly Listed[] {
  const count = fields.count("entriesMax", "the number of files")
  const columns: Columns = { names: [], empty: [], emptyFile: [], anti: [], attributes: [], modified: [] }
  const seen = new Set<number>()
  for (let properties = 1; ; properties += 1) {
    fields.boundProperties(properties)
    const start = fields.at
    const property = fields.number("an id of a property")
    if (property === id.end) break
    const size = fields.number("the size of a property")
    if (size > fields.left) throw fields.malformed(`a property of ${size} bytes; the header ends before`)
    const end = fields.at + size
    if (seen.has(property) && property !== id.dummy)
      fields.review(
        "duplicate-property",
        `property ${property} a second time: 7z takes the last one, bsdtar refuses the archive, or takes the first`,
      )
    seen.add(property)
    readProperty(property, fields, { columns, count, size, start })
    if (fields.at !== end) throw fields.malformed(`a property ${property} of ${size} bytes, as it says`)
  }
  if (columns.names.length !== count) throw fields.malformed(`names of ${count} files`)
  return listedOf(columns)
}

interface Place {
  readonly columns: Columns
  readonly count: number
  readonly size: number
  readonly start: number
}

function readProperty(property: number, fields: Fields, { columns, count, size, start }: Place): void {
  const empty = columns.empty.filter(Boolean).length
  switch (property) {
    case id.names:
      columns.names = readNames(fields, count, size)
      break
    case id.emptyStream:
      columns.empty = fields.bits(count, "which files have no content")
      break
    case id.emptyFile:
      columns.emptyFile = fields.bits(empty, "which of them are no folders")
      break
    case id.anti:
      columns.anti = fields.bits(empty, "which of them are to be deleted")
      break
    case id.attributes:
      columns.attributes = readColumn(fields, count, () => fields.word("attributes"))
      if (columns.attributes.includes(undefined))
        fields.review(
          "partial-attributes",
          "only some files have attributes: bsdtar looks for them at another place, and refuses the archive",
        )
      break
    case id.modifiedTime:
      columns.modified = readColumn(fields, count, () => secondsOf(fields.take(8, "a time").readBigUInt64LE()))
      break
    case id.creationTime:
    case id.accessTime:
      readColumn(fields, count, () => fields.take(8, "a time"))
      break
    case id.dummy:
      if (!isAllZero(fields.take(size, "padding")))
        fields.odd(start, "padding", "padding is not zero: an error for 7z, bsdtar does not look")
      break
    default:
      fields.take(size, "a property")
      fields.odd(start, "unknown-property", `property ${property} of the files, which 7z skips with a warning, and bsdtar without`)
  }
}

function readColumn<T>(fields: Fields, count: number, read: () => T): readonly (T | undefined)[] {
  const defined = fields.defined(count, "which files have a property")
  fields.notExternal("a property of files")
  return defined.map((is) => (is ? read() : undefined))
}

/** UTF-16LE, a zero behind each. */
function readNames(fields: Fields, count: number, size: number): readonly string[] {
  fields.notExternal("names")
  if (size % 2 === 0) throw fields.malformed("names of two bytes a character")
  const area = fields.take(size - 1, "names")
  const names = area.toString("utf16le").split("\0", count + 2)
  if (names.some((name) => name.length > fields.scribe.options.limits.nameBytesMax)) throw fields.scribe.overLimit("nameBytesMax")
  if (names.length > count + 1) throw fields.malformed(`${count} names`)
  if (names.pop() !== "") throw fields.malformed("a zero behind the last name")
  return names
}

/** A FILETIME counts 100 ns from 1601. */
const secondsOf = (time: bigint): number => Number(time / 10_000_000n) - 11_644_473_600

function listedOf({ names, empty, emptyFile, anti, attributes, modified }: Columns): readonly Listed[] {
  let at = 0
  return names.map((name, index) => {
    const hasStream = empty[index] !== true
    const own = { name, hasStream, attributes: attributes[index], modified: modified[index] }
    if (hasStream) return { ...own, isEmptyFile: false, isAnti: false }
    at += 1
    return { ...own, isEmptyFile: emptyFile[at - 1] === true, isAnti: anti[at - 1] === true }
  })
}
