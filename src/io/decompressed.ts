import { createGunzip } from "node:zlib"
import { FaultError } from "../core/fault.ts"
import type { Compression } from "../parsers/parser.ts"
import type { Context } from "./context.ts"
import { decompressor } from "./decompress.ts"

type Unzip = ReturnType<typeof createGunzip>

const compressions: ReadonlyMap<string, Compression> = new Map([
  ["xz", "xz"],
  ["bz2", "bzip2"],
  ["lzma", "lzma"],
  ["zst", "zstd"],
])

/** The chunks of a document or archive, decompressed as the ending of its name says; any other is as it is. */
export function decompressed(name: string, chunks: AsyncIterable<Uint8Array>, ctx: Context): AsyncIterable<Uint8Array> {
  const ending = name.slice(name.lastIndexOf(".") + 1)
  if (ending === "gz") return unzipped(createGunzip(), chunks, { layer: name, expected: "a sound gzip stream" })
  const compression = compressions.get(ending)
  return compression === undefined ? chunks : decompressor(ctx)(compression, chunks)
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
