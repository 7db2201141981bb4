import { type ByteSource, sliceSource } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import { boundExpansion } from "../../core/expansion.ts"
import { decodeLzma, LzmaError, lzmaProperties } from "../../core/lzma.ts"
import { decodeLzma2, lzma2Dictionary } from "../../core/lzma2.ts"
import type { ByProgram } from "../parser.ts"
import type { Odd, Scribe } from "../scribe.ts"
import { type Encoded, lzma2ByProgram, lzmaByProgram } from "./by-program.ts"
import type { Coder, Folder, Packed } from "./streams.ts"

const copy = "00"
const lzma = "030101"
const lzma2 = "21"
const decodedMethods: ReadonlySet<string> = new Set([copy, lzma, lzma2])
export const encryption = "06f10701"
/** Ids of methods (DOC/Methods.txt of the 7-Zip source), those that writers use. */
const methods: ReadonlyMap<string, string> = new Map([
  [copy, "Copy"],
  ["03", "Delta"],
  ["04", "BCJ"],
  ["05", "PPC"],
  ["06", "IA64"],
  ["07", "ARM"],
  ["08", "ARMT"],
  ["09", "SPARC"],
  ["0a", "ARM64"],
  ["0b", "RISCV"],
  [lzma2, "LZMA2"],
  [lzma, "LZMA"],
  ["03030103", "BCJ"],
  ["0303011b", "BCJ2"],
  ["030401", "PPMd"],
  ["040108", "Deflate"],
  ["040109", "Deflate64"],
  ["040202", "BZip2"],
  ["04f71101", "ZSTD"],
  ["04f71102", "Brotli"],
  ["04f71104", "LZ4"],
  [encryption, "AES"],
])

const nameOf = ({ method }: Coder): string => methods.get(method) ?? `method ${method}`

/** What a folder takes of memory that is filled before its first byte: a table of 2^(lc + lp) models, up to 6 MB, for content that may be of one byte. */
export function setupBytes({ coders: [coder] }: Folder): number {
  const properties = coder?.method === lzma ? lzmaProperties(coder.properties[0] ?? 0, 0) : undefined
  return properties === undefined ? 0 : 2 * 0x300 * 2 ** (properties.literalContextBits + properties.literalPositionBits)
}

/** Why the contents of a folder cannot be had; undefined: they can. */
export function whyUnread({ coders, packed }: Folder): string | undefined {
  if (coders.some(({ method }) => method === encryption))
    return "it is encrypted: what stands here is not what a reader with the password gets"
  const [only] = coders
  if (only !== undefined && coders.length === 1 && packed.length === 1 && decodedMethods.has(only.method)) return undefined
  return `7z's ${coders.map(nameOf).join(" with ")} is not decoded here: what stands here is not what a reader gets`
}

export const isStored = ({ coders }: Folder): boolean => coders.length === 1 && coders[0]?.method === copy

/** The packed streams of a folder, which stand side by side. */
export const packedRun = ({ packed }: Pick<Folder, "packed">): Packed => ({ start: packed[0]?.start ?? 0, end: packed.at(-1)?.end ?? 0 })

/** What a folder holds. */
export interface Content {
  /** From its first byte on; what is stored goes on into the next folder's. */
  readonly input: Cursor
  /** Whether there is no more behind its size, once that was read: a decoder sees the end of its stream only when it is asked for more. */
  hasEnded(): Promise<boolean>
  /** What of the packed bytes was not needed, once it has ended. */
  odds(): readonly Odd[]
  /** A body that was not read to its end may hold a process. */
  close(): Promise<unknown>
}

/** The packed streams, as one after another is asked for. */
export class PackedStreams {
  readonly byProgram: ByProgram | undefined
  readonly #source: ByteSource
  #stored: { readonly start: number; readonly input: Cursor } | undefined

  constructor(source: ByteSource, byProgram?: ByProgram) {
    this.#source = source
    this.byProgram = byProgram
  }

  /** A decoder may look ahead, but not behind the end of its stream. */
  encoded({ start, end }: Packed): ByteSource {
    return sliceSource(this.#source, start, end)
  }

  /** Stored files have a folder each and stand side by side: read on where the one before ended, so that small ones are not a read each. */
  stored({ start }: Packed): Cursor {
    const last = this.#stored
    if (last !== undefined && last.start + last.input.position === start) return last.input
    const input = new Cursor(this.#source.stream(start))
    this.#stored = { start, input }
    return input
  }
}

/** Of a folder that is not `whyUnread`, and whose packed bytes are all there. */
export function contentOf(folder: Folder, streams: PackedStreams, scribe: Scribe): Content {
  const run = packedRun(folder)
  const packed = streams.encoded(run)
  const input = isStored(folder) ? streams.stored(run) : new Cursor(packed.stream())
  const before = input.position
  const odds = (): readonly Odd[] => {
    const start = run.start + input.position - before
    const why = "packed bytes behind the content: an error for 7z, bsdtar does not look"
    return start < run.end ? [{ start, end: run.end, kind: "behind-content", why }] : []
  }
  if (isStored(folder)) {
    if (folder.size > run.end - run.start)
      throw scribe.malformed(run.start, `${folder.size} stored bytes of a packed stream that has fewer`)
    return { input, odds, hasEnded: async () => true, close: async () => undefined }
  }
  const body = unpacked(folder, { packed, input, byProgram: streams.byProgram }, scribe)
  const content = new Cursor(body)
  return { input: content, odds, hasEnded: async () => (await content.some(1)) === undefined, close: () => body.return(undefined) }
}

async function* unpacked(folder: Folder, encoded: Encoded, scribe: Scribe): AsyncGenerator<Uint8Array> {
  const { start, end } = packedRun(folder)
  boundExpansion(folder.size, end - start, scribe.options)
  try {
    yield* decoderOf(folder, encoded, scribe)
  } catch (error) {
    throw error instanceof LzmaError ? scribe.malformed(start, `a sound LZMA stream; ${error.message}`) : error
  }
}

/** Properties of LZMA: properties[1] dictionary size[4], as in the header of an .lzma file; of LZMA2: dictionary size[1]. */
function decoderOf({ coders: [coder], packed, size }: Folder, encoded: Encoded, scribe: Scribe): AsyncIterable<Uint8Array> {
  const bytes = coder?.properties ?? Buffer.alloc(0)
  const bounded = (dictionary: number | undefined): number => {
    if (dictionary === undefined) throw scribe.malformed(packed[0]?.start ?? 0, "properties of LZMA in 5 bytes, or of LZMA2 in one")
    if (dictionary > scribe.options.limits.dictionaryBytesMax) throw scribe.overLimit("dictionaryBytesMax")
    return dictionary
  }
  if (coder?.method === lzma2) {
    const dictionary = bounded(bytes.byteLength === 1 ? lzma2Dictionary(bytes[0] ?? 0) : undefined)
    return lzma2ByProgram(encoded, bytes[0] ?? 0, size) ?? decodeLzma2(encoded.input, dictionary, size)
  }
  const properties = bytes.byteLength === 5 ? lzmaProperties(bytes[0] ?? 0, bytes.readUInt32LE(1)) : undefined
  const dictionaryBytes = bounded(properties?.dictionaryBytes)
  const whole = { literalContextBits: 0, literalPositionBits: 0, positionBits: 0, ...properties, dictionaryBytes }
  return lzmaByProgram(encoded, bytes, size, whole) ?? decodeLzma(encoded.input, whole, size)
}
