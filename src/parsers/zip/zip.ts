import { type ByteSource, isAllZero, latin1 } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import { decodeName } from "../../core/name.ts"
import type { EntrySink, WalkOptions } from "../parser.ts"
import type { Odd } from "../scribe.ts"
import { claimDirectory, readDirectory } from "./directory.ts"
import { type End, findEnd } from "./end.ts"
import { bytesOf, fieldsAt, signature } from "./layout.ts"
import { MemberWalk } from "./member.ts"
import { prefixOf } from "./prefix.ts"
import { Scribe } from "./scribe.ts"

/**
 * Walks an archive by its directory, which stands at the end and decides for most readers what is in it; in one forward reading, so that what lies between and before the
 * members is seen too. Readers that stream see the local headers alone: wherever these say something else, that is an anomaly.
 */
export async function walkZip(source: ByteSource, options: WalkOptions, sink: EntrySink): Promise<void> {
  const scribe = new Scribe(options, sink)
  const end = await findEnd(source, scribe)
  const members = await readDirectory(new Cursor(source.stream(end.start, end.start + end.size)), end, scribe)
  const input = new Cursor(source.stream())
  const walk = new MemberWalk(input, scribe)
  for (const [index, member] of members.entries()) {
    const { offset } = member
    if (offset < input.position) throw scribe.malformed(offset, `no overlap of ${JSON.stringify(member.path)} with what stands before it`)
    if (offset + bytesOf.local > end.start) throw scribe.malformed(offset, "a local header before the directory")
    await gap(input, offset, scribe)
    await walk.walk(member, members[index + 1]?.offset ?? end.start)
  }
  await gap(input, end.start, scribe)
  await claimDirectory(input, end, scribe)
  await claimEnd(input, end, scribe)
  await trailing(input, source.size, scribe)
}

/** Bytes up to `to` that belong to no member and no record. */
async function gap(input: Cursor, to: number, scribe: Scribe): Promise<void> {
  const start = input.position
  if (start === to) return
  const head = await take(input, Math.min(to - start, bytesOf.local + scribe.options.limits.nameBytesMax))
  await skip(input, to, scribe)
  const prefix = start === 0 && head.byteLength === to ? prefixOf(head) : undefined
  if (prefix === undefined) {
    scribe.unread({ start, end: to, ...whatStands(head, start) })
    return
  }
  scribe.claim(start, to, "header")
  scribe.note("prefix", prefix, start)
}

function whatStands(head: Buffer, start: number): Pick<Odd, "kind" | "why"> {
  if (head.byteLength >= bytesOf.local && head.subarray(0, 4).equals(signature.local)) {
    const name = decodeName(head.subarray(bytesOf.local, bytesOf.local + fieldsAt(head, 4).nameBytes))
    const why = `${JSON.stringify(name)}, or more, which the directory does not list: readers that stream (bsdtar from a pipe, Java's ZipInputStream) extract it, others do not`
    return { kind: "unlisted-member", why }
  }
  return start === 0
    ? { kind: "prefix", why: "bytes before the first member, as of a program that unpacks itself" }
    : { kind: "gap", why: "bytes that belong to no member" }
}

/** The records behind the directory, and the archive's comment: of git archive it is the commit, any other is read by nobody. */
async function claimEnd(input: Cursor, { records, comment }: End, scribe: Scribe): Promise<void> {
  for (const { start, end, odd } of records) {
    await gap(input, start, scribe)
    await skip(input, end, scribe)
    scribe.block(start, end, "end-marker", odd)
  }
  const text = latin1(await input.take(comment.end - comment.start))
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) {
    scribe.sink.embeddedCommit?.(text)
    scribe.claim(comment.start, comment.end, "trailer")
  } else if (text !== "") scribe.unread({ ...comment, kind: "zip-comment", why: "a comment of the archive, which no reader looks at" })
}

/** Zeros of a tape record behind the end, as bsdtar writes them to a pipe, or something else. */
async function trailing(input: Cursor, size: number, scribe: Scribe): Promise<void> {
  const start = input.position
  let isZero = true
  for (let part = await input.some(1 << 20); part !== undefined; part = await input.some(1 << 20)) isZero &&= isAllZero(part)
  if (isZero) scribe.claim(start, size, "padding")
  else scribe.unread({ start, end: size, kind: "trailing-bytes", why: "bytes after the end of the archive" })
}

async function skip(input: Cursor, to: number, scribe: Scribe): Promise<void> {
  while (input.position < to)
    if ((await input.some(to - input.position)) === undefined) throw scribe.malformed(input.position, "more of the archive")
}

async function take(input: Cursor, size: number): Promise<Buffer> {
  const bytes = await input.take(size)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
