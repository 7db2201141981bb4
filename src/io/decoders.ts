import { constants, createZstdDecompress } from "node:zlib"
import { decodeBzip2 } from "../core/bzip2.ts"
import { Bzip2Error } from "../core/bzip2-block.ts"
import { bzip2Pieces } from "../core/bzip2-pieces.ts"
import { Cursor } from "../core/cursor.ts"
import { FaultError } from "../core/fault.ts"
import { outputBytes, zlibMember } from "../core/inflate.ts"
import { cutLzip, type LzipCut } from "../core/lzip-cut.ts"
import { decodeLzma, LzmaError, lzmaProperties } from "../core/lzma.ts"
import type { Compression } from "../parsers/parser.ts"
import type { Context } from "./context.ts"
import { workerDecompress } from "./xz-worker.ts"

/** How one compressed form is decoded: by the first of the programs that the system has, else in this process. */
export interface Decoder {
  readonly programs: readonly DecoderProgram[]
  readonly builtIn: BuiltIn
  /** Cuts the stream into several, for as many programs to work on at a time. */
  readonly pieces?: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>
  /** A faster program that is trusted with the first stream alone, and since which version. */
  readonly first?: {
    readonly program: DecoderProgram
    readonly since: readonly [number, number]
    readonly cut: (chunks: AsyncIterable<Uint8Array>) => LzipCut
  }
}

export interface DecoderProgram {
  readonly name: string
  readonly args: readonly string[]
}

interface BuiltIn {
  /** As the trusted base has it; undefined where the decoder is our own. */
  readonly tool: readonly [name: string, version: string] | undefined
  decode(chunks: AsyncIterable<Uint8Array>, ctx: Context): AsyncIterable<Uint8Array>
}

/** What the system's xz may use of memory, dictionary and threads together. Of the others, bzip2 takes 4 MB, zstd and lzip the window that the walker has bounded. */
const memory = "--memlimit-decompress=1GiB"

const zstdBuiltIn: BuiltIn = { tool: ["zstd (node:zlib)", process.versions["zstd"] ?? process.version], decode: zstdFrames }

/** Programs that are told their format, so that what a walker took for one is not decoded as another. */
export const decoders: { readonly [C in Compression]: Decoder } = {
  bzip2: {
    programs: [{ name: "bzip2", args: ["-dc"] }],
    builtIn: { tool: undefined, decode: bzip2Streams },
    pieces: (chunks) => named("bzip2", new Cursor(chunks), bzip2Pieces(chunks, 1 << 20)),
  },
  // Bytes behind the last member are an error to it only if asked. xz ignores them always, and so what a member made to look like two would hide behind the
  // end of its stream: it is given one member, cut where that says it ends, and takes it only as a whole. It compares the last four bytes of the stream too.
  // The CRC-32 is the walker's to compare, while xz decodes on.
  lzip: {
    programs: [{ name: "lzip", args: ["-dc", "--trailing-error"] }],
    builtIn: { tool: undefined, decode: lzipMembers },
    first: { program: { name: "xz", args: ["-dc", "--format=lzip", "--ignore-check", memory] }, since: [5, 4], cut: cutLzip },
  },
  lzma: { programs: [{ name: "xz", args: ["-dc", "--format=lzma", memory] }], builtIn: { tool: undefined, decode: lzmaAlone } },
  xz: {
    programs: [{ name: "xz", args: ["-dc", "-T2", "--format=xz", memory] }],
    builtIn: {
      tool: ["xz-decompress (WASM)", "0.2.3"],
      decode: (chunks, ctx) => workerDecompress(chunks, ctx.environment["NODE_COMPILE_CACHE"]),
    },
  },
  zstd: { programs: [{ name: "zstd", args: ["-dcq", "--memory=2048MB"] }], builtIn: zstdBuiltIn },
  // The walker compares the checksum, while zstd decodes on.
  "zstd-unchecked": { programs: [{ name: "zstd", args: ["-dcq", "--no-check", "--memory=2048MB"] }], builtIn: zstdBuiltIn },
}

async function* bzip2Streams(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new Cursor(chunks)
  do yield* named("bzip2", input, decodeBzip2(input))
  while (!(await hasEnded(input)))
}

async function* zstdFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new Cursor(chunks)
  const params = { [constants.ZSTD_d_windowLogMax]: 31 }
  const asFault = (error: unknown): unknown =>
    error instanceof Error && "code" in error && typeof error.code === "string" && /^Z/.test(error.code)
      ? malformed("zstd", input, error.message)
      : error
  for (;;) {
    const next = await input.some(Number.POSITIVE_INFINITY)
    if (next === undefined) return
    input.putBack(next)
    yield* zlibMember(createZstdDecompress({ params, chunkSize: outputBytes(next.byteLength) }), input, asFault)
  }
}

async function* lzmaAlone(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new Cursor(chunks)
  const header = Buffer.from(await input.take(13))
  if (header.byteLength < 13) throw malformed("lzma", input, "it ends in its header")
  const stated = header.readBigUInt64LE(5)
  const size = stated === 2n ** 64n - 1n ? {} : { size: Number(stated) }
  yield* lzmaStream("lzma", input, { byte: header[0] ?? 0, dictionary: header.readUInt32LE(1), ...size })
  if (!(await hasEnded(input))) throw malformed("lzma", input, "bytes behind it")
}

/** lzip fixes the properties: lc 3, lp 0, pb 2. */
const lzipProperties = 93

async function* lzipMembers(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new Cursor(chunks)
  while (!(await hasEnded(input))) {
    const header = Buffer.from(await input.take(6))
    if (header.toString("latin1", 0, 5) !== "LZIP\x01") throw malformed("lzip", input, "no magic of lzip")
    yield* lzmaStream("lzip", input, { byte: lzipProperties, dictionary: 2 ** ((header[5] ?? 0) & 31) })
    if ((await input.take(20)).byteLength < 20) throw malformed("lzip", input, "it ends in a trailer")
  }
}

function lzmaStream(
  compression: Compression,
  input: Cursor,
  { byte, dictionary, size }: { readonly byte: number; readonly dictionary: number; readonly size?: number },
): AsyncGenerator<Uint8Array> {
  const properties = lzmaProperties(byte, dictionary)
  if (properties === undefined) throw malformed(compression, input, "properties that no encoder writes")
  return named(compression, input, decodeLzma(input, properties, size))
}

/** The chunks of our own decoders, whose errors become faults. */
async function* named(compression: Compression, input: Cursor, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    throw error instanceof LzmaError || error instanceof Bzip2Error ? malformed(compression, input, error.message) : error
  }
}

const hasEnded = async (input: Cursor): Promise<boolean> => (await input.peek(1)).byteLength === 0

const malformed = (layer: string, { position }: Cursor, why: string): FaultError =>
  new FaultError({ kind: "malformed", layer, offset: position, expected: `a sound ${layer} stream (${why})` })
