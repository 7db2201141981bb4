import { createHash } from "node:crypto"
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { isSha256, type Sha256, sha256Of } from "../core/digest.ts"
import { type Fault, FaultError, faultsOf, type Result } from "../core/fault.ts"
import { isFlag, isRecord, isText, type Shaped, shapedJson } from "../core/shape.ts"
import { touch } from "./cache.ts"
import type { Context } from "./context.ts"
import { diskFaults } from "./disk-fault.ts"
import { makeFolder, readSmallFile, writeAtomically } from "./files.ts"
import { Broken, noAnswer, offlineFault, placeOfAddress, shownAddress, statusFault } from "./http-fault.ts"
import { claimPartial } from "./http-partial.ts"
import { type Answer, request, withRetries } from "./http-request.ts"
import { fileSource } from "./open-file.ts"

/** What somebody we trust more than the server said about the bytes. */
export interface Expected {
  readonly algorithm: "sha1" | "sha256" | "sha384" | "sha512"
  /** Lower-case hex. */
  readonly hex: string
  readonly size?: number
}

export interface DownloadOptions {
  readonly expect?: Expected
  /** Names the thing in messages and in `cache list`. */
  readonly what: string
  /** An index is made from it, and it can be fetched again; else it is an artifact. */
  readonly index?: boolean
}

export interface Downloaded {
  readonly sha256: Sha256
  /** In the cache; named by digest. */
  readonly path: string
  /** Taken from the cache without asking anyone. */
  readonly cached: boolean
}

/** What is kept beside the cache's objects about where they came from. */
const isPointer = isRecord(
  { sha256: isText },
  {
    etag: isText,
    /** What it was fetched as, for `cache list`. */
    what: isText,
    index: isFlag,
  },
)
type Pointer = Shaped<typeof isPointer>
const pointerBytesMax = 64 * 1024

/**
 * Brings a document into the cache, under its digest. The digest is checked before the bytes get that name; an interrupted
 * download goes on where it stopped; what is in the cache is hashed again before it is used.
 */
export async function download(url: string, options: DownloadOptions, ctx: Context): Promise<Result<Downloaded>> {
  const result = await diskFaults(ctx.cache, () => faultsOf(() => downloadOrThrow(url, options, ctx)))
  return result.ok ? result.value : result
}

async function downloadOrThrow(url: string, options: DownloadOptions, ctx: Context): Promise<Downloaded> {
  const pointer = pointerPath(url, options, ctx)
  const cached = options.expect !== undefined || ctx.offline ? await fromCache(pointer, options.expect, ctx) : undefined
  if (cached !== undefined) return cached
  if (ctx.offline) throw new FaultError(offlineFault(options.what))
  if (options.expect === undefined) return intoCache(url, options, pointer, ctx)
  const key = `${ctx.cache}\0${options.expect.algorithm}\0${options.expect.hex}`
  const other = running.get(key)
  // Whoever waited finds it in the cache; where the other failed, this address may have it.
  if (other !== undefined) {
    await other.catch(() => undefined)
    return downloadOrThrow(url, options, ctx)
  }
  const own = intoCache(url, options, pointer, ctx)
  running.set(key, own)
  try {
    return await own
  } finally {
    running.delete(key)
  }
}

/** Documents that are on their way, by what was promised: two suites may list the same index. */
const running = new Map<string, Promise<Downloaded>>()

async function intoCache(url: string, options: DownloadOptions, pointer: string, ctx: Context): Promise<Downloaded> {
  const partial = await claimPartial(sha256Of(options.expect?.hex ?? url), ctx)
  try {
    return await intoObjects(url, options, partial.path, pointer, ctx)
  } finally {
    await partial.release()
  }
}

async function intoObjects(url: string, options: DownloadOptions, partial: string, pointer: string, ctx: Context): Promise<Downloaded> {
  for (let fresh = false; ; fresh = true) {
    const { resumed, etag } = await withRetries(options.what, ctx, () => continueDownload(url, options, partial, ctx))
    const found = await digestsOf(partial, options.expect)
    const fault = mismatchOf(options, found)
    if (fault === undefined)
      return keep(partial, pointer, { sha256: found.sha256, etag, what: placeOfAddress(options.what), index: options.index }, ctx)
    await discard(partial)
    // The earlier part may belong to other bytes than the later one; whole, they get one more chance.
    if (!resumed || fresh) throw new FaultError(fault)
  }
}

async function keep(
  partial: string,
  pointer: string,
  note: Omit<Pointer, "sha256"> & { readonly sha256: Sha256 },
  ctx: Context,
): Promise<Downloaded> {
  const { sha256 } = note
  const path = objectPath(sha256, ctx)
  await makeFolder(join(ctx.cache, "objects"))
  await rename(partial, path)
  await rm(`${partial}.json`, { force: true })
  await writeAtomically(pointer, JSON.stringify(note))
  return { sha256, path, cached: false }
}

interface Continued {
  readonly resumed: boolean
  readonly etag: string | undefined
}

/** One connection: from the end of the partial file when the server still has the same bytes, else from the start. */
async function continueDownload(url: string, options: DownloadOptions, partial: string, ctx: Context): Promise<Continued> {
  const have = (await stat(partial).catch(() => undefined))?.size ?? 0
  const etag = await validatorOf(partial)
  if (options.expect?.size !== undefined && have === options.expect.size && have > 0) return { resumed: true, etag }
  // Without a validator or a promised digest, nothing says that the rest belongs to the same bytes.
  const resume = have > 0 && (etag !== undefined || options.expect !== undefined)
  const headers = resume ? { range: `bytes=${have}-`, ...(etag === undefined ? {} : { "if-range": etag }) } : {}
  const answer = await request({ url, headers, what: options.what }, ctx)
  const from = await startOf(answer, resume ? have : 0, partial, options)
  const now = answer.header("etag")
  await writeAtomically(`${partial}.json`, JSON.stringify({ sha256: "", etag: now?.startsWith("W/") === true ? undefined : now }))
  await receive(answer, from, partial, options, ctx)
  return { resumed: from > 0, etag: now }
}

/** Where the answer's bytes belong. RFC 9110, 14.4 (Content-Range) and 15.5.17 (416). */
async function startOf(answer: Answer, have: number, partial: string, options: DownloadOptions): Promise<number> {
  if (answer.status === 200 && !/^(?:identity)?$/i.test(answer.header("content-encoding") ?? "")) {
    answer.discard()
    throw new FaultError(noAnswer(options.what, "the server compresses it though it was asked not to", "use another address or a file"))
  }
  if (answer.status === 200) return 0
  const range = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(answer.header("content-range") ?? "")
  if (answer.status === 206 && have > 0 && range !== null && Number(range[1]) === have) return have
  answer.discard()
  if (answer.status === 206 || answer.status === 416) {
    await discard(partial)
    throw new Broken("the server did not continue where the last download stopped")
  }
  throw new FaultError(statusFault(options.what, answer))
}

async function receive(answer: Answer, from: number, partial: string, options: DownloadOptions, ctx: Context): Promise<void> {
  const length = Number(answer.header("content-length") ?? Number.NaN)
  const total = options.expect?.size ?? (Number.isFinite(length) ? from + length : undefined)
  const handle = await open(partial, from > 0 ? "r+" : "w", 0o600)
  try {
    let at = from
    for await (const chunk of answer.body) {
      const fault = tooMuch(at + chunk.byteLength, options, ctx)
      if (fault !== undefined) throw new FaultError(fault)
      await writeAll(handle, chunk, at)
      at += chunk.byteLength
      ctx.progress(`downloading ${options.what}`, at, total)
    }
    await handle.truncate(at)
    // An answer that states its length is whole here, or it broke before; a shorter one than promised is a mismatch.
    if (!Number.isFinite(length) && at < (total ?? 0)) throw new Broken(`the line was cut after ${at} of ${total} bytes`)
  } catch (error) {
    if (error instanceof FaultError) await discard(partial)
    throw error
  } finally {
    answer.discard()
    await handle.close()
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < chunk.byteLength; ) done += (await handle.write(chunk, done, chunk.byteLength - done, at + done)).bytesWritten
}

function tooMuch(size: number, { expect, what }: DownloadOptions, ctx: Context): Fault | undefined {
  if (expect?.size !== undefined && size > expect.size) {
    return { kind: "mismatch", source: what, expected: `${expect.size} bytes`, found: "more" }
  }
  const max = ctx.limits.artifactBytesMax
  return size > max ? { kind: "over-limit", layer: what, limit: "artifactBytesMax", max } : undefined
}

interface Digests {
  readonly size: number
  readonly sha256: Sha256
  /** By the promised algorithm. */
  readonly promised: string
}

async function digestsOf(path: string, expect: Expected | undefined): Promise<Digests> {
  const source = await fileSource(path)
  const sha256 = createHash("sha256")
  const other = expect === undefined || expect.algorithm === "sha256" ? undefined : createHash(expect.algorithm)
  try {
    for await (const chunk of source.stream()) {
      sha256.update(chunk)
      other?.update(chunk)
    }
  } finally {
    await source.close()
  }
  const hex = sha256.digest("hex")
  if (!isSha256(hex)) throw new Error("not a SHA-256")
  return { size: source.size, sha256: hex, promised: other?.digest("hex") ?? hex }
}

function mismatchOf({ expect, what }: DownloadOptions, found: Digests): Fault | undefined {
  if (expect === undefined) return undefined
  if (expect.size !== undefined && expect.size !== found.size) {
    return { kind: "mismatch", source: what, expected: `${expect.size} bytes`, found: `${found.size} bytes` }
  }
  if (expect.hex === found.promised) return undefined
  return { kind: "mismatch", source: what, expected: `${expect.algorithm} ${expect.hex}`, found: `${expect.algorithm} ${found.promised}` }
}

/** A cached object whose bytes still are what its name says; a damaged one is removed. */
async function fromCache(pointer: string, expect: Expected | undefined, ctx: Context): Promise<Downloaded | undefined> {
  const sha256 = expect?.algorithm === "sha256" ? expect.hex : (await readPointer(pointer))?.sha256
  if (sha256 === undefined || !isSha256(sha256)) return undefined
  const path = objectPath(sha256, ctx)
  if ((await stat(path).catch(() => undefined)) === undefined) return undefined
  const found = await digestsOf(path, expect)
  if (found.sha256 !== sha256) {
    await rm(path, { force: true })
    return undefined
  }
  if (expect !== undefined && (found.promised !== expect.hex || (expect.size ?? found.size) !== found.size)) return undefined
  touch(path)
  return { sha256, path, cached: true }
}

/** Whether a document with this digest is in the cache; its bytes are checked when it is used. */
export const isCached = async (sha256: string, ctx: Context): Promise<boolean> =>
  isSha256(sha256) && (await stat(objectPath(sha256, ctx)).catch(() => undefined)) !== undefined

const objectPath = (sha256: Sha256, ctx: Context): string => join(ctx.cache, "objects", sha256)

/** Which object an address gave last, or which one has a digest of another kind. */
function pointerPath(url: string, { expect }: DownloadOptions, ctx: Context): string {
  const name = expect === undefined ? sha256Of(shownAddress(url)) : sha256Of(`${expect.algorithm}:${expect.hex}`)
  return join(ctx.cache, "indexes", "pointers", `${name}.json`)
}

async function readPointer(path: string): Promise<Pointer | undefined> {
  const bytes = await readSmallFile(path, pointerBytesMax)
  return bytes === undefined ? undefined : shapedJson(Buffer.from(bytes).toString("utf8"), isPointer)
}

const validatorOf = async (partial: string): Promise<string | undefined> => (await readPointer(`${partial}.json`))?.etag

async function discard(partial: string): Promise<void> {
  await rm(partial, { force: true })
  await rm(`${partial}.json`, { force: true })
}
