import { crc32 } from "node:zlib"
import type { Anomaly } from "../../core/anomaly.ts"
import type { ByteSource } from "../../core/bytes.ts"
import type { Claim } from "../../core/claim.ts"
import { Cursor } from "../../core/cursor.ts"
import { boundExpansion } from "../../core/expansion.ts"
import { FaultError } from "../../core/fault.ts"
import { DeflateError, inflateMember } from "../../core/inflate.ts"
import type { Limits } from "../../core/limits.ts"
import type { Sink, WalkOptions } from "../parser.ts"
import { type Block, extraFieldWords, GzipHeader, readTail } from "./header.ts"

interface Totals {
  members: number
  decoded: number
}

/**
 * Holds the claims of a member back until its first decoded byte: one of no content beside others is a place to hide bytes in, none of it is explained.
 * An empty member that is the only one is what gzip(1) makes of an empty file, one that is like every other the end of a file of BGZF.
 * Of a block of BGZF they are held back to its end: only then is it known whether it ends where its field says.
 */
class MemberSink implements Sink {
  readonly #sink: Sink
  readonly #layer: string
  #held: Claim[] | undefined = []

  constructor(sink: Sink, layer: string) {
    this.#sink = sink
    this.#layer = layer
  }

  claim(claim: Claim): void {
    if (this.#held === undefined) this.#sink.claim(claim)
    else this.#held.push(claim)
  }

  anomaly(anomaly: Anomaly): void {
    this.#sink.anomaly(anomaly)
  }

  /** The first byte of the content is there. */
  begin(block: Block | undefined): void {
    if (block === undefined) this.release()
  }

  /** Where a member ends. */
  endBlock({ field, end }: Block, at: number): void {
    if (end === at) return
    this.#anomaly("gzip-extra-field", extraFieldWords, field.start)
    this.#held = this.#held?.map((claim) => (claim.start === field.start ? { ...claim, role: "unexplained", why: extraFieldWords } : claim))
  }

  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const claim of held) this.#sink.claim(claim)
  }

  end(mayBeEmpty: boolean): void {
    const start = this.#held?.at(0)?.start
    const end = this.#held?.at(-1)?.end
    if (mayBeEmpty || start === undefined || end === undefined) {
      this.release()
      return
    }
    this.#held = undefined
    const why = "an empty gzip member beside others"
    this.#anomaly("empty-member", why, start)
    this.#sink.claim({ start, end, role: "unexplained", why })
  }

  #anomaly(kind: string, message: string, offset: number): void {
    this.#sink.anomaly({ kind, severity: "review", message, layer: this.#layer, offset })
  }
}

/** Decodes every member. Its CRC32 and ISIZE are checked, so bytes given out before a fault are not to be kept. */
export async function* decodeGzip(source: ByteSource, options: WalkOptions, sink: Sink): AsyncGenerator<Uint8Array> {
  const input = new Cursor(source.stream())
  const totals: Totals = { members: 0, decoded: 0 }
  for (let another = true; another; ) {
    const memberSink = new MemberSink(sink, options.layer)
    try {
      const before = totals.decoded
      const block = yield* member(input, source.size, options, memberSink, totals)
      another = await anotherMember(input)
      memberSink.end(totals.decoded > before || (!another && (totals.members === 1 || block?.isLast === true)))
    } finally {
      memberSink.release()
    }
  }
  if (totals.members > 1)
    sink.anomaly({ kind: "multi-member", severity: "note", message: `${totals.members} gzip members`, layer: options.layer })
  await readTail(input, options, sink)
}

async function anotherMember(input: Cursor): Promise<boolean> {
  const magic = await input.peek(2)
  return magic[0] === 0x1f && magic[1] === 0x8b
}

async function* member(
  input: Cursor,
  end: number,
  options: WalkOptions,
  sink: MemberSink,
  totals: Totals,
): AsyncGenerator<Uint8Array, Block | undefined> {
  totals.members += 1
  if (totals.members > options.limits.gzipMembersMax) throw overLimit(options, "gzipMembersMax")
  const header = new GzipHeader(input, options, sink)
  await header.read(totals.members - 1)
  const start = input.position
  let crc = 0
  let size = 0
  try {
    for await (const chunk of inflateMember(input, end)) {
      crc = crc32(chunk, crc)
      size += chunk.byteLength
      if (size > 0) sink.begin(header.block)
      totals.decoded += chunk.byteLength
      boundExpansion(totals.decoded, input.position, options)
      yield chunk
    }
  } catch (error) {
    if (error instanceof DeflateError) throw header.malformed(input.position, `whole deflate data (${error.message})`)
    throw error
  }
  sink.claim({ start, end: input.position, role: "content" })
  await trailer(input, header, sink, { crc, size })
  if (header.block !== undefined) sink.endBlock(header.block, input.position)
  return header.block
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

function overLimit(options: WalkOptions, limit: keyof Limits): FaultError {
  return new FaultError({ kind: "over-limit", layer: options.layer, limit, max: options.limits[limit] })
}
