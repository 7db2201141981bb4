import type { Sha256 } from "../../core/digest.ts"
import { orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { readSmallFile, sha256OfSource } from "../../io/files.ts"
import { download, fetchMetadata } from "../../io/http.ts"
import { type FileSource, fileSource } from "../../io/open-file.ts"

/*
 * The GOPROXY protocol is a tree of files, and a proxy may be a folder that holds it (go.dev/ref/mod, "GOPROXY protocol"): go's own module cache below
 * cache/download is one. Of such a folder nothing is kept: it is read where it lies, also with --offline.
 */

interface Wanted {
  readonly what: string
  /** A copy of at most this age is used without asking. */
  readonly maxAgeSeconds: number
}

/** Where a `file:` address leads to; it may have a path and nothing else, as for go. Undefined: it is none. */
export function folderPath(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, host, search, hash, pathname } = new URL(address)
  if (protocol !== "file:" || host !== "" || search !== "" || hash !== "" || /%(?:2f|00)/i.test(pathname)) return undefined
  try {
    return decodeURIComponent(pathname)
  } catch {
    return undefined // it does not decode to UTF-8
  }
}

/** A small document of a proxy or of a checksum database; undefined: there is none. */
export async function documentAt(url: string, wanted: Wanted, ctx: Context): Promise<Uint8Array | undefined> {
  const path = folderPath(url)
  if (path === undefined) return orThrow(await fetchMetadata(url, wanted, ctx)).bytes
  return readSmallFile(path, ctx.limits.documentBytesMax, "documentBytesMax")
}

/** A version's zip. */
export async function zipAt(url: string, what: string, ctx: Context): Promise<{ readonly sha256: Sha256; readonly bytes: FileSource }> {
  const path = folderPath(url)
  if (path === undefined) {
    const { sha256, path: kept } = orThrow(await download(url, { what }, ctx))
    return { sha256, bytes: await fileSource(kept) }
  }
  const bytes = await fileSource(path)
  return { sha256: await sha256OfSource(bytes), bytes }
}
