import { stat } from "node:fs/promises"
import { join } from "node:path"
import { bounded, collect } from "../core/bytes.ts"
import { sha256Of } from "../core/digest.ts"
import { FaultError, faultsOf, type Result } from "../core/fault.ts"
import { isNumber, isRecord, isText, type Shaped, shapedJson } from "../core/shape.ts"
import { touch } from "./cache.ts"
import type { Context } from "./context.ts"
import { diskFaults } from "./disk-fault.ts"
import { readSmallFile, writeAtomically } from "./files.ts"
import { offlineFault, placeOfAddress, shownAddress, statusFault } from "./http-fault.ts"
import { request, withRetries } from "./http-request.ts"

export interface MetadataOptions {
  /** A copy of at most this age is used without asking. */
  readonly maxAgeSeconds: number
  readonly what: string
  readonly accept?: string
  /** Statuses that say of this kind of document that there is none, beside 404 and 410. */
  readonly noneAt?: readonly number[]
}

/** A small document that changes at its address. */
export interface Metadata {
  /** Undefined: the server says that there is none. */
  readonly bytes: Uint8Array | undefined
  /** When the server last vouched for it, and when we read it: milliseconds since 1970. */
  readonly vouchedAt: number
  readonly readAt: number
  /** Older than was asked for; used only because we are offline. */
  readonly stale: boolean
}

/** "There is none" holds no longer: it may have been published since, or a login been added without which it is not shown. */
const noneAgeSecondsMax = 300

/** What is kept beside the bytes. `sha256` undefined: there was none. */
const isNote = isRecord(
  { vouchedAt: isNumber },
  {
    /** What it was fetched as, for `cache list`. */
    what: isText,
    sha256: isText,
    etag: isText,
    lastModified: isText,
  },
)
type Note = Shaped<typeof isNote>
interface Kept {
  readonly note: Note
  readonly bytes: Uint8Array | undefined
}

/** Fetches a small document, with ETag and Last-Modified when there is a copy. Bounded by `documentBytesMax`. */
export async function fetchMetadata(url: string, options: MetadataOptions, ctx: Context): Promise<Result<Metadata>> {
  const result = await diskFaults(ctx.cache, () => faultsOf(() => metadataOrThrow(url, options, ctx)))
  return result.ok ? result.value : result
}

async function metadataOrThrow(url: string, options: MetadataOptions, ctx: Context): Promise<Metadata> {
  const path = join(ctx.cache, "indexes", "metadata", sha256Of(`${options.accept ?? ""} ${shownAddress(url)}`))
  const kept = await readKept(path, ctx)
  const ageSeconds = kept === undefined ? Number.POSITIVE_INFINITY : (Date.now() - kept.note.vouchedAt) / 1000
  const maxAgeSeconds = kept?.bytes === undefined ? Math.min(options.maxAgeSeconds, noneAgeSecondsMax) : options.maxAgeSeconds
  // A copy from the future has no age that could be trusted.
  if (kept !== undefined && (ctx.offline || (ageSeconds >= 0 && ageSeconds <= maxAgeSeconds))) {
    touch(path)
    return found(kept, ageSeconds > options.maxAgeSeconds)
  }
  if (ctx.offline) throw new FaultError(offlineFault(options.what))
  const fresh = await withRetries(options.what, ctx, () => ask(url, options, kept, ctx))
  if (fresh.bytes !== undefined) await writeAtomically(path, fresh.bytes)
  await writeAtomically(`${path}.json`, JSON.stringify(fresh.note))
  return found(fresh, false)
}

const found = ({ note, bytes }: Kept, stale: boolean): Metadata => ({ bytes, vouchedAt: note.vouchedAt, readAt: Date.now(), stale })

async function ask(url: string, options: MetadataOptions, kept: Kept | undefined, ctx: Context): Promise<Kept> {
  const answer = await request(
    { url, what: options.what, headers: { ...conditions(kept), ...(options.accept === undefined ? {} : { accept: options.accept }) } },
    ctx,
  )
  const vouchedAt = Date.now()
  const what = placeOfAddress(options.what)
  if (answer.status === 304 && kept !== undefined) {
    answer.discard()
    return { note: { ...kept.note, vouchedAt, what }, bytes: kept.bytes }
  }
  if ([404, 410, ...(options.noneAt ?? [])].includes(answer.status)) {
    answer.discard()
    return { note: { vouchedAt, what }, bytes: undefined }
  }
  if (answer.status !== 200) {
    answer.discard()
    throw new FaultError(statusFault(options.what, answer))
  }
  const bytes = await collect(bounded(answer.body, { layer: options.what, limit: "documentBytesMax", max: ctx.limits.documentBytesMax }))
  const etag = answer.header("etag")
  const lastModified = answer.header("last-modified")
  return { note: { vouchedAt, what, sha256: sha256Of(bytes), etag, lastModified }, bytes }
}

function conditions(kept: Kept | undefined): Record<string, string> {
  if (kept?.bytes === undefined) return {}
  const { etag, lastModified } = kept.note
  return {
    ...(etag === undefined ? {} : { "if-none-match": etag }),
    ...(lastModified === undefined ? {} : { "if-modified-since": lastModified }),
  }
}

/** The copy, when its bytes are those of its note. A damaged one counts as none. */
async function readKept(path: string, ctx: Context): Promise<Kept | undefined> {
  if ((await stat(`${path}.json`).catch(() => undefined)) === undefined) return undefined
  const text = Buffer.from((await readSmallFile(`${path}.json`, 64 * 1024)) ?? Buffer.alloc(0)).toString("utf8")
  const note = shapedJson(text, isNote)
  if (note === undefined) return undefined
  if (note.sha256 === undefined) return { note, bytes: undefined }
  const bytes = await readSmallFile(path, ctx.limits.documentBytesMax)
  return bytes !== undefined && sha256Of(bytes) === note.sha256 ? { note, bytes } : undefined
}
