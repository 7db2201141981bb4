import type { Cursor } from "../../core/cursor.ts"
import { nameDanger } from "../../core/name.ts"
import type { EntrySink, WalkOptions } from "../parser.ts"
import { Scribe } from "../scribe.ts"
import { Digests } from "./digests.ts"
import { type Index, indexOf, type Member, type Stored } from "./members.ts"

/*
 * Two pickles of Chromium (base/pickle.h), numbers little-endian, and the contents, which offsets count from:
 *
 *   0 4[4]   4 bytes of the next pickle[4]   8 bytes behind this field[4]   12 bytes of the index[4]   16 index | zeros up to 4 | contents
 */
interface Sizes {
  readonly index: number
  readonly padding: number
}
const headBytes = 16

/** What the first bytes say, where they say it as a packer does. */
export function sizesOf(bytes: Uint8Array): Sizes | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (head.byteLength <= headBytes || head.readUInt32LE(0) !== 4 || head[headBytes] !== 0x7b) return undefined
  const [outer, inner, index] = [head.readUInt32LE(4), head.readUInt32LE(8), head.readUInt32LE(12)]
  const padding = (4 - (index % 4)) % 4
  return outer === inner + 4 && inner === 4 + index + padding ? { index, padding } : undefined
}

/** Walks the index, which stands first, and the contents in their order. */
export async function walkAsar(input: Cursor, options: WalkOptions, sink: EntrySink): Promise<void> {
  const scribe = new Scribe(options, sink)
  const sizes = sizesOf(await input.peek(headBytes + 1))
  if (sizes === undefined) throw scribe.malformed(0, "the header of an asar archive")
  if (sizes.index > options.limits.documentBytesMax) throw scribe.overLimit("documentBytesMax")
  await scribe.take(input, headBytes, "the header of an asar archive")
  scribe.claim(0, headBytes, "header")
  const members = await readIndex(input, sizes.index, scribe)
  await scribe.padding(input, sizes.padding)
  const base = input.position
  const files: Stored[] = []
  for (const member of members) {
    const danger = nameDanger(member.path)
    if (danger !== undefined) scribe.review("dangerous-name", danger, headBytes, member.path)
    if (member.kind === "file") files.push(member)
    else await withoutContent(member, scribe)
  }
  // One without content may stand anywhere.
  for (const file of files.sort((a, b) => a.offset - b.offset || a.size - b.size)) await content(file, { input, base, scribe })
  await gap(input, undefined, scribe)
}

async function readIndex(input: Cursor, size: number, scribe: Scribe): Promise<readonly Member[]> {
  const bytes = await scribe.take(input, size, "the index")
  const parsed = parsedOf(bytes)
  const index = indexOf(parsed?.json, scribe.options.limits)
  if ("over" in index) throw scribe.overLimit(index.over)
  if ("expected" in index) throw scribe.malformed(headBytes, index.expected)
  const end = headBytes + size
  if (parsed !== undefined && isAsWritten(parsed, index)) scribe.claim(headBytes, end, "index")
  else
    scribe.unread({
      start: headBytes,
      end,
      kind: "asar-index",
      why: "an index with fields, names or spaces that no packer writes and no reader looks at",
    })
  return index.members
}

interface Parsed {
  readonly text: string
  readonly json: unknown
}

function parsedOf(bytes: Buffer): Parsed | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
    return { text, json: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** Names that stand twice, spaces and other spellings are gone when it is written again. */
const isAsWritten = ({ text, json }: Parsed, { hasMore }: Index): boolean => !hasMore && JSON.stringify(json) === text

async function withoutContent(member: Exclude<Member, Stored>, scribe: Scribe): Promise<void> {
  const { path } = member
  if (member.kind === "folder") await scribe.sink.entry({ path, type: "directory", mode: 0o755, size: 0, extents: [] }, nothing())
  else if (member.kind === "link")
    await scribe.sink.entry({ path, type: "link", mode: 0o777, size: 0, target: member.target, extents: [] }, nothing())
  else scribe.note("unpacked-member", "its content stands beside the archive, in the folder NAME.asar.unpacked", headBytes, path)
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

interface Place {
  readonly input: Cursor
  /** Where offsets count from. */
  readonly base: number
  readonly scribe: Scribe
}

async function content({ path, mode, size, offset, integrity }: Stored, { input, base, scribe }: Place): Promise<void> {
  const at = size === 0 ? input.position : base + offset
  if (at < input.position) throw scribe.malformed(at, `no overlap of ${JSON.stringify(path)} with what stands before it`)
  await gap(input, at, scribe)
  const digests = integrity === undefined ? undefined : new Digests(integrity)
  const body = scribe.body(input, size)
  const extents = size === 0 ? [] : [{ at, start: 0, size }]
  await scribe.sink.entry({ path, type: "file", mode, size, extents }, digests?.through(body) ?? body)
  scribe.claim(at, at + size, "content")
  if (digests?.agree === false)
    scribe.review("digest-mismatch", "the index states another SHA-256 of it, or of its blocks: Electron may refuse it", at, path)
}

/** Bytes up to `to`, or all that are left, that belong to no file. */
async function gap(input: Cursor, to: number | undefined, scribe: Scribe): Promise<void> {
  const start = input.position
  while (to === undefined || input.position < to) {
    const part = await input.some(to === undefined ? 1 << 20 : to - input.position)
    if (part === undefined && to === undefined) break
    if (part === undefined) throw scribe.malformed(input.position, "more of the archive")
  }
  const end = input.position
  if (end > start) scribe.unread({ start, end, kind: "gap", why: "bytes that belong to no file of the archive" })
}
