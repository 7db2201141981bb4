import { isAllZero } from "../../core/bytes.ts"
import type { Cursor } from "../../core/cursor.ts"
import type { EntrySink, WalkOptions } from "../parser.ts"
import { Extended, isExtended } from "./extended.ts"
import { blockBytes, checksumHolds, decodeHeader } from "./header.ts"
import { MemberWalk } from "./member.ts"
import { Owners } from "./owners.ts"
import { Scribe } from "./scribe.ts"

/** What follows the end marker: a header block of another archive at this offset, or nothing more to read. */
type After = { readonly block: Uint8Array; readonly at: number } | undefined

/**
 * Walks every archive in the input. An archive is a row of members, then two blocks of zeros (POSIX pax, "ustar Interchange Format"),
 * then zeros up to the size of a tape record. Archives can be concatenated; most readers stop at the first end marker.
 */
export async function walkTar(input: Cursor, options: WalkOptions, sink: EntrySink): Promise<void> {
  const scribe = new Scribe(input, options, sink)
  const count = { entries: 0, owners: new Owners(scribe) }
  let after = await walkArchive(scribe, count, undefined)
  while (after !== undefined) {
    scribe.anomaly("second-archive", "review", "another archive follows the end marker; most readers do not see it", after.at)
    after = await walkArchive(scribe, count, after)
  }
}

async function walkArchive(scribe: Scribe, count: { entries: number; readonly owners: Owners }, first: After): Promise<After> {
  const extended = new Extended(scribe, count.owners)
  const members = new MemberWalk(scribe, extended, count.owners)
  let next = first
  for (;;) {
    const at = next?.at ?? scribe.input.position
    const block = next?.block ?? (await scribe.input.take(blockBytes))
    next = undefined
    if (block.byteLength < blockBytes) {
      endWithoutMarker(scribe, block, at)
      extended.endArchive()
      return undefined
    }
    if (block[0] === 0 && isAllZero(block)) {
      extended.endArchive()
      return endMarker(scribe, at)
    }
    const header = decodeHeader(block)
    if (header.kind === "no-header") throw scribe.malformed(at + header.offset, header.expected)
    if (isExtended(header)) {
      await extended.read(header, at)
      continue
    }
    count.entries += 1
    if (count.entries > scribe.options.limits.entriesMax) throw scribe.overLimit("entriesMax")
    await members.walk(header, at)
  }
}

function endWithoutMarker(scribe: Scribe, block: Uint8Array, at: number): void {
  if (block.byteLength > 0 || at === 0) throw scribe.malformed(at + block.byteLength, "a whole header block")
  scribe.anomaly("no-end-marker", "note", "the archive ends without two blocks of zeros", at)
}

async function endMarker(scribe: Scribe, at: number): Promise<After> {
  const second = await scribe.input.take(blockBytes)
  if (second.byteLength === blockBytes && isAllZero(second)) {
    scribe.claim(at, at + 2 * blockBytes, "end-marker")
    return padding(scribe, scribe.input.position, undefined)
  }
  scribe.claim(at, at + blockBytes, "end-marker")
  if (second.byteLength === 0) scribe.anomaly("no-end-marker", "note", "one block of zeros at the end instead of two", at)
  else scribe.anomaly("lone-zero-block", "review", "one block of zeros instead of two: some readers stop here, some go on", at)
  return padding(scribe, at + blockBytes, second)
}

/** Zeros behind the end marker. GNU tar fills a record of 20 blocks; how many follow is not limited by any reader. */
async function padding(scribe: Scribe, start: number, taken: Uint8Array | undefined): Promise<After> {
  let at = start
  let block = taken ?? (await scribe.input.take(blockBytes))
  while (block.byteLength > 0 && isAllZero(block)) {
    at += block.byteLength
    block = await scribe.input.take(blockBytes)
  }
  scribe.claim(start, at, "padding")
  if (block.byteLength === 0) return undefined
  if (checksumHolds(block)) return { block, at }
  await trailing(scribe, at)
  return undefined
}

async function trailing(scribe: Scribe, at: number): Promise<void> {
  while ((await scribe.input.some(1 << 20)) !== undefined);
  const why = "bytes after the end of the archive"
  scribe.anomaly("trailing-bytes", "review", why, at)
  scribe.unexplained(at, scribe.input.position, why)
}
