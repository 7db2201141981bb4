import { createHash, randomBytes } from "node:crypto"
import { close, constants, fstat, open, read, unlink, write } from "node:fs"
import { chmod, mkdir, mkdtemp, open as openHandle, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { promisify } from "node:util"
import { type ByteSource, emptyBytes, type FileWriter, type Spill } from "../core/bytes.ts"
import { finishSha256, type Sha256 } from "../core/digest.ts"
import { FaultError, faultsOf, type Result } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import type { Context } from "./context.ts"
import { WholeFile } from "./whole-file.ts"

const openFd = promisify(open)
const closeFd = promisify(close)
const readFd = promisify(read)
const writeFd = promisify(write)
const statFd = promisify(fstat)
const unlinkFd = promisify(unlink)

const chunkBytes = 1 << 20
/** What another process writes is read in pieces of so many bytes; a file without a name tells nobody that it grew, so it is looked at so often. */
const followed = { bytesMin: 1 << 16, bytesMax: 1 << 18, everyMs: 4 }

/** A source that holds a file open until `close`, or until nobody holds the source any more. */
export interface FileSource extends ByteSource {
  close(): Promise<void>
}

// Sources are handed along many stages; the last holder is not known, so a forgotten one is closed when it is collected.
const forgotten = new FinalizationRegistry<number>((fd) => close(fd, () => undefined))

/** The bytes of a file. A directory, a device or a missing file is a fault. */
export async function fileSource(path: string): Promise<FileSource> {
  const fd = await openFd(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => fault(path, error))
  const { size, regular } = await statFd(fd).then((found) => ({ size: found.size, regular: found.isFile() }))
  if (!regular) {
    await closeFd(fd)
    throw new FaultError({ kind: "unavailable", source: path, why: "it is not a regular file", remedy: "name a file" })
  }
  const held = new OpenFile(path, fd)
  return {
    size,
    read: (start, end) => held.read(start, end),
    stream: (start = 0, end = size) => (end - start === size ? new WholeFile(fd, () => held.stream(0, size)) : held.stream(start, end)),
    close: () => held.close(),
  }
}

// Unlinked as soon as it is open, so that a crash leaves nothing.
/** A temporary file that is appended to and read back. Writes are gathered into 1 MiB; reads see what is still gathered. */
export async function spill(ctx: Context): Promise<Spill & { close(): Promise<void> }> {
  const folder = join(ctx.cache, "tmp")
  const path = join(folder, randomBytes(12).toString("hex"))
  await makeFolder(folder)
  const fd = await openFd(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600).catch((error: unknown) =>
    fault(path, error),
  )
  await unlinkFd(path)
  return new SpillFile(path, fd)
}

class OpenFile {
  protected readonly path: string
  protected readonly fd: number
  #open = true

  constructor(path: string, fd: number) {
    this.path = path
    this.fd = fd
    forgotten.register(this, fd, this)
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafeSlow(end - start)
    let have = 0
    while (have < bytes.byteLength) {
      const { bytesRead } = await readFd(this.fd, bytes, have, bytes.byteLength - have, start + have).catch((error: unknown) =>
        fault(this.path, error),
      )
      if (bytesRead === 0) throw new FaultError(changed(this.path))
      have += bytesRead
    }
    return bytes
  }

  /** The next chunk is read while one is looked at. */
  async *stream(start: number, end: number): AsyncGenerator<Uint8Array> {
    const chunk = (at: number) => (at < end ? this.read(at, Math.min(end, at + chunkBytes)) : undefined)
    for (let at = start, coming = chunk(at); coming !== undefined; at += chunkBytes) {
      const bytes = await coming
      coming = chunk(at + chunkBytes)
      coming?.catch(() => undefined) // told to whoever asks for it
      yield bytes
    }
  }

  async close(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    forgotten.unregister(this)
    await closeFd(this.fd)
  }
}

class SpillFile extends OpenFile implements Spill {
  size = 0
  #written = 0
  /** Two buffers take turns, one filling while the other is written: what passes through leaves no garbage. Let go of at the first read. */
  #filling: Uint8Array = emptyBytes
  #resting: Uint8Array = emptyBytes
  #filled = 0
  #flushing: Promise<void> = Promise.resolve()

  async append(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.byteLength; ) {
      if (this.#filling.byteLength === 0) this.#filling = Buffer.allocUnsafeSlow(chunkBytes)
      const part = chunk.subarray(at, at + chunkBytes - this.#filled)
      this.#filling.set(part, this.#filled) // copied: the caller may use its buffer again
      this.#filled += part.byteLength
      this.size += part.byteLength
      at += part.byteLength
      if (this.#filled === chunkBytes) await this.#flush()
    }
  }

  override async read(start: number, end: number): Promise<Uint8Array> {
    if (end > this.#written) {
      await this.#flush()
      await this.#flushing
      this.#filling = this.#resting = emptyBytes
    }
    return end === start ? emptyBytes : super.read(start, end)
  }

  async *follow(start: (fd: number) => FileWriter, bytesMax: number): AsyncGenerator<Uint8Array> {
    let hasEnded = false
    const writer = start(this.fd)
    const ended = writer.ended.then(() => {
      hasEnded = true
    })
    for (;;) {
      const isWhole = hasEnded // asked first: what is there then is all
      const there = Math.min((await statFd(this.fd)).size, bytesMax + 1)
      if (there > bytesMax) writer.stop()
      if (there - this.size >= followed.bytesMin || (isWhole && there > this.size)) {
        const end = Math.min(there, this.size + followed.bytesMax)
        const chunk = await super.read(this.size, end)
        this.#written = this.size = end
        yield chunk
      } else if (isWhole) return
      else await Promise.race([ended, sleep(followed.everyMs)])
    }
  }

  override async *stream(start = 0, end = this.size): AsyncGenerator<Uint8Array> {
    yield* super.stream(start, end)
  }

  /** Starts to write what is gathered, once the buffer before it is on disk. */
  async #flush(): Promise<void> {
    for (let before: unknown; before !== this.#flushing; await before) before = this.#flushing
    if (this.#filled === 0) return
    const bytes = this.#filling.subarray(0, this.#filled)
    ;[this.#filling, this.#resting] = [this.#resting, this.#filling]
    this.#filled = 0
    this.#flushing = this.#write(bytes)
    this.#flushing.catch(() => undefined) // told to whoever flushes or reads next
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.byteLength; ) {
      const { bytesWritten } = await writeFd(this.fd, bytes, done, bytes.byteLength - done, this.#written).catch((error: unknown) =>
        fault(this.path, error),
      )
      done += bytesWritten
      this.#written += bytesWritten
    }
  }
}

/** Writes beside the target and renames: a reader sees the old bytes or the new ones, never a part. */
export async function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  await makeFolder(dirname(path))
  const part = `${path}.${randomBytes(6).toString("hex")}.new`
  try {
    await writeFile(part, bytes, { flag: "wx", mode: 0o600 })
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    fault(path, error)
  }
}

/** The whole of a small file; undefined when there is none. */
export async function readSmallFile(
  path: string,
  bytesMax: number,
  limit: keyof Limits = "metadataBytesMax",
): Promise<Uint8Array | undefined> {
  const handle = await openHandle(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined
    return fault(path, error)
  })
  if (handle === undefined) return undefined
  try {
    const found = await handle.stat()
    if (!found.isFile()) throw new FaultError({ kind: "unavailable", source: path, why: "it is not a regular file", remedy: "name a file" })
    if (found.size > bytesMax) throw new FaultError({ kind: "over-limit", layer: path, limit, max: bytesMax })
    return await readFile(handle)
  } finally {
    await handle.close()
  }
}

export async function sha256OfSource(source: ByteSource): Promise<Sha256> {
  const hash = createHash("sha256")
  for await (const chunk of source.stream()) hash.update(chunk)
  return finishSha256(hash)
}

/** Of a file's bytes; undefined when there is none that can be read. */
export async function sha256OfFile(path: string): Promise<Sha256 | undefined> {
  const source = await fileSource(path).catch(() => undefined)
  if (source === undefined) return undefined
  try {
    return await sha256OfSource(source)
  } finally {
    await source.close()
  }
}

/** What stands at a path, links followed; undefined when nothing does. */
export async function kindAt(path: string): Promise<"file" | "folder" | "other" | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return undefined
  return found.isFile() ? "file" : found.isDirectory() ? "folder" : "other"
}

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((error: unknown) => fault(path, error))
}

/** `work` with the operating system's refusals as faults. */
export function diskFaults<T>(path: string, work: () => Promise<T>): Promise<Result<T>> {
  return faultsOf(() => work().catch((error: unknown) => fault(path, error)))
}

const reasons = new Map<string, readonly [why: string, remedy: string]>([
  ["ENOENT", ["there is no such file", "check the path"]],
  ["EACCES", ["it may not be read or written", "change its permissions or choose another folder with --cache"]],
  ["EPERM", ["it may not be read or written", "change its permissions or choose another folder with --cache"]],
  ["EROFS", ["the file system is read-only", "choose another folder with --cache"]],
  ["ENOSPC", ["the disk is full", "free some space, run `everybyte cache prune`, or choose another folder with --cache"]],
  ["EDQUOT", ["the disk quota is used up", "free some space, run `everybyte cache prune`, or choose another folder with --cache"]],
  ["EFBIG", ["the file system takes no larger file", "choose another folder with --cache"]],
  ["EMFILE", ["too many files are open", "raise the limit of open files (ulimit -n)"]],
  ["ENFILE", ["too many files are open", "raise the limit of open files (ulimit -n)"]],
  ["EISDIR", ["it is a folder", "name a file"]],
  ["ENOTDIR", ["a part of the path is not a folder", "check the path"]],
  ["EIO", ["the disk reports an error", "check the disk"]],
])

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "")

/** Throws a fault for what the operating system refused. A FaultError and a bug pass through. */
function fault(path: string, error: unknown): never {
  const code = codeOf(error)
  if (error instanceof FaultError || code === "" || code.startsWith("ERR_")) throw error
  const [why, remedy] = reasons.get(code) ?? [`the operating system says ${code}`, "check the path and the disk"]
  throw new FaultError({ kind: "unavailable", source: path, why, remedy })
}

const changed = (path: string) =>
  ({
    kind: "unavailable",
    source: path,
    why: "it became shorter while it was read",
    remedy: "run again when nothing writes to it",
  }) as const

/** An empty folder that others may read, for as long as something is handed over in it. */
export async function temporaryFolder(ctx: Context): Promise<{ readonly path: string; remove(): Promise<void> }> {
  await makeFolder(join(ctx.cache, "tmp"))
  const path = await mkdtemp(join(ctx.cache, "tmp", "folder-")).catch((error: unknown) => fault(ctx.cache, error))
  await chmod(path, 0o755)
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Bytes of a file; 0 when there is none. */
export const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.size ?? 0

/** The names in a folder, sorted; none when there is no such folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).sort()
}

/** Whether anything is at this path. */
export const exists = async (path: string): Promise<boolean> => (await kindAt(path)) !== undefined
