import { type ByteSource, bounded, collect } from "../core/bytes.ts"
import { Cursor } from "../core/cursor.ts"
import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import { gzip, tar, zip } from "../parsers/index.ts"
import type { EntryHeader, Sink } from "../parsers/parser.ts"

export interface Archive {
  readonly layer: string
  readonly bytes: ByteSource
  readonly limits: Limits
}

type Visit = (header: EntryHeader, body: AsyncIterable<Uint8Array>) => Promise<void>

/** What is odd about the archive is said when it is opened as an artifact: here its members are only looked up. */
export const silent: Sink = { claim: () => undefined, anomaly: () => undefined }

type Kind = "zip" | "tar" | "tar.gz"

/** Each member of a zip, of a tar or of a tar in gzip, in its order. A visitor may leave a body unread. */
export async function eachMember(kind: Kind, { layer, bytes, limits }: Archive, visit: Visit): Promise<void> {
  let count = 0
  const entry: Visit = async (header, body) => {
    count += 1
    if (count > limits.entriesMax) throw new FaultError({ kind: "over-limit", layer, limit: "entriesMax", max: limits.entriesMax })
    await visit(header, body)
    for await (const _ of body);
  }
  if (kind === "zip") return zip.walk(bytes, { layer, limits }, { ...silent, entry })
  if (kind === "tar") return tar.walk(new Cursor(bytes.stream()), { layer, limits }, { ...silent, entry })
  const decoded = gzip.decode(bytes, { layer, limits }, silent)
  await tar.walk(new Cursor(decoded), { layer, limits }, { ...silent, entry })
}

/** The contents of the files that are wanted, by path; the first one of a path. A larger one than a document may be is a fault. */
export async function contentsOf(
  kind: Kind,
  archive: Archive,
  isWanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>()
  const max = archive.limits.documentBytesMax
  await eachMember(kind, archive, async ({ path, type }, body) => {
    if (type !== "file" || found.has(path) || !isWanted(path)) return
    found.set(path, await collect(bounded(body, { layer: `${archive.layer}!${path}`, limit: "documentBytesMax", max })))
  })
  return found
}
