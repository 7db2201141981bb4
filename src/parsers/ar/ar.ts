import { assert } from "../../core/assert.ts"
import { latin1 } from "../../core/bytes.ts"
import type { Role } from "../../core/claim.ts"
import type { Cursor } from "../../core/cursor.ts"
import { FaultError } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { decodeName, nameDanger } from "../../core/name.ts"
import type { EntrySink, WalkOptions } from "../parser.ts"
import { Deb, debMagic, headBytes } from "./deb.ts"
import { Names } from "./names.ts"

/*
 * "!<arch>\n", then members, each at an even offset (ar(5), "FILE FORMAT"):
 *
 *   0 name[16]  16 mtime[12]  28 uid[6]  34 gid[6]  40 mode[8, octal]  48 size[10]  58 "`\n"   content   "\n" where it ends at an odd offset
 *
 * A name is `name` (common, as deb(5)), `name/` (System V), `/OFFSET` into the member `//` (GNU) or `#1/LENGTH`, then it stands before the content (BSD).
 */
export const magic = "!<arch>\n"
const headerBytes = 60

const fields = [
  { start: 16, end: 28, form: /^(?:-?\d+)? *$/ },
  { start: 28, end: 34, form: /^\d* *$/ },
  { start: 34, end: 40, form: /^\d* *$/ },
  { start: 40, end: 48, form: /^[0-7]* *$/ },
] as const

/** One pass over an archive: its members as entries; tables of symbols, which nothing here checks, as unexplained. */
export async function walkAr(input: Cursor, options: WalkOptions, sink: EntrySink): Promise<void> {
  const walk = new ArWalk(input, options, sink)
  await walk.magic()
  for (let entries = 1; await walk.member(); entries += 1) if (entries > options.limits.entriesMax) throw walk.overLimit("entriesMax")
  walk.end()
}

interface Header {
  readonly at: number
  readonly bytes: Uint8Array
  readonly name: string
  readonly size: number
}

class ArWalk {
  readonly #input: Cursor
  readonly #options: WalkOptions
  readonly #sink: EntrySink
  readonly #names = new Names()
  #isFirst = true
  /** Undefined: it is no package of Debian. */
  #deb: Deb | undefined

  constructor(input: Cursor, options: WalkOptions, sink: EntrySink) {
    this.#input = input
    this.#options = options
    this.#sink = sink
  }

  async magic(): Promise<void> {
    if (latin1(await this.#input.take(8)) !== magic) throw this.#malformed(0, "the magic of an ar archive")
    this.#claim(0, 8, "header")
  }

  /** False: there is no further one. */
  async member(): Promise<boolean> {
    const at = this.#input.position
    const bytes = await this.#input.take(headerBytes)
    if (bytes.byteLength === 0) return false
    if (bytes.byteLength < headerBytes) throw this.#malformed(at + bytes.byteLength, "a whole member header")
    const text = latin1(bytes)
    if (!text.endsWith("`\n")) throw this.#malformed(at + 58, "the end of a member header")
    const digits = /^(\d{1,10}) *$/.exec(text.slice(48, 58))?.[1]
    if (digits === undefined) throw this.#malformed(at + 48, "a size")
    const header = { at, bytes, name: text.slice(0, 16).replace(/ +$/, ""), size: Number(digits) }
    if (header.name === "/" || header.name === "/SYM64/") await this.#symbols(header)
    else if (header.name === "//") await this.#table(header)
    else await this.#entry(header)
    return this.#padding()
  }

  end(): void {
    this.#deb?.end()
    for (const { at, name } of this.#names.unused()) this.#odd("unused-name", `no member has the name ${JSON.stringify(name)}`, at)
  }

  overLimit(limit: keyof Limits): FaultError {
    return new FaultError({ kind: "over-limit", layer: this.#options.layer, limit, max: this.#options.limits[limit] })
  }

  /** Numbers, blanks behind them; what else stands in a field is read by nobody. */
  #header({ at, bytes }: Header): void {
    let done = 0
    for (const { start, end, form } of fields) {
      if (form.test(latin1(bytes.subarray(start, end)))) continue
      this.#odd("ar-field", "a field that is no number", at + start)
      this.#claim(at + done, at + start, "header")
      this.#unexplained(at + start, at + end, "a field of an ar header that is no number")
      done = end
    }
    this.#claim(at + done, at + headerBytes, "header")
  }

  async #symbols(header: Header): Promise<void> {
    this.#header(header)
    const start = this.#input.position
    for await (const _ of this.#body(header.size));
    this.#unexplained(start, start + header.size, "a table of symbols, which was not compared with the members")
  }

  /** GNU: names of more than 15 bytes, each ended by `/` and a newline. */
  async #table(header: Header): Promise<void> {
    this.#header(header)
    if (header.size > this.#options.limits.extendedHeaderBytesMax) throw this.overLimit("extendedHeaderBytesMax")
    const start = this.#input.position
    const table = await this.#input.take(header.size)
    if (table.byteLength < header.size) throw this.#malformed(this.#input.position, "the whole table of names")
    if (!this.#names.add(table, start)) throw this.#malformed(start, "one table of names, each ended by a slash and a newline")
    this.#claim(start, start + header.size, "extended-header")
  }

  async #entry(header: Header): Promise<void> {
    const { at, bytes } = header
    this.#header(header)
    const nameAt = this.#input.position
    const name = await this.#name(header)
    const inside = this.#input.position - nameAt
    this.#claim(nameAt, nameAt + inside, "extended-header")
    const path = decodeName(name)
    const danger = nameDanger(path)
    if (danger !== undefined) this.#odd("dangerous-name", danger, at, path)
    const [start, size] = [this.#input.position, header.size - inside]
    const mode = Number.parseInt(latin1(bytes.subarray(40, 48)).trim() || "0", 8)
    if (!isOfFile(mode))
      this.#odd("two-types", "a mode of something else than a file: libarchive goes by it, ar and dpkg do not look", at + 40, path)
    const modified = Number.parseInt(latin1(bytes.subarray(16, 28)), 10)
    if (!Number.isNaN(modified)) this.#sink.modified?.(modified)
    const extents = size === 0 ? [] : [{ at: start, start: 0, size }]
    if (this.#isFirst && path === debMagic)
      this.#deb = new Deb((severity, kind, message, seen) =>
        this.#sink.anomaly({ kind, severity, message, layer: this.#options.layer, ...seen }),
      )
    this.#isFirst = false
    const head = await this.#input.peek(Math.min(size, headBytes))
    this.#deb?.member(path, at, { head, size, field: header.name })
    const entry = { path, type: "file", mode: Number.isNaN(mode) ? 0 : mode & 0o7777, size, extents } as const
    await this.#sink.entry(this.#deb?.isPart(path) === true ? { ...entry, isWrapping: true } : entry, this.#body(size))
    assert(this.#input.position === start + size, "the body of an ar member was not read to its end")
    this.#claim(start, start + size, "content")
  }

  async #name({ at, name, size }: Header): Promise<Uint8Array> {
    const inTable = /^\/(\d+)$/.exec(name)?.[1]
    if (inTable !== undefined) {
      const found = this.#names.take(Number(inTable))
      if (found === undefined) throw this.#malformed(at, "an offset at which a name of the table starts")
      return found
    }
    const before = /^#1\/(\d+)$/.exec(name)?.[1]
    if (before === undefined) return Buffer.from(name.replace(/(?<=.)\/$/s, ""), "latin1")
    if (Number(before) > size) throw this.#malformed(at, "a name that fits into its member")
    if (Number(before) > this.#options.limits.nameBytesMax) throw this.overLimit("nameBytesMax")
    const bytes = await this.#input.take(Number(before))
    if (bytes.byteLength < Number(before)) throw this.#malformed(this.#input.position, "a whole name before the content")
    const text = latin1(bytes).replace(/\0+$/, "")
    return bytes.subarray(0, text.length)
  }

  async #padding(): Promise<boolean> {
    const at = this.#input.position
    if (at % 2 === 0) return true
    const byte = await this.#input.take(1)
    if (byte.byteLength === 0) {
      this.#odd("ar-padding", "no padding behind the last member: ar and dpkg take the archive, libarchive says that it is cut", at)
      return false
    }
    if (byte[0] === 0x0a || byte[0] === 0) this.#claim(at, at + 1, "padding")
    else this.#unexplained(at, at + 1, "padding is not a newline")
    return true
  }

  async *#body(size: number): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0; ) {
      const part = await this.#input.some(left)
      if (part === undefined) throw this.#malformed(this.#input.position, `${left} more bytes of content, but the archive ends`)
      left -= part.byteLength
      yield part
    }
  }

  #claim(start: number, end: number, role: Role): void {
    if (end > start) this.#sink.claim({ start, end, role })
  }

  #unexplained(start: number, end: number, why: string): void {
    if (end > start) this.#sink.claim({ start, end, role: "unexplained", why })
  }

  #odd(kind: string, message: string, offset: number, path?: string): void {
    const { layer } = this.#options
    this.#sink.anomaly({ kind, severity: "review", message, layer, offset, ...(path === undefined ? {} : { path }) })
  }

  #malformed(offset: number, expected: string): FaultError {
    return new FaultError({ kind: "malformed", layer: this.#options.layer, offset, expected })
  }
}

/** As in st_mode: a regular file's, or permissions alone. */
const isOfFile = (mode: number): boolean => Number.isNaN(mode) || [0, 0o100000].includes(mode - (mode & 0o7777))
