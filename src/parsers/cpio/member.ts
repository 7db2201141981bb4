import { assert } from "../../core/assert.ts"
import { latin1 } from "../../core/bytes.ts"
import type { Cursor } from "../../core/cursor.ts"
import { decodeName, nameDanger } from "../../core/name.ts"
import type { EntryType } from "../parser.ts"
import type { Odd, Scribe } from "../scribe.ts"
import { crcForm, type Fields, type Form, numberOf } from "./form.ts"
import { Links, type Member, nothing } from "./links.ts"
import { headerOdds, Owners, trailerOdds } from "./odd.ts"

const trailerName = "TRAILER!!!"

/** Values of `mode & 0o170000` (POSIX <cpio.h>). */
const types: ReadonlyMap<number, EntryType> = new Map([
  [0o100000, "file"],
  [0o040000, "directory"],
  [0o120000, "link"],
  [0o010000, "special"],
  [0o020000, "special"],
  [0o060000, "special"],
  [0o140000, "special"],
])

/** Walks the members of one archive, which are all of one form. */
export class MemberWalk {
  readonly #form: Form
  readonly #input: Cursor
  readonly #scribe: Scribe
  readonly #count: { entries: number }
  readonly #links: Links
  readonly #owners: Owners

  constructor(form: Form, input: Cursor, scribe: Scribe, count: { entries: number }) {
    this.#form = form
    this.#input = input
    this.#scribe = scribe
    this.#count = count
    this.#links = new Links(scribe)
    this.#owners = new Owners(scribe.options.limits.ownersMax)
  }

  /** False: there is no further one. */
  async member(): Promise<boolean> {
    const { headerBytes } = this.#form
    const at = this.#input.position
    const header = await this.#input.take(headerBytes)
    if (header.byteLength === 0) {
      this.#scribe.review("no-trailer", "the archive ends without TRAILER!!!: GNU cpio and bsdcpio report an error when all is written", at)
      return false
    }
    const fields = this.#form.decode(header)
    if (fields === undefined) throw this.#scribe.malformed(at, `a header of the form ${this.#form.name}, as the first is`)
    const name = await this.#name(at, fields)
    const isTrailer = latin1(name.bytes) === trailerName
    const odds = isTrailer ? trailerOdds(fields) : [...headerOdds(fields, this.#form === crcForm), ...this.#owners.odds(fields)]
    this.#scribe.block(
      at,
      at + headerBytes,
      "header",
      odds.map((odd) => ({ ...odd, start: at + odd.start, end: at + odd.end })),
    )
    this.#scribe.block(name.start, name.end, "header", name.odds)
    await this.#scribe.padding(this.#input, this.#fill(name.end - at))
    if (isTrailer) return false
    this.#count.entries += 1
    if (this.#count.entries > this.#scribe.options.limits.entriesMax) throw this.#scribe.overLimit("entriesMax")
    await this.#content(this.#resolve(at, fields, name.bytes), fields)
    return true
  }

  endLinks(): Promise<void> {
    return this.#links.end()
  }

  /** The name, with the NUL that ends it; what stands behind the first NUL nobody reads. */
  async #name(at: number, fields: Fields): Promise<{ bytes: Uint8Array; start: number; end: number; odds: readonly Odd[] }> {
    const size = numberOf(fields, "nameSize")
    const { limits } = this.#scribe.options
    const start = this.#input.position
    if (size === 0) throw this.#scribe.malformed(at, "a name")
    if (size > limits.nameBytesMax + 1) throw this.#scribe.overLimit("nameBytesMax")
    const bytes = await this.#scribe.take(this.#input, size, "a name")
    const ends = bytes.indexOf(0)
    if (ends < 0) throw this.#scribe.malformed(start + size - 1, "a name that ends with NUL")
    const end = start + size
    const odds =
      ends === size - 1 ? [] : [{ start: start + ends + 1, end, kind: "behind-name", why: "bytes behind the NUL that ends a name" }]
    return { bytes: bytes.subarray(0, ends), start, end, odds }
  }

  #resolve(at: number, fields: Fields, name: Uint8Array): Member {
    const mode = numberOf(fields, "mode") & 0xffff
    const type = types.get(mode & 0o170000)
    const decoded = decodeName(name)
    const path = type === "directory" ? decoded.replace(/(?<=.)\/$/s, "") : decoded
    const odd = (kind: string, message: string): void => this.#scribe.review(kind, message, at, path)
    const danger = nameDanger(path)
    if (danger !== undefined) odd("dangerous-name", danger)
    if (type === undefined) odd("unknown-type", `a member of mode ${mode.toString(8)}, whose type is not known`)
    if (type === "special") odd("special-file", `a device, fifo or socket (mode ${mode.toString(8)})`)
    if (type === "file" && (mode & 0o7000) !== 0) odd("special-mode", `mode ${(mode & 0o7777).toString(8)} sets setuid, setgid or sticky`)
    if (type === "file" && (mode & 0o002) !== 0) this.#scribe.note("world-writable", `mode ${(mode & 0o7777).toString(8)}`, at, path)
    const size = numberOf(fields, "size")
    if (size > 0 && type !== "file" && type !== "link")
      throw this.#scribe.malformed(at, "no content of what is no file: GNU cpio and libarchive do not read on at the same place")
    this.#scribe.sink.modified?.(numberOf(fields, "mtime"))
    const several = type === "file" && numberOf(fields, "nlink") > 1
    const inode = (["devMajor", "devMinor", "ino"] as const).map((field) => numberOf(fields, field)).join(":")
    const check = this.#form === crcForm ? numberOf(fields, "check") : 0
    return { at, path, type: type ?? "special", mode: mode & 0o7777, size, check, inode: several ? inode : undefined }
  }

  async #content(member: Member, fields: Fields): Promise<void> {
    const { path, type, mode, size, at } = member
    const start = this.#input.position
    if (type === "link") {
      if (size > this.#scribe.options.limits.nameBytesMax) throw this.#scribe.overLimit("nameBytesMax")
      const target = decodeName(await this.#scribe.take(this.#input, size, "the target of a link"))
      await this.#scribe.sink.entry({ path, type, mode, size: 0, target, extents: [] }, nothing())
    } else if (type === "file") {
      const sum = { value: 0 }
      await this.#links.file(member, start, summed(this.#scribe.body(this.#input, size), this.#form === crcForm ? sum : undefined))
      if (this.#form === crcForm && sum.value !== member.check)
        this.#scribe.review(
          "checksum",
          `the bytes add up to ${sum.value.toString(16)}, the header says ${member.check.toString(16)}: GNU cpio warns, the Linux kernel stops, libarchive does not look`,
          at + (fields.get("check")?.at ?? 0),
          path,
        )
    } else await this.#scribe.sink.entry({ path, type, mode, size: 0, extents: [] }, nothing())
    assert(this.#input.position === start + size, "the body of a cpio member was not read to its end")
    this.#scribe.claim(start, start + size, "content")
    await this.#scribe.padding(this.#input, this.#fill(size))
  }

  #fill(size: number): number {
    const { align } = this.#form
    return (align - (size % align)) % align
  }
}

/** The sum of all bytes modulo 2^32: the checksum of the form crc. */
async function* summed(body: AsyncIterable<Uint8Array>, sum: { value: number } | undefined): AsyncGenerator<Uint8Array> {
  for await (const part of body) {
    if (sum !== undefined) {
      let total = sum.value
      for (const byte of part) total += byte
      sum.value = total % 2 ** 32
    }
    yield part
  }
}
