import { close, constants, fstat, open, read, readSync } from "node:fs"
import { promisify } from "node:util"
import type { ByteSource } from "../core/bytes.ts"
import { FaultError } from "../core/fault.ts"
import { fault } from "./disk-fault.ts"
import { WholeFile } from "./whole-file.ts"

const openFd = promisify(open)
const closeFd = promisify(close)
const readFd = promisify(read)
const statFd = promisify(fstat)

const chunkBytes = 1 << 20

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
    readNow: (start, end) => held.readNow(start, end),
    stream: (start = 0, end = size) => (end - start === size ? new WholeFile(fd, () => held.stream(0, size)) : held.stream(start, end)),
    close: () => held.close(),
  }
}

/** A file that is open, by its descriptor. */
export class OpenFile {
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

  readNow(start: number, end: number): Uint8Array | undefined {
    const bytes = Buffer.allocUnsafe(end - start)
    for (let have = 0; have < bytes.byteLength; ) {
      const size = this.#readSync(bytes, have, start + have)
      if (size === 0) throw new FaultError(changed(this.path))
      have += size
    }
    return bytes
  }

  #readSync(into: Uint8Array, at: number, position: number): number {
    try {
      return readSync(this.fd, into, at, into.byteLength - at, position)
    } catch (error) {
      return fault(this.path, error)
    }
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

const changed = (path: string) =>
  ({
    kind: "unavailable",
    source: path,
    why: "it became shorter while it was read",
    remedy: "run again when nothing writes to it",
  }) as const
