import { crc32 } from "node:zlib"
import { assert } from "../../core/assert.ts"
import { type ByteSource, collect } from "../../core/bytes.ts"
import type { Odd, Scribe } from "../scribe.ts"
import { contentOf, encryption, PackedStreams, packedRun, whyUnread } from "./content.ts"
import { Fields, id } from "./fields.ts"
import { type Listed, readFiles } from "./files.ts"
import { type SignatureHeader, signatureBytes } from "./signature.ts"
import { type Folder, readStreams } from "./streams.ts"

/** A run of the layer that is known, and what in it nothing reads. */
export interface Region {
  readonly start: number
  readonly end: number
  readonly role: "header" | "content" | "index"
  readonly odds: readonly Odd[]
}

export interface Index {
  readonly folders: readonly Folder[]
  readonly files: readonly Listed[]
  /** Where all of this stands. */
  readonly regions: readonly Region[]
}

/** Reads the header, or what describes the packed one and then that. */
export async function readIndex(source: ByteSource, { start, end, crc }: SignatureHeader, scribe: Scribe): Promise<Index> {
  if (start === end) return { folders: [], files: [], regions: [] }
  const bytes = Buffer.from(await source.read(start, end))
  if (crc32(bytes) !== crc) throw scribe.malformed(start, "a header of the CRC-32 that the signature header states")
  const fields = new Fields(bytes, { at: start, isDecoded: false }, scribe)
  const first = fields.number("an id")
  if (first === id.header) {
    const read = readHeader(fields)
    return { ...read, regions: [{ start, end, role: "index", odds: fields.odds }] }
  }
  if (first !== id.encodedHeader) throw scribe.malformed(start, "a header or an encoded one")
  const [folder, ...more] = readStreams(fields, signatureBytes)
  nothingBehind(fields)
  if (folder === undefined || more.length > 0) throw scribe.malformed(start, "an encoded header of one folder")
  const run = packedRun(folder)
  const decoded = await decodedHeader(source, folder, scribe)
  const inner = new Fields(decoded.bytes, { at: run.start, isDecoded: true }, scribe)
  inner.expect(id.header, "a header that is encoded once")
  const read = readHeader(inner)
  return {
    ...read,
    regions: [
      { ...run, role: "index", odds: decoded.odds },
      { start, end, role: "header", odds: fields.odds },
    ],
  }
}

async function decodedHeader(
  source: ByteSource,
  folder: Folder,
  scribe: Scribe,
): Promise<{ readonly bytes: Buffer; readonly odds: readonly Odd[] }> {
  const { start, end } = packedRun(folder)
  if (end > source.size) throw scribe.malformed(start, `the packed header up to ${end}, but the layer ends`)
  if (folder.coders.some(({ method }) => method === encryption))
    throw scribe.malformed(start, "a header that is not encrypted: what is in the archive cannot even be listed without its password")
  const unread = whyUnread(folder)
  if (unread !== undefined) throw scribe.malformed(start, `a header of Copy, LZMA or LZMA2 (${unread})`)
  if (folder.size > scribe.options.limits.sevenZipHeaderBytesMax) throw scribe.overLimit("sevenZipHeaderBytesMax")
  const content = contentOf(folder, new PackedStreams(source), scribe)
  const bytes = Buffer.from(await collect(scribe.body(content.input, folder.size)))
  assert(await content.hasEnded(), "a decoder gave another size")
  if (folder.crc === undefined)
    scribe.review("no-checksum", "the encoded header has no CRC-32: nothing tells whether it is as it was written", start)
  else if (crc32(bytes) !== folder.crc) throw scribe.malformed(start, "a decoded header of the CRC-32 that is stated")
  return { bytes, odds: content.odds() }
}

/** Header (7zFormat.txt). */
function readHeader(fields: Fields): Pick<Index, "folders" | "files"> {
  let start = fields.at
  let next = fields.number("an id")
  if (next === id.archiveProperties) {
    skipProperties(fields)
    fields.odd(start, "archive-properties", "properties of the archive: 7z does not look at them, bsdtar refuses the archive")
    start = fields.at
    next = fields.number("an id")
  }
  if (next === id.additionalStreams) throw fields.malformed("a header without additional streams, which no writer makes")
  let folders: readonly Folder[] = []
  if (next === id.mainStreams) {
    folders = readStreams(fields, signatureBytes)
    next = fields.number("an id")
  }
  let files: readonly Listed[] = []
  if (next === id.files) {
    files = readFiles(fields)
    next = fields.number("an id")
  }
  if (next !== id.end) throw fields.malformed("the end of the header")
  nothingBehind(fields)
  return { folders, files }
}

function skipProperties(fields: Fields): void {
  for (let count = 1; fields.number("an id of a property") !== id.end; count += 1) {
    fields.boundProperties(count)
    fields.take(fields.number("the size of a property"), "a property")
  }
}

function nothingBehind(fields: Fields): void {
  const start = fields.at
  if (fields.left === 0) return
  fields.take(fields.left, "the rest")
  fields.odd(start, "header-rest", "bytes behind the end of the header: 7z warns, bsdtar refuses the archive")
}
