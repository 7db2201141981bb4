import { crc32 } from "node:zlib"
import { isAllZero, latin1 } from "../../core/bytes.ts"
import type { Cursor } from "../../core/cursor.ts"
import { FaultError } from "../../core/fault.ts"
import { decodeName, nameDanger } from "../../core/name.ts"
import { baseName } from "../../core/path.ts"
import type { Sink, WalkOptions } from "../parser.ts"

/*
 * A member's header (RFC 1952, section 2.3):
 *   0 1f 8b  2 CM=8  3 FLG  4 MTIME[4]  8 XFL  9 OS   then by FLG:
 *   FEXTRA XLEN[2] bytes   FNAME name NUL   FCOMMENT comment NUL   FHCRC CRC16[2]
 */
const flag = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const

/** 2: slowest, 4: fastest (section 2.3.1). */
const xflValues: ReadonlySet<number> = new Set([0, 2, 4])
/** 0 to 13 and 255 (section 2.3.1); 16, 18 and 19 are BeOS, OS/400 and Darwin of zlib (zutil.h, OS_CODE): npm's archives have 19. */
const osValues: ReadonlySet<number> = new Set([...Array(14).keys(), 16, 18, 19, 255])

const fileNameBytesMax = 255

/** A member that is a block of BGZF: where its extra field says so, and where that has it end (SAM specification, section 4.1). */
export interface Block {
  readonly field: { readonly start: number; readonly end: number }
  readonly end: number
  /** Of the block of no content that ends a file: the same 28 bytes in every one. */
  readonly isLast: boolean
}
/** "BC" 2[2], then the length of the member less one[2]. */
const blockField = Buffer.from("42430200", "hex")
const lastBlock = { header: Buffer.from("1f8b08040000000000ff", "hex"), bytes: 28 } as const
export const extraFieldWords = "a gzip extra field, which no reader looks at"

/** Reads the optional parts of a header, each claimed, all of them checked by FHCRC. */
export class GzipHeader {
  readonly #input: Cursor
  readonly #options: WalkOptions
  readonly #sink: Sink
  #crc = 0
  /** Known once the header is read. */
  block: Block | undefined

  constructor(input: Cursor, options: WalkOptions, sink: Sink) {
    this.#input = input
    this.#options = options
    this.#sink = sink
  }

  /** `index`: how many members stand before this one. */
  async read(index: number): Promise<void> {
    const start = this.#input.position
    const fixed = await this.#take(10, "a gzip header")
    const flags = fixed[3] ?? 0
    if (fixed[0] !== 0x1f || fixed[1] !== 0x8b) throw this.malformed(start, "the magic of a gzip member")
    if (fixed[2] !== 8) throw this.malformed(start + 2, "compression method 8 (deflate)")
    if ((flags & flag.reserved) !== 0) throw this.malformed(start + 3, "reserved gzip flags of zero")
    this.#writer(start, fixed)
    if ((flags & flag.extra) !== 0) await this.#extra(start, fixed)
    if ((flags & flag.name) !== 0) await this.#name(index)
    if ((flags & flag.comment) !== 0) await this.#comment()
    if ((flags & flag.headerCrc) !== 0) await this.#check()
  }

  /** XFL and OS take few values; another one says something that no compressor means. */
  #writer(start: number, fixed: Uint8Array): void {
    const odd = [
      { at: 8, values: xflValues, kind: "gzip-xfl" },
      { at: 9, values: osValues, kind: "gzip-os" },
    ].filter(({ at, values }) => !values.has(fixed[at] ?? 0))
    let done = 0
    for (const { at, kind } of odd) {
      if (at > done) this.#sink.claim({ start: start + done, end: start + at, role: "header" })
      this.#unread(start + at, start + at + 1, kind, `${fixed[at]} in byte ${at} of a gzip header, which no compressor writes`)
      done = at + 1
    }
    if (done < 10) this.#sink.claim({ start: start + done, end: start + 10, role: "header" })
  }

  malformed(offset: number, expected: string): FaultError {
    return new FaultError({ kind: "malformed", layer: this.#options.layer, offset, expected })
  }

  async #extra(start: number, fixed: Uint8Array): Promise<void> {
    const at = this.#input.position
    const length = Buffer.from(await this.#take(2, "the length of a gzip extra field")).readUInt16LE()
    const field = Buffer.from(await this.#take(length, "a gzip extra field"))
    this.#sink.claim({ start: at, end: at + 2, role: "header" })
    const run = { start: at + 2, end: at + 2 + length }
    if (length !== 6 || !field.subarray(0, 4).equals(blockField)) {
      this.#unread(run.start, run.end, "gzip-extra-field", extraFieldWords)
      return
    }
    const bytes = field.readUInt16LE(4) + 1
    this.block = { field: run, end: start + bytes, isLast: bytes === lastBlock.bytes && lastBlock.header.equals(fixed) }
    this.#sink.claim({ ...run, role: "header" })
  }

  /** gzip(1) looks at the name in the first member only, and no file system has a longer one than `fileNameBytesMax`. */
  async #name(index: number): Promise<void> {
    const at = this.#input.position
    const bytes = await this.#text("nameBytesMax")
    const end = this.#input.position
    if (index > 0) this.#unread(at, end, "gzip-later-name", "a name in a gzip member after the first, which no reader looks at")
    else if (bytes.byteLength > fileNameBytesMax) this.#unread(at, end, "gzip-long-name", `a gzip name of ${bytes.byteLength} bytes`)
    else this.#sink.claim({ start: at, end, role: "header" })
    const name = decodeName(bytes)
    const danger = nameDanger(name)
    if (danger !== undefined) this.#anomaly("dangerous-name", danger, at, isPlaceOf(name, this.#options.layer) ? "note" : "review")
  }

  async #comment(): Promise<void> {
    const at = this.#input.position
    await this.#text("extendedHeaderBytesMax")
    this.#unread(at, this.#input.position, "gzip-comment", "a gzip comment, which no reader looks at")
  }

  async #check(): Promise<void> {
    const at = this.#input.position
    const expected = this.#crc & 0xffff
    const stored = Buffer.from(await this.#take(2, "the checksum of a gzip header")).readUInt16LE()
    if (stored !== expected) throw this.malformed(at, "the checksum of the gzip header")
    this.#sink.claim({ start: at, end: at + 2, role: "header" })
  }

  /** Bytes up to a NUL, which is read too. */
  async #text(limit: "nameBytesMax" | "extendedHeaderBytesMax"): Promise<Uint8Array> {
    const max = this.#options.limits[limit]
    const parts: Uint8Array[] = []
    for (let length = 0; length <= max; ) {
      const part = await this.#input.some(256)
      if (part === undefined) throw this.malformed(this.#input.position, "the end of a text in a gzip header, but the stream ends")
      const nul = part.indexOf(0)
      const text = nul === -1 ? part : part.subarray(0, nul + 1)
      this.#crc = crc32(text, this.#crc)
      parts.push(nul === -1 ? part : part.subarray(0, nul))
      if (nul !== -1) {
        this.#input.putBack(part.subarray(nul + 1))
        const whole = Buffer.concat(parts)
        if (whole.byteLength <= max) return whole
      }
      length += part.byteLength
    }
    throw new FaultError({ kind: "over-limit", layer: this.#options.layer, limit, max })
  }

  async #take(size: number, what: string): Promise<Uint8Array> {
    const bytes = await this.#input.take(size)
    if (bytes.byteLength < size) throw this.malformed(this.#input.position, `${what}, but the stream ends`)
    this.#crc = crc32(bytes, this.#crc)
    return bytes
  }

  #unread(start: number, end: number, kind: string, why: string): void {
    if (end > start) this.#sink.claim({ start, end, role: "unexplained", why })
    this.#anomaly(kind, why, start)
  }

  #anomaly(kind: string, message: string, offset: number, severity: "note" | "review" = "review"): void {
    this.#sink.anomaly({ kind, severity, message, layer: this.#options.layer, offset })
  }
}

/** Where it was made: up to 3.8, Python's tarfile leaves the whole path of a stream it writes (an sdist of `build`). gzip(1) takes the last part alone. */
function isPlaceOf(name: string, layer: string): boolean {
  const own = baseName(layer.slice(layer.lastIndexOf("!") + 1))
  const folder = name.slice(0, name.lastIndexOf("/") + 1)
  return /^(?:\/[\w.~+-]+)*\/$/.test(folder) && !folder.includes("/../") && [own, own.replace(/\.gz$/, "")].includes(baseName(name))
}

/** What stands behind the last member: zeros of a tape or a block device, or something that gzip(1) ignores with a warning. */
export async function readTail(input: Cursor, options: WalkOptions, sink: Sink): Promise<void> {
  const start = input.position
  let zerosEnd: number | undefined
  for (let at = start, part = await input.some(1 << 18); part !== undefined; part = await input.some(1 << 18)) {
    if (zerosEnd === undefined && !isAllZero(part)) zerosEnd = at + latin1(part).search(/[^\0]/)
    at += part.byteLength
  }
  const padding = zerosEnd ?? input.position
  if (padding > start) sink.claim({ start, end: padding, role: "padding" })
  if (zerosEnd === undefined) return
  const why = "bytes after the last gzip member"
  sink.anomaly({ kind: "trailing-bytes", severity: "review", message: why, layer: options.layer, offset: zerosEnd })
  sink.claim({ start: zerosEnd, end: input.position, role: "unexplained", why })
}
