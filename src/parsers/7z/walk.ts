import { crc32 } from "node:zlib"
import { assert } from "../../core/assert.ts"
import { type ByteSource, collect, emptyBytes } from "../../core/bytes.ts"
import type { Cursor } from "../../core/cursor.ts"
import { boundExpansion } from "../../core/expansion.ts"
import { decodeName } from "../../core/name.ts"
import type { ByProgram, EntryHeader, EntrySink, WalkOptions } from "../parser.ts"
import { type Odd, Scribe } from "../scribe.ts"
import { type Content, contentOf, isStored, PackedStreams, packedRun, setupBytes, whyUnread } from "./content.ts"
import type { Listed } from "./files.ts"
import { type Region, readIndex } from "./header.ts"
import { HeldBody } from "./held-body.ts"
import { kindOf, nameRemarks, pathOf } from "./kind.ts"
import { readSignature, signatureBytes } from "./signature.ts"
import type { Folder, Substream } from "./streams.ts"

/** Walks an archive by the header at its end, file by file in its order, which is that of the packed streams. Then all of the layer is claimed. */
export async function walkSevenZip(
  source: ByteSource,
  { byProgram, ...options }: WalkOptions & { readonly byProgram?: ByProgram },
  sink: EntrySink,
): Promise<void> {
  const scribe = new Scribe(options, sink)
  const found = await readSignature(source, scribe)
  const { folders, files, regions } = await readIndex(source, found, scribe)
  const walk = new FolderWalk(source, folders, { streams: new PackedStreams(source, byProgram), scribe })
  try {
    for (const file of files) await walk.file(file)
    await walk.finish()
  } finally {
    await walk.close()
  }
  scribe.block(0, signatureBytes, "header", found.odds)
  claimRegions([...regions, ...walk.regions], source.size, scribe)
}

/** In the order of the layer: what stands between is no part of the archive. */
function claimRegions(regions: readonly Region[], size: number, scribe: Scribe): void {
  let at = signatureBytes
  for (const { start, end, role, odds } of regions.filter((one) => one.end > one.start).sort((a, b) => a.start - b.start)) {
    if (start < at) throw scribe.malformed(start, "parts of the archive that do not overlap")
    if (start > at) scribe.unread({ start: at, end: start, kind: "gap", why: "bytes that no part of the archive is made of" })
    scribe.block(start, end, role, odds)
    at = end
  }
  if (at < size)
    scribe.unread({ start: at, end: size, kind: "trailing-bytes", why: "bytes behind the archive: 7z warns of them, bsdtar does not look" })
}

/** The folder that files are taken from. */
interface Open {
  readonly folder: Folder
  readonly content: Content | undefined
  readonly unread: string | undefined
  /** Where in the folder the next file begins, how many came before it, and the first of them. */
  at: number
  done: number
  firstPath: string
}

/** What a file of it is read from. */
interface Reading extends Pick<Open, "folder" | "at"> {
  readonly input: Cursor
}

/** Hands out files in their order: those with content take the next substream of the folders. */
class FolderWalk {
  readonly regions: Region[] = []
  readonly #source: ByteSource
  readonly #streams: PackedStreams
  readonly #folders: readonly Folder[]
  readonly #scribe: Scribe
  #next = 0
  #open: Open | undefined
  #restored = 0
  #isWhole = false

  constructor(
    source: ByteSource,
    folders: readonly Folder[],
    { streams, scribe }: { readonly streams: PackedStreams; readonly scribe: Scribe },
  ) {
    this.#source = source
    this.#streams = streams
    this.#folders = folders
    this.#scribe = scribe
  }

  async file(listed: Listed): Promise<void> {
    const kind = kindOf(listed)
    const path = pathOf(listed, kind.type === "directory")
    const at = this.#open === undefined ? signatureBytes : packedRun(this.#open.folder).start
    for (const remark of [...nameRemarks(listed, path), ...(kind.remark === undefined ? [] : [kind.remark])])
      this.#scribe.review(remark.kind, remark.message, at, path)
    if (listed.modified !== undefined) this.#scribe.sink.modified?.(listed.modified)
    const { type, mode } = kind
    if (listed.hasStream) await this.#withContent({ path, type, mode })
    else await this.#handHeld({ path, type, mode, size: 0, extents: [] }, emptyBytes)
  }

  /** Folders that no file is of. */
  async finish(): Promise<void> {
    const open = await this.#advance()
    if (open !== undefined) throw this.#scribe.malformed(packedRun(open.folder).start, "a file for each content that the folders hold")
  }

  /** However it ended. */
  async close(): Promise<void> {
    await this.#open?.content?.close()
  }

  async #withContent(own: Pick<EntryHeader, "path" | "type" | "mode">): Promise<void> {
    const open = await this.#advance()
    const substream = open?.folder.substreams[open.done]
    if (open === undefined || substream === undefined)
      throw this.#scribe.malformed(signatureBytes, `content of ${JSON.stringify(own.path)}; the folders hold no more`)
    if (open.content === undefined) await this.#pass(own, open)
    else await this.#read(own, { folder: open.folder, at: open.at, input: open.content.input }, substream)
    open.at += substream.size
    open.done += 1
  }

  async #read(own: Pick<EntryHeader, "path" | "type" | "mode">, { folder, input, at }: Reading, { size, crc }: Substream): Promise<void> {
    const { start } = packedRun(folder)
    const place = { at: start + at, path: own.path }
    const extents = size === 0 ? [] : isStored(folder) ? [{ at: place.at, start: 0, size }] : undefined
    const held = own.type === "link" ? undefined : input.held(size)
    if (held !== undefined) {
      this.#compare(crc32(held), crc, place)
      return this.#handHeld({ ...own, size, extents }, held)
    }
    const body = this.#noted(this.#checked(this.#scribe.body(input, size), crc, place))
    if (own.type === "link") {
      if (size > this.#scribe.options.limits.nameBytesMax) throw this.#scribe.overLimit("nameBytesMax")
      const target = decodeName(await collect(body))
      return this.#handHeld({ ...own, size: 0, target, extents: [] }, emptyBytes)
    }
    await this.#hand({ ...own, size, extents }, body)
  }

  /** The packed bytes are those of all files of the folder: the first stands for them. */
  async #pass({ path, mode }: Pick<EntryHeader, "path" | "mode">, open: Open): Promise<void> {
    const { unread: why = "" } = open
    const { start, end } = packedRun(open.folder)
    const isFirst = open.done === 0
    if (isFirst) open.firstPath = path
    const unread = isFirst ? why : `${why}; it is packed together with ${JSON.stringify(open.firstPath)}`
    this.#scribe.review("unread-member", unread, start, path)
    const size = isFirst ? end - start : 0
    const extents = size === 0 ? [] : [{ at: start, start: 0, size }]
    const body = isFirst ? this.#source.stream(start, end) : none()
    await this.#hand({ path, type: "file", mode, size, extents, unread }, this.#noted(body))
  }

  /** The folder that the next file is in, with those before it claimed. */
  async #advance(): Promise<Open | undefined> {
    while (this.#open === undefined || this.#open.done === this.#open.folder.substreams.length) {
      if (this.#open !== undefined) await this.#close(this.#open)
      this.#open = undefined
      const folder = this.#folders[this.#next]
      if (folder === undefined) return undefined
      this.#next += 1
      this.#open = this.#opened(folder)
    }
    return this.#open
  }

  #opened(folder: Folder): Open {
    const { start, end } = packedRun(folder)
    if (end > this.#source.size) throw this.#scribe.malformed(start, `packed bytes up to ${end}, but the layer ends`)
    const unread = whyUnread(folder)
    const isRead = unread === undefined && folder.substreams.length > 0
    if (isRead) this.#count(folder)
    const content = isRead ? contentOf(folder, this.#streams, this.#scribe) : undefined
    return { folder, content, unread, at: 0, done: 0, firstPath: "" }
  }

  /** What all folders come to, and cost, is known before the first byte of one is restored. */
  #count(folder: Folder): void {
    if (isStored(folder)) return
    this.#restored += folder.size + setupBytes(folder)
    boundExpansion(this.#restored, this.#source.size, this.#scribe.options)
  }

  async #close({ folder, content }: Open): Promise<void> {
    const run = packedRun(folder)
    if (content !== undefined && !(await content.hasEnded()))
      throw this.#scribe.malformed(run.start, `${folder.size} bytes of a folder, as it says`)
    const why = "a packed stream that no file is of: nothing is made of it"
    const odds: readonly Odd[] = folder.substreams.length === 0 ? [{ ...run, kind: "unlisted-stream", why }] : (content?.odds() ?? [])
    this.regions.push({ ...run, role: "content", odds })
  }

  async *#checked(
    body: AsyncIterable<Uint8Array>,
    stated: number | undefined,
    place: { readonly at: number; readonly path: string },
  ): AsyncGenerator<Uint8Array> {
    let crc = 0
    for await (const part of body) {
      crc = crc32(part, crc)
      yield part
    }
    this.#compare(crc, stated, place)
  }

  #compare(crc: number, stated: number | undefined, { at, path }: { readonly at: number; readonly path: string }): void {
    if (stated === undefined)
      this.#scribe.review("no-checksum", "its content has no CRC-32: nothing tells whether it is as it was written", at, path)
    else if (crc !== stated)
      this.#scribe.review(
        "wrong-checksum",
        "its content is not of the CRC-32 that the header states: 7z and bsdtar report an error",
        at,
        path,
      )
  }

  async *#noted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.#isWhole = false
    yield* body
    this.#isWhole = true
  }

  /** The same of a body that is there already, or is none. */
  async #handHeld(header: EntryHeader, bytes: Uint8Array): Promise<void> {
    const body = new HeldBody(bytes)
    await this.#scribe.sink.entry(header, body)
    assert(body.isWhole, "the body of an entry was not read to its end")
  }

  /** Hands a body over, which must be read to its end: only then is it known to be whole. */
  async #hand(header: EntryHeader, body: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#scribe.sink.entry(header, body)
    for await (const _ of body); // one of no bytes need not be asked for
    assert(this.#isWhole, "the body of an entry was not read to its end")
  }
}

async function* none(): AsyncGenerator<Uint8Array> {}
