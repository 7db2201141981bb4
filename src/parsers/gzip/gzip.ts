import { crc32 } from "node:zlib"
import type { ByteSource } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import { FaultError } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import type { Sink, WalkOptions } from "../parser.ts"
import { GzipHeader, readTail } from "./header.ts"
import { DeflateError, inflateMember } from "./inflate.ts"

interface Totals {
  members: number
  decoded: number
}

/** Decodes every member. Its CRC32 and ISIZE are checked, so bytes given out before a fault are not to be kept. */
export async function* decodeGzip(source: ByteSource, options: WalkOptions, sink: Sink): AsyncGenerator<Uint8Array> {
  const input = new Cursor(source.stream())
  const totals: Totals = { members: 0, decoded: 0 }
  do {
    yield* member(input, options, sink, totals)
  } while (await anotherMember(input))
  if (totals.members > 1)
    sink.anomaly({ kind: "multi-member", severity: "note", message: `${totals.members} gzip members`, layer: options.layer })
  await readTail(input, options, sink)
}

async function anotherMember(input: Cursor): Promise<boolean> {
  const magic = await input.peek(2)
  return magic[0] === 0x1f && magic[1] === 0x8b
}

async function* member(input: Cursor, options: WalkOptions, sink: Sink, totals: Totals): AsyncGenerator<Uint8Array> {
  totals.members += 1
  if (totals.members > options.limits.gzipMembersMax) throw overLimit(options, "gzipMembersMax")
  const header = new GzipHeader(input, options, sink)
  await header.read()
  const start = input.position
  let crc = 0
  let size = 0
  try {
    for await (const chunk of inflateMember(input)) {
      crc = crc32(chunk, crc)
      size += chunk.byteLength
      totals.decoded += chunk.byteLength
      checkSize(totals.decoded, input.position, options)
      yield chunk
    }
  } catch (error) {
    if (error instanceof DeflateError) throw header.malformed(input.position, `whole deflate data (${error.message})`)
    throw error
  }
  sink.claim({ start, end: input.position, role: "content" })
  await trailer(input, header, sink, { crc, size })
}

/** CRC32[4] ISIZE[4]: the size modulo 2^32 (RFC 1952, section 2.3.1). */
async function trailer(input: Cursor, header: GzipHeader, sink: Sink, found: { crc: number; size: number }): Promise<void> {
  const at = input.position
  const bytes = Buffer.from(await input.take(8))
  if (bytes.byteLength < 8) throw header.malformed(at + bytes.byteLength, "the trailer of a gzip member, but the stream ends")
  if (bytes.readUInt32LE(0) !== found.crc) throw header.malformed(at, "the CRC32 of the decoded bytes")
  if (bytes.readUInt32LE(4) !== found.size % 2 ** 32) throw header.malformed(at + 4, "the size of the decoded bytes")
  sink.claim({ start: at, end: at + 8, role: "trailer" })
}

function checkSize(decoded: number, encoded: number, options: WalkOptions): void {
  const { limits } = options
  if (decoded > limits.layerBytesMax) throw overLimit(options, "layerBytesMax")
  if (decoded > limits.ratioFreeBytes && decoded > limits.ratioMax * encoded) throw overLimit(options, "ratioMax")
}

function overLimit(options: WalkOptions, limit: keyof Limits): FaultError {
  return new FaultError({ kind: "over-limit", layer: options.layer, limit, max: options.limits[limit] })
}
