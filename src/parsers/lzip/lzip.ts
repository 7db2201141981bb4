import { crc32 } from "node:zlib"
import { type ByteSource, sliceSource } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import { boundExpansion, boundedExpansion } from "../../core/expansion.ts"
import { Reader } from "../../core/reader.ts"
import type { Decompress, Sink, WalkOptions } from "../parser.ts"
import { findMemberEnd, headerBytes, type Member, readHeader, trailerBytes } from "./member.ts"

/**
 * Walks the members by the sizes in their trailers; checks their content's size and CRC-32 itself. `decompress` takes the members only if they are
 * streams from end to end, so what it accepts leaves no byte between them. lzip(1) itself passes over the last four bytes of a stream, which end its range code:
 * with it they are content that nothing was compared with. xz, which is given the first member where it is new enough, compares them.
 */
export async function* decodeLzip(
  source: ByteSource,
  options: WalkOptions & { readonly decompress: Decompress },
  sink: Sink,
): AsyncGenerator<Uint8Array> {
  const reader = new Reader(new Cursor(source.stream()), options, sink)
  const members: Member[] = []
  let size = 0
  do {
    const member = await walkMember(reader, source)
    size += member.size
    boundExpansion(size, reader.position, options)
    members.push(member)
    reader.bound("streamsMax", members.length)
  } while ((await reader.peek(4)).toString("latin1") === "LZIP")
  const end = reader.position
  if (members.length > 1) {
    reader.say("multi-member", "note", `${members.length} lzip members`)
    if (members.some((member) => member.size === 0))
      reader.say("empty-member", "review", "an empty lzip member beside others: any number could be added")
  }
  await reader.trailing("lzip member")
  const chunks = options.decompress("lzip", sliceSource(source, 0, end).stream(), size)
  yield* checked(boundedExpansion(chunks, end, options), members, reader)
}

async function walkMember(reader: Reader, source: ByteSource): Promise<Member> {
  const start = reader.position
  const { dictionary } = readHeader(await reader.take(headerBytes, "an lzip header"), reader)
  reader.bound("dictionaryBytesMax", dictionary)
  reader.demand((await reader.peek(1))[0] === 0, "the zero that a range coder starts with")
  reader.claimUpTo("header")
  const end = await findMemberEnd(source, start)
  if (end === undefined) throw reader.malformed("a trailer that states the size of its lzip member")
  await reader.skip(end - trailerBytes - reader.position, "an lzip member")
  reader.claimUpTo("content")
  const trailer = await reader.take(trailerBytes, "an lzip trailer")
  reader.claimUpTo("trailer")
  const size = trailer.readUInt32LE(4) + trailer.readUInt32LE(8) * 2 ** 32
  reader.bound("layerBytesMax", size)
  return { crc: trailer.readUInt32LE(0), size }
}

/** The chunks, held against the size and CRC-32 of each member in turn. */
async function* checked(chunks: AsyncIterable<Uint8Array>, members: readonly Member[], reader: Reader): AsyncGenerator<Uint8Array> {
  let index = 0
  let size = 0
  let crc = 0
  const passEnded = (): void => {
    for (let member = members[index]; member !== undefined && size === member.size; member = members[index]) {
      reader.demand(crc === member.crc, `the CRC-32 of lzip member ${index + 1}`)
      index += 1
      size = crc = 0
    }
  }
  passEnded()
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; ) {
      const left = (members[index]?.size ?? 0) - size
      reader.demand(left > 0, "no more decoded bytes than the trailers say")
      const part = chunk.subarray(at, at + left)
      crc = crc32(part, crc)
      size += part.byteLength
      at += part.byteLength
      passEnded()
    }
    yield chunk
  }
  reader.demand(index === members.length, "as many decoded bytes as the trailers say")
}
