import { assert } from "../../core/assert.ts"
import { decodeName, nameDanger } from "../../core/name.ts"
import type { EntryType, Extent } from "../parser.ts"
import type { Extended } from "./extended.ts"
import { type Run, Unread } from "./field.ts"
import { blockBytes, type TarHeader } from "./header.ts"
import { type Owners, ownerRuns } from "./owners.ts"
import type { Scribe, Subject } from "./scribe.ts"
import { descriptors, mapFlaw, type Segment, storedMap, zeros } from "./sparse.ts"
import { isLinkDerived, isNameDerived, nameRuns } from "./stand-in.ts"

/** A member with everything its extended headers change applied. */
interface Member {
  readonly at: number
  readonly path: string
  readonly target: string | undefined
  readonly type: EntryType
  readonly mode: number
  /** Content bytes in the archive, a sparse map before them included. */
  readonly stored: number
  readonly header: TarHeader
}
interface SparseFile {
  readonly segments: readonly Segment[]
  readonly realSize: number
}

/** Octal sizes end at 8 GiB; above it the size field of the header says nothing. */
const octalSizeMax = 0o77777777777

/** Walks one member, from behind its header block. */
export class MemberWalk {
  readonly #scribe: Scribe
  readonly #extended: Extended
  readonly #owners: Owners
  #restored = 0

  constructor(scribe: Scribe, extended: Extended, owners: Owners) {
    this.#scribe = scribe
    this.#extended = extended
    this.#owners = owners
  }

  async walk(header: TarHeader, at: number): Promise<void> {
    const member = this.#resolve(header, at)
    this.#tell(member)
    const bodyAt = this.#scribe.input.position
    const sparse = await this.#sparse(member)
    this.#extended.endMember()
    if (sparse !== undefined)
      await this.#sparseEntry(member, sparse, member.stored - (header.typeflag === "S" ? 0 : this.#scribe.input.position - bodyAt))
    else await this.#plainEntry(member)
    await this.#scribe.padding(member.stored)
  }

  #resolve(header: TarHeader, at: number): Member {
    const { pax, longPath, longLink } = this.#extended
    const stored = pax.number("size") ?? header.size
    if (Number.isNaN(stored)) throw this.#scribe.malformed(at, "a pax size that can be counted with")
    const paxPath = pax.bytes("GNU.sparse.name") ?? pax.bytes("path")
    const nameBytes = paxPath ?? longPath ?? header.path
    const linkBytes = pax.bytes("linkpath") ?? longLink ?? header.link
    const name = this.#name(nameBytes)
    const link = this.#name(linkBytes)
    const type = typeOf(header, name)
    const isLink = type === "link" || type === "hardlink"
    this.#claimHeader(header, at, { isLink, path: nameBytes, target: linkBytes })
    // One slash marks a directory; more of them are part of a name that is not the commit's.
    const path = type === "directory" ? name.replace(/(?<=.)\/$/s, "") : name
    if (paxPath !== undefined && longPath !== undefined)
      this.#scribe.anomaly("two-names", "review", "a pax path in place of a GNU long name: readers disagree about which counts", at, path)
    if (pax.bytes("linkpath") !== undefined && longLink !== undefined)
      this.#scribe.anomaly(
        "two-targets",
        "review",
        "a pax linkpath in place of a GNU long link: readers disagree about which counts",
        at,
        path,
      )
    if (stored !== header.size && header.size !== 0 && stored <= octalSizeMax)
      this.#scribe.anomaly("size-disagrees", "review", `${header.size} bytes in the header, ${stored} in the pax record`, at, path)
    return {
      at,
      path,
      target: isLink ? link : undefined,
      type,
      mode: header.mode & 0o7777,
      stored: this.#storedBytes(header, stored, at, path),
      header,
    }
  }

  #claimHeader(header: TarHeader, at: number, known: Pick<Subject, "isLink" | "path" | "target">): void {
    const { pax } = this.#extended
    const subject: Subject = {
      ...known,
      header,
      paxPath: pax.bytes("path"),
      sparseName: pax.bytes("GNU.sparse.name"),
      sparseKeys: pax.sparseKeys(header.sparse !== undefined),
      ownerKnown: this.#owners.isKnown(header, pax, at),
    }
    this.#scribe.settle(subject)
    this.#scribe.block(at, at + blockBytes, "header", [...header.unread, ...standInRuns(subject), ...(subject.ownerKnown ? [] : ownerRuns)])
  }

  /** Links, devices, directories and fifos have no content whatever their size says: so read Python, Go and libarchive; GNU tar for hard links. */
  #storedBytes(header: TarHeader, size: number, at: number, path: string): number {
    if (!bodiless.has(header.typeflag)) return size
    const link = header.typeflag === "1" || header.typeflag === "2"
    if (size > 0)
      this.#scribe.anomaly(
        link ? "link-with-content" : "size-without-content",
        "review",
        `type ${header.typeflag} with a size of ${size}`,
        at,
        path,
      )
    return 0
  }

  #name(bytes: Uint8Array): string {
    if (bytes.byteLength > this.#scribe.options.limits.nameBytesMax) throw this.#scribe.overLimit("nameBytesMax")
    return decodeName(bytes)
  }

  #tell(member: Member): void {
    const odd = (kind: string, severity: "note" | "review", message: string): void =>
      this.#scribe.anomaly(kind, severity, message, member.at, member.path)
    const { typeflag } = member.header
    const danger = nameDanger(member.path)
    if (danger !== undefined) odd("dangerous-name", "review", danger)
    if (special.has(typeflag)) odd("special-file", "review", `a device, fifo or other special member (type ${typeflag})`)
    else if (!known.has(typeflag)) odd("unknown-type", "review", `type ${JSON.stringify(typeflag)} is not known`)
    if (member.type !== "file") return
    if ((member.mode & 0o7000) !== 0) odd("special-mode", "review", `mode ${member.mode.toString(8)} sets setuid, setgid or sticky`)
    if ((member.mode & 0o002) !== 0) odd("world-writable", "note", `mode ${member.mode.toString(8)}`)
    if (typeflag !== "7" && member.path.endsWith("/")) odd("directory-with-content", "review", "a directory name with content")
  }

  async #plainEntry(member: Member): Promise<void> {
    const { stored } = member
    const start = this.#scribe.input.position
    this.#count(stored, stored)
    const extents = stored === 0 ? [] : [{ at: start, start: 0, size: stored }]
    await this.#entry(member, stored, extents, this.#stored(stored))
    this.#scribe.claim(start, start + stored, "content")
  }

  async #sparseEntry(member: Member, { segments, realSize }: SparseFile, stored: number): Promise<void> {
    const flaw = mapFlaw(segments, realSize, stored)
    if (flaw !== undefined) throw this.#scribe.malformed(member.at, flaw)
    this.#count(realSize, stored)
    const start = this.#scribe.input.position
    const used = segments.filter(({ size }) => size > 0)
    let at = start
    const extents = used.map((segment) => {
      const extent = { at, ...segment }
      at += segment.size
      return extent
    })
    await this.#entry(member, realSize, extents, this.#restore(used, realSize))
    this.#scribe.claim(start, start + stored, "content")
  }

  async #entry(member: Member, size: number, extents: readonly Extent[], body: AsyncIterable<Uint8Array>): Promise<void> {
    const { path, type, mode, target } = member
    const end = this.#scribe.input.position + extents.reduce((sum, extent) => sum + extent.size, 0)
    if (member.header.modified !== undefined) this.#scribe.sink.modified?.(member.header.modified)
    await this.#scribe.sink.entry({ path, type, mode, size, extents, ...(target === undefined ? {} : { target }) }, body)
    // A body that yields nothing need not be asked for.
    assert(this.#scribe.input.position === end, "the body of an entry was not read to its end")
  }

  /** Holes cost nothing in the archive: what is restored of it all is bounded like the output of a decompressor. */
  #count(restored: number, stored: number): void {
    const { limits } = this.#scribe.options
    this.#restored += restored
    if (restored === stored) return
    if (this.#restored > limits.layerBytesMax) throw this.#scribe.overLimit("layerBytesMax")
    const read = this.#scribe.input.position + stored
    if (this.#restored > limits.ratioFreeBytes && this.#restored > limits.ratioMax * read) throw this.#scribe.overLimit("ratioMax")
  }

  async *#stored(size: number): AsyncGenerator<Uint8Array> {
    let left = size
    while (left > 0) {
      const part = await this.#scribe.input.some(left)
      if (part === undefined)
        throw this.#scribe.malformed(this.#scribe.input.position, `${left} more bytes of content, but the archive ends`)
      left -= part.byteLength
      yield part
    }
  }

  async *#restore(segments: readonly Segment[], realSize: number): AsyncGenerator<Uint8Array> {
    let done = 0
    for (const { start, size } of segments) {
      yield* zeros(start - done)
      yield* this.#stored(size)
      done = start + size
    }
    yield* zeros(realSize - done)
  }

  async #sparse(member: Member): Promise<SparseFile | undefined> {
    const { sparse } = member.header
    if (sparse !== undefined) return { realSize: sparse.realSize, segments: await this.#gnuMap(member, sparse) }
    const pax = this.#extended.pax.sparse()
    if (pax === undefined) return undefined
    if (typeof pax === "string") throw this.#scribe.malformed(member.at, pax)
    if (member.type !== "file") throw this.#scribe.malformed(member.at, "a regular file, as a sparse one is")
    return { realSize: pax.realSize, segments: pax.segments ?? (await this.#mapBeforeContent(member)) }
  }

  async #mapBeforeContent(member: Member): Promise<readonly Segment[]> {
    const at = this.#scribe.input.position
    const map = await storedMap(this.#scribe.input, Math.min(member.stored, this.#scribe.options.limits.extendedHeaderBytesMax))
    if (map === "too-long" && member.stored > this.#scribe.options.limits.extendedHeaderBytesMax)
      throw this.#scribe.overLimit("extendedHeaderBytesMax")
    if (map === "too-long" || map === undefined) throw this.#scribe.malformed(at, "a sparse map before the content")
    const unread = new Unread(map.blocks)
    unread.area(map.bytes, map.blocks.byteLength)
    this.#scribe.claim(at, at + map.bytes, "extended-header")
    this.#scribe.block(
      at + map.bytes,
      at + map.blocks.byteLength,
      "padding",
      unread.runs.map((run) => ({ start: run.start - map.bytes, end: run.end - map.bytes })),
    )
    return map.segments
  }

  /** Extension blocks of an old-GNU map: sparse[21 x 24]  504 isextended  505 nothing. */
  async #gnuMap(member: Member, sparse: NonNullable<TarHeader["sparse"]>): Promise<readonly Segment[]> {
    const segments = [...sparse.table.segments]
    let { extended } = sparse
    // A map that ends and goes on is read in two ways by GNU tar and by the others.
    let full = sparse.table.full
    for (let blocks = 1; extended; blocks += 1) {
      const at = this.#scribe.input.position
      if (!full) throw this.#scribe.malformed(member.at, "a full sparse map before its extension")
      if (blocks * blockBytes > this.#scribe.options.limits.extendedHeaderBytesMax) throw this.#scribe.overLimit("extendedHeaderBytesMax")
      const block = await this.#scribe.take(blockBytes, "an extension of a sparse map")
      const table = descriptors(block, 0, 21)
      if (table === undefined) throw this.#scribe.malformed(at, "a sparse map of numbers")
      const unread = new Unread(block)
      unread.area(table.readTo, 504)
      unread.area(505, blockBytes)
      this.#scribe.block(at, at + blockBytes, "extended-header", unread.runs)
      segments.push(...table.segments)
      extended = block[504] !== 0
      full = table.full
    }
    return segments
  }
}

/** A name or a target in the header that another one takes the place of, and that is not made from it. */
function standInRuns(subject: Subject): readonly Run[] {
  const { header, isLink, path, target } = subject
  const names = path === header.path || isNameDerived(header, subject) ? [] : nameRuns(header)
  if (!isLink || target === header.link || isLinkDerived(header.link, target)) return names
  return [...names, { start: 157, end: 157 + header.link.byteLength, why: "a target that another one takes the place of" }]
}

/** 0 and NUL: file; 7: contiguous file; S: old-GNU sparse file; 1 and 2: links; 5: directory. */
const known: ReadonlySet<string> = new Set(["0", "\0", "7", "S", "1", "2", "5"])
/** 3, 4, 6: devices and fifo. GNU: D directory listing, M continued volume, N old long names, V volume label. */
const special: ReadonlySet<string> = new Set(["3", "4", "6", "D", "M", "N", "V"])
const bodiless: ReadonlySet<string> = new Set(["1", "2", "3", "4", "5", "6"])

function typeOf(header: TarHeader, name: string): EntryType {
  switch (header.typeflag) {
    case "0":
    case "\0":
      // v7 has no type for a directory: its name ends in a slash (POSIX ustar, "typeflag").
      return name.endsWith("/") && header.size === 0 ? "directory" : "file"
    case "7":
    case "S":
      return "file"
    case "1":
      return "hardlink"
    case "2":
      return "link"
    case "5":
      return "directory"
    default:
      return "special"
  }
}
