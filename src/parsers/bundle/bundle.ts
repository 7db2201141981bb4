import { createHash } from "node:crypto"
import type { ByteSource } from "../../core/bytes.ts"
import { plural } from "../../core/count.ts"
import { Cursor } from "../../core/cursor.ts"
import type { EntrySink, WalkOptions } from "../parser.ts"
import { Scribe } from "../scribe.ts"
import { readHeader } from "./header.ts"
import { kinds, PackWalk } from "./pack.ts"

/**
 * A bundle is a repository, not a tree of files: its refs and the number of its objects are told, and the pack is one opaque entry, as what is in the
 * commits is compared by nothing here. Given as `--repository` it is what others are explained by.
 */
export async function walkBundle(source: ByteSource, options: WalkOptions, sink: EntrySink): Promise<void> {
  const scribe = new Scribe(options, sink)
  const { format, end: packAt, prerequisites } = await readHeader(source, scribe)
  const input = new Cursor(source.stream(packAt))
  const oidBytes = format === "sha1" ? 20 : 32
  const pack = new PackWalk(input, packAt, oidBytes, scribe)
  await pack.walk()
  const trailerAt = packAt + input.position
  const end = trailerAt + oidBytes
  if (end > source.size) throw scribe.malformed(source.size, `the ${format} of the pack behind its objects`)
  const counted = kinds.flatMap((kind) => (pack.counts.has(kind) ? [plural(pack.counts.get(kind) ?? 0, kind)] : []))
  const wants = prerequisites === 0 ? "" : `, on top of ${plural(prerequisites, "commit")} that it lacks`
  scribe.note("bundle-objects", `objects: ${counted.join(", ") || "none"}${wants}`, packAt)
  const size = trailerAt - packAt
  const hash = createHash(format)
  const extents = size === 0 ? [] : [{ at: packAt, start: 0, size }]
  await sink.entry({ path: "pack", type: "file", mode: 0o644, size, extents }, hashed(source.stream(packAt, trailerAt), hash))
  scribe.claim(packAt, trailerAt, "content")
  const stated = Buffer.from(await source.read(trailerAt, end)).toString("hex")
  const odd =
    hash.digest("hex") === stated
      ? []
      : [{ start: trailerAt, end, kind: "pack-checksum", why: `not the ${format} of the pack: git refuses it` }]
  scribe.block(trailerAt, end, "trailer", odd)
  if (end < source.size)
    scribe.unread({ start: end, end: source.size, kind: "trailing-bytes", why: "bytes behind the pack: git refuses the bundle" })
}

async function* hashed(body: AsyncIterable<Uint8Array>, hash: { update(part: Uint8Array): unknown }): AsyncGenerator<Uint8Array> {
  for await (const part of body) {
    hash.update(part)
    yield part
  }
}
