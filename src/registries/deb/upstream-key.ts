import { type ByteSource, collect } from "../../core/bytes.ts"
import { Cursor } from "../../core/cursor.ts"
import { FaultError } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { detectFormat } from "../../parsers/index.ts"
import type { Decompress, EntryHeader } from "../../parsers/parser.ts"

const keyNames = ["debian/upstream/signing-key.asc", "debian/upstream/signing-key.pgp"]
const keyBytesMax = 8 << 20
/** Debian's half is small; what is larger is not unpacked to look for a key. */
const unpackedBytesMax = 256 << 20

/** The key that Debian's maintainers keep for upstream's signatures (uscan(1)), out of Debian's half of the package. Nothing else of it is read. */
export async function upstreamKey(
  layer: string,
  source: ByteSource,
  { limits, decompress }: { readonly limits: Limits; readonly decompress: Decompress },
): Promise<{ readonly name: string; readonly bytes: Uint8Array } | undefined> {
  let found: { name: string; bytes: Uint8Array } | undefined
  const ignore = { claim: () => undefined, anomaly: () => undefined }
  const entry = async ({ path, type, size }: EntryHeader, body: AsyncIterable<Uint8Array>): Promise<void> => {
    const name = path.replace(/^\.\//, "")
    if (type === "file" && keyNames.includes(name) && size <= keyBytesMax && found === undefined)
      found = { name, bytes: await collect(body) }
    else for await (const _ of body);
  }
  const codec = detectFormat(await source.read(0, Math.min(512, source.size)))
  const bounds = { ...limits, layerBytesMax: Math.min(limits.layerBytesMax, unpackedBytesMax) }
  const chunks = codec?.kind === "codec" ? codec.decode(source, { layer, limits: bounds, decompress }, ignore) : source.stream()
  const cursor = new Cursor(capped(chunks, layer))
  const tar = detectFormat(await cursor.peek(512))
  if (tar?.kind !== "container") return undefined
  await tar.walk(cursor, { layer, limits: bounds }, { ...ignore, entry })
  return found
}

async function* capped(chunks: AsyncIterable<Uint8Array>, layer: string): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.byteLength
    if (size > unpackedBytesMax) throw new FaultError({ kind: "over-limit", layer, limit: "layerBytesMax", max: unpackedBytesMax })
    yield chunk
  }
}
