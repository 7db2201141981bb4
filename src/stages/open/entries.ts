import type { Anomaly } from "../../core/anomaly.ts"
import { type ByteSource, memorySource, type Spill, sliceSource } from "../../core/bytes.ts"
import type { Entry } from "../../model/artifact.ts"
import type { EntryHeader, Extent } from "../../parsers/parser.ts"
import { measure } from "./measure.ts"
import type { NameCheck } from "./names.ts"

/** The layer that entries are read from, and where they go. */
export interface Place {
  readonly content: ByteSource
  readonly names: NameCheck
  readonly entries: Entry[]
  readonly say: (anomaly: Anomaly) => void
  readonly layer: string
  readonly decoded: () => Promise<Decoded>
}

export async function addEntry(header: EntryHeader, body: AsyncIterable<Uint8Array>, place: Place): Promise<void> {
  const { path, mode, target, size, extents, unread, isWrapping, listing } = header
  const decoded = extents === undefined ? await place.decoded() : undefined
  const own = await measure(decoded?.through(body) ?? body, size)
  const add = (entry: Entry): void => {
    place.names.add(entry)
    place.entries.push(entry)
  }
  if (header.type === "link") {
    const content = memorySource(Buffer.from(target ?? ""))
    return add({
      path,
      type: "link",
      mode,
      size: content.size,
      target: target ?? "",
      content,
      ...(await measure(content.stream(), content.size)),
    })
  }
  if (header.type === "hardlink") {
    const original = place.names.get(target ?? "")
    // A hard link to a link is a link again once it is restored, and is compared as one.
    if (original !== undefined && size === 0)
      return add({ ...original, path, ...(original.type === "file" ? { type: "hardlink", target: target ?? "" } : {}) })
    if (original === undefined)
      place.say({
        kind: "broken-hard-link",
        severity: "review",
        layer: place.layer,
        path,
        message: `hard link to ${target ?? ""}, which no earlier entry is`,
      })
  }
  const type = header.type === "directory" ? "special" : header.type
  add({
    path,
    type,
    mode,
    size,
    ...(target === undefined ? {} : { target }),
    ...(unread === undefined ? {} : { unread }),
    ...(isWrapping === undefined ? {} : { isWrapping }),
    ...(listing === undefined ? {} : { listing }),
    content:
      decoded === undefined ? extentSource(place.content, extents ?? [], size) : sliceSource(decoded.kept, decoded.at, decoded.at + size),
    ...own,
  })
}

/** The content of an entry, read from its layer; what no extent covers are zeros (sparse files). */
function extentSource(layer: ByteSource, extents: readonly Extent[], size: number): ByteSource {
  const [only] = extents
  if (size === 0) return memorySource(new Uint8Array(0))
  if (only !== undefined && extents.length === 1 && only.size === size) return sliceSource(layer, only.at, only.at + size)
  async function* stream(start = 0, end = size): AsyncGenerator<Uint8Array> {
    let at = start
    let index = 0
    while (at < end) {
      while (index < extents.length && (extents[index]?.start ?? 0) + (extents[index]?.size ?? 0) <= at) index += 1
      const extent = extents[index]
      const holeEnd = Math.min(end, extent?.start ?? size, at + (1 << 20))
      if (extent === undefined || extent.start > at) {
        yield new Uint8Array(holeEnd - at)
        at = holeEnd
        continue
      }
      const runEnd = Math.min(end, extent.start + extent.size)
      yield* layer.stream(extent.at + at - extent.start, extent.at + runEnd - extent.start)
      at = runEnd
    }
  }
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    const parts: Uint8Array[] = []
    for await (const part of stream(start, end)) parts.push(part)
    return Buffer.concat(parts)
  }
  return { size, read, stream }
}

/** Where the contents of a layer are kept that it has compressed: one temporary file, made for the first of them. */
export function decodedPlace(spill: () => Promise<Spill>, spend: (bytes: number) => void): () => Promise<Decoded> {
  let one: Promise<Spill> | undefined
  return async () => {
    one ??= spill()
    const kept = await one
    return { at: kept.size, kept, through: (body) => spillTo(kept, body, spend) }
  }
}

interface Decoded {
  /** Where the next content goes. */
  readonly at: number
  readonly kept: ByteSource
  /** The body, as it is written there. */
  through(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
}

/** The chunks, each written down on its way. */
export async function* spillTo(
  spill: Spill,
  chunks: AsyncIterable<Uint8Array>,
  spend: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let seen = spill.size
  for await (const chunk of chunks) {
    spend(chunk.byteLength)
    seen += chunk.byteLength
    if (spill.size < seen) await spill.append(chunk) // else the decoder has put it there itself
    yield chunk
  }
}
