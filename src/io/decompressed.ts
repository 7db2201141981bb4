import { createGunzip, createZstdDecompress } from "node:zlib"
import { FaultError } from "../core/fault.ts"
import type { Context } from "./context.ts"
import { decompressor } from "./decompress.ts"

type Unzip = ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>

/** The chunks of a document or archive, decompressed as the ending of its name says: `.xz`, `.gz`, `.zst`; any other is as it is. */
export function decompressed(name: string, chunks: AsyncIterable<Uint8Array>, ctx: Context): AsyncIterable<Uint8Array> {
  if (name.endsWith(".xz")) return decompressor(ctx)("xz", chunks)
  if (name.endsWith(".gz")) return unzipped(createGunzip(), chunks, { layer: name, expected: "a sound gzip stream" })
  return name.endsWith(".zst") ? unzipped(createZstdDecompress(), chunks, { layer: name, expected: "a sound zstd stream" }) : chunks
}

async function* unzipped(
  unzip: Unzip,
  chunks: AsyncIterable<Uint8Array>,
  at: { readonly layer: string; readonly expected: string },
): AsyncGenerator<Uint8Array> {
  const feeding = feed(unzip, chunks)
  try {
    for await (const chunk of unzip) yield chunk
    await feeding
  } catch (error) {
    if (error instanceof FaultError) throw error
    throw new FaultError({ kind: "malformed", offset: 0, ...at })
  } finally {
    unzip.destroy()
  }
}

async function feed(unzip: Unzip, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (unzip.destroyed) return
      if (!unzip.write(chunk)) await new Promise((resolve) => unzip.once("drain", resolve).once("close", resolve))
    }
    unzip.end()
  } catch (error) {
    unzip.destroy(error instanceof Error ? error : undefined)
  }
}
